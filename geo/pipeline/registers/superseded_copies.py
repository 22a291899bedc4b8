"""A committed copy of a register gives way to the register itself, row for row."""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import to_metric
from geo.pipeline.registers.business_names import plain_name

NEAR_M: Final = 30.0  # an edition may move a building's point; two shops of one name lie farther
WHOLE: Final = 0.5  # share of the copy that a release must name to speak for the rest


@dataclass(frozen=True)
class CopyMatch:
    """A copy against a release of its register.

    Attributes:
        same: id in the copy, by id in the register; one for one.
        gone: ids of the copy that a newer release no longer names.
    """

    same: pd.Series
    gone: pd.Index


def match_copy(copy: gpd.GeoDataFrame, register: gpd.GeoDataFrame, release: str) -> CopyMatch:
    """Match rows of a copy with rows of its register, by name and point.

    Nearest first; of two at one distance those of one category. A release that is newer than the
    copy and names most of it speaks for the rest as well: what it leaves out has gone.

    Args:
        copy: indexed by id; `name_ko`, `category`, `source_date`, points.
        register: the same.
        release: month or day of the release, "" where unknown.
    """
    same = _one_for_one(_pairs(copy, register))
    left = copy.index.difference(pd.Index(same))
    newer = release > str(copy["source_date"].max())
    gone = left if newer and len(same) >= WHOLE * len(copy) else left[:0]
    return CopyMatch(same, gone)


def _pairs(copy: gpd.GeoDataFrame, register: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return all pairs of one name within reach, best first."""
    left, right = _told(copy), _told(register)
    pairs = left.merge(right, on="name", suffixes=("_copy", "_register"))
    away = np.hypot(pairs["x_copy"] - pairs["x_register"], pairs["y_copy"] - pairs["y_register"])
    pairs = pairs.assign(
        away=away.round(), other=pairs["category_copy"] != pairs["category_register"]
    )
    near = pairs[pairs["away"] <= NEAR_M]
    return near.sort_values(["away", "other", "id_copy", "id_register"])


def _told(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    points = to_metric(rows).geometry
    return pd.DataFrame(
        {
            "id": rows.index,
            "name": plain_name(rows["name_ko"]).to_numpy(),
            "category": rows["category"].to_numpy(),
            "x": points.x.to_numpy(),
            "y": points.y.to_numpy(),
        }
    )


def _one_for_one(pairs: pd.DataFrame) -> "pd.Series[Any]":
    """Keep the best pairs such that each row is in one pair only."""
    copy_of: dict[str, str] = {}
    taken: set[str] = set()
    for copy, register in zip(pairs["id_copy"], pairs["id_register"], strict=True):
        if copy not in taken and register not in copy_of:
            copy_of[register] = copy
            taken.add(copy)
    return pd.Series(copy_of, dtype="str")
