"""Densities and shares as raster tiles, for any map that can lay pictures over each other."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import orjson
from fastapi import Depends, Request, Response

from api.http.errors import NotFoundError, excerpt
from api.http.links import JSON, Link, base_url, link, with_query
from api.http.negotiation import has_already
from api.http.query_string import given_parameters
from api.parameters.declared import Schema
from api.parameters.described import choice
from api.parameters.path import MATRIX_SET, matrix_set_asked, path_matrix_set, path_tile
from api.parameters.raster_query import (
    KERNEL,
    LAYER,
    PARAMETERS,
    SCALE,
    describe,
    given_of,
    raster_query,
)
from api.responses.declared_route import (
    BareRoute,
    described_by,
    operation,
    operation_id,
    router,
)
from api.responses.documents import answer_headers, json_document, send_body
from api.responses.raster_tile import description_of, render_tile, value_classes
from api.routes.map_tilesets import REL, map_tileset
from api.routes.tiles import tile_said, tile_within
from api.service.current_snapshot import serving
from api.service.work_queue import off_loop_if_long, queued
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.serving.formats.export import attributions
from geo.serving.tiles import cells as units
from geo.serving.tiles.tile_grid import DEEPEST, Tile
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

PNG: Final = "image/png"
routes = router("Analysis", BareRoute)


def map_tilesets_links(measure: str, base: str) -> list[Link]:
    """Link a measure to its map tilesets, if it has some.

    Args:
        measure: which one.
        base: absolute address of the service, without the slash at its end.
    """
    here = f"{base}/analysis/{measure}/tiles"
    return [link(REL, here, JSON, "raster tiles")] if measure in PARAMETERS else []


async def tileset(measure: str, request: Request) -> Response:
    """Describe where the tiles of a measure are, and what their colours mean."""
    matrix_set_asked(request)
    held = serving(request)
    layer = held.snapshot.layers[LAYER]
    given = given_of(request, layer, measure)
    query = await off_loop_if_long(request, raster_query, given, layer, measure)
    headers = answer_headers(request, "json")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    here = f"{base_url(request)}/analysis/{measure}/tiles/{MATRIX_SET}"
    pattern = with_query(f"{here}/{{z}}/{{y}}/{{x}}.png", given)
    lows, shades = value_classes(measure)
    body = {
        "tilejson": "3.0.0",
        "name": measure,
        "description": await queued(request, "filters", description_of, layer, query),
        "tiles": [pattern],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": layer.extent,
        "attribution": "; ".join(attributions(held.snapshot, [LAYER])),
        "classes": [
            {"from": low, "to": high, "colour": shade}
            for low, high, shade in zip(lows, (*lows[1:], None), shades, strict=True)
        ],
        **map_tileset(measure, layer, base_url(request), given),
    }
    return await send_body(request, orjson.dumps(body), JSON, headers)


async def tilesets(measure: str, request: Request) -> Response:
    """List the map tilesets of a measure: one."""
    layer = serving(request).snapshot.layers[LAYER]
    one_of("f", given_parameters(request, ["f"]).get("f", "json"), ("json",))
    base = base_url(request)
    body = {
        "links": [link("self", f"{base}/analysis/{measure}/tiles", JSON, "this document")],
        "tilesets": [map_tileset(measure, layer, base, {})],
    }
    return await json_document(request, "json", lambda: body)


async def tile(measure: str, request: Request) -> Response:
    """Send one tile as a PNG, transparent where there is nothing to show."""
    matrix_set_asked(request)
    held = serving(request)
    layer = held.snapshot.layers[LAYER]
    where = _tile_asked(request, layer)
    given = given_of(request, layer, measure)
    query = await off_loop_if_long(request, raster_query, given, layer, measure)
    if query.scale in ("hex", "grid") and where.zoom < units.FROM_ZOOM:
        allowed = f"{KERNEL} or dong; hex and grid from zoom {units.FROM_ZOOM} on"
        raise BadParameterError(SCALE.name, query.scale, allowed)
    headers = answer_headers(request, "png")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await queued(request, "filters", render_tile, held, layer, where, query)
    return Response(body, headers=headers, media_type=PNG)


def _tile_asked(request: Request, layer: Layer) -> Tile:
    """The tile in the path.

    Raises:
        NotFoundError: it does not exist, or holds nothing whatever the filter.
    """
    wanted = tile_within(request, layer)
    if wanted is None:
        raise NotFoundError(f"no tile {tile_said(request)}; zoom is at most {DEEPEST}")
    return wanted


def _describe_json(_: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    return [choice("f", ["json"], "format of the answer")]


def _declare(measure: str) -> None:
    """Declare the routes of a measure that has tiles."""
    here = f"/analysis/{measure}/tiles/{{tileMatrixSetId}}"
    described = described_by(partial(describe, measure))
    routes.add_api_route(
        f"/analysis/{measure}/tiles",
        partial(tilesets, measure),
        dependencies=described_by(_describe_json),
        **operation(
            operation_id("getRasterTilesets", measure), f"Map tilesets of {measure}", [JSON]
        ),
    )
    routes.add_api_route(
        here,
        partial(tileset, measure),
        dependencies=[Depends(path_matrix_set), *described],
        **operation(operation_id("getRaster", measure), f"Raster tiles of {measure}", [JSON]),
    )
    routes.add_api_route(
        f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}.png",
        partial(tile, measure),
        dependencies=[Depends(path_matrix_set), Depends(path_tile), *described],
        **operation(operation_id("getRasterTile", measure), f"A raster tile of {measure}", [PNG]),
    )


for _measure in PARAMETERS:
    _declare(_measure)


@routes.get("/analysis/{measure}/tiles", include_in_schema=False)
@routes.get("/analysis/{measure}/tiles/{tileMatrixSetId}", include_in_schema=False)
@routes.get(
    "/analysis/{measure}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.png",
    include_in_schema=False,
)
async def unknown(request: Request) -> Response:
    """Refuse a measure that has no tiles.

    Raises:
        NotFoundError: always.
    """
    if "tileMatrixSetId" in request.path_params:
        matrix_set_asked(request)
    name = excerpt(request.path_params["measure"])
    raise NotFoundError(f"no tiles of {name}; there are those of {', '.join(PARAMETERS)}")
