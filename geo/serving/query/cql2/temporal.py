"""Periods compared: dates that are days, months or years, and intervals (OGC 21-065r2, 7.8).

Every period is closed: its first and last day belong to it. A date of a month or a year is all
of its days, so `<` and `>` say that it lies wholly before or after, and `<=` and `>=` that it
does not lie wholly after or before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np

from geo.serving.query.cql2.evaluation import Truth, names_in, three_valued
from geo.serving.query.periods import Days

Mask = Any
_NEVER: Final = np.datetime64("NaT", "D")
_COST: Final = 30  # of a row, where a number compared with a number is 1

# Of two periods: first and last day of the one (a, b), then of the other (c, d).
BETWEEN_PERIODS: Final[dict[str, Callable[[Days, Days, Days, Days], Mask]]] = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_disjoint": lambda a, b, c, d: (a > d) | (b < c),
    "t_equals": lambda a, b, c, d: (a == c) & (b == d),
    "t_intersects": lambda a, b, c, d: (a <= d) & (b >= c),
}
BETWEEN_INTERVALS: Final[dict[str, Callable[[Days, Days, Days, Days], Mask]]] = {
    "t_contains": lambda a, b, c, d: (a < c) & (b > d),
    "t_during": lambda a, b, c, d: (a > c) & (b < d),
    "t_finishedby": lambda a, b, c, d: (a < c) & (b == d),
    "t_finishes": lambda a, b, c, d: (a > c) & (b == d),
    "t_meets": lambda a, b, c, d: b == c,
    "t_metby": lambda a, b, c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: (a > c) & (a < d) & (b > d),
    "t_overlaps": lambda a, b, c, d: (a < c) & (b > c) & (b < d),
    "t_startedby": lambda a, b, c, d: (a == c) & (b > d),
    "t_starts": lambda a, b, c, d: (a == c) & (b < d),
}
_COMPARED: Final[dict[str, Callable[[Days, Days, Days, Days], Mask]]] = {
    "=": BETWEEN_PERIODS["t_equals"],
    "<>": lambda a, b, c, d: (a != c) | (b != d),
    "<": BETWEEN_PERIODS["t_before"],
    ">": BETWEEN_PERIODS["t_after"],
    "<=": lambda a, b, c, d: a <= d,
    ">=": lambda a, b, c, d: b >= c,
}
_ALL: Final = {**BETWEEN_PERIODS, **BETWEEN_INTERVALS, **_COMPARED}


class Period(Protocol):
    """A period of each feature."""

    @property
    def names(self) -> frozenset[str]:
        """The properties that it reads."""
        ...

    def spans(self, part: Any) -> tuple[Any, Any]:
        """Compute first and last days, one or as many as rows; not a time (NaT) where unknown."""
        ...


@dataclass(frozen=True)
class FixedPeriod:
    """A period that is the same for every feature."""

    first: np.datetime64
    last: np.datetime64
    names: frozenset[str] = frozenset()

    def spans(self, _: Any) -> tuple[Any, Any]:
        """Return the period."""
        return self.first, self.last


@dataclass(frozen=True)
class DatePeriod:
    """A date property."""

    name: str

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return frozenset((self.name,))

    def spans(self, part: Any) -> tuple[Any, Any]:
        """Compute the days of each date."""
        first, last = part.spans(self.name)
        return first, last


@dataclass(frozen=True)
class Interval:
    """From the first day of one period to the last day of another; unknown if that is earlier."""

    start: Period
    end: Period

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties of both ends."""
        return names_in((self.start, self.end))

    def spans(self, part: Any) -> tuple[Any, Any]:
        """Compute the days between the ends."""
        first, last = self.start.spans(part)[0], self.end.spans(part)[1]
        return np.where(first > last, _NEVER, first), last


@dataclass(frozen=True)
class TemporalComparison:
    """A comparison of two periods, by a sign or a temporal function; unknown where an end is."""

    relation: str
    left: Period
    right: Period
    cost: int = _COST

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties compared."""
        return names_in((self.left, self.right))

    def truth(self, part: Any) -> Truth:
        """Evaluate the comparison for each row."""
        ends = (*self.left.spans(part), *self.right.spans(part))
        unknown = np.logical_or.reduce([np.isnat(end) for end in np.broadcast_arrays(*ends)])
        return three_valued(_ALL[self.relation](*ends), unknown, len(part))
