"""Hexagons, squares and dong of a tile, with their densities."""

from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.serving.analysis.cells import Cells, all_in_zone, cells, zone_in_force
from geo.serving.analysis.coverage import unit_coverage
from geo.serving.analysis.sample import point_sample
from geo.serving.tiles.tile_grid import Tile
from geo.snapshot.coverage import covered_outline
from geo.snapshot.layer import Layer
from geo.snapshot.point_index import BBox
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from geo.statistics.cells import GRID_M, hexagon, hexagon_areas_ha, hexagons_at, squares
from geo.statistics.kernel_density import HECTARE_M2

SCALES: Final = ("hex", "grid", "dong")
FROM_ZOOM: Final = 13  # below, a hexagon or square is hardly larger than a pixel
_MARGIN_DEG: Final = 0.0025  # more than the width of a hexagon or square

Shapes = np.ndarray[Any, np.dtype[np.object_]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


def units(snapshot: Snapshot, scale: str, tile: Tile, rows: Rows | None) -> tuple[Shapes, Floats]:
    """Compute the units that a tile shows: wholly covered ones that hold a point.

    Args:
        snapshot: the data.
        scale: one of `SCALES`.
        tile: the tile.
        rows: the businesses that count; None for all.

    Returns:
        Their outlines, lon/lat, and businesses per hectare of their true area. Where all that
        count lie in the zone, units end at its outline, as those of `geo.serving.analysis.cells`
        do.
    """
    shapes, per_ha = _units(snapshot, scale, tile, rows)
    if not len(shapes) or covered_outline(snapshot.manifest["coverage"]["businesses"]) is None:
        return shapes, per_ha
    layer = snapshot.layers["businesses"]
    sample = point_sample(layer, np.arange(layer.count) if rows is None else rows)
    whole = unit_coverage(snapshot, shapes, sample).whole
    return shapes[whole], per_ha[whole]


def _units(snapshot: Snapshot, scale: str, tile: Tile, rows: Rows | None) -> tuple[Shapes, Floats]:
    layer, box = snapshot.layers["businesses"], _box(tile)
    if scale == "dong":
        return _dong(snapshot.layers["dong"], layer, box, rows)
    zone = zone_in_force(snapshot)
    if rows is not None and all_in_zone(_places(layer, rows), zone):
        return _of_zone(cells(snapshot, scale, _places(layer, rows), zone), box)
    lonlat = _places(layer, layer.touching(box, rows))
    return _hexagons(lonlat) if scale == "hex" else _squares(lonlat)


def _places(layer: Layer, rows: Rows) -> Floats:
    """Read the coordinates of businesses, degrees."""
    lonlat: Floats = layer.lonlat(rows)
    return lonlat


def _of_zone(zone_cells: Cells, box: BBox) -> tuple[Shapes, Floats]:
    """Select the units of the zone that hold a point and touch a box."""
    shown = (zone_cells.counts() > 0) & shapely.intersects(zone_cells.shapes, shapely.box(*box))
    return zone_cells.shapes[shown], zone_cells.per_ha()[shown]


def _hexagons(lonlat: Floats) -> tuple[Shapes, Floats]:
    ids, counts = np.unique(np.array(hexagons_at(lonlat), dtype=str), return_counts=True)
    names = ids.tolist()
    shapes = np.array([hexagon(name) for name in names], dtype=object)
    return shapes, counts / hexagon_areas_ha(names)


def _squares(lonlat: Floats) -> tuple[Shapes, Floats]:
    corners = np.floor(in_metres(lonlat) / GRID_M)
    every, counts = np.unique(corners, axis=0, return_counts=True)
    return squares(every), (counts * (HECTARE_M2 / GRID_M**2)).astype(np.float64)


def _dong(dong: Layer, businesses: Layer, box: BBox, rows: Rows | None) -> tuple[Shapes, Floats]:
    dong_rows = dong.touching(box)
    records = dong.records(dong_rows, ["id", "area_km2"])
    dong_codes = businesses.codes("dong_code")
    counts = dict.fromkeys((record["id"] for record in records), 0)
    if dong_codes is not None:
        codes = dong_codes.codes if rows is None else dong_codes.codes[rows]
        numbers = np.bincount(codes[codes >= 0], minlength=len(dong_codes.values))
        counts |= dict(zip(dong_codes.values, numbers.tolist(), strict=False))
    per_ha = np.array([counts[record["id"]] / (100 * record["area_km2"]) for record in records])
    return dong.geometries(dong_rows), per_ha


def _box(tile: Tile) -> BBox:
    """Compute the lon/lat box of a tile with a margin."""
    x = np.array([tile.column, tile.column + 1]) / 2**tile.zoom
    y = np.array([tile.row + 1, tile.row]) / 2**tile.zoom
    west, east = (x * 360 - 180).tolist()
    south, north = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))).tolist()
    return BBox(
        max(west - _MARGIN_DEG, -180.0),
        max(south - _MARGIN_DEG, -90.0),
        min(east + _MARGIN_DEG, 180.0),
        min(north + _MARGIN_DEG, 90.0),
    )
