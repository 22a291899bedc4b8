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

from geo.pipeline.disclosure.audit import Audit
from geo.pipeline.disclosure.limits import CountBounds
from geo.pipeline.disclosure.rule import (
    NONE_HERE,
    NOT_COLLECTED,
    PROTECTED,
    PUBLIC,
    Area,
    Cell,
    Rule,
)
from geo.pipeline.disclosure.sets import Shops

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
    """Protect tables of one count over fixed areas, one a year, under one pattern.

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
    atoms = _membership(areas, len(place))
    names = {area.id: n for n, area in enumerate(areas)}
    fixed = [{names[name]: n for name, n in sums.items()} for sums in known] or [{}] * len(counts)
    values = _values([None if count is None else atoms @ count for count in counts], rule)
    reach = _reach(atoms, place, len(everything[0]))
    years = [
        _Year(None if count is None else atoms @ count, reach @ whole, rule, value)
        for count, whole, value in zip(counts, everything, values, strict=True)
    ]
    hidden: Mask = np.any([year.few for year in years], axis=0)
    if rule.width:
        shops = [
            _shops(atoms, place, counts[: n + 1], everything[: n + 1]) if year.collected else None
            for n, year in enumerate(years)
        ]
        hidden |= _hidden_further(shops, years, fixed, rule)
    return [
        {area.id: year.cell(n, hidden=bool(hidden[n])) for n, area in enumerate(areas)}
        for year in years
    ]


def _reach(atoms: Counts, place: Counts, places: int) -> Counts:
    """Return which places each area reaches into, 1 or 0, shape (areas, places)."""
    reach: Counts = np.zeros((len(atoms), places), dtype=np.int64)
    area, atom = np.nonzero(atoms)
    reach[area, place[atom]] = 1
    return reach


class _Year:
    """The counts of one year, and between what they lie as far as their values tell."""

    def __init__(
        self, sums: Counts | None, whole: Counts, rule: Rule, value: tuple[Counts, Counts]
    ) -> None:
        self.collected = sums is not None
        self._whole, (self._values, slack) = whole, value
        self.few: Mask = np.zeros(len(whole), dtype=bool)
        if sums is None:
            return
        # None at all says as much of each business as one does, unless there is no business.
        self.few = (sums < rule.threshold) & (whole > 0)
        self._lower = np.maximum(rule.threshold, self._values - slack)
        self._upper = np.minimum(self._values + slack, whole)

    def cell(self, area: int, *, hidden: bool) -> Cell:
        """Return the count of an area as published."""
        if not self.collected:
            return Cell("missing", None, NOT_COLLECTED)
        if not self._whole[area]:
            return Cell("zero", 0, NONE_HERE)
        if hidden:
            return Cell("hidden", None, PROTECTED)
        around = int(self._lower[area]), int(self._upper[area])
        return Cell("shown", int(self._values[area]), None, around)

    def published_bounds(self, hidden: Mask, known: Mapping[int, int]) -> CountBounds:
        """Return what is published of the areas that are not hidden."""
        nothing = hidden | (self._whole == 0)
        return CountBounds(self._lower, np.where(nothing, -1, self._upper), known)


def _shops(
    atoms: Counts,
    place: Counts,
    counts: Sequence[Counts | None],
    everything: Sequence[Counts],
) -> Shops:
    stated = [
        (count, all_) for count, all_ in zip(counts, everything, strict=True) if count is not None
    ]
    return Shops(atoms, place, [count for count, _ in stated], [all_ for _, all_ in stated])


def _hidden_further(
    shops: Sequence[Shops | None],
    years: Sequence[_Year],
    known: Sequence[Mapping[int, int]],
    rule: Rule,
) -> Mask:
    """Choose secondary suppressions, so that nothing follows from all that is published.

    A year is published with what it and those before it hide; that stays published. So later years
    are audited beside the years before as these went out; and each year as it was when it was
    the last, so that one more never changes what it hid.
    """
    hidden: Mask = np.zeros(len(years[0].few), dtype=bool)
    publications: list[CountBounds] = []
    for shop_set, year, fixed in zip(shops, years, known, strict=True):
        if shop_set is None:
            continue
        hidden |= year.few
        audit = Audit(
            shop_set,
            [*publications, year.published_bounds(np.zeros_like(hidden), fixed)],
            rule,
            hidden,
        )
        while (exposed := audit.find_exposed(hidden)) is not None:
            area = audit.remedy(exposed, hidden)
            if area is None:
                break
            hidden[area] = True
        publications.append(year.published_bounds(hidden, fixed))
    return hidden


def _membership(areas: Iterable[Area], atoms: int) -> Any:
    rows = []
    for area in areas:
        row = np.zeros(atoms, dtype=np.int64)
        row[list(area.atoms)] = 1
        rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(-1, atoms)


def _values(sums: Sequence[Counts | None], rule: Rule) -> list[tuple[Counts, Counts]]:
    """Return for each year the values of all areas, and the bounds of the true counts.

    Values are rounded, and stay while the count has changed by less than it is rounded to.
    """
    bounds: list[tuple[Counts, Counts]] = []
    nothing = np.zeros(0, dtype=np.int64)
    at, value = nothing, nothing  # the counts from which the values were made
    half = rule.base // 2
    for year_sums in sums:
        if year_sums is None:
            bounds.append((nothing, nothing))
            continue
        moved = abs(year_sums - at) >= rule.base if len(at) else np.ones(len(year_sums), dtype=bool)
        fresh = rule.base * ((year_sums + half) // rule.base)
        at = np.where(moved, year_sums, at) if len(at) else year_sums
        value = np.where(moved, fresh, value) if len(value) else fresh
        bounds.append((value, np.where(moved, half, half + rule.base - 1)))
    return bounds
