"""Classes of counts: whole bounds, and no more of them than colours tell apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.class_methods import CLASSES, METHODS, method_bounds, round_bounds


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (1, [1]),
        (5, [1, 2, 3, 4, 5]),
        (6, [2, 4, 6]),  # a round step of 1.5 would part 1 from 2 at no count
        (7, [2, 4, 6, 8]),
        (12, [3, 6, 9, 12]),
        (44, [10, 20, 30, 40, 50]),
    ],
)
def test_round_steps_of_counts_are_whole(most, expected):
    assert round_bounds([0, 1, most]) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # Steps of (8 - 1) / 5 = 1.4 from 1: 2.4, 3.8, 5.2, 6.6; no count lies behind the point.
        ("equal", [2, 3, 5, 6, 8]),
        # The value of share k/5 of nine lies at place 1.6, 3.2, 4.8 and 6.4: 1.6, 2.2, 3.8, 5.4.
        ("quantile", [1, 2, 3, 5, 8]),
    ],
)
def test_counts_are_not_parted_between_whole_numbers(method, expected):
    assert method_bounds([1, 1, 2, 2, 3, 4, 5, 6, 8], method) == expected


@given(st.lists(st.integers(0, 60), min_size=1), st.sampled_from(METHODS))
def test_every_class_of_counts_ends_at_a_count(values, method):
    for bounds in (method_bounds(values, method), round_bounds(values)):
        assert len(bounds) <= CLASSES
        assert bounds == sorted(set(bounds))
        assert bounds[-1] >= max(values)
        assert all(bound.is_integer() for bound in bounds)
