"""Hexagons (H3) and square cells: ids, outlines and true areas."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import h3
import numpy as np
import shapely

from geo.core.crs import in_degrees
from geo.statistics.kernel_density import HECTARE_M2, RESOLUTION

GRID_M: Final = 100.0  # side of a square, aligned to EPSG:5186

Floats = np.ndarray[Any, np.dtype[np.float64]]


def hexagons_at(lonlat: Floats) -> list[str]:
    """Return the H3 index of the hexagon of each point."""
    return [h3.latlng_to_cell(lat, lon, RESOLUTION) for lon, lat in lonlat.tolist()]


@lru_cache(maxsize=16_384)  # a page asks for the hexagons of a city several times
def hexagon(cell: str) -> shapely.Polygon:
    """Return the outline of a hexagon, lon/lat."""
    return shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)])


def hexagon_areas_ha(ids: Iterable[str]) -> Floats:
    """Compute true areas of hexagons, hectares; H3's average is half too large at Ansan."""
    return np.array([_hexagon_area_ha(cell) for cell in ids])


@lru_cache(maxsize=16_384)
def _hexagon_area_ha(cell: str) -> float:
    return float(h3.cell_area(cell, unit="m^2")) / HECTARE_M2


def squares(corners: Floats) -> Any:
    """Return outlines of squares, lon/lat, by their south-western corners in units of `GRID_M`."""
    metric = shapely.box(*(corners * GRID_M).T, *((corners + 1) * GRID_M).T)
    return shapely.transform(metric, in_degrees)
