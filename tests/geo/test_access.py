"""Walking: along streets, across gaps, and straight where there is no street."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from geo.access import Streets, Walk, share_of_area

# Two streets of 100 m that cross in their middles.
CROSS = [LineString([(0, 50), (100, 50)]), LineString([(50, 0), (50, 100)])]
METRES = st.floats(0, 100)


def at(*points):
    return np.array(points, dtype=float).reshape(-1, 2)


def test_a_way_turns_where_streets_cross():
    found = Streets(CROSS).walk(at((10, 50)), at((50, 90)))
    assert found.metres == pytest.approx([40 + 40])
    assert found.by_street.all()


def test_the_legs_to_and_from_the_street_count():
    # 4 m from the street at either end, and 5 m steps: half a step of error at most at each.
    found = Streets(CROSS).walk(at((10, 54)), at((90, 46)))
    assert found.metres == pytest.approx([4 + 80 + 4], abs=0.01)


def test_the_nearest_target_by_street_is_taken():
    found = Streets(CROSS).walk(at((50, 100)), at((0, 50), (100, 50), (50, 80)))
    assert found.metres == pytest.approx([20])


def test_a_street_that_ends_short_of_another_meets_it():
    short = [LineString([(0, 0), (100, 0)]), LineString([(50, 10), (50, 100)])]
    found = Streets(short).walk(at((50, 100)), at((0, 0)))
    assert found.metres == pytest.approx([90 + 10 + 50], abs=3)
    assert found.by_street.all()


def test_streets_that_do_not_meet_are_crossed_straight():
    apart = [LineString([(0, 0), (100, 0)]), LineString([(0, 50), (100, 50)])]
    found = Streets(apart).walk(at((0, 0)), at((0, 50)))
    assert found.metres == pytest.approx([50])
    assert not found.by_street.any()


def test_a_place_far_from_any_street_walks_straight():
    found = Streets(CROSS).walk(at((50, 300)), at((50, 0)))
    assert found.metres == pytest.approx([300])
    assert not found.by_street.any()


def test_without_streets_everybody_walks_straight():
    found = Streets([]).walk(at((3, 4)), at((0, 0)))
    assert found.metres == pytest.approx([5])


def test_without_targets_there_is_no_way():
    assert np.isinf(Streets(CROSS).walk(at((3, 4)), at()).metres).all()


@given(st.tuples(METRES, METRES), st.tuples(METRES, METRES))
def test_no_way_is_shorter_than_the_straight_line(place, target):
    found = Streets(CROSS).walk(at(place), at(target))
    straight = np.hypot(place[0] - target[0], place[1] - target[1])
    assert found.metres[0] >= straight - 1e-6


def test_a_grid_of_streets_is_walked_like_manhattan():
    lines = [LineString([(0, y), (400, y)]) for y in range(0, 401, 100)]
    lines += [LineString([(x, 0), (x, 400)]) for x in range(0, 401, 100)]
    random = np.random.default_rng(1)
    corners = random.integers(0, 5, (50, 2)) * 100.0
    found = Streets(lines).walk(corners, at((200, 300)))
    assert found.metres == pytest.approx(np.abs(corners - [200, 300]).sum(axis=1), abs=0.01)


def test_bands_are_of_minutes_at_a_speed():
    # 180 m are 3 minutes at 1.0 m/s, and 3.75 at 0.8 m/s.
    walk = Walk(np.array([180.0, 181.0, 600.0, 601.0]), np.ones(4, dtype=bool))
    assert walk.within(1.0) == {3: 0.25, 5: 0.5, 10: 0.75}
    assert walk.within(0.8) == {3: 0.0, 5: 0.5, 10: 0.5}


def test_the_share_of_an_area_near_a_target():
    # A circle of 10 m around the corner of a square of 20 m covers a quarter circle of it.
    square = np.array([shapely.box(0, 0, 20, 20)])
    found = share_of_area(square, at((0, 0)), metres=10)
    assert found == pytest.approx([np.pi * 100 / 4 / 400], rel=0.001)


def test_no_target_is_near_nothing():
    assert share_of_area(np.array([shapely.box(0, 0, 1, 1)]), at(), metres=10) == [0]
