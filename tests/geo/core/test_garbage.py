"""Garbage in cycles is searched for less often for a while, and as before afterwards."""

import gc

import pytest

from geo.core.garbage import SELDOM, collect_seldom


@pytest.fixture(autouse=True)
def own():
    """Thresholds of a service's own, which nothing may change for good."""
    before = gc.get_threshold()
    gc.set_threshold(701, 11, 12)
    yield
    gc.set_threshold(*before)


@collect_seldom()
def work(*, fails=False):
    assert gc.get_threshold() == SELDOM
    assert gc.isenabled()
    with collect_seldom():
        pass
    assert gc.get_threshold() == SELDOM
    if fails:
        raise ValueError


def test_the_search_is_rare_while_a_function_runs_and_as_before_afterwards():
    for _ in range(2):
        work()
        assert gc.get_threshold() == (701, 11, 12)


def test_the_search_is_as_before_after_a_failure():
    with pytest.raises(ValueError):
        work(fails=True)
    assert gc.get_threshold() == (701, 11, 12)
