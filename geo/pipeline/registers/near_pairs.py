"""Pairs of open businesses whose matching is near to a decision, for staff to answer."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import to_metric
from geo.pipeline.registers.decisions import KEY, Decisions
from geo.pipeline.registers.match import (
    ALONE,
    TOGETHER,
    ComparedPairs,
    compare_pairs,
    same_business,
)

MARGIN: Final = 8.0  # of the similarity of names, on either side of what the matching asks for
ONE, TWO = "one business", "two businesses"
ABOUT_ALIKE: Final = "the names are about as alike as the matching asks for"
ONE_DOOR: Final = "one door and trade, but the names differ"
TWO_DOORS: Final = "the names are alike, but the doors differ"
_SHOWN: Final = ("name_ko", "name_en", "address", "category", "phone")
ABOUT: Final = (
    "why", "now", "name_likeness", "distance_m", "same_address", "same_category",
    *(f"{name}_{side}" for name in _SHOWN for side in (1, 2)),
)  # fmt: skip


def near_pairs(rows: gpd.GeoDataFrame, decisions: Decisions) -> pd.DataFrame:
    """List the pairs whose names, doors and trades do not agree on whether they are one business.

    Left out are pairs that staff have decided, that a list says are the same, and two rows of
    businesses which the matching cannot join, as one register names both.

    Args:
        rows: of `geo.pipeline.registers.businesses.list_rows`.
        decisions: what staff have decided so far.

    Returns:
        Columns `KEY` and `ABOUT`, the nearest first.
    """
    still = gpd.GeoDataFrame(rows[rows["status"] != "closed"]).sort_index()
    pairs = compare_pairs(still, still, lambda block: _why(block, _off_threshold(block)) != "")
    label = np.asarray(same_business(still, decisions))
    off = _off_threshold(pairs)
    why = _why(pairs, off)
    asked = np.flatnonzero(_open(still, pairs, label, decisions))
    left, right = pairs.left[asked], pairs.right[asked]
    table = _keys(still, left, right).assign(
        why=why[asked],
        now=np.where(label[left] == label[right], ONE, TWO),
        name_likeness=pairs.name[asked].round(1),
        distance_m=_distance(still, left, right),
        same_address=_yes(pairs.address[asked]),
        same_category=_yes(pairs.category[asked]),
        **_sides(still, left, right),
    )
    order = np.lexsort((table["id_2"], table["id_1"], np.abs(off[asked])))
    return table.iloc[order].reset_index(drop=True)[[*KEY, *ABOUT]]


def _off_threshold(pairs: ComparedPairs) -> Any:
    """Return by how much names are more alike than the matching asks for; negative for less."""
    return pairs.name - np.where(pairs.address | pairs.category, TOGETHER, ALONE)


def _why(pairs: ComparedPairs, off: Any) -> Any:
    """Return why pairs are near to a decision; "" for those that are not."""
    one_door = pairs.address & pairs.category & ((off < 0) | ~pairs.same)
    return np.select(
        [np.abs(off) <= MARGIN, one_door, pairs.same & pairs.doors],
        [ABOUT_ALIKE, ONE_DOOR, TWO_DOORS],
        np.where(pairs.same & (off < 0), ABOUT_ALIKE, ""),
    )


def _open(rows: pd.DataFrame, pairs: ComparedPairs, label: Any, decisions: Decisions) -> Any:
    """Return which pairs can be decided, and have not been."""
    units = pd.Series(rows["unit"].to_numpy()).groupby(label).agg(set).to_dict()
    index = rows.index.astype(str)
    said = rows["same_as"].fillna("").astype(str)
    done = {frozenset(pair) for pair in (*decisions.same, *decisions.apart)}
    done |= {frozenset(pair) for pair in zip(index, said, strict=True) if pair[1]}
    return np.array(
        [
            frozenset((index[left], index[right])) not in done
            and (label[left] == label[right] or not units[label[left]] & units[label[right]])
            for left, right in zip(pairs.left, pairs.right, strict=True)
        ],
        bool,
    )


def _keys(rows: pd.DataFrame, left: Any, right: Any) -> pd.DataFrame:
    register, index = rows["register"].to_numpy(), rows.index.to_numpy()
    columns = (register[left], index[left], register[right], index[right])
    return pd.DataFrame(dict(zip(KEY, columns, strict=True)))


def _sides(rows: pd.DataFrame, left: Any, right: Any) -> dict[str, Any]:
    return {
        f"{name}_{side}": rows[name].fillna("").to_numpy(dtype=object)[at]
        for name in _SHOWN
        for side, at in ((1, left), (2, right))
    }


def _distance(rows: gpd.GeoDataFrame, left: Any, right: Any) -> Any:
    points = to_metric(rows).geometry
    x, y = points.x.to_numpy(), points.y.to_numpy()
    return np.hypot(x[left] - x[right], y[left] - y[right]).round()


def _yes(values: Any) -> Any:
    return np.where(values, "yes", "no")
