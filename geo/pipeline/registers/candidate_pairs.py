"""Pairs of rows that may be one business: near each other, or at one door or lot.

A register may name thousands of shops at one point or door. Each unit's rows are therefore taken
in blocks whose pairs are counted, or bounded, before they are made.
"""

from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import to_metric
from geo.core.vocab import EXACT

REACH_M: Final = 80.0  # farther apart is another shop, whatever its name
MOST: Final = 500_000  # pairs at a time; they take about 0.2 GB while their names are compared
_ROW: Final = 2**20  # of cells, more than lie beside each other anywhere on earth

Doors = tuple[pd.DataFrame, pd.DataFrame]


def candidate_pairs(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, doors: Doors, most: int = MOST
) -> Iterator[tuple[Any, Any]]:
    """Yield positions of rows of different units that are near each other, or at one door.

    Rows of one unit are never paired, however many of them are at one point or door.

    Args:
        left: with unit, located_by and geometry.
        right: the same; where it is the same frame, each pair is given once.
        doors: for the rows of either side the door and the lot, or nothing.
        most: so many pairs are given at a time, or those of one row of the left if it has more.

    Yields:
        Left and right positions, in ascending order; no pair is in two of them.
    """
    points = _metric_points(left), _metric_points(right)
    for ours, theirs in _batches(left, right, points, doors, most):
        pairs = [
            _near(points, left, right, ours, theirs),
            *(_at_one(name, doors, ours, theirs) for name in ("door", "lot")),
        ]
        first, second = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
        if left is right:
            first, second = np.minimum(first, second), np.maximum(first, second)
        every = np.unique(first * len(right) + second)
        if len(every):
            yield every // len(right), every % len(right)


def _batches(
    left: gpd.GeoDataFrame,
    right: gpd.GeoDataFrame,
    points: tuple[Any, Any],
    doors: Doors,
    most: int,
) -> Iterator[tuple[Any, Any]]:
    """Yield rows of one unit of the left, and the rows they are compared with, in blocks."""
    for ours, theirs in _compared_units(left, right):
        bound = sum(_shared(name, doors, ours, theirs) for name in ("door", "lot"))
        bound = bound + _neighbours(points[0][ours], points[1][theirs])
        block = (np.cumsum(bound) - bound) // most
        for start, stop in _runs(block):
            yield ours[start:stop], theirs


def _runs(values: Any) -> list[tuple[int, int]]:
    """Return where each run of equal values begins and ends."""
    edges = np.flatnonzero(np.diff(values)) + 1
    return list(zip([0, *edges], [*edges, len(values)], strict=True)) if len(values) else []


def _compared_units(left: pd.DataFrame, right: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Yield the positions of each unit of the left, and of the rows it is compared with.

    Within one frame the smaller units come first, and each is compared with those after it.
    """
    units, sizes = np.unique(_units(left).astype(str), return_counts=True)
    ours, theirs = (_units(rows).astype(str) for rows in (left, right))
    order = units[np.argsort(sizes, kind="stable")]
    for place, unit in enumerate(order):
        others = np.isin(theirs, order[place + 1 :]) if left is right else theirs != unit
        yield np.flatnonzero(ours == unit), np.flatnonzero(others)


def _shared(name: str, doors: Doors, ours: Any, theirs: Any) -> Any:
    """Count for each of our rows those of theirs with the same door or lot."""
    counts = doors[1][name].iloc[theirs].value_counts()
    return doors[0][name].iloc[ours].map(counts).fillna(0).to_numpy(np.int64)


def _neighbours(ours: Any, theirs: Any) -> Any:
    """Count for each of our points those of theirs in the squares around it: all within reach."""
    cells, sizes = np.unique(_cells(theirs), return_counts=True)
    beside = [row * _ROW + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
    asked = _cells(ours)[:, None] + np.array(beside)
    at = np.searchsorted(cells, asked).clip(max=max(len(cells) - 1, 0))
    return np.where(cells[at] == asked, sizes[at], 0).sum(axis=1) if len(cells) else 0 * asked[:, 0]


def _cells(points: Any) -> Any:
    """Return the square of each point, as wide as the reach; those without a point share one."""
    place = np.floor(np.nan_to_num(_coordinates(points)) / REACH_M).astype(np.int64)
    return place[:, 0] * _ROW + place[:, 1]


def _coordinates(points: Any) -> Any:
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _at_one(name: str, doors: Doors, ours: Any, theirs: Any) -> tuple[Any, Any]:
    """Return pairs of positions with the same door or lot."""
    sides = [
        pd.DataFrame({"at": side[name].to_numpy()[rows], "k": rows}).dropna()
        for side, rows in zip(doors, (ours, theirs), strict=True)
    ]
    joined = sides[0].merge(sides[1], on="at")
    return joined["k_x"].to_numpy(), joined["k_y"].to_numpy()


def _units(rows: pd.DataFrame) -> Any:
    return rows["unit"].to_numpy(dtype=object)


def _near(
    points: tuple[Any, Any], left: pd.DataFrame, right: pd.DataFrame, ours: Any, theirs: Any
) -> tuple[Any, Any]:
    """Return pairs of exactly geocoded rows within reach of each other."""
    known, others = (
        rows[frame["located_by"].isin(EXACT).to_numpy()[rows]]
        for frame, rows in ((left, ours), (right, theirs))
    )
    tree = shapely.STRtree(points[1][others])
    first, second = tree.query(points[0][known], predicate="dwithin", distance=REACH_M)
    return known[first], others[second]


def _metric_points(rows: gpd.GeoDataFrame) -> Any:
    return to_metric(rows[["geometry"]]).geometry.to_numpy()
