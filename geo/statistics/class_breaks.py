"""Class bounds of choropleths, computed at the build and shared by every year."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.vocab import CENSUS

CLASSES = 5


def class_bounds(layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, dict[str, list[float]]]:
    """Compute upper bounds of Fisher-Jenks classes by layer and indicator.

    One set of bounds serves all censuses, so that a colour means the same in every year.

    References:
        Fisher, W. D. (1958). On grouping for maximum homogeneity. Journal of the American
        Statistical Association 53, 789-798.
    """
    residents, dong = layers["residents"], layers["dong"]
    residents = residents[residents["definition"] == CENSUS]
    now = residents[residents["year"] == 2025].set_index("dong_code")["foreign_share"]
    before = residents[residents["year"] == 2020].set_index("dong_code")["foreign_share"]
    values = {
        "foreign_share": residents["foreign_share"],
        "foreign": residents["foreign"],
        "domestic": residents["domestic"],
        "density": residents["total"] / residents["area_km2"],
        "change": (100 * (now - before)).round(2),
    }
    return {
        "residents": {name: fisher_jenks(column) for name, column in values.items()},
        "dong": {
            "establishments_per_km2": fisher_jenks(dong["establishments_2020"] / dong["area_km2"])
        },
    }


def fisher_jenks(values: pd.Series) -> list[float]:
    """Compute the upper bounds of five Fisher-Jenks classes, ascending.

    Own code, because mapclassify needs scikit-learn and networkx, whose import takes longer than a
    build; a test holds it against mapclassify, whose sums of squares are of single precision.
    """
    ordered = np.sort(np.asarray(values.dropna(), dtype=float))
    costs = _squares_within(ordered)
    best, firsts = costs[0], []
    for _ in range(CLASSES - 1):
        # Rows: the first value of the last class; columns: the last value so far.
        sums = costs + np.append(np.inf, best[:-1])[:, np.newaxis]
        firsts.append(sums.argmin(axis=0))
        best = sums.min(axis=0)
    ends = [len(ordered) - 1]
    for first in reversed(firsts):
        ends.append(int(first[ends[-1]]) - 1)
    return [float(ordered[end]) for end in reversed(ends)]


def _squares_within(ordered: Any) -> Any:
    """Compute the squared deviations from the mean of each run of values.

    Args:
        ordered: ascending values.

    Returns:
        A matrix, by the first value of a run and the last; infinite where the first is later.
    """
    centred = ordered - ordered.mean()
    sums, squares = (np.append(0.0, np.cumsum(centred**power)) for power in (1, 2))
    count = len(ordered)
    first, last = np.arange(count)[:, np.newaxis], np.arange(count) + 1
    lengths = np.maximum(last - first, 1)
    within = squares[last] - squares[first] - (sums[last] - sums[first]) ** 2 / lengths
    return np.where(last > first, np.maximum(within, 0.0), np.inf)
