"""Location quotients and diversity, by hand, by published examples and by simulation."""

import math

import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom
from scipy.stats.contingency import relative_risk

from geo.statistics.composition import (
    diversity,
    hypergeometric_p,
    location_quotient,
    ratio_of_shares,
)


def test_a_quotient_is_a_ratio_of_shares():
    # 30 of 100 here, 150 of 1,000 everywhere: 0.30 / 0.15.
    assert location_quotient(30, 100, 150, 1000).value == pytest.approx(2.0)


def test_its_interval_is_that_of_the_delta_method():
    # Worked out with n = 100 of N = 1,000, a = 30, A = 150, so 120 of 900 elsewhere:
    # slopes 1/0.3 - 0.1/0.15 and 0.9/0.15, binomial variances 0.21/100 and (0.4/3)(2.6/3)/900.
    variance = (1 / 0.3 - 0.1 / 0.15) ** 2 * 0.0021 + 36 * (0.4 / 3 * 2.6 / 3) / 900
    factor = math.exp(1.959964 * math.sqrt(variance))
    found = location_quotient(30, 100, 150, 1000)
    assert (found.low, found.high) == pytest.approx((2 / factor, 2 * factor))


@pytest.mark.parametrize(("share_here", "share_rest"), [(0.2, 0.1), (0.1, 0.1), (0.05, 0.3)])
def test_the_interval_holds_the_truth_in_95_of_100(share_here, share_rest):
    n, rest = 300, 1111
    random = np.random.default_rng(3)
    truth = share_here / ((n * share_here + rest * share_rest) / (n + rest))
    found = [
        location_quotient(a, n, a + b, n + rest)
        for a, b in zip(
            random.binomial(n, share_here, 2000).tolist(),
            random.binomial(rest, share_rest, 2000).tolist(),
            strict=True,
        )
    ]
    held = [item.low <= truth <= item.high for item in found if item.value is not None]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("here", "all_here", "everywhere", "all_everywhere"),
    [(30, 100, 150, 1000), (0, 40, 150, 1000), (7, 7, 150, 1000), (18, 20, 990, 1000)],
)
def test_chance_deals_categories_as_the_hypergeometric_distribution_does(
    here, all_here, everywhere, all_everywhere
):
    # scipy's distribution and, for one tail, Fisher's exact test: to ten digits.
    theirs = hypergeom(all_everywhere, everywhere, all_here)
    two_sided = min(1, 2 * min(theirs.sf(here - 1), theirs.cdf(here)))
    ours = hypergeometric_p(here, all_here, everywhere, all_everywhere)
    assert ours == pytest.approx(two_sided, rel=1e-10)
    table = [
        [here, all_here - here],
        [everywhere - here, all_everywhere - everywhere - all_here + here],
    ]
    tails = [fisher_exact(table, alternative=name).pvalue for name in ("less", "greater")]
    assert ours == pytest.approx(min(1, 2 * min(tails)), rel=1e-10)


def test_few_of_a_kind_say_nothing():
    assert location_quotient(4, 100, 150, 1000).value is None


def test_a_place_that_is_everything_is_as_everything():
    found = location_quotient(100, 400, 100, 400)
    assert (found.value, found.low, found.high) == (1, 1, 1)
    assert hypergeometric_p(100, 400, 100, 400) == 1


@pytest.mark.parametrize(
    "numbers", [(6, 5, 10, 20), (5, 10, 4, 20), (5, 30, 10, 20), (-1, 1, 1, 1)]
)
def test_numbers_that_do_not_fit_are_refused(numbers):
    with pytest.raises(ValueError, match="here"):
        location_quotient(*numbers)


def test_equal_kinds_are_as_many_in_every_order():
    found = diversity([10, 10, 10, 10], sample=40)
    assert (found.richness, found.shannon, found.simpson) == pytest.approx((4, 4, 4))


def test_hill_numbers_of_a_skewed_place():
    # Shares 1/2, 1/4, 1/4: entropy 1.5 ln 2, so 2^1.5; concentration 3/8, so 8/3.
    found = diversity([2, 1, 1], sample=2)
    assert (found.richness, found.shannon, found.simpson) == pytest.approx((3, 2**1.5, 8 / 3))
    # Of the 6 pairs that can be drawn one is of the same kind: 1 * 1/6 + 2 * 5/6.
    assert found.rarefied == pytest.approx(11 / 6)


def test_rarefaction_is_what_drawing_gives():
    counts = [42, 23, 16, 14, 6, 5, 1, 1]
    pool, random = np.repeat(np.arange(8), counts), np.random.default_rng(1)
    drawn = [len(set(random.choice(pool, 25, replace=False))) for _ in range(20_000)]
    assert diversity(counts, sample=25).rarefied == pytest.approx(np.mean(drawn), abs=0.03)


def test_a_place_too_small_to_compare_is_not_rarefied():
    assert diversity([3, 1], sample=5).rarefied is None


def test_an_empty_place_has_no_diversity():
    assert diversity([0, 0], sample=5) is None


def test_the_ratio_of_places_apart_is_that_of_scipy():
    expected = relative_risk(30, 80, 20, 100)
    found = ratio_of_shares((20, 100), (30, 80), (0, 0))
    low, high = expected.confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.relative_risk, low, high)
    )


def test_the_ratio_of_a_place_within_another_is_its_location_quotient():
    inside, whole = (30, 80), (70, 400)
    found, expected = ratio_of_shares(whole, inside, inside), location_quotient(30, 80, 70, 400)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high), rel=1e-6
    )
    assert ratio_of_shares(whole, (4, 80), (4, 80)).value is None
