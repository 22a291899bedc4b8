"""Raster tiles as pictures, and the words and colours that describe them."""

from typing import Any, Final

import numpy as np

from api.parameters.filters import resting_on, select_rows
from api.parameters.raster_query import KERNEL, RasterQuery
from api.service.current_snapshot import CurrentSnapshot
from geo.serving.analysis.sample import NOTHING
from geo.serving.tiles import cells as units
from geo.serving.tiles import raster
from geo.serving.tiles.layer import layer_tiles
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.tile_grid import Tile
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

_TITLES: Final = {
    "density": "businesses per hectare, without a correction at any edge",
    "shares": "share of foreign-run businesses among those of which it is known",
}


def render_tile(current: CurrentSnapshot, layer: Layer, tile: Tile, query: RasterQuery) -> bytes:
    """Render a tile as PNG, transparent where there is nothing to show."""
    from maps.style import raster_tiles as rasters  # the library that draws is large

    rows = _counted_rows(layer, query)
    lows, shades = value_classes(query.measure)
    if query.scale != KERNEL:
        shapes, values = units.units(current.snapshot, query.scale, tile, rows)
        dense = values >= query.min_density
        return rasters.render_areas(tile, shapes[dense], values[dense], lows, shades)
    points = current.tiles.setdefault(layer.id, layer_tiles(layer))
    assert isinstance(points, PointTiles)  # noqa: S101 # businesses are points
    window = raster.window(tile, query.bandwidth_m)
    if query.measure == "shares":
        known, foreign = _known_rows(layer, rows)
        values = raster.share(points, window, foreign, known)
    else:
        values = raster.density(points, window, rows)
        values = np.where(values >= query.min_density, values, np.nan)
    return rasters.render_pixels(values, lows, shades)


def description_of(layer: Layer, query: RasterQuery) -> str:
    """Say what the tiles show, and where they are all empty what that means."""
    rows = _counted_rows(layer, query)
    if query.measure == "shares":
        rows = _known_rows(layer, rows)[0]
    title = _TITLES[query.measure]
    return title if rows is None or len(rows) else f"{title}; {NOTHING}"


def value_classes(measure: str) -> tuple[Any, Any]:
    """Return the lower bounds of the classes of a measure, and the colour of each."""
    from maps.style import raster_tiles as rasters

    if measure == "shares":
        return rasters.SHARES, rasters.SHARE_SHADES
    return rasters.PER_HA, rasters.PER_HA_SHADES


def _counted_rows(layer: Layer, query: RasterQuery) -> Rows | None:
    """The rows that count; None for every row of the layer."""
    if not query.selection.is_everything:
        return resting_on(layer, select_rows(layer, query.selection), query.given)
    everything = np.arange(layer.count)
    rows = resting_on(layer, everything, query.given)
    return None if len(rows) == layer.count else rows


def _known_rows(layer: Layer, rows: Rows | None) -> tuple[Rows, Rows]:
    """Of the rows (None: of all) those of which it is known who runs them, and the foreign-run."""
    known, foreign = (layer.select({"foreign_run": values}) for values in ((True, False), (True,)))
    if rows is None:
        return known, foreign
    return np.intersect1d(known, rows), np.intersect1d(foreign, rows)
