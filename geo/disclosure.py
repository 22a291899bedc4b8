"""Disclosure control of protected counts, rule K5-R5: what the public may know of few people.

Protected are the columns of a real register that say who runs a business. Their counts go out for
fixed areas only, in one dimension, hidden where they are small, rounded where they are not, and
audited: from everything that is published together, no hidden count can be worked out closely.

The areas overlap (a zone lies in a dong, hexagons in both), so counts are held for atoms: the
parts into which all borders together cut the city. An area is a set of atoms.

References:
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapters 4 (tables of
    counts, audit of feasibility intervals by linear programming) and 4.4 (secondary suppression).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
State = Literal["shown", "hidden", "zero", "missing"]

# Too few people, or others could be worked out from it: which of the two would tell too much.
PROTECTED: Final = "protected"
NONE_HERE: Final = "none"  # there is no business at all
NOT_COLLECTED: Final = "not-collected"


@dataclass(frozen=True)
class Rule:
    """How counts are protected.

    Attributes:
        threshold: smallest count that may be shown.
        base: shown counts are rounded to its multiples.
        width: a hidden count must be left uncertain by at least so much.
        denominator: smallest denominator of a rate.
    """

    threshold: int
    base: int
    width: int
    denominator: int


PUBLIC: Final = Rule(threshold=5, base=5, width=6, denominator=20)  # 6: give or take 3
STAFF: Final = Rule(threshold=3, base=1, width=0, denominator=1)


@dataclass(frozen=True)
class Area:
    """A fixed area for which counts go out.

    Attributes:
        id: such as `dong:4127354500`.
        atoms: places of its atoms in the arrays of counts.
    """

    id: str
    atoms: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A count as it may be told.

    Attributes:
        state: shown, hidden, zero or missing; never to be taken for each other.
        value: the rounded count; 0 where zero, None where hidden or missing.
        reason: why it is not shown: protected, none, not-collected; None where shown.
    """

    state: State
    value: int | None
    reason: str | None = None


def protect(
    areas: Sequence[Area],
    counts: Sequence[Counts | None],
    everything: Sequence[Counts],
    *,
    rule: Rule = PUBLIC,
    known: Mapping[str, int] | None = None,
) -> list[dict[str, Cell]]:
    """Tables of one protected count over fixed areas, one for each year, under one pattern.

    What has to be hidden in one year is hidden in all, so that no year gives another away.

    Args:
        areas: all that are ever published, because they are audited together.
        counts: for each year the protected counts by atom; None where they were not collected.
        everything: for each year all businesses by atom, which anybody may count.
        rule: how counts are protected.
        known: exact counts of areas that were published elsewhere, such as a total in a report.

    Returns:
        For each year a cell by area id.
    """
    matrix = _membership(areas, len(everything[0]))
    told = known or {}
    fixed = {n: told[area.id] for n, area in enumerate(areas) if area.id in told}
    years = [
        _Year(matrix, made, whole, rule, fixed)
        for made, whole in zip(counts, everything, strict=True)
    ]
    few: Mask = np.any([year.few for year in years], axis=0)
    hidden = few.copy()
    while rule.width and _hid_one_more(years, hidden):
        pass
    return [
        {area.id: year.cell(n, hidden=bool(hidden[n])) for n, area in enumerate(areas)}
        for year in years
    ]


def share_band(cell: Cell, whole: int, *, rule: Rule = PUBLIC) -> tuple[float, float] | None:
    """Between which shares a shown count lies, of all; None where that may not be told.

    Args:
        cell: the count as it is told.
        whole: all businesses of the area.
        rule: how counts are protected.
    """
    if cell.state == "zero" or cell.value is None or whole < rule.denominator:
        return None
    low, high = _around(cell.value, rule)
    return max(0.0, low / whole), min(1.0, high / whole)


