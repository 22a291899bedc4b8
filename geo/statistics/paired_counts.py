"""Two counts of one place, of which some features are the same: their ratio, and a test."""

import math
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5  # features before; of fewer a ratio says nothing
Z_95: Final = 1.959963984540054


@dataclass(frozen=True)
class PairedRatio:
    """The ratio of two counts that share features.

    Attributes:
        value: after over before; None with fewer than `LEAST` before.
        low: lower end of the 95 % interval.
        high: upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def paired_ratio(before: int, after: int, both: int) -> PairedRatio:
    """Compute the ratio of two counts with the hybrid Wilson interval of Bonett and Price.

    The features of both are counted once in each, so the counts are no two samples: the width
    of the interval follows from those that came and went. It has a width where nothing changed.

    Args:
        before: features of the first count.
        after: features of the second count.
        both: features that both counts have.

    References:
        Bonett, D.G. and Price, R.M. (2006). Confidence intervals for a ratio of binomial
        proportions based on paired data. Statistics in Medicine 25, 3039-3047.

    Raises:
        ValueError: the numbers do not fit each other.
    """
    _check(before, after, both)
    if before < LEAST:
        return PairedRatio(None, None, None)
    every = before + after - both
    changed = math.sqrt((every - both + 2) / ((before + 1) * (after + 1)))
    z = Z_95 * changed / (_spread(after, every) + _spread(before, every))
    low_after, high_after = _wilson(after, every, z)
    low_before, high_before = _wilson(before, every, z)
    return PairedRatio(after / before, low_after / high_before, high_after / low_before)


def exact_mcnemar_p(before: int, after: int, both: int) -> float:
    """Compute the exact two-sided p-value of McNemar, if coming and going were equally likely.

    Args:
        before: features of the first count.
        after: features of the second count.
        both: features that both counts have.

    References:
        McNemar, Q. (1947). Note on the sampling error of the difference between correlated
        proportions or percentages. Psychometrika 12, 153-157; the exact conditional form.

    Raises:
        ValueError: the numbers do not fit each other.
    """
    _check(before, after, both)
    went, came = before - both, after - both
    changed, sets, tail = went + came, 1, 0  # sets of k of those that changed
    for k in range(min(went, came) + 1):
        tail += sets
        sets = sets * (changed - k) // (k + 1)
    return min(1.0, 2 * tail / (1 << changed))


def _check(before: int, after: int, both: int) -> None:
    if not 0 <= both <= min(before, after):
        raise ValueError(f"{both} in both of {before} before and {after} after")


def _spread(count: int, every: int) -> float:
    """Compute the standard error of the logarithm of a share, with a feature added to each side."""
    return math.sqrt((1 - (count + 1) / (every + 2)) / (count + 1))


def _wilson(count: int, every: int, z: float) -> tuple[float, float]:
    """Compute Wilson's interval of a share."""
    middle = 2 * count + z**2
    half = z * math.sqrt(z**2 + 4 * count * (1 - count / every))
    return (middle - half) / (2 * (every + z**2)), (middle + half) / (2 * (every + z**2))
