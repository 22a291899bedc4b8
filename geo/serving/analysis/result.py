"""The result of a measure, independent of format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

Row = Mapping[str, Any]


FDR: Final = "false discovery rate of 5 % (Benjamini and Hochberg 1995)"


@dataclass(frozen=True)
class Column:
    """A column of the table of a measure.

    Attributes:
        name: key of the values in a row.
        description: what it means, with its unit.
        share: whether values are shares from 0 to 1, which people read as percentages.
        verbatim: whether name and values are a user's own words, which nobody translates.
    """

    name: str
    description: str
    share: bool = False
    verbatim: bool = False


@dataclass(frozen=True)
class Evidence:
    """The businesses and sources that a measure rests on.

    Attributes:
        n: features counted.
        left_out: features asked for that could not count, by reason.
        dates: first and last day, month or year the sources speak of; None where unknown.
        provenance: share of each provenance in n.
        caveats: what holds for every measure of these.
        sources: ids of the sources that the businesses counted come from; None where none are.
    """

    n: int
    left_out: Mapping[str, int]
    dates: tuple[str | None, str | None]
    provenance: Mapping[str, float]
    caveats: tuple[str, ...] = ()
    sources: frozenset[str] | None = None


@dataclass(frozen=True)
class MeasureResult:
    """The result of a measure.

    Attributes:
        measure: its name in addresses.
        title: what it answers, in a line.
        method: how, with parameters in words and the publication it follows.
        basis: what it rests on.
        parameters: what was set, given or by default.
        columns: of the rows.
        rows: the table.
        caveats: what a reader must know beyond the caveats of the basis.
        shapes: a lon/lat GeoJSON geometry for each row; None where rows are not places.
        filters: those that chose the businesses, as they were asked: property to values.
    """

    measure: str
    title: str
    method: str
    basis: Evidence
    parameters: Mapping[str, Any]
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    caveats: tuple[str, ...] = ()
    shapes: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)
    filters: Mapping[str, str] = field(default_factory=dict)


def rounded(value: float) -> float | None:
    """Round a statistic to 5 decimals; None for NaN."""
    return None if np.isnan(value) else round(float(value), 5)
