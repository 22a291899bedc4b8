"""Gaps between the outlines of neighbouring dong: where, between which two, and how wide."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_degrees

_TOUCH_M: Final = 0.01


@dataclass(frozen=True)
class Gap:
    """A gap between two outlines.

    Attributes:
        names: of the two.
        width_m: diameter of the largest circle in it.
        lon: of its middle, degrees.
        lat: likewise.
    """

    names: tuple[str, str]
    width_m: float
    lon: float
    lat: float

    def __str__(self) -> str:
        """Describe it for a message."""
        return (
            f"{' and '.join(self.names)} do not meet at {self.lat:.5f} N {self.lon:.5f} E: "
            f"there is a gap of {self.width_m:.1f} m"
        )


def find_gaps(names: Any, shapes: Any, widest_m: float) -> list[Gap]:
    """Find the gaps between each two outlines that face each other.

    What lies between two edges of one outline, an inlet or its own islands, is no gap.

    Args:
        names: of the outlines.
        shapes: polygons, EPSG:5186.
        widest_m: what is wider is water.

    Returns:
        The gaps, the widest first.
    """
    edges = shapely.coverage_invalid_edges(shapes, widest_m)
    open_ = np.flatnonzero(~shapely.is_empty(edges)).tolist()
    gaps = [
        gap
        for k, a in enumerate(open_)
        for b in open_[k + 1 :]
        for gap in _between((str(names[a]), str(names[b])), shapes, (a, b), (edges, widest_m))
    ]
    gaps += [gap for gap in _enclosed(names, shapes) if gap.width_m <= widest_m]
    return sorted(gaps, key=lambda gap: -gap.width_m)


def _enclosed(names: Any, shapes: Any) -> Iterator[Gap]:
    """Yield what several outlines enclose and none of them holds."""
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.polygons(ring)
            around = np.flatnonzero(shapely.dwithin(shapes, hole, _TOUCH_M))
            if len(around) > 1:
                yield _gap((str(names[around[0]]), str(names[around[1]])), hole)


def _between(
    names: tuple[str, str], shapes: Any, pair: tuple[int, int], how: tuple[Any, float]
) -> Iterator[Gap]:
    edges, widest_m = how
    a, b = pair
    reach = widest_m / 2
    facing = shapely.intersection(edges[a], shapely.buffer(edges[b], widest_m))
    if shapely.is_empty(facing):
        return
    here = shapely.buffer(facing, 2 * widest_m)
    two = shapely.intersection(shapely.union(shapes[a], shapes[b]), here)
    closed = shapely.buffer(shapely.buffer(two, reach), -reach)
    others = shapely.union_all(shapes[shapely.intersects(shapes, here)])
    for part in shapely.get_parts(shapely.difference(closed, others)):
        if max(shapely.distance(part, edges[a]), shapely.distance(part, edges[b])) <= _TOUCH_M:
            yield _gap(names, part)


def _gap(names: tuple[str, str], part: Any) -> Gap:
    circle = shapely.maximum_inscribed_circle(part)
    ((lon, lat),) = in_degrees(shapely.get_coordinates(circle)[:1])
    return Gap(names, float(2 * shapely.length(circle)), float(lon), float(lat))
