"""Kaplan-Meier on few businesses, worked by hand."""

import math

import numpy as np
import pytest

from geo.statistics.survival import DAYS_OF_YEAR, survival_at

YEAR = DAYS_OF_YEAR


def test_shares_are_products_of_those_that_go_on():
    # Closed after 1, 2 and 2 years; open when last seen after 1.5 and 3 years.
    days = np.array([1.0, 1.5, 2.0, 2.0, 3.0]) * YEAR
    closed = np.array([True, False, True, True, False])
    one, two, three = survival_at(days, closed, (1.0, 2.0, 3.0))
    assert one.share == pytest.approx(4 / 5)
    assert two.share == pytest.approx(4 / 5 * 1 / 3)  # two of the three still there after 1.5 years
    assert three.share == pytest.approx(two.share)
    assert [point.at_risk for point in (one, two, three)] == [5, 3, 1]


def test_the_interval_is_that_of_greenwood():
    days, closed = np.array([1.0, 2.0, 2.0, 2.0]) * YEAR, np.array([True, False, False, False])
    (point,) = survival_at(days, closed, (1.0,))
    # S = 3/4, Greenwood's sum 1/(4·3) = 1/12; on the scale log(-log S) divided by |log S|.
    spread = math.sqrt(1 / 12) / abs(math.log(0.75))
    low, high = (0.75 ** math.exp(sign * 1.959964 * spread) for sign in (1, -1))
    assert (point.low, point.high) == (pytest.approx(low), pytest.approx(high))
    assert (round(point.low, 3), round(point.high, 3)) == (0.128, 0.961)


def test_a_time_that_nobody_has_reached_is_left_out():
    days, closed = np.array([1.0, 2.0]) * YEAR, np.array([False, False])
    found = survival_at(days, closed, (1.0, 2.0, 3.0))
    assert [(point.years, point.share) for point in found] == [(1.0, 1.0), (2.0, 1.0)]


def test_where_all_have_closed_nothing_is_left():
    days, closed = np.array([0.5, 1.0]) * YEAR, np.array([True, True])
    (point,) = survival_at(days, closed, (1.0,))
    assert (point.share, point.low, point.high) == (0.0, 0.0, 0.0)
