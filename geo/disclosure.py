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
from typing import Any

import numpy as np

from geo.disclosure_rule import NONE_HERE, NOT_COLLECTED, PROTECTED, PUBLIC, Area, Cell, Rule

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def protect(
    areas: Sequence[Area],
    counts: Sequence[Counts | None],
    everything: Sequence[Counts],
    *,
    rule: Rule = PUBLIC,
    known: Sequence[Mapping[str, int]] = (),
    place: Counts | None = None,
) -> list[dict[str, Cell]]:
    """Tables of one protected count over fixed areas, one for each year, under one pattern.

    What has to be hidden in one year is hidden in all, so that no year gives another away; and a
    value stays until the count has changed by as much as it is rounded to, so that one business
    more, which anybody may see open, never turns a value over.

    Args:
        areas: all that are ever published, because they are audited together.
        counts: for each year the protected counts by atom; None where they were not collected.
        everything: for each year all businesses by place, which anybody may count.
        rule: how counts are protected.
        known: for each year exact counts of areas that were published elsewhere, such as a total
            in a report; none where it is empty.
        place: the place of each atom, where several groups are counted at one place; None where
            each atom is a place of its own.

    Returns:
        For each year a cell by area id.
    """
    if place is None:
        place = np.arange(len(everything[0]))
    ground = _Ground(_membership(areas, len(place)), place)
    names = [area.id for area in areas]
    fixed = [{names.index(name): n for name, n in one.items()} for one in known]
    values = _values([None if one is None else ground.atoms @ one for one in counts], rule)
    years = [
        _Year(ground, made, whole, rule, (told, value))
        for made, whole, told, value in zip(
            counts, everything, fixed or [{}] * len(counts), values, strict=True
        )
    ]
    few: Mask = np.any([year.few for year in years], axis=0)
    hidden = few.copy()
    while rule.width and _hid_one_more(years, hidden):
        pass
    return [
        {area.id: year.cell(n, hidden=bool(hidden[n])) for n, area in enumerate(areas)}
        for year in years
    ]


class _Ground:
    """Which atoms and which places make up each area."""

    def __init__(self, atoms: Any, place: Counts) -> None:
        self.atoms = atoms
        self.at = (place[None, :] == np.arange(place.max(initial=-1) + 1)[:, None]).astype(np.int64)
        self.places = (atoms @ self.at.T > 0).astype(np.int64)


class _Year:
    """The counts of one year, and what can be worked out of those that are shown."""

    def __init__(
        self,
        ground: _Ground,
        counts: Counts | None,
        whole: Counts,
        rule: Rule,
        told: tuple[Mapping[int, int], tuple[Counts, Counts]],
    ) -> None:
        self._ground, self._rule, self._most = ground, rule, whole
        self._fixed, (self._values, self._slack) = told
        self._whole = ground.places @ whole
        self._safe: set[int] = set()
        self._sums = None if counts is None else ground.atoms @ counts
        missing = np.zeros(len(ground.atoms), dtype=bool)
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
        value = int(self._values[area])
        return Cell("shown", value, None, self._around(area))

    def _around(self, area: int) -> tuple[int, int]:
        """Between what the count of a shown area lies, as far as its value tells."""
        value, slack = int(self._values[area]), int(self._slack[area])
        return max(self._rule.threshold, value - slack), min(value + slack, int(self._whole[area]))

    def exposed(self, hidden: Mask) -> int | None:
        """A hidden area whose count can be worked out more closely than it may be, if any.

        What is safe stays so: the more is hidden, the less can be worked out.
        """
        if self._sums is None:
            return None
        for area in np.flatnonzero(hidden & (self._whole > 0)).tolist():
            if area not in self._safe:
                if self._is_exposed(area, hidden):
                    return int(area)
                self._safe.add(area)
        return None

    def _is_exposed(self, area: int, hidden: Mask) -> bool:
        found = self.range_of(area, hidden)
        if found >= min(self._rule.width, self._whole[area]):
            return False
        # What was published elsewhere is out: no more can be left open than it leaves.
        return found < min(self._rule.width, self.range_of(area, np.ones_like(hidden)))

    def range_of(self, area: int, hidden: Mask) -> float:
        """Width of the interval in which a hidden count must lie, given all that is told."""
        from scipy.optimize import linprog  # only where something is protected
        from scipy.sparse import csr_array

        lower, upper = self._told(hidden)
        told = np.isfinite(upper)
        rows = self._ground.atoms[told]
        limits = {
            "A_ub": csr_array(np.vstack([rows, -rows, self._ground.at])),
            "b_ub": np.concatenate([upper[told], -lower[told], self._most]),
            "bounds": (0, None),
        }
        aim = self._ground.atoms[area].astype(float)
        ends = [linprog(sign * aim, method="highs", **limits).fun * sign for sign in (1, -1)]
        return float(ends[1] - ends[0]) + 1e-6

    def _told(self, hidden: Mask) -> tuple[Any, Any]:
        """Between what the count of each area must lie; infinite where nothing is told."""
        assert self._sums is not None  # noqa: S101
        lower, upper = np.zeros(len(hidden)), np.full(len(hidden), np.inf)
        for shown in np.flatnonzero(~hidden & (self._whole > 0)):
            lower[shown], upper[shown] = self._around(int(shown))
        for area, value in self._fixed.items():
            lower[area] = upper[area] = value
        return lower, upper


def _hid_one_more(years: Sequence[_Year], hidden: Mask) -> bool:
    """Hide the smallest area that helps one that is exposed; False where none is.

    Where no single one helps, the smallest that is left goes.
    """
    for year in years:
        area = year.exposed(hidden)
        if area is None:
            continue
        shown = [int(n) for n in np.flatnonzero(~hidden)]
        if not shown:
            return False
        shown.sort(key=lambda n: max(one.size(n) for one in years))
        before = year.range_of(area, hidden)
        helpful = (n for n in shown if _helps(year, area, n, hidden, before))
        hidden[next(helpful, shown[0])] = True
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


def _values(sums: Sequence[Counts | None], rule: Rule) -> list[tuple[Counts, Counts]]:
    """For each year the values of all areas, and how far the counts may be from them.

    Values are rounded, and stay while the count has changed by less than it is rounded to.
    """
    found: list[tuple[Counts, Counts]] = []
    nothing = np.zeros(0, dtype=np.int64)
    at, value = nothing, nothing  # the counts from which the values were made
    half = rule.base // 2
    for one in sums:
        if one is None:
            found.append((nothing, nothing))
            continue
        moved = abs(one - at) >= rule.base if len(at) else np.ones(len(one), dtype=bool)
        fresh = rule.base * ((one + half) // rule.base)
        at = np.where(moved, one, at) if len(at) else one
        value = np.where(moved, fresh, value) if len(value) else fresh
        found.append((value, np.where(moved, half, half + rule.base - 1)))
    return found
