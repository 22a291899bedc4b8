"""Pairs of rows that may be one business: near each other, or at one door or lot."""

from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import to_metric
from geo.core.vocab import EXACT

REACH_M: Final = 80.0  # farther apart is another shop, whatever its name


def candidate_pairs(
    left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, doors: tuple[pd.DataFrame, pd.DataFrame]
) -> tuple[Any, Any]:
    """Return positions of rows of different units that are near each other, or at one door.

    Rows of one unit are never paired, however many of them are at one point or door.

    Args:
        left: with unit, located_by and geometry.
        right: the same; where it is the same frame, each pair is given once.
        doors: for the rows of either side the door and the lot, or nothing.
    """
    points = _metric_points(left), _metric_points(right)
    pairs = [
        pair
        for ours, theirs in _compared_units(left, right)
        for pair in (
            _near(points, left, right, ours, theirs),
            *(_at_one(name, doors, ours, theirs) for name in ("door", "lot")),
        )
    ]
    if not pairs:
        none = np.array([], dtype=np.int64)
        return none, none
    first, second = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    if left is right:
        first, second = np.minimum(first, second), np.maximum(first, second)
    every = np.unique(np.column_stack([first, second]), axis=0)
    return every[:, 0], every[:, 1]


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


def _at_one(
    name: str, doors: tuple[pd.DataFrame, pd.DataFrame], ours: Any, theirs: Any
) -> tuple[Any, Any]:
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
