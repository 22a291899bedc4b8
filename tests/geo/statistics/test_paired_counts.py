"""Ratios of counts that share features, against published examples and SciPy."""

import numpy as np
import pytest
from scipy.stats import binomtest

from geo.statistics.paired_counts import LEAST, exact_mcnemar_p, paired_ratio


def test_the_interval_is_that_of_a_published_example():
    """Cavo et al. (2012) in Fagerland, Lydersen and Laake (2017), chapter 8: 59, 6 and 16."""
    found = paired_ratio(before=59 + 16, after=59 + 6, both=59)
    assert (found.value, found.low, found.high) == pytest.approx((0.8667, 0.7579, 0.9910), abs=5e-5)
    assert exact_mcnemar_p(75, 65, 59) == pytest.approx(binomtest(6, 22).pvalue, rel=1e-12)


def test_the_reverse_is_the_reciprocal():
    there, back = paired_ratio(75, 65, 59), paired_ratio(65, 75, 59)
    assert back.low == pytest.approx(1 / there.high)
    assert back.high == pytest.approx(1 / there.low)


def test_nothing_changed_is_no_certainty():
    few, many = paired_ratio(6, 6, 6), paired_ratio(600, 600, 600)
    assert few.low < many.low < 1 < many.high < few.high
    assert exact_mcnemar_p(6, 6, 6) == 1.0


def test_all_gone_has_an_interval_from_zero():
    found = paired_ratio(20, 0, 0)
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0 < found.high < 1
    assert exact_mcnemar_p(20, 0, 0) == pytest.approx(2 / 2**20)


def test_fewer_than_five_have_no_ratio():
    assert paired_ratio(LEAST - 1, 40, 3).value is None
    assert paired_ratio(LEAST, 0, 0).value == 0.0


@pytest.mark.parametrize(("before", "after", "both"), [(3, 2, 3), (3, 4, -1)])
def test_more_in_both_than_in_either_is_refused(before, after, both):
    with pytest.raises(ValueError, match="in both"):
        paired_ratio(before, after, both)
    with pytest.raises(ValueError, match="in both"):
        exact_mcnemar_p(before, after, both)


def test_the_interval_holds_the_truth_of_simulated_places():
    """60 shops, of which one in five goes, and as many come on average: the true ratio is 1."""
    rng = np.random.default_rng(7)
    stay, came = rng.binomial(60, 0.8, 2000), rng.poisson(12, 2000)
    found = [paired_ratio(60, int(s + c), int(s)) for s, c in zip(stay, came, strict=True)]
    inside = np.mean([item.low <= 1 <= item.high for item in found])
    assert 0.93 < inside < 0.98
