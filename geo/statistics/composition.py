"""Composition of places: location quotients and diversity, with their uncertainty."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

LEAST: Final = 5  # of a category in a place; fewer say nothing
Z_95: Final = 1.959963984540054

Integers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Quotient:
    """A location quotient.

    Attributes:
        value: share of a category in a place over its share everywhere; None with fewer than
            `LEAST` in the place.
        low: lower end of the 95 % interval.
        high: upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def location_quotient(here: int, all_here: int, everywhere: int, all_everywhere: int) -> Quotient:
    """Compute the location quotient of a category in a place, with its 95 % interval.

    Args:
        here: features of the category in the place.
        all_here: all features in the place.
        everywhere: features of the category in the whole area, the place included.
        all_everywhere: all features in the whole area.

    References:
        Beyene, J. and Moineddin, R. (2005). Methods for confidence interval estimation of a
        ratio parameter with application to location quotients. BMC Medical Research Methodology
        5:32; the delta method on the logarithm, in which the place is a part of the whole.

    Raises:
        ValueError: the numbers do not fit each other.
    """
    if not 0 <= here <= min(all_here, everywhere) or max(all_here, everywhere) > all_everywhere:
        raise ValueError(f"{here} of {all_here} here, {everywhere} of {all_everywhere} everywhere")
    if here < LEAST:
        return Quotient(None, None, None)
    value = (here / all_here) / (everywhere / all_everywhere)
    factor = math.exp(Z_95 * math.sqrt(_variance(here, all_here, everywhere, all_everywhere)))
    return Quotient(value, value / factor, value * factor)


def ratio_of_shares(
    first: tuple[int, int], second: tuple[int, int], common: tuple[int, int]
) -> Quotient:
    """Compute the share of a category in a second place over that in a first, with its interval.

    The 95 % interval is that of the delta method on the logarithm. Places may overlap: features in
    both count once in the variance. Of places apart it is the interval of Katz et al. (1978), of
    a place within the other that of a location quotient.

    Args:
        first: features of the category, and all features, in the first place.
        second: the same in the second place.
        common: the same in both places.

    References:
        Katz, D. et al. (1978). Obtaining confidence intervals for the risk ratio in cohort
        studies. Biometrics 34, 469-474.
    """
    if min(first[0], second[0]) < LEAST:
        return Quotient(None, None, None)
    value = (second[0] / second[1]) / (first[0] / first[1])
    slopes = 1 / first[0], 1 / second[0]  # of the logarithm by a feature of the category
    parts = (
        (first[0] - common[0], first[1] - common[1], -slopes[0]),
        (second[0] - common[0], second[1] - common[1], slopes[1]),
        (*common, slopes[1] - slopes[0]),
    )
    variance = sum(slope**2 * count * (1 - count / n) for count, n, slope in parts if n)
    factor = math.exp(Z_95 * math.sqrt(variance))
    return Quotient(value, value / factor, value * factor)


def hypergeometric_p(here: int, all_here: int, everywhere: int, all_everywhere: int) -> float:
    """Compute the exact two-sided p-value of a count in a place, if categories were at random.

    Twice the smaller tail of the hypergeometric distribution, at most 1; exact for any number,
    so that places with few, or none, can be tested too.

    Args:
        here: features of the category in the place.
        all_here: all features in the place.
        everywhere: features of the category in the whole area, the place included.
        all_everywhere: all features in the whole area.
    """
    from scipy.special import gammaln  # only where quotients are asked for

    def log_choose(n: Any, k: Any) -> Any:
        return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)

    rest = all_everywhere - everywhere
    counts = np.arange(max(0, all_here - rest), min(all_here, everywhere) + 1)
    logs = log_choose(everywhere, counts) + log_choose(rest, all_here - counts)
    chances = np.exp(logs - log_choose(all_everywhere, all_here))
    tails = chances[counts >= here].sum(), chances[counts <= here].sum()
    return float(min(1.0, 2 * min(tails)))


def _variance(here: int, all_here: int, everywhere: int, all_everywhere: int) -> float:
    """Compute the variance of the logarithm of a quotient; place and rest are binomial samples."""
    rest, all_rest = everywhere - here, all_everywhere - all_here
    share, whole = here / all_here, everywhere / all_everywhere
    slope_here = 1 / share - (all_here / all_everywhere) / whole
    slope_rest = (all_rest / all_everywhere) / whole
    variance = slope_here**2 * share * (1 - share) / all_here
    if all_rest:
        rest_share = rest / all_rest
        variance += slope_rest**2 * rest_share * (1 - rest_share) / all_rest
    return variance


@dataclass(frozen=True)
class Diversity:
    """Hill numbers: how many equally common kinds would be as diverse.

    Attributes:
        n: features counted.
        richness: kinds there are (order 0).
        shannon: the exponential of Shannon's entropy (order 1).
        simpson: the inverse of Simpson's concentration (order 2).
        rarefied: kinds expected among `sample` features; None where there are fewer.
        sample: size at which places of different n can be compared.
    """

    n: int
    richness: int
    shannon: float
    simpson: float
    rarefied: float | None
    sample: int


def diversity(counts: Sequence[int], *, sample: int) -> Diversity | None:
    """Compute the Hill numbers of a place; None if it holds nothing.

    Args:
        counts: features of each kind.
        sample: size to rarefy to.

    References:
        Hill, M.O. (1973). Diversity and evenness. Ecology 54, 427-432.
        Hurlbert, S.H. (1971). The nonconcept of species diversity. Ecology 52, 577-586, for
        rarefaction.
    """
    present = np.array([count for count in counts if count], dtype=np.int64)
    n = int(present.sum())
    if not n:
        return None
    shares = present / n
    return Diversity(
        n,
        len(present),
        float(np.exp(-(shares * np.log(shares)).sum())),
        float(1 / (shares**2).sum()),
        _rarefy(present, n, sample) if sample <= n else None,
        sample,
    )


def _rarefy(counts: Integers, n: int, sample: int) -> float:
    """Rarefy: each kind is missed with probability C(n - k, m) / C(n, m)."""
    missed = [
        math.exp(_log_choose(n - int(count), sample) - _log_choose(n, sample))
        for count in counts
        if n - int(count) >= sample
    ]
    return float(len(counts) - sum(missed))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
