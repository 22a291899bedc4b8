"""How far people walk: along the streets that are known, straight where none is.

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
REACH_M: Final = 60.0  # a place farther from any street is not on it
_STEP_M: Final = 5.0  # streets are followed in steps; an error of half of it at either end
_GAP_M: Final = 15.0  # streets fitted to house numbers may end that short of each other

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Walk:
    """From each place to the nearest target.

    Attributes:
        metres: length of the way; infinite where there is no target at all.
        by_street: whether it follows streets; else it is a straight line, which is too short.
    """

    metres: Floats
    by_street: Mask

    def minutes(self, speed_m_s: float) -> Floats:
        """The time it takes."""
        return self.metres / speed_m_s / 60

    def within(self, speed_m_s: float) -> dict[int, float]:
        """Share of the places within each of `BANDS_MIN`; of no places it is NaN."""
        minutes = self.minutes(speed_m_s)
        if not len(minutes):
            return dict.fromkeys(BANDS_MIN, float("nan"))
        return {band: float((minutes <= band).mean()) for band in BANDS_MIN}


class Streets:
    """Streets as a network; they meet where they cross and where one ends beside another."""

    def __init__(self, lines: Sequence[Any]) -> None:
        """Lines in metres; none at all is a network on which nobody walks."""
        whole = shapely.union_all(shapely.segmentize(np.array(lines, dtype=object), _STEP_M))
        self._nodes, self._edges = _network(shapely.get_parts(whole))

    def walk(self, places: Floats, targets: Floats) -> Walk:
        """The shortest ways from places to the nearest of the targets.

        Args:
            places: metres, shape (n, 2).
            targets: metres, shape (m, 2).
        """
        straight = _straight(places, targets)
        if not len(places) or not len(targets) or not len(self._nodes):
            return Walk(straight, np.zeros(len(places), dtype=bool))
        from scipy.spatial import KDTree  # only where somebody walks

        leg, node = KDTree(self._nodes).query(places)
        streets = leg + self._to_nearest(targets)[node]
        by_street = (leg <= REACH_M) & np.isfinite(streets)
        # A straight line to a target off the network may be the shorter way.
        off = _straight(places, targets[self._off(targets)])
        by_street &= streets <= off
        return Walk(np.where(by_street, streets, straight), by_street)

    def _off(self, targets: Floats) -> Mask:
        from scipy.spatial import KDTree

        return np.asarray(KDTree(self._nodes).query(targets)[0] > REACH_M)

    def _to_nearest(self, targets: Floats) -> Floats:
        """Metres from every node to the nearest target that stands on a street."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra
        from scipy.spatial import KDTree

        legs, ends = KDTree(self._nodes).query(targets)
        on = np.flatnonzero(legs <= REACH_M)
        n = len(self._nodes)
        if not len(on):
            return np.full(n, np.inf)
        one, other, metres = self._edges
        # Each target is a node of its own, with an edge to the street; 0 would be no edge.
        doors = n + np.arange(len(on))
        rows, columns = np.append(one, doors), np.append(other, ends[on])
        weights = np.append(metres, np.maximum(legs[on], 1e-6))
        graph = csr_array((weights, (rows, columns)), shape=(n + len(on), n + len(on)))
        found: Floats = dijkstra(graph, directed=False, indices=doors, min_only=True)
        return found[:n]


def _straight(places: Floats, targets: Floats) -> Floats:
    if not len(targets) or not len(places):
        return np.full(len(places), np.inf)
    from scipy.spatial import KDTree

    metres: Floats = KDTree(targets).query(places)[0]
    return metres


def _network(lines: Any) -> tuple[Floats, tuple[Any, Any, Floats]]:
    """Nodes and edges of lines that are noded already; gaps at their ends are bridged."""
    if not len(lines):
        return np.empty((0, 2)), (np.empty(0, int), np.empty(0, int), np.empty(0))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    nodes, first, place = np.unique(xy.round(3), axis=0, return_index=True, return_inverse=True)
    place = place.ravel()
    along = line[1:] == line[:-1]
    ends = np.concatenate([place[:-1][~along], place[1:][~along], place[[0, -1]]])
    bridges = _bridges(nodes, line[first], np.unique(ends))
    one = np.concatenate([place[:-1][along], bridges[:, 0]])
    other = np.concatenate([place[1:][along], bridges[:, 1]])
    metres = np.maximum(np.linalg.norm(nodes[one] - nodes[other], axis=1), 1e-6)
    # An edge given twice would count double.
    pairs, held = np.unique(np.sort(np.column_stack([one, other])), axis=0, return_index=True)
    return nodes, (pairs[:, 0], pairs[:, 1], metres[held])


def _bridges(nodes: Floats, line: Any, ends: Any) -> Any:
    """Pairs of an end of a street and the nearest node of another that is not far from it."""
    from scipy.spatial import KDTree

    near = KDTree(nodes).query_ball_point(nodes[ends], _GAP_M)
    pairs = []
    for end, found in zip(ends, near, strict=True):
        others = [j for j in found if line[j] != line[end]]
        if others:
            gaps = np.linalg.norm(nodes[others] - nodes[end], axis=1)
            pairs.append((end, others[int(gaps.argmin())]))
    return np.array(pairs, dtype=int).reshape(-1, 2)


def share_of_area(areas: Any, targets: Floats, *, metres: float) -> Floats:
    """Share of each area within a straight distance of a target.

    Args:
        areas: polygons in metres.
        targets: metres, shape (m, 2).
        metres: the distance.
    """
    if not len(targets):
        return np.zeros(len(areas))
    near = shapely.union_all(shapely.buffer(shapely.points(targets), metres, quad_segs=32))
    share: Floats = shapely.area(shapely.intersection(areas, near)) / shapely.area(areas)
    return share
