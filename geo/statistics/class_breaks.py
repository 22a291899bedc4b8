"""Class bounds of choropleths, computed at the build and shared by every year."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.vocab import CENSUS
from geo.statistics.class_methods import jenks_bounds

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
    return jenks_bounds(np.sort(np.asarray(values.dropna(), dtype=float)), CLASSES)
