"""A plane for drawings of the city (SVG): lon/lat to units of the drawing, and path data."""

from collections.abc import Sequence
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
    """Write polygons in units of a drawing as SVG path data."""
    rings = [
        ring.coords for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)
    ]
    return "".join(_ring(list(dict.fromkeys(ring))) for ring in rings)


def _ring(points: Sequence[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y, *_ in points) + "Z"
