"""The sets of businesses that protected tables may tell apart, as sums of unknowns.

A set is an area of one count (all foreign-run, or one group of them), or what two areas share or
leave between them: of one count or of two, in one year or in two. So the foreign-run of a dong
that are not of a group of the zone are a set as much as those of the dong outside the zone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Shops:
    """The businesses of all years, of which nobody is to know who runs them.

    Businesses of a place count as the same in two years in which there are as many, run alike: the
    intruder is taken to know which of them went on unchanged. Those that lie in the same areas in
    the same years are a lot; unknown is how many of each lot are counted, of each kind that is
    told apart there.

    Attributes:
        areas: for each year which unknowns make up each area.
        truth: the true value of each unknown.
        lots: which unknowns make up each lot.
        most: how many businesses each lot is of.
    """

    def __init__(
        self, atoms: Counts, place: Counts, counts: Sequence[Counts], everything: Sequence[Counts]
    ) -> None:
        members = [np.flatnonzero(place == block) for block in range(len(everything[0]))]
        lots = _together(atoms, members, counts, everything)
        rows, truth = zip(*(_kinds(rows, made[1:]) for rows, _, made in lots), strict=True)
        lot = np.repeat(np.arange(len(lots)), [len(lot) for lot in truth])
        every: Mask = np.concatenate(rows, axis=1)
        stays = np.array([np.isin(np.arange(len(counts)), there) for _, there, _ in lots])
        self.areas: list[Mask] = [every & stays[lot, year] for year in range(len(counts))]
        self.truth: Counts = np.concatenate(truth)
        self.lots: Mask = lot == np.arange(len(lots))[:, None]
        self.most: Counts = np.array([made[0] for _, _, made in lots], dtype=np.int64)

    def sets(self, shown_by_year: Sequence[Mask]) -> Mask:
        """Return all sets of unknowns that published figures can isolate.

        That is areas, each lot, and what two areas share or leave between them, in the last of
        these years and all of them: any two of one count, and of two counts. Of hexagons, of which
        no group is published, only those that may be published make pairs with a group.

        Args:
            shown_by_year: for each year the areas that may be published.
        """
        now = self.areas[len(shown_by_year) - 1]
        candidates = [now, self.lots & now.any(axis=0)]
        whole = self._whole(now)
        for other, shown in zip(self.areas, shown_by_year, strict=False):
            of_all = self._whole(other)
            for first, second in (
                (now[whole], other[of_all]),
                (now[~whole], other[~of_all]),
                (now[whole & (shown_by_year[-1] | self._grouped(now))], other[~of_all]),
                (now[~whole], other[of_all & (shown | self._grouped(other))]),
            ):
                candidates += _between(first, second)
                candidates += _between(second, first)
        return _different(np.vstack(candidates))

    def _grouped(self, areas: Mask) -> Mask:
        """Return which areas lie in the same lots as an area of a group."""
        first = self.lots.argmax(axis=1)
        lots = np.packbits(np.logical_or.reduceat(areas, first, axis=1), axis=1)
        grouped = {lot.tobytes() for lot in lots[~self._whole(areas)]}
        return np.array([lot.tobytes() in grouped for lot in lots], dtype=bool)

    def _whole(self, areas: Mask) -> Mask:
        """Return which areas are of all kinds: those that contain no lot in part."""
        kinds = self.lots.sum(axis=1)
        first = self.lots.argmax(axis=1)
        sizes = np.add.reduceat(areas.astype(np.int64), first, axis=1)
        complete: Mask = ((sizes == 0) | (sizes == kinds)).all(axis=1)
        return complete

    def sizes(self, sets: Mask) -> Counts:
        """Count the businesses of each set."""
        first = self.lots.argmax(axis=1)  # the unknowns of a lot follow one another
        largest: Counts = np.logical_or.reduceat(sets, first, axis=1) @ self.most
        return largest


def _kinds(rows: Mask, made: Counts) -> tuple[Mask, Counts]:
    """Return the kinds of a lot that are published apart: the areas and the count of each."""
    alike, which = np.unique(rows, axis=1, return_inverse=True)
    return alike, np.bincount(which.ravel(), made, alike.shape[1]).astype(np.int64)


def _together(
    atoms: Counts, members: Sequence[Counts], counts: Sequence[Counts], everything: Sequence[Counts]
) -> list[tuple[Mask, tuple[int, ...], Counts]]:
    """Group businesses that lie in the same areas in the same years.

    Places that only years to come tell apart are one, so that these change nothing.

    Returns:
        For each lot the areas by kind, the years, and how many there are, in all and of each kind.
    """
    alike: dict[tuple[int, ...], list[int]] = {}
    for year, (count, whole) in enumerate(zip(counts, everything, strict=True)):
        for block in np.flatnonzero(whole).tolist():
            key = (block, int(whole[block]), *count[members[block]].tolist())
            alike.setdefault(key, []).append(year)
    merged: dict[tuple[bytes, tuple[int, ...]], tuple[Mask, Counts]] = {}
    for (block, *many), years in alike.items():
        rows: Mask = atoms[:, members[block]].astype(bool)
        name = (rows.tobytes(), tuple(years))
        before = merged[name][1] if name in merged else np.zeros(len(many), dtype=np.int64)
        merged[name] = rows, before + np.array(many, dtype=np.int64)
    return [(rows, years, made) for (_, years), (rows, made) in merged.items()]


def _between(first: Mask, second: Mask) -> list[Mask]:
    shared = first.astype(np.float32) @ second.T.astype(np.float32)
    left, right = np.nonzero((shared > 0) & (shared < first.sum(axis=1)[:, None]))
    return [first[left] & second[right], first[left] & ~second[right]]


def _different(sets: Mask) -> Mask:
    _, at = np.unique(np.packbits(sets, axis=1), axis=0, return_index=True)
    unique = sets[np.sort(at)]
    return unique[unique.any(axis=1)]


def room(shops: Shops, sets: Mask, totals: Sequence[Mapping[int, int]]) -> Counts:
    """Bound how much the count of each set can differ, whatever is hidden, given known totals.

    Args:
        shops: the businesses.
        sets: the unknowns of each set.
        totals: for each year the known totals, by number of the area.
    """
    blocks = [_blocks(areas, known) for areas, known in zip(shops.areas, totals, strict=False)]
    first, last = (_room(shops, sets, order) for order in (blocks, blocks[::-1]))
    return np.minimum(first, last)


def _room(shops: Shops, sets: Mask, years: Sequence[Sequence[tuple[Mask, int]]]) -> Counts:
    """Bound the same, each unknown counted in the first year that has a total of it.

    Of a total the part in a set varies by no more than the total, the businesses of the part, or
    those of the rest.
    """
    free: Mask = np.ones(sets.shape[1], dtype=bool)
    total: Counts = np.zeros(len(sets), dtype=np.int64)
    for blocks in years:
        for block, value in blocks:
            here = block & free
            least = np.minimum(value, shops.sizes(sets & here))
            rest = shops.sizes(here & ~sets) if (here == block).all() else least
            total += np.minimum(least, rest)
            free &= ~block
    return total + shops.sizes(sets & free)


def _blocks(areas: Mask, known: Mapping[int, int]) -> list[tuple[Mask, int]]:
    """Split known totals into sums of unknowns that do not overlap."""
    disjoint: list[tuple[Mask, int]] = []
    for area in sorted(known, key=lambda area: int(areas[area].sum())):
        row, value = areas[area].copy(), known[area]
        for block, inner in disjoint:
            if not (block & ~areas[area]).any():
                row &= ~block
                value -= inner
        if row.any() and not any((row & block).any() for block, _ in disjoint):
            disjoint.append((row, value))
    return disjoint
