"""Class bounds of a choropleth by the method that a reader chooses."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from geo.statistics.kernel_density import count_breaks, round_breaks

METHODS: Final = ("equal", "quantile", "jenks")
CLASSES: Final = 5
_MOST_DIGITS: Final = 12
_NOISE: Final = 1e-9  # of floating point, below a whole number
_BELOW_ZERO: Final = 2  # classes of values on both sides of zero; the others are above


def method_bounds(values: Sequence[float], method: str, count: int = CLASSES) -> list[float]:
    """Compute upper bounds of classes, ascending; the last is the largest value.

    Values on both sides of zero get classes on each side, parted at zero.

    Args:
        values: at least one; zeros are no part of any class and are passed over.
        method: one of `METHODS`.
        count: how many classes; fewer where there are fewer different values.
    """
    ordered = np.sort(np.asarray([value for value in values if value], dtype=float))
    if not len(ordered):
        return [0.0]
    if ordered[0] < 0 < ordered[-1]:
        below = _bounds(ordered[ordered < 0], method, _BELOW_ZERO)
        return [*below[:-1], 0.0, *_bounds(ordered[ordered > 0], method, count - _BELOW_ZERO)]
    return _bounds(ordered, method, count)


def round_bounds(values: Sequence[float], count: int = CLASSES) -> list[float]:
    """Compute upper bounds of equal classes; round ones where nothing is negative.

    Args:
        values: at least one; of whole numbers the bounds are whole, too.
        count: how many classes at most.
    """
    low, high = min(values), max(values)
    if low >= 0:
        return count_breaks(high, count) if are_whole(values) else round_breaks(high, count)
    step = (high - low) / count
    return [low + step * k for k in range(1, count)] + [high] if step > 0 else [high]


def are_whole(values: Sequence[float]) -> bool:
    """Tell whether all values are whole numbers, such as counts."""
    return all(float(value).is_integer() for value in values)


def round_up(bounds: Sequence[float], digits: int) -> list[float]:
    """Round upper bounds up to as few decimals as tell them apart, at least so many.

    A value that belongs to a class is then never beyond the bound that a legend writes.
    """
    for places in range(digits, _MOST_DIGITS):
        rounded = [math.ceil(round(bound * 10**places, 6)) / 10**places for bound in bounds]
        if len(set(rounded)) == len(bounds) and 0.0 not in set(rounded) - set(bounds):
            return rounded
    return list(bounds)


def jenks_bounds(ordered: Any, count: int) -> list[float]:
    """Compute the upper bounds of Fisher-Jenks classes of ascending values.

    References:
        Fisher, W. D. (1958). On grouping for maximum homogeneity. Journal of the American
        Statistical Association 53, 789-798.
    """
    costs = _squares_within(ordered)
    best, firsts = costs[0], []
    for _ in range(count - 1):
        # Rows: the first value of the last class; columns: the last value so far.
        sums = costs + np.append(np.inf, best[:-1])[:, np.newaxis]
        firsts.append(sums.argmin(axis=0))
        best = sums.min(axis=0)
    ends = [len(ordered) - 1]
    for first in reversed(firsts):
        ends.append(int(first[ends[-1]]) - 1)
    return [float(ordered[end]) for end in reversed(ends)]


def _bounds(ordered: Any, method: str, count: int) -> list[float]:
    low, high = float(ordered[0]), float(ordered[-1])
    different = np.unique(ordered)
    if len(different) <= count:
        return [float(value) for value in different]
    if method == "jenks":
        return jenks_bounds(ordered, count)
    if method == "equal":
        inner = low + (high - low) * np.arange(1, count) / count
    else:
        inner = np.quantile(ordered, np.arange(1, count) / count)
    if are_whole(ordered):  # the same classes: no value lies between two whole numbers
        inner = np.floor(inner + _NOISE)
    return [*(float(bound) for bound in np.unique(inner) if low <= bound < high), high]


def _squares_within(ordered: Any) -> Any:
    """Compute the squared deviations from the mean of each run of values.

    Args:
        ordered: ascending values.

    Returns:
        A matrix, by the first value of a run and the last; infinite where the first is later.
    """
    centred = ordered - ordered.mean()
    sums, squares = (np.append(0.0, np.cumsum(centred**power)) for power in (1, 2))
    count = len(ordered)
    first, last = np.arange(count)[:, np.newaxis], np.arange(count) + 1
    lengths = np.maximum(last - first, 1)
    within = squares[last] - squares[first] - (sums[last] - sums[first]) ** 2 / lengths
    return np.where(last > first, np.maximum(within, 0.0), np.inf)
