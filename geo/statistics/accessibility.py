"""Walking accessibility: along streets if connected, else straight lines times detour factors.

A network that lacks streets makes ways too long without showing it, so it is used only if all
places and targets lie on one connected part of it. Elsewhere the way is the
straight line times a detour, of which a lower and an upper value are stated.

Speeds are those that Korean crossings are timed for: 1.0 m/s, and 0.8 m/s where many walkers are
old or slow. All coordinates are metres (EPSG:5186).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

SPEEDS_M_S: Final = (1.0, 0.8)
BANDS_MIN: Final = (3, 5, 10)
DETOURS: Final = (1.2, 1.4)  # way over straight line in built-up areas, lower and upper
REACH_M: Final = 60.0  # a place farther from any street is not on it
_STEP_M: Final = 5.0  # streets are followed in steps; an error of half of it at either end

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bounds = tuple[float, float]  # lower and upper

_NOTHING: Final = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Walk:
    """Walking distances from each place to the nearest target.

    Attributes:
        least_m: the shortest that the way may be; infinite where there is no target at all.
        most_m: the longest.
        by_street: whether ways follow streets, and both are the same.
    """

    least_m: Floats
    most_m: Floats
    by_street: bool

    def within(self, minutes: float, speed_m_s: float) -> Bounds:
        """Return the share of places within so many minutes, lower and upper; NaN if unknown."""
        if not self._known:
            return _NOTHING
        reach_m = minutes * 60 * speed_m_s
        return float((self.most_m <= reach_m).mean()), float((self.least_m <= reach_m).mean())

    def median_min(self, speed_m_s: float) -> Bounds:
        """Return the median walking time in minutes, lower and upper; NaN if none is known."""
        if not self._known:
            return _NOTHING
        low, high = (float(np.median(metres)) for metres in (self.least_m, self.most_m))
        return low / speed_m_s / 60, high / speed_m_s / 60

    @property
    def _known(self) -> bool:
        return bool(len(self.least_m) and np.isfinite(self.least_m).all())


class Streets:
    """The largest connected part of a network; streets meet where they cross or share an end."""

    def __init__(self, lines: Sequence[Any]) -> None:
        """Build the network from lines in metres; without lines nobody can walk along it."""
        network = shapely.union_all(shapely.segmentize(np.array(lines, dtype=object), _STEP_M))
        self._nodes, self._edges = _largest(*_network(shapely.get_parts(network)))

    def walk(self, places: Floats, targets: Floats) -> Walk:
        """Compute the shortest ways from places to the nearest of the targets.

        Args:
            places: metres, shape (n, 2).
            targets: metres, shape (m, 2).

        Returns:
            Along streets where every place and target lies on them, and straight lines times
            `DETOURS` where any does not.
        """
        if len(places) and len(targets) and self._hold(np.vstack([places, targets])):
            metres = self._along(places, targets)
            return Walk(metres, metres, by_street=True)
        straight = _straight(places, targets)
        low, high = DETOURS
        return Walk(low * straight, high * straight, by_street=False)

    def _hold(self, points: Floats) -> bool:
        """Check whether all points lie on the network."""
        from scipy.spatial import KDTree  # only where somebody walks

        return bool(len(self._nodes) and (KDTree(self._nodes).query(points)[0] <= REACH_M).all())

    def _along(self, places: Floats, targets: Floats) -> Floats:
        """Compute the network distance from each place to the nearest target, metres."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra
        from scipy.spatial import KDTree

        tree, n = KDTree(self._nodes), len(self._nodes)
        legs, ends = tree.query(targets)
        start, end, metres = self._edges
        # Each target is a node of its own, with an edge to the street; 0 would be no edge.
        doors = n + np.arange(len(targets))
        rows, columns = np.append(start, doors), np.append(end, ends)
        weights = np.append(metres, np.maximum(legs, 1e-6))
        graph = csr_array((weights, (rows, columns)), shape=(n + len(doors), n + len(doors)))
        distances: Floats = dijkstra(graph, directed=False, indices=doors, min_only=True)
        leg, node = tree.query(places)
        way: Floats = leg + distances[node]
        return way


def _straight(places: Floats, targets: Floats) -> Floats:
    if not len(targets) or not len(places):
        return np.full(len(places), np.inf)
    from scipy.spatial import KDTree

    metres: Floats = KDTree(targets).query(places)[0]
    return metres


def _network(lines: Any) -> tuple[Floats, tuple[Any, Any, Floats]]:
    """Build nodes and edges of lines that are already noded; gaps are not bridged."""
    if not len(lines):
        return np.empty((0, 2)), (np.empty(0, int), np.empty(0, int), np.empty(0))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    nodes, place = np.unique(xy.round(3), axis=0, return_inverse=True)
    place, along = place.ravel(), line[1:] == line[:-1]
    start, end = place[:-1][along], place[1:][along]
    metres = np.maximum(np.linalg.norm(nodes[start] - nodes[end], axis=1), 1e-6)
    # An edge given twice would count double.
    pairs, first = np.unique(np.sort(np.column_stack([start, end])), axis=0, return_index=True)
    return nodes, (pairs[:, 0], pairs[:, 1], metres[first])


def _largest(
    nodes: Floats, edges: tuple[Any, Any, Floats]
) -> tuple[Floats, tuple[Any, Any, Floats]]:
    """Return the largest connected component by number of nodes."""
    if not len(nodes):
        return nodes, edges
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    start, end, metres = edges
    graph = csr_array((metres, (start, end)), shape=(len(nodes), len(nodes)))
    component = connected_components(graph, directed=False)[1]
    in_largest = component == np.bincount(component).argmax()
    place, inside = np.cumsum(in_largest) - 1, in_largest[start]
    return nodes[in_largest], (place[start[inside]], place[end[inside]], metres[inside])


def share_of_area(areas: Any, targets: Floats, *, metres: float) -> Floats:
    """Compute the share of each area within a straight-line distance of a target.

    Args:
        areas: polygons in metres.
        targets: metres, shape (m, 2).
        metres: the distance.

    Returns:
        0 to 1; NaN where there is no target, because none is known.
    """
    if not len(targets):
        return np.full(len(areas), np.nan)
    return share_inside(areas, reach_zone(shapely.points(targets), metres))


def reach_zone(places: Any, metres: Any) -> Any:
    """Compute the ground within a straight-line distance of any of some places.

    Args:
        places: geometries in metres.
        metres: the distance; one for all, or one for each.
    """
    return shapely.union_all(shapely.buffer(places, metres, quad_segs=32))


def share_inside(areas: Any, zone: Any) -> Floats:
    """Compute the share of each area that lies in a zone, 0 to 1."""
    share: Floats = shapely.area(shapely.intersection(areas, zone)) / shapely.area(areas)
    return np.minimum(share, 1.0)
