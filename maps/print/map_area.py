"""The area of a map on a page: what is given in metres is drawn in millimetres, and cut at it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from maps.print.legend_entries import Fill
from maps.print.paper import Frame, Page, fill_style

if TYPE_CHECKING:
    from matplotlib.path import Path


class MapArea:
    """A frame of the page in which shapes and lines are drawn by their metres (EPSG:5186)."""

    def __init__(self, page: Page, frame: Frame, corner: tuple[float, float], metres_a_mm: float):
        """Create the area.

        Args:
            page: to draw on; what is drawn lies below everything that is drawn on it directly.
            frame: of the area.
            corner: west and south, metres.
            metres_a_mm: metres on a millimetre of paper.
        """
        from matplotlib.transforms import Affine2D

        (west, south), scale = corner, 1 / metres_a_mm
        self._page, self._frame = page, frame
        self._below = page.next_ground()
        self._to_mm = Affine2D().translate(-west, -south).scale(scale)
        self._to_mm.translate(frame.left, frame.bottom)

    def fill(self, areas: Sequence[Any], look: Fill, width: float, zorder: float) -> None:
        """Fill areas, metres."""
        from matplotlib.collections import PathCollection

        paths = [_path(area) for area in areas if not area.is_empty]
        if paths:
            self._add(PathCollection(paths, **fill_style(look, width)), zorder)

    def lines(self, lines: Sequence[Any], zorder: float, **style: Any) -> None:
        """Draw lines through coordinates, metres."""
        from matplotlib._enums import CapStyle, JoinStyle
        from matplotlib.collections import LineCollection

        if lines:
            cap = CapStyle.butt if "linestyle" in style else CapStyle.projecting
            join = JoinStyle.round
            self._add(LineCollection(lines, joinstyle=join, capstyle=cap, **style), zorder)

    def name(self, x: float, y: float, text: str, size: float, zorder: float) -> None:
        """Write a name around a point, metres, on a piece of paper."""
        ((x_mm, y_mm),) = self._to_mm.transform(np.array([(x, y)])).tolist()
        more = {"ha": "center", "va": "center", "on_paper": True}
        self._page.text(x_mm, y_mm, text, size, zorder=self._below + zorder, **more)

    def _add(self, artist: Any, zorder: float) -> None:
        self._page.add_within(artist, self._frame, self._to_mm, self._below + zorder)


def _path(area: Any) -> "Path":
    """Convert an area to a path; its holes run the other way round."""
    from matplotlib.path import Path

    if area.geom_type == "Polygon" and not area.interiors:
        return Path(shapely.get_coordinates(area), closed=True)
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    rings = [
        Path(shapely.get_coordinates(ring), closed=True)
        for polygon in polygons
        for oriented in [shapely.geometry.polygon.orient(polygon)]
        for ring in (oriented.exterior, *oriented.interiors)
    ]
    return Path.make_compound_path(*rings)
