"""Conditional permutation p-values of sums over neighbours, exact or by random draws.

Where the sets of neighbours that an area could have are few, all are counted and p is exact.
Elsewhere sets are drawn at random, until the error of the draws decides no verdict.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

COUNTED: Final = 5_000_000  # sets of neighbours; up to so many are all counted
ROUNDS: Final = 10  # of draws at most, before an area is left undecided
_OTHERS: Final = 64  # areas; halves of more make lists too long to be quick
_Z_95: Final = 1.959963984540054
_Z: Final = 3.29  # of the interval around a drawn p: 99.9 % confidence
_CELLS: Final = (
    4_000_000  # areas times draws that are shuffled at once: 8 MB, or 32 where areas are many
)

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Neighbours = Sequence[Sequence[int]]  # of each area, without itself
Judge = Callable[[Floats], Mask]  # which p-values are significant


@dataclass(frozen=True)
class PermutationPValues:
    """Two-sided p-values: twice the smaller tail, at most 1.

    Attributes:
        p: NaN where an area has no neighbour.
        low: lower end of the interval in which p lies; p itself where it is exact.
        high: upper end.
        draws: random sets that most areas needed; 0 where all sets were counted.
    """

    p: Floats
    low: Floats
    high: Floats
    draws: int

    def undecided_areas(self, judge: Judge) -> Mask:
        """Return a mask of the areas whose verdict the error of the draws could change.

        The rule of Benjamini and Hochberg is monotone: where p-values fall, none that was
        significant ceases to be. So the lower ends and the upper ends together bound every verdict.
        """
        differs: Mask = judge(self.low) != judge(self.high)
        return differs


def permutation_p_values(
    values: Floats, neighbours: Neighbours, judge: Judge, *, draws: int, seed: int
) -> PermutationPValues:
    """Compute two-sided permutation p-values of the sum over each area's neighbours.

    Args:
        values: one number for each area.
        neighbours: of each area; sets of as many of the other areas are as likely.
        judge: which p-values are significant; draws go on while their error could change that.
        draws: random sets in a round.
        seed: of the random numbers, so that one question has one answer.
    """
    n, sizes = len(values), np.array([len(near) for near in neighbours], dtype=np.int64)
    observed = np.array([values[list(near)].sum() for near in neighbours])
    tails, total = np.zeros((2, n)), np.zeros(n)
    exact = np.array([_countable(n - 1, int(size)) for size in sizes], dtype=bool)
    for area in np.flatnonzero(exact & (sizes > 0)).tolist():
        others = np.delete(values, area)
        tails[:, area] = count_sets(others, int(sizes[area]), observed[area])
        total[area] = math.comb(n - 1, int(sizes[area]))
    random, open_ = np.random.default_rng(seed), ~exact & (sizes > 0)
    result = _chances(tails, total, exact, 0)
    for turn in range(ROUNDS):
        if not open_.any():
            break
        picks = _picks(random, n, int(sizes[open_].max()), draws)
        sums = np.cumsum(values[picks], axis=0)
        for area in np.flatnonzero(open_).tolist():
            size = sizes[area]
            # A set without the area is as likely as any other without it.
            without = sums[size - 1][(picks[:size] != area).all(axis=0)]
            tails[:, area] += _tails(without, observed[area])
            total[area] += len(without)
        result = _chances(tails, total, exact, (turn + 1) * draws)
        open_ &= result.undecided_areas(judge)
    return result


def count_sets(values: Floats, size: int, observed: float) -> tuple[int, int]:
    """Count the sets of so many values whose sum is at least, and at most, the observed one.

    Each set is one of a first half of the values beside one of the second: the sums of the halves
    are listed and looked up in each other, so that 735,471 sets take less than a millisecond.

    Args:
        values: what sets are of.
        size: how many are in a set.
        observed: the sum to compare with.
    """
    middle, close = len(values) // 2, _close(observed)
    left_sums, right_sums = _sums(values[:middle], size), _sums(values[middle:], size)
    above = below = 0
    for count in range(size + 1):
        left, right = left_sums[count], np.sort(right_sums[size - count])
        above += len(left) * len(right) - int(np.searchsorted(right, observed - close - left).sum())
        below += int(np.searchsorted(right, observed + close - left, side="right").sum())
    return above, below


def _sums(values: Floats, most: int) -> list[Floats]:
    """List the sums of all sets of 0, 1, ... up to `most` values."""
    sums = [np.zeros(1)] + [np.empty(0)] * most
    for value in values.tolist():
        for count in range(most, 0, -1):
            sums[count] = np.concatenate([sums[count], sums[count - 1] + value])
    return sums


def _countable(others: int, size: int) -> bool:
    return size == 0 or (others <= _OTHERS and math.comb(others, size) <= COUNTED)


def _tails(sums: Floats, observed: float) -> tuple[int, int]:
    close = _close(observed)
    return int((sums >= observed - close).sum()), int((sums <= observed + close).sum())


def _close(observed: float) -> float:
    """Return a tolerance for sums, whose last digits depend on the order of the terms."""
    return 1e-9 * (abs(observed) + 1)


def _chances(tails: Floats, total: Floats, exact: Mask, draws: int) -> PermutationPValues:
    """Compute p-values from counts in both tails; the observed sum is one more random draw."""
    own = np.where(exact, 0, 1)
    tested = total > 0
    share = np.divide(
        tails.min(axis=0) + own, total + own, out=np.full(len(total), np.nan), where=tested
    )
    middle, half = _wilson(share, np.where(tested, total, 1))
    low, high = (np.where(exact, share, bound) for bound in (middle - half, middle + half))
    p, low, high = (np.minimum(1.0, 2 * tail) for tail in (share, low, high))
    return PermutationPValues(p, np.maximum(low, 0.0), high, draws)


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """Compute the 95 % interval of Wilson (1927) of a share of n."""
    middle, half = _wilson(np.array([share]), np.array([n], dtype=float), _Z_95)
    return max(0.0, float(middle[0] - half[0])), min(1.0, float(middle[0] + half[0]))


def _wilson(share: Floats, n: Floats, z: float = _Z) -> tuple[Floats, Floats]:
    """Compute middle and half width of the interval of Wilson (1927) around a share of n draws."""
    wide = 1 + z**2 / n
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / wide
    return (share + z**2 / (2 * n)) / wide, half


def _picks(random: np.random.Generator, areas: int, most: int, draws: int) -> Ints:
    """Draw random sets of different areas, one in each column; the first rows are smaller sets.

    The first steps of the shuffle of Fisher and Yates, in all columns at once.
    """
    narrow = np.min_scalar_type(areas)  # a quarter of the memory to look through, or less
    portions = []
    for count in _portions(draws, max(1, _CELLS // areas)):
        order = np.repeat(np.arange(areas, dtype=narrow)[:, None], count, axis=1)
        column = np.arange(count)
        for step in range(most):
            other = random.integers(step, areas, count)
            order[step], order[other, column] = order[other, column], order[step].copy()
        portions.append(order[:most].copy())
    return np.concatenate(portions, axis=1)


def _portions(total: int, most: int) -> list[int]:
    return [most] * (total // most) + ([total % most] if total % most else [])