class _Year:
    """The counts of one year, and what can be worked out of those that are shown."""

    def __init__(
        self,
        matrix: Any,
        counts: Counts | None,
        whole: Counts,
        rule: Rule,
        fixed: Mapping[int, int],
    ) -> None:
        self._matrix, self._rule, self._fixed, self._most = matrix, rule, fixed, whole
        self._whole = matrix @ whole
        self._sums = None if counts is None else matrix @ counts
        missing = np.zeros(matrix.shape[0], dtype=bool)
        self.few: Mask = missing if self._sums is None else self._are_few()

    def _are_few(self) -> Mask:
        # None at all says as much of each business as one does, unless there is no business.
        assert self._sums is not None  # noqa: S101 # asked only where counts were collected
        few: Mask = (self._sums < self._rule.threshold) & (self._whole > 0)
        return few

    def size(self, area: int) -> int:
        """The count of an area, as what it costs to hide it."""
        return 0 if self._sums is None else int(self._sums[area])

    def cell(self, area: int, *, hidden: bool) -> Cell:
        """The count of an area as it may be told."""
        if self._sums is None:
            return Cell("missing", None, NOT_COLLECTED)
        if not self._whole[area]:
            return Cell("zero", 0, NONE_HERE)
        if hidden:
            return Cell("hidden", None, PROTECTED)
        return Cell("shown", _rounded(int(self._sums[area]), self._rule))

    def exposed(self, hidden: Mask) -> list[int]:
        """Hidden areas whose count can be worked out more closely than it may be."""
        if self._sums is None:
            return []
        wanted = np.flatnonzero(hidden & (self._whole > 0))
        return [int(n) for n in wanted if self._is_exposed(int(n), hidden)]

    def _is_exposed(self, area: int, hidden: Mask) -> bool:
        found = self.range_of(area, hidden)
        if found >= min(self._rule.width, self._whole[area]):
            return False
        # What was published elsewhere is out: no more can be left open than it leaves.
        return found < min(self._rule.width, self.range_of(area, np.ones_like(hidden)))

    def range_of(self, area: int, hidden: Mask) -> float:
        """Width of the interval in which a hidden count must lie, given all that is told."""
        from scipy.optimize import linprog  # only where something is protected

        lower, upper = self._told(hidden)
        told = np.isfinite(upper)
        rows = self._matrix[told]
        limits = {
            "A_ub": np.vstack([rows, -rows]),
            "b_ub": np.concatenate([upper[told], -lower[told]]),
            "bounds": np.column_stack([np.zeros(len(self._most)), self._most]),
        }
        aim = self._matrix[area].astype(float)
        ends = [linprog(sign * aim, method="highs", **limits).fun * sign for sign in (1, -1)]
        return float(ends[1] - ends[0]) + 1e-6

    def _told(self, hidden: Mask) -> tuple[Any, Any]:
        """Between what the count of each area must lie; infinite where nothing is told."""
        assert self._sums is not None  # noqa: S101
        lower, upper = np.zeros(len(hidden)), np.full(len(hidden), np.inf)
        for shown in np.flatnonzero(~hidden & (self._whole > 0)):
            around = _around(_rounded(int(self._sums[shown]), self._rule), self._rule)
            lower[shown], upper[shown] = around
        for area, value in self._fixed.items():
            lower[area] = upper[area] = value
        return lower, upper


def _hid_one_more(years: Sequence[_Year], hidden: Mask) -> bool:
    """Hide the smallest area that helps one that is exposed; False where none is.

    Where no single one helps, the smallest that is left goes.
    """
    for year in years:
        for area in year.exposed(hidden):
            shown = [int(n) for n in np.flatnonzero(~hidden)]
            if not shown:
                return False
            shown.sort(key=lambda n: max(one.size(n) for one in years))
            before = year.range_of(area, hidden)
            hidden[next((n for n in shown if _helps(year, area, n, hidden, before)), shown[0])] = (
                True
            )
            return True
    return False


def _helps(year: _Year, area: int, more: int, hidden: Mask, before: float) -> bool:
    trial = hidden.copy()
    trial[more] = True
    return year.range_of(area, trial) > before + 0.5


def _membership(areas: Iterable[Area], atoms: int) -> Any:
    rows = []
    for area in areas:
        row = np.zeros(atoms, dtype=np.int64)
        row[list(area.atoms)] = 1
        rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(-1, atoms)


def _rounded(count: int, rule: Rule) -> int:
    return rule.base * ((count + rule.base // 2) // rule.base)


def _around(value: int, rule: Rule) -> tuple[int, int]:
    """The counts that are rounded to a value and may be shown."""
    half = rule.base // 2
    return max(rule.threshold, value - half), value + half
