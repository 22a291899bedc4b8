"""Densities and shares as raster tiles, for any map that can lay pictures over each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import orjson
from fastapi import Depends, Request, Response

from api.http.errors import NotFoundError, shown
from api.http.links import JSON, Link, base_url, link, with_query
from api.http.negotiation import has_already
from api.http.query_string import given_parameters, number, one_of
from api.parameters.declared import Schema
from api.parameters.described import (
    RESTING_ON,
    choice,
    in_query,
    number_range,
    selecting_parameters,
)
from api.parameters.filters import (
    Selection,
    resting_on,
    selected,
    selecting,
    selection,
    with_simulated,
)
from api.parameters.path import MATRIX_SET, matrix_set_asked, path_matrix_set, path_tile
from api.responses.declared_route import (
    BareRoute,
    described_by,
    operation,
    operation_id,
    router,
)
from api.responses.documents import answer_headers, json_document, sent
from api.routes.map_tilesets import REL, map_tileset
from api.routes.tiles import tile_said, tile_within
from api.service.current_snapshot import CurrentSnapshot, serving
from api.service.work_queue import off_loop_if_long, queued
from geo.core.errors import BadParameterError
from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M
from geo.serving.analysis.sample import NOTHING
from geo.serving.formats.export import attributions
from geo.serving.tiles import cells as units
from geo.serving.tiles import raster
from geo.serving.tiles.layer import layer_tiles
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.tile_grid import DEEPEST, Tile
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows

PNG: Final = "image/png"
LAYER: Final = "businesses"
KERNEL: Final = "kernel"
# By measure: the values that each of its own parameters may have, the default first.
MEASURES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "density": {"scale": (KERNEL, *units.SCALES)},
    "shares": {},
}
NUMBERS: Final = {"density": ("bandwidth_m", "min_density"), "shares": ("bandwidth_m",)}
_TITLES: Final = {
    "density": "businesses per hectare, without a correction at any edge",
    "shares": "share of foreign-run businesses among those of which it is known",
}
_NUMBERS: Final = {
    "bandwidth_m": number_range(*BANDWIDTHS_M) | {"default": BANDWIDTH_M},
    "min_density": number_range(0, None) | {"default": 0},
}
routes = router("Analysis", BareRoute)


@dataclass(frozen=True)
class _Asked:
    """What a tile shows: `scale` of densities, "" of shares."""

    measure: str
    scale: str
    bandwidth_m: float
    minimum: float
    chosen: Selection
    given: Mapping[str, str]


def map_tilesets_links(measure: str, base: str) -> list[Link]:
    """Link a measure to its map tilesets, if it has some.

    Args:
        measure: which one.
        base: absolute address of the service, without the slash at its end.
    """
    here = f"{base}/analysis/{measure}/tiles"
    return [link(REL, here, JSON, "raster tiles")] if measure in MEASURES else []


async def tileset(measure: str, request: Request) -> Response:
    """Where the tiles of a measure are, and what their colours mean."""
    matrix_set_asked(request)
    held = serving(request)
    layer = held.snapshot.layers[LAYER]
    given = _given(request, layer, measure)
    asked = await off_loop_if_long(request, _asked, given, layer, measure)
    headers = answer_headers(request, "json")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    here = f"{base_url(request)}/analysis/{measure}/tiles/{MATRIX_SET}"
    pattern = with_query(f"{here}/{{z}}/{{y}}/{{x}}.png", given)
    lows, shades = _classes(measure)
    body = {
        "tilejson": "3.0.0",
        "name": measure,
        "description": await queued(request, "filters", _described, layer, asked),
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
    return await sent(request, orjson.dumps(body), JSON, headers)


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
    """One tile as a PNG, transparent where there is nothing to show."""
    matrix_set_asked(request)
    held = serving(request)
    layer = held.snapshot.layers[LAYER]
    where = _tile_asked(request, layer)
    given = _given(request, layer, measure)
    asked = await off_loop_if_long(request, _asked, given, layer, measure)
    if asked.scale in ("hex", "grid") and where.zoom < units.FROM_ZOOM:
        allowed = f"{KERNEL} or dong; hex and grid from zoom {units.FROM_ZOOM} on"
        raise BadParameterError("scale", asked.scale, allowed)
    headers = answer_headers(request, "png")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await queued(request, "filters", _drawn, held, layer, where, asked)
    return Response(body, headers=headers, media_type=PNG)


def _given(request: Request, layer: Layer, measure: str) -> dict[str, str]:
    return given_parameters(
        request, ["with", *MEASURES[measure], *NUMBERS[measure], *selecting(layer)]
    )


def _asked(given: Mapping[str, str], layer: Layer, measure: str) -> _Asked:
    """What is asked for, checked.

    Raises:
        BadParameterError: a value is not allowed.
        ProtectedError: the shares are of what is protected.
    """
    scales = MEASURES[measure].get("scale", ("",))
    if measure == "shares":
        layer.fields["foreign_run"].require_public()
    with_simulated(given)
    scale = one_of("scale", given.get("scale", scales[0]), scales)
    if scale in units.SCALES and "bandwidth_m" in given:
        raise BadParameterError("bandwidth_m", given["bandwidth_m"], f"scale={KERNEL}")
    return _Asked(
        measure,
        scale,
        number("bandwidth_m", given.get("bandwidth_m", str(BANDWIDTH_M)), *BANDWIDTHS_M),
        number("min_density", given.get("min_density", "0"), 0),
        selection({k: v for k, v in given.items() if k in selecting(layer)}, layer),
        given,
    )


def _tile_asked(request: Request, layer: Layer) -> Tile:
    """The tile in the path.

    Raises:
        NotFoundError: it does not exist, or holds nothing whatever the filter.
    """
    wanted = tile_within(request, layer)
    if wanted is None:
        raise NotFoundError(f"no tile {tile_said(request)}; zoom is at most {DEEPEST}")
    return wanted


def _drawn(held: CurrentSnapshot, layer: Layer, where: Tile, asked: _Asked) -> bytes:
    from maps.style import raster_tiles as rasters  # the library that draws is large

    rows = _counted(layer, asked)
    lows, shades = _classes(asked.measure)
    if asked.scale in units.SCALES:
        shapes, values = units.units(held.snapshot, asked.scale, where, rows)
        kept = values >= asked.minimum
        return rasters.render_areas(where, shapes[kept], values[kept], lows, shades)
    points = held.tiles.setdefault(layer.id, layer_tiles(layer))
    assert isinstance(points, PointTiles)  # noqa: S101 # businesses are points
    at = raster.window(where, asked.bandwidth_m)
    if asked.measure == "shares":
        among, foreign = _known(layer, rows)
        values = raster.share(points, at, foreign, among)
    else:
        values = raster.density(points, at, rows)
        values = np.where(values >= asked.minimum, values, np.nan)
    return rasters.render_pixels(values, lows, shades)


def _described(layer: Layer, asked: _Asked) -> str:
    """What the tiles show, and where they are all empty what that means."""
    rows = _counted(layer, asked)
    if asked.measure == "shares":
        rows = _known(layer, rows)[0]
    title = _TITLES[asked.measure]
    return title if rows is None or len(rows) else f"{title}; {NOTHING}"


def _counted(layer: Layer, asked: _Asked) -> Rows | None:
    """The rows that count; None for every row of the layer."""
    if not asked.chosen.is_everything:
        return resting_on(layer, selected(layer, asked.chosen), asked.given)
    everything = np.arange(layer.count)
    rows = resting_on(layer, everything, asked.given)
    return None if len(rows) == layer.count else rows


def _known(layer: Layer, rows: Rows | None) -> tuple[Rows, Rows]:
    """Of the rows (None: of all) those of which it is known who runs them, and the foreign-run."""
    known, foreign = (layer.select({"foreign_run": values}) for values in ((True, False), (True,)))
    if rows is None:
        return known, foreign
    return np.intersect1d(known, rows), np.intersect1d(foreign, rows)


def _classes(measure: str) -> tuple[Any, Any]:
    from maps.style import raster_tiles as rasters

    if measure == "shares":
        return rasters.SHARES, rasters.SHARE_SHADES
    return rasters.PER_HA, rasters.PER_HA_SHADES


def _describe(measure: str, snapshot: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    """Describe what the tiles of a measure take."""
    own = [
        choice(name, values, "the first is the default")
        for name, values in MEASURES[measure].items()
    ]
    numbers = [in_query(name, _NUMBERS[name], "a number") for name in NUMBERS[measure]]
    return [*own, *numbers, RESTING_ON[0], *selecting_parameters(snapshot, layers)]


def _describe_json(_: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    return [choice("f", ["json"], "format of the answer")]


def _declare(measure: str) -> None:
    """Declare the routes of a measure that has tiles."""
    here = f"/analysis/{measure}/tiles/{{tileMatrixSetId}}"
    described = described_by(partial(_describe, measure))
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


for _measure in MEASURES:
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
    name = shown(request.path_params["measure"])
    raise NotFoundError(f"no tiles of {name}; there are those of {', '.join(MEASURES)}")
