"""Vector tiles of a collection (OGC API - Tiles), with the filters of its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi import Depends, Request, Response

from api.http.compression import compress_quickly
from api.http.errors import NotFoundError, excerpt
from api.http.links import JSON, Link, link
from api.http.negotiation import Offer, content_coding, has_already, representation
from api.http.query_string import given_parameters
from api.parameters.declared import Schema
from api.parameters.described import (
    SELECTING,
    choice,
    common_fields,
    item_parameters,
    shared_parameters,
)
from api.parameters.filters import Selection, parse_selection, select_rows, selecting
from api.parameters.items_query import property_names
from api.parameters.path import (
    matrix_set_asked,
    path_matrix_set,
    path_tile,
    path_tiled_layer,
    tiled_layer_asked,
)
from api.responses.declared_route import BareRoute, described_by, operation, router
from api.responses.documents import answer_headers
from api.service.current_snapshot import CurrentSnapshot, serving
from api.service.work_queue import off_loop_if_long, queued
from geo.serving.query.cql2.filter import matching_rows
from geo.serving.tiles.layer import LayerTiles, layer_tiles
from geo.serving.tiles.properties import on_maps
from geo.serving.tiles.tile_grid import DEEPEST, Tile, limits
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows

MVT: Final = "application/vnd.mapbox-vector-tile"
TILE: Final[Offer] = {"mvt": (MVT, "application/x-protobuf", "application/octet-stream")}
CONFORMANCE: Final = (
    *(
        f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}"
        for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "oas30", "mvt")
    ),
    *(
        f"http://www.opengis.net/spec/tms/2.0/conf/{name}"
        for name in (
            "tilematrixset",
            "tilematrixsetlimits",
            "tilesetmetadata",
            "json-tilematrixset",
            "json-tilematrixsetlimits",
            "json-tilesetmetadata",
        )
    ),
)
_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0"
_ALL: Final = Selection(where={}, boxes=None, outline=None, when=None, filter=None)
_PLACE: Final = ("tileMatrix", "tileRow", "tileCol")
_EMPTY: Final = {"OATiles-Hint": "empty"}  # and so are all tiles below it

routes = router("Tiles", BareRoute)


def tiled_parameters(layers: Sequence[Layer]) -> list[Schema]:
    """Describe what chooses the features of tiles, and their properties."""
    own = item_parameters(common_fields(layers))
    return [*shared_parameters(*SELECTING), *(each for each in own if each["name"] != "sortby")]


def _parameters(_: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    return [choice("f", TILE, "format of the tile"), *tiled_parameters(layers)]


@dataclass(frozen=True)
class TileQuery:
    """A checked query of a tile.

    Attributes:
        tile: which one.
        names: properties of the features.
        selection: which features.
        given: the parameters as they were given.
    """

    tile: Tile
    names: tuple[str, ...]
    selection: Selection
    given: Mapping[str, str]


def collection_links(here: str) -> list[Link]:
    """Link to the tiles of a collection.

    Args:
        here: address of the collection.
    """
    return [link(f"{_REL}/tilesets-vector", f"{here}/tiles", JSON, "the features as vector tiles")]


def landing_links(base: str) -> list[Link]:
    """Link to the tiles from the landing page."""
    title = "the grids that tiles lie on"
    return [link(f"{_REL}/tiling-schemes", f"{base}/tileMatrixSets", JSON, title)]


@routes.get(
    "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    dependencies=[
        Depends(path_tiled_layer),
        Depends(path_matrix_set),
        Depends(path_tile),
        *described_by(_parameters),
    ],
    **operation(
        "ansan.collection.vector.getTile",
        "A vector tile",
        [MVT],
        s204="There is nothing in this tile, nor in any below it.",
    ),
)
async def tile(request: Request) -> Response:
    """Send one tile of a collection: its features, or how many there are in each cell."""
    layer = tiled_layer_asked(request)
    matrix_set_asked(request)
    query = await off_loop_if_long(request, _tile_query, request, layer)
    headers = answer_headers(request, representation(request, query.given, TILE))
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    coding = content_coding(request)
    body = await queued(request, "filters", _made, serving(request), layer, query, coding)
    if not body:
        return Response(status_code=204, headers=headers | _EMPTY)
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(body, headers=headers, media_type=MVT)


def _made(held: CurrentSnapshot, layer: Layer, query: TileQuery, coding: str | None) -> bytes:
    tiles = held.tiles.setdefault(layer.id, layer_tiles(layer))
    body = tiles.tile(query.tile, query.names, _rows(layer, tiles, query))
    return compress_quickly(body, coding) if body and coding else body


def _rows(layer: Layer, tiles: LayerTiles, query: TileQuery) -> Rows | None:
    """The features that the filters choose; an expression is asked only about those in the tile."""
    plain = replace(query.selection, filter=None)
    rows = None if plain == _ALL else select_rows(layer, plain)
    if query.selection.filter is None:
        return rows
    return matching_rows(query.selection.filter, layer, tiles.inside(query.tile, rows))


def _tile_query(request: Request, layer: Layer) -> TileQuery:
    """What is asked for.

    Raises:
        NotFoundError: there is no such tile.
        BadParameterError: a parameter or a value is not allowed.
    """
    wanted = _tile_asked(request, layer)
    given = given_parameters(request, ["f", "properties", *selecting(layer)])
    asked = given.get("properties")
    names = on_maps(layer) if asked is None else property_names(asked, layer)
    return TileQuery(wanted, names, parse_selection(given, layer), given)


def _tile_asked(request: Request, layer: Layer) -> Tile:
    """The tile in the path.

    Raises:
        NotFoundError: it does not exist, or lies beyond the limits of the collection.
    """
    wanted = tile_within(request, layer)
    if wanted is None:
        raise NotFoundError(
            f"no tile {tile_said(request)} in {layer.id}; its tileset tells the limits"
        )
    return wanted


def tile_within(request: Request, layer: Layer) -> Tile | None:
    """Parse the tile in the path; None where there is none, or it lies beyond the layer."""
    texts = [request.path_params[name] for name in _PLACE]
    if all(text.isascii() and text.isdigit() and len(text) < 8 for text in texts):
        wanted = Tile(*map(int, texts))
        if wanted.zoom <= DEEPEST and limits(layer.meta["bbox"], wanted.zoom).hold(wanted):
            return wanted
    return None


def tile_said(request: Request) -> str:
    """Repeat the tile in the path for a message."""
    return excerpt("/".join(request.path_params[name] for name in _PLACE))
