"""Survival of businesses (Kaplan-Meier) from the days on which they opened and closed.

A business that is still open counts as long as it has been seen, and then leaves the sample. The
interval is that of Greenwood on the scale of log(-log S), so that it stays between 0 and 1.
lifelines has the same estimator; it would bring matplotlib and autograd along for these few lines,
which a test compares with values worked by hand.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

DAYS_OF_YEAR: Final = 365.25
Z_95: Final = 1.959964

Days = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Survival:
    """The share that is still open after a time.

    Attributes:
        years: since opening.
        share: of the businesses, from 0 to 1.
        low: lower end of its 95 % interval.
        high: upper end.
        at_risk: businesses that were open for at least so long.
    """

    years: float
    share: float
    low: float
    high: float
    at_risk: int


def survival_at(days: Days, closed: Any, years: tuple[float, ...]) -> list[Survival]:
    """Estimate the share of businesses still open after some years.

    Args:
        days: from opening to closing, or to the day last seen.
        closed: whether the business closed on that day.
        years: at which the share is wanted; those that nobody has reached are left out.
    """
    ends = np.unique(days[closed])
    at_risk = np.array([(days >= end).sum() for end in ends], dtype=float)
    gone = np.array([((days == end) & closed).sum() for end in ends], dtype=float)
    found = []
    for year in years:
        limit = year * DAYS_OF_YEAR
        reached = int((days >= limit).sum())
        if reached:
            until = ends <= limit
            found.append(_survival(year, at_risk[until], gone[until], reached))
    return found


def _survival(year: float, at_risk: Days, gone: Days, reached: int) -> Survival:
    share = float(np.prod(1 - gone / at_risk))
    if not 0 < share < 1:
        return Survival(year, share, share, share, reached)
    spread = float(np.sum(gone / (at_risk * (at_risk - gone)))) ** 0.5 / abs(np.log(share))
    low, high = (share ** float(np.exp(sign * Z_95 * spread)) for sign in (1, -1))
    return Survival(year, share, low, high, reached)
