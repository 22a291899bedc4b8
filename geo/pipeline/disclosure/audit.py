"""Audit of protected tables: how closely any set of businesses is known from all that is published.

An intruder knows every business, every table of every year and what was published elsewhere. What
fits all of it are whole tables; a count is as uncertain as it differs between them. The sets are
those of `geo.pipeline.disclosure.sets`: areas, and what two of them share or leave between them.

References:
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4 (audit of
    feasibility intervals by linear programming) and 4.4 (secondary suppression).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.pipeline.disclosure.limits import CountBounds, Limits
from geo.pipeline.disclosure.rule import Rule
from geo.pipeline.disclosure.sets import Shops, room

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
_FEW = 4


class Audit:
    """The tables of one year beside those of the years before.

    For each set it holds between what its count lies in the tables found so far that fit all that
    is published. They go on fitting when more is hidden, so what is safe stays safe.
    """

    def __init__(
        self, shops: Shops, publications: Sequence[CountBounds], rule: Rule, hidden: Mask
    ) -> None:
        self._shops, self._rule, self._now = shops, rule, publications[-1]
        self._past = publications[:-1]
        self._areas = shops.areas[len(publications) - 1]
        may = [
            *(publication.upper >= 0 for publication in publications[:-1]),
            ~hidden & (publications[-1].upper >= 0),
        ]
        self._sets = shops.sets(may)
        self._numbers = _sparse(self._sets)
        truth = self._numbers @ shops.truth
        self._least, self._most = truth, truth.copy()
        self._need = self._needed(truth, shops.sizes(self._sets))
        self._out = self._limits(np.ones(len(self._areas), dtype=bool))
        self._need[self._out.known_sums(self._sets)] = 0
        self._need = np.minimum(
            self._need, room(shops, self._sets, [publication.known for publication in publications])
        )
        rows = {row.tobytes(): n for n, row in enumerate(self._sets)}
        self._set_of = np.array([rows.get(row.tobytes(), -1) for row in self._areas])

    def _needed(self, truth: Counts, size: Counts) -> Counts:
        """Return how uncertain each set must be: as a hidden area or, of many, as a shown one."""
        rule = self._rule
        many = (truth >= rule.threshold) & (size >= rule.denominator)
        needed: Counts = np.where(many, rule.base // 2, np.minimum(rule.width, size))
        return needed

    def find_exposed(self, hidden: Mask) -> int | None:
        """Return a set that is known more closely than allowed, if any."""
        limits = self._limits(hidden)
        published = np.flatnonzero(~hidden & (self._set_of >= 0) & (self._now.upper >= 0))
        need = self._need.copy()
        need[self._set_of[published]] = np.minimum(
            need[self._set_of[published]], self._rule.base // 2
        )
        self._widen(limits, need)
        need = self._pass_over_safe(need)
        while len(left := np.flatnonzero(self._most - self._least < need)):
            number = int(left[0])
            if not self._opens(limits, number, int(need[number])):
                width = int(self._most[number] - self._least[number])
                if width < self._left_open(number, int(need[number])):
                    return number
                self._need[number] = need[number] = width
        return None

    def _widen(self, limits: Limits, need: Counts) -> None:
        """Search for tables that widen many sets at once, before each is solved by itself."""
        random = np.random.default_rng(0)
        left = np.flatnonzero(self._most - self._least < need)
        while len(left) >= _FEW:
            # As many up as down: totals that are known leave no room for all at once.
            weight = random.standard_normal(len(left)) @ self._numbers[left]
            for sign in (1, -1):
                self._take(limits.end(weight / abs(weight).max(), sign))
            before, left = left, np.flatnonzero(self._most - self._least < need)
            if len(before) - len(left) < 2:
                return  # no faster than one by one

    def _pass_over_safe(self, need: Counts) -> Counts:
        """Drop the sets that are uncertain enough whatever else is hidden."""
        left = self._most - self._least < self._need
        at = np.append(np.where(left, np.cumsum(left) - 1, -1), -1)
        self._set_of = at[self._set_of]
        self._sets, self._numbers = self._sets[left], self._numbers[left]
        self._least, self._most = self._least[left], self._most[left]
        self._need = self._need[left]
        open_sets: Counts = need[left]
        return open_sets

    def remedy(self, number: int, hidden: Mask) -> int | None:
        """Return the smallest area whose suppression widens a set; None where none is left.

        Where no single one helps, the smallest of those that close it in goes.
        """
        aim = self._sets[number]
        open_ = ~hidden & (self._now.upper >= 0)
        open_[list(self._now.known)] = False
        close = [n for n in self._limits(hidden).binding(aim) if open_[n]]
        close = close or np.flatnonzero(open_).tolist()
        close.sort(key=lambda n: int(self._shops.truth[self._areas[n]].sum()))
        for area in close:
            trial = hidden.copy()
            trial[area] = True
            limits = self._limits(trial)
            # What fits a trial that is not taken up fits too little, and is not to be kept.
            bounds = self._least, self._most
            if self._opens(limits, number, int(self._most[number] - self._least[number]) + 1):
                return int(area)
            self._least, self._most = bounds
        return close[0] if close else None

    def _limits(self, hidden: Mask) -> Limits:
        limits = Limits(self._shops.lots, self._shops.most)
        for areas, publication in zip(self._shops.areas, self._past, strict=False):
            limits.learn(areas, publication, publication.upper >= 0)
        limits.learn(self._areas, self._now, ~hidden & (self._now.upper >= 0))
        return limits

    def _left_open(self, number: int, need: int) -> int:
        """Return the highest possible uncertainty of a set after publication, up to the need."""
        aim = self._sets[number]
        low, high = (self._out.end(aim, sign) for sign in (1, -1))
        return min(need, int(high[aim].sum() - low[aim].sum()))

    def _opens(self, limits: Limits, number: int, need: int) -> bool:
        """Return whether feasible tables differ in a set by as much as required."""
        for sign in (1, -1):
            self._take(limits.end(self._sets[number], sign))
            if self._most[number] - self._least[number] >= need:
                return True
        return False

    def _take(self, table: Counts) -> None:
        counts = self._numbers @ table
        self._least = np.minimum(self._least, counts)
        self._most = np.maximum(self._most, counts)


def _sparse(sets: Mask) -> Any:
    from scipy.sparse import csr_array  # only where something is protected

    return csr_array(sets.astype(np.int64))
