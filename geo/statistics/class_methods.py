"""Class bounds of a choropleth by the method that a reader chooses."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

METHODS: Final = ("equal", "quantile", "jenks")
CLASSES: Final = 5
_MOST_DIGITS: Final = 12
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
    if method == "equal":
        return [low + (high - low) * k / count for k in range(1, count)] + [high]
    if method == "quantile":
        quantiles = np.unique(np.quantile(ordered, np.arange(1, count) / count))
        return [*(float(bound) for bound in quantiles if bound < high), high]
    return jenks_bounds(ordered, count)


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
