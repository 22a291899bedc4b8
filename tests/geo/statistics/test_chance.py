"""p-values of sums over neighbours, against every set written out by itertools."""

import itertools

import numpy as np
import pytest

from geo.statistics.chance import _picks, count_sets, permutation_p_values
from geo.statistics.local_autocorrelation import benjamini_hochberg

VALUES = np.random.default_rng(4).normal(size=14)


def written_out(values, size, found):
    """Sets with at least, and at most, what was found; sums differ in the last digits."""
    sums = np.array(
        [sum(combination) for combination in itertools.combinations(values.tolist(), size)]
    )
    return (sums >= found - 1e-9).sum(), (sums <= found + 1e-9).sum()


@pytest.mark.parametrize("size", [1, 2, 5, 13, 14])
def test_every_set_is_counted_once(size):
    found = float(VALUES[:size].sum())
    assert count_sets(VALUES, size, found) == written_out(VALUES, size, found)


def test_sets_of_the_same_sum_lie_in_both_tails():
    # Of the six pairs of 1, 1, 2, 2 one sums to 2, four to 3 and one to 4.
    assert count_sets(np.array([1.0, 1.0, 2.0, 2.0]), 2, 3.0) == (5, 5)


def one_area(values, size, judge=benjamini_hochberg, draws=999):
    """Chances of the first area, which has so many neighbours; no other has any."""
    near = [list(range(1, size + 1))] + [[] for _ in values[1:]]
    return permutation_p_values(values, near, judge, draws=draws, seed=1)


def test_few_sets_give_an_exact_p():
    values = np.append(0.0, VALUES)
    found = one_area(values, 4)
    tail = min(written_out(VALUES, 4, VALUES[:4].sum())) / 1001  # 14 choose 4
    assert found.p[0] == pytest.approx(2 * tail)
    assert found.low[0] == found.high[0] == found.p[0]
    assert found.draws == 0
    assert np.isnan(found.p[1:]).all()


def many(shift):
    """100 values, of which the first eight neighbours are moved away from the others."""
    values = np.random.default_rng(9).normal(size=101)
    values[1:9] = values[1:9] - values[1:9].mean() + shift
    return values


def test_many_sets_are_drawn_and_the_interval_holds_p():
    # The sum of 8 of 100: its exact two-sided p by 20,000 draws of numpy's own `choice`.
    values = many(0.4)
    random, found = np.random.default_rng(3), values[1:9].sum()
    sums = np.array([values[1 + random.choice(100, 8, replace=False)].sum() for _ in range(20_000)])
    theirs = 2 * min((sums >= found).mean(), (sums <= found).mean())
    ours = one_area(values, 8, draws=9_999)
    # Twice three standard errors of 20,000 draws.
    assert ours.p[0] == pytest.approx(theirs, abs=6 * np.sqrt(theirs / 2 / 20_000))
    assert ours.low[0] <= theirs <= ours.high[0]


def test_draws_go_on_until_their_error_decides():
    clear, close = one_area(many(0.0), 8), one_area(many(0.8), 8)
    assert clear.draws == 999
    assert close.draws > 999
    assert close.undecided_areas(benjamini_hochberg)[0] == (close.low[0] <= 0.05 < close.high[0])


def test_what_draws_cannot_decide_is_said():
    values = many(0.4)
    p = one_area(values, 8, draws=9_999).p[0]
    found = one_area(values, 8, judge=lambda one: one <= p, draws=99)
    assert found.draws == 990
    assert found.undecided_areas(lambda one: one <= p)[0]


def test_sets_hold_each_area_once_and_any_is_as_likely(monkeypatch):
    monkeypatch.setattr("geo.statistics.chance._CELLS", 700_000)  # in several portions
    picks = _picks(np.random.default_rng(1), 100, 4, 50_000)
    assert (np.diff(np.sort(picks, axis=0), axis=0) > 0).all()
    for row in picks:
        # 500 expected of each area in each row; five standard deviations of 22.
        assert np.bincount(row, minlength=100) == pytest.approx(500, abs=5 * 22.4)


def test_an_area_is_never_its_own_neighbour():
    # Of 101 areas one is very large; it is not among its own neighbours: p is as without it.
    values = np.append(1000.0, np.random.default_rng(2).normal(size=100))
    found = one_area(values, 8, draws=19_999)
    random, sum_of = np.random.default_rng(3), values[1:9].sum()
    sums = np.array([random.choice(values[1:], 8, replace=False).sum() for _ in range(20_000)])
    theirs = 2 * min((sums >= sum_of).mean(), (sums <= sum_of).mean())
    # Three standard errors of two simulations; with itself among them p would be 0.08 off.
    assert found.p[0] == pytest.approx(theirs, abs=0.03)
