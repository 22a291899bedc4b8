"""Audit of protected tables: how closely any set of businesses is known from all that is told.

An intruder knows every business, every table of every year and what was published elsewhere. What
fits all of it are whole tables; a count is as uncertain as it differs between them. Sets of
businesses that differ between two areas, or two years, are audited like the areas themselves.

References:
    Hundepool, A. et al. (2012). Statistical Disclosure Control. Wiley, chapter 4 (audit of
    feasibility intervals by linear programming) and 4.4 (secondary suppression).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.disclosure_limits import Limits, Told
from geo.disclosure_rule import Rule

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
_TURNS, _FEW = 8, 4


class Shops:
    """The businesses of all years, of which nobody is to know who runs them.

    Businesses of a place count as the same in two years in which there are as many, run alike: the
    intruder is taken to know which of them went on unchanged. Unknown are how many are counted of
    those that come and go together, and how many of each kind where kinds are told apart; kinds
    are summed over the places where they are told alike.

    Attributes:
        areas: for each year which unknowns make up each area.
        truth: the true value of each unknown.
        most: how many businesses each unknown is of.
        links: sums of unknowns that are 0: the kinds of some places add up to their totals.
    """

    def __init__(
        self, atoms: Counts, place: Counts, counts: Sequence[Counts], everything: Sequence[Counts]
    ) -> None:
        held = [np.flatnonzero(place == one) for one in range(len(everything[0]))]
        found = _together(atoms, held, counts, everything)
        apart: dict[bytes, list[int]] = {}
        totals, kinds = [], []
        for n, (rows, there, _) in enumerate(found):
            now = np.isin(np.arange(len(counts)), there)
            all_: Mask = np.asarray(rows.all(axis=1))
            totals.append(now[:, None] & all_[None, :])
            some = rows & ~all_[:, None]
            kinds.append(now[:, None, None] & some[None, :, :])
            if some.any():
                apart.setdefault(np.packbits(kinds[-1]).tobytes(), []).append(n)
        made = [one for _, _, one in found]
        self._finish(made, totals, [(kinds[one[0]], one) for one in apart.values()])

    def _finish(
        self,
        groups: Sequence[Counts],
        totals: Sequence[Mask],
        apart: Sequence[tuple[Mask, Sequence[int]]],
    ) -> None:
        most = np.array([one[0] for one in groups], dtype=np.int64)
        truth = [int(one[1:].sum()) for one in groups]
        columns = [np.stack(totals, axis=-1)]
        sizes = [most]
        links = []
        for kinds, members in apart:
            alike, which = np.unique(kinds, axis=-1, return_inverse=True)
            made = np.sum([groups[one][1:] for one in members], axis=0)
            start = len(truth)
            truth += np.bincount(which.ravel(), made, alike.shape[-1]).astype(int).tolist()
            columns.append(alike)
            sizes.append(np.full(alike.shape[-1], most[list(members)].sum()))
            links.append((list(members), list(range(start, len(truth)))))
        self.truth: Counts = np.array(truth, dtype=np.int64)
        self.most: Counts = np.concatenate(sizes)
        self.areas: list[Mask] = list(np.concatenate(columns, axis=-1))
        self.links: Counts = np.zeros((len(links), len(truth)), dtype=np.int64)
        for n, (members, parts) in enumerate(links):
            self.links[n, members], self.links[n, parts] = -1, 1

    def sets(self, year: int) -> Mask:
        """All that may be told apart, as the unknowns that make it up.

        That is areas, what two of them share or leave between them, in this year and all before,
        and each unknown.
        """
        now = self.areas[year]
        found = [now, np.eye(len(self.most), dtype=bool)[now.any(axis=0)]]
        for other in self.areas[: year + 1]:
            found += _between(now, other)
            found += _between(other, now)
        return _different(np.vstack(found))

    def sizes(self, sets: Mask) -> Counts:
        """How many businesses each set is of."""
        found: Counts = (sets * self.most).sum(axis=1)
        return found


def _together(
    atoms: Counts, held: Sequence[Counts], counts: Sequence[Counts], everything: Sequence[Counts]
) -> list[tuple[Mask, tuple[int, ...], Counts]]:
    """Businesses that lie in the same areas in the same years.

    Places that only years to come tell apart are one, so that these change nothing.

    Returns:
        For each lot the areas by kind, the years, and how many there are, in all and of each kind.
    """
    alike: dict[tuple[int, ...], list[int]] = {}
    for year, (count, whole) in enumerate(zip(counts, everything, strict=True)):
        for one in np.flatnonzero(whole).tolist():
            key = (one, int(whole[one]), *count[held[one]].tolist())
            alike.setdefault(key, []).append(year)
    found: dict[tuple[bytes, tuple[int, ...]], tuple[Mask, Counts]] = {}
    for (one, *many), years in alike.items():
        rows: Mask = atoms[:, held[one]].astype(bool)
        name = (rows.tobytes(), tuple(years))
        before = found[name][1] if name in found else np.zeros(len(many), dtype=np.int64)
        found[name] = rows, before + np.array(many, dtype=np.int64)
    return [(rows, years, made) for (_, years), (rows, made) in found.items()]


def _between(first: Mask, second: Mask) -> list[Mask]:
    shared = first.astype(np.float32) @ second.T.astype(np.float32)
    one, two = np.nonzero((shared > 0) & (shared < first.sum(axis=1)[:, None]))
    return [first[one] & second[two], first[one] & ~second[two]]


def _different(sets: Mask) -> Mask:
    _, at = np.unique(np.packbits(sets, axis=1), axis=0, return_index=True)
    found = sets[np.sort(at)]
    return found[found.any(axis=1)]


class Audit:
    """The tables of one year beside those of the years before.

    For each set it holds between what its count lies in the tables found so far that fit all that
    is told. They go on fitting when more is hidden, so what is safe stays safe.
    """

    def __init__(self, shops: Shops, told: Sequence[Told], rule: Rule) -> None:
        self._shops, self._rule, self._now = shops, rule, told[-1]
        self._past = told[:-1]
        self._areas = shops.areas[len(told) - 1]
        self._sets = shops.sets(len(told) - 1)
        self._numbers = self._sets.astype(np.float32)
        truth = _counted(self._numbers, shops.truth)
        self._least, self._most = truth, truth.copy()
        self._need = self._needed(truth, shops.sizes(self._sets))
        self._out = self._limits(np.ones(len(self._areas), dtype=bool))
        self._need[self._out.fixed(self._sets)] = 0
        rows = {row.tobytes(): n for n, row in enumerate(self._sets)}
        self._set_of = np.array([rows.get(row.tobytes(), -1) for row in self._areas])

    def _needed(self, truth: Counts, size: Counts) -> Counts:
        """How uncertain each set must be: like a hidden area, or, of many, like one told."""
        rule = self._rule
        many = (truth >= rule.threshold) & (size >= rule.denominator)
        found: Counts = np.where(many, rule.base // 2, np.minimum(rule.width, size))
        return found

    def exposed(self, hidden: Mask) -> int | None:
        """A set that is known more closely than it may be, if any."""
        limits = self._limits(hidden)
        told = np.flatnonzero(~hidden & (self._set_of >= 0) & (self._now.upper >= 0))
        need = self._need.copy()
        need[self._set_of[told]] = np.minimum(need[self._set_of[told]], self._rule.base // 2)
        self._widen(limits, need)
        while len(left := np.flatnonzero(self._most - self._least < need)):
            one = int(left[0])
            if not self._opens(limits, one, int(need[one])):
                found = int(self._most[one] - self._least[one])
                if found < self._left_open(one, int(need[one])):
                    return one
                self._need[one] = need[one] = found
        return None

    def _widen(self, limits: Limits, need: Counts) -> None:
        """Look for tables that answer for many sets at once, before each is asked of by itself."""
        random = np.random.default_rng(0)
        left = np.flatnonzero(self._most - self._least < need)
        for turn in range(_TURNS):
            if len(left) < _FEW:
                return
            weight = random.random(len(left)) @ self._sets[left]
            self._take(limits.end(weight / weight.max(), 1 if turn % 2 else -1))
            before, left = left, np.flatnonzero(self._most - self._least < need)
            if turn % 2 and len(before) - len(left) < 2:
                return  # no faster than one by one

    def remedy(self, one: int, hidden: Mask) -> int | None:
        """The smallest area that, hidden, leaves a set less closely known; None where none is left.

        Where no single one helps, the smallest of those that close it in goes.
        """
        aim = self._sets[one]
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
            kept = self._least, self._most
            if self._opens(limits, one, int(self._most[one] - self._least[one]) + 1):
                return int(area)
            self._least, self._most = kept
        return close[0] if close else None

    def _limits(self, hidden: Mask) -> Limits:
        limits = Limits(self._shops.most, self._shops.links)
        for areas, told in zip(self._shops.areas, self._past, strict=False):
            limits.learn(areas, told, told.upper >= 0)
        limits.learn(self._areas, self._now, ~hidden & (self._now.upper >= 0))
        return limits

    def _left_open(self, one: int, need: int) -> int:
        """How uncertain a set is at most, given what is out already; no more than is needed."""
        aim = self._sets[one]
        low, high = (self._out.end(aim, sign) for sign in (1, -1))
        return min(need, int(high[aim].sum() - low[aim].sum()))

    def _opens(self, limits: Limits, one: int, need: int) -> bool:
        """Whether tables that fit differ in a set by as much as they need to."""
        for sign in (1, -1):
            self._take(limits.end(self._sets[one], sign))
            if self._most[one] - self._least[one] >= need:
                return True
        return False

    def _take(self, table: Counts) -> None:
        counts = _counted(self._numbers, table)
        self._least = np.minimum(self._least, counts)
        self._most = np.maximum(self._most, counts)


def _counted(sets: Any, table: Counts) -> Counts:
    found: Counts = (sets @ table.astype(np.float32)).round().astype(np.int64)
    return found
