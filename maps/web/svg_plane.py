"""A plane for drawings of the city (SVG): lon/lat to units of the drawing, and path data."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

SQUEEZE: Final = 0.795  # a degree of longitude against one of latitude, at Ansan
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class SvgPlane:
    """The plane of a drawing.

    Attributes:
        west: longitude of its left edge, degrees.
        north: latitude of its upper edge, degrees.
        scale: units of the drawing for a degree of latitude.
        width: of the drawing, units.
        height: of the drawing, units.
    """

    west: float
    north: float
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, shapes: Any, width: int) -> "SvgPlane":
        """Create the plane of a width that holds all shapes (lon/lat)."""
        west, south, east, north = map(float, shapely.total_bounds(shapes))
        scale = width / max((east - west) * SQUEEZE, 1e-9)
        return cls(west, north, scale, width, max(1, round((north - south) * scale)))

    def place(self, lonlat: Floats) -> Floats:
        """Convert points of shape (n, 2), degrees, to units of the drawing."""
        x = (lonlat[:, 0] - self.west) * SQUEEZE * self.scale
        return np.column_stack([x, (self.north - lonlat[:, 1]) * self.scale]).round(1)

    def draw(self, shape: Any) -> Any:
        """Transform a shape (lon/lat) to units of the drawing."""
        return shapely.transform(shape, self.place)


def path_data(area: Any) -> str:
    """Write a shape of polygons in units of a drawing as SVG path data."""
    return paths_data(np.array([area]))[0]


def paths_data(areas: Any) -> list[str]:
    """Write many shapes of polygons, an array, as SVG path data."""
    parts, area_of = shapely.get_parts(areas, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    texts = [f"{x:g} {y:g}" for x, y in points.tolist()]
    ends = np.searchsorted(ring_of, np.arange(len(rings) + 1)).tolist()
    paths = [""] * len(areas)
    for ring, area in enumerate(area_of[part_of].tolist()):
        # The last point repeats the first, and small shapes have neighbours that round alike.
        paths[area] += f"M{'L'.join(dict.fromkeys(texts[ends[ring] : ends[ring + 1]]))}Z"
    return paths
