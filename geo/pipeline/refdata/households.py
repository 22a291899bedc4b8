"""Households and dwellings by dong from the census tables of Statistics Korea."""

from typing import Final

import pandas as pd

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata.census import RESIDENT_YEARS
from geo.snapshot.schema.households import SERIES, Series

_SIZES: Final = "household size"
_PARTS_BEFORE_2025: Final = ("six persons", "seven persons or more")
_ALWAYS: Final = ("households", "general_households", "foreign_households", "one_person")


def households(rows: pd.DataFrame) -> pd.DataFrame:
    """Extract every series that the source has for all censuses, by dong.

    Args:
        rows: as of `census.census_rows`.

    Returns:
        `kostat_code`, `year` and the figures of `geo.snapshot.schema.households.SERIES`, in order
        of year and code; missing where the source has none, which it has of nothing and of few.

    Raises:
        SourceChangedError: a figure is missing everywhere or where it may not be, or two labels
            of one figure differ.
    """
    housing = rows[(rows["type"] == "housing") & rows["year"].isin(RESIDENT_YEARS)]
    keys = ["class1", "class2"]
    wide = housing.pivot(index=["year", "kostat_code"], columns=keys, values="value")
    table = pd.DataFrame({name: _one(wide, name, series) for name, series in SERIES.items()})
    if table[list(_ALWAYS)].isna().any(axis=None):
        raise SourceChangedError("a dong lacks a figure of the census of households")
    return table.astype("Int64").reset_index()


def _one(wide: pd.DataFrame, name: str, series: Series) -> "pd.Series[float]":
    """Return one figure, on which all of its labels must agree."""
    missing = [label for label in series.labels if label not in wide.columns]
    if missing:
        raise SourceChangedError(f"{name}: the census has no {missing}")
    first, *others = (wide[label] for label in series.labels)
    if not all(first.equals(other) for other in others):
        raise SourceChangedError(f"{name}: its labels {series.labels} have different figures")
    if name != "six_persons_or_more":
        return first
    six, more = (wide[(_SIZES, part)] for part in _PARTS_BEFORE_2025)
    return first.fillna(six + more)
