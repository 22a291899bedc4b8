"""Vector tiles of a collection (OGC API - Tiles), with the filters of its items."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fastapi import Request, Response

from api.http.compression import packed_quickly
from api.http.errors import NotFoundError, shown
from api.http.links import JSON, Link, link
from api.http.negotiation import Offer, has_already, packing, representation
from api.http.query_string import given_parameters
from api.parameters.filters import Selection, selected, selecting, selection
from api.parameters.items_query import property_names
from api.responses.documents import answer_headers
from api.routes.items import layer_asked
from api.service.current_snapshot import serving
from api.service.work_queue import off_loop_if_long, queued
from geo.serving.query.cql2.filter import matching_rows
from geo.serving.tiles.layer import LayerTiles, layer_tiles
from geo.serving.tiles.properties import on_maps
from geo.serving.tiles.tile_grid import DEEPEST, Tile, limits
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

MVT: Final = "application/vnd.mapbox-vector-tile"
TILE: Final[Offer] = {"mvt": (MVT, "application/x-protobuf", "application/octet-stream")}
MATRIX_SET: Final = "WebMercatorQuad"
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


@dataclass(frozen=True)
class TileQuery:
    """A checked query of a tile.

    Attributes:
        tile: which one.
        names: properties of the features.
        chosen: which features.
        given: the parameters as they were given.
    """

    tile: Tile
    names: tuple[str, ...]
    chosen: Selection
    given: Mapping[str, str]


def collection_links(here: str) -> list[Link]:
    """What a collection says of its tiles.

    Args:
        here: address of the collection.
    """
    return [link(f"{_REL}/tilesets-vector", f"{here}/tiles", JSON, "the features as vector tiles")]


def landing_links(base: str) -> list[Link]:
    """What the landing page says of tiles."""
    title = "the grids that tiles lie on"
    return [link(f"{_REL}/tiling-schemes", f"{base}/tileMatrixSets", JSON, title)]


def matrix_set_asked(request: Request) -> None:
    """Refuse a tile matrix set that there is none of.

    Raises:
        NotFoundError: it is another one.
    """
    name = request.path_params["tileMatrixSetId"]
    if name != MATRIX_SET:
        raise NotFoundError(f"no tile matrix set {shown(name)}; there is {MATRIX_SET}")


def tiled_layer_asked(request: Request) -> Layer:
    """The layer named in the path, which has tiles.

    Raises:
        NotFoundError: there is no such collection, or none of its features has a geometry.
    """
    layer = layer_asked(request)
    if layer.has_no_place:
        raise NotFoundError(f"no tiles of {layer.id}; its features have no geometry")
    return layer


async def tile(request: Request) -> Response:
    """One tile of a collection: its features, or how many there are in each cell."""
    layer = tiled_layer_asked(request)
    matrix_set_asked(request)
    query = await off_loop_if_long(request, _tile_query, request, layer)
    headers = answer_headers(request, representation(request, query.given, TILE))
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    coding = packing(request)
    tiles = serving(request).tiles.setdefault(layer.id, layer_tiles(layer))
    body = await queued(request, "filters", _made, layer, tiles, query, coding)
    if not body:
        return Response(status_code=204, headers=headers | _EMPTY)
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(body, headers=headers, media_type=MVT)


def _made(layer: Layer, tiles: LayerTiles, query: TileQuery, coding: str | None) -> bytes:
    body = tiles.tile(query.tile, query.names, _rows(layer, tiles, query))
    return packed_quickly(body, coding) if body and coding else body


def _rows(layer: Layer, tiles: LayerTiles, query: TileQuery) -> Rows | None:
    """The features that the filters choose; an expression is asked only about those in the tile."""
    plain = replace(query.chosen, filter=None)
    rows = None if plain == _ALL else selected(layer, plain)
    if query.chosen.filter is None:
        return rows
    return matching_rows(query.chosen.filter, layer, tiles.inside(query.tile, rows))


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
    return TileQuery(wanted, names, selection(given, layer), given)


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
    """The tile in the path; None where there is none, or it lies beyond the layer."""
    texts = [request.path_params[name] for name in _PLACE]
    if all(text.isascii() and text.isdigit() and len(text) < 8 for text in texts):
        wanted = Tile(*map(int, texts))
        if wanted.zoom <= DEEPEST and limits(layer.meta["bbox"], wanted.zoom).hold(wanted):
            return wanted
    return None


def tile_said(request: Request) -> str:
    """The place in the path, as it may be repeated."""
    return shown("/".join(request.path_params[name] for name in _PLACE))
