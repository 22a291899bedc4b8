"""Walking: along streets that are one network, and straight with a detour everywhere else."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from shapely import LineString

from geo.statistics.accessibility import DETOURS, Streets, Walk, share_of_area

LOW, HIGH = DETOURS
# Two streets of 100 m that cross in their middles.
CROSS = [LineString([(0, 50), (100, 50)]), LineString([(50, 0), (50, 100)])]
METRES = st.floats(0, 100)


def at(*points):
    return np.array(points, dtype=float).reshape(-1, 2)


def straight(found, metres):
    """Whether ways are straight lines of so many metres, times both detours."""
    assert not found.by_street
    assert found.least_m == pytest.approx(np.array(metres) * 1.2)
    assert found.most_m == pytest.approx(np.array(metres) * 1.4)


def test_a_way_turns_where_streets_cross():
    found = Streets(CROSS).walk(at((10, 50)), at((50, 90)))
    assert found.least_m == found.most_m == pytest.approx([40 + 40])
    assert found.by_street


def test_the_legs_to_and_from_the_street_count():
    # 4 m from the street at either end, and 5 m steps: half a step of error at most at each.
    found = Streets(CROSS).walk(at((10, 54)), at((90, 46)))
    assert found.least_m == pytest.approx([4 + 80 + 4], abs=0.01)


def test_the_nearest_target_by_street_is_taken():
    found = Streets(CROSS).walk(at((50, 100)), at((0, 50), (100, 50), (50, 80)))
    assert found.least_m == pytest.approx([20])


@pytest.mark.parametrize("gap_m", [1, 12, 41])
def test_a_street_that_ends_short_of_another_does_not_meet_it(gap_m):
    # The eight drawn streets end 12 to 41 m short of each other. Nobody knows the way across.
    short = [LineString([(0, 0), (200, 0)]), LineString([(50, gap_m), (50, 200)])]
    straight(Streets(short).walk(at((50, 190)), at((200, 0))), [np.hypot(150, 190)])


def test_one_who_stands_off_the_network_makes_all_walk_straight():
    places = at((10, 50), (50, 300))
    found = Streets(CROSS).walk(places, at((50, 0)))
    straight(found, cdist(places, at((50, 0)))[:, 0])


def test_a_door_off_the_network_makes_all_walk_straight():
    found = Streets(CROSS).walk(at((10, 50)), at((50, 0), (500, 500)))
    straight(found, [np.hypot(40, 50)])


def test_streets_on_which_nobody_stands_do_not_matter():
    far = [*CROSS, LineString([(5000, 0), (5050, 0)])]
    assert Streets(far).walk(at((10, 50)), at((50, 90))).least_m == pytest.approx([80])


def test_without_streets_everybody_walks_straight():
    straight(Streets([]).walk(at((3, 4)), at((0, 0))), [5])


@pytest.mark.parametrize("lines", [[], CROSS])
def test_without_targets_nothing_is_known(lines):
    found = Streets(lines).walk(at((3, 4)), at())
    assert np.isnan(found.within(10, 1.0)).all()
    assert np.isnan(found.median_min(1.0)).all()


def test_of_nobody_nothing_is_known():
    assert np.isnan(Streets([]).walk(at(), at((3, 4))).within(10, 1.0)).all()


@given(st.tuples(METRES, METRES), st.tuples(METRES, METRES))
def test_no_way_is_shorter_than_the_straight_line(place, target):
    found = Streets(CROSS).walk(at(place), at(target))
    assert found.most_m[0] >= found.least_m[0]
    assert found.least_m[0] >= np.hypot(place[0] - target[0], place[1] - target[1]) - 1e-6


def test_a_grid_of_streets_is_walked_like_manhattan():
    lines = [LineString([(0, y), (400, y)]) for y in range(0, 401, 100)]
    lines += [LineString([(x, 0), (x, 400)]) for x in range(0, 401, 100)]
    random = np.random.default_rng(1)
    corners = random.integers(0, 5, (50, 2)) * 100.0
    found = Streets(lines).walk(corners, at((200, 300)))
    assert found.least_m == pytest.approx(np.abs(corners - [200, 300]).sum(axis=1), abs=0.01)


def walked(*metres):
    return Walk(LOW * np.array(metres), HIGH * np.array(metres), by_street=False)


def test_bands_are_of_minutes_at_a_speed():
    # At 1.0 m/s 10 minutes are 600 m: 500 m straight with a detour of 1.2, 428.6 m with 1.4.
    walk = walked(428.0, 429.0, 500.0, 501.0)
    assert walk.within(10, 1.0) == (0.25, 0.75)
    # At 0.8 m/s they are 480 m: 400 and 342.9 m.
    assert walked(342.0, 343.0, 399.0, 401.0).within(10, 0.8) == (0.25, 0.75)


def test_half_of_the_places_need_so_many_minutes():
    assert walked(100.0, 300.0, 900.0).median_min(1.0) == pytest.approx((6.0, 7.0))


def test_the_share_of_an_area_near_a_target():
    # A circle of 10 m around the corner of a square of 20 m covers a quarter circle of it.
    square = np.array([shapely.box(0, 0, 20, 20)])
    found = share_of_area(square, at((0, 0)), metres=10)
    assert found == pytest.approx([np.pi * 100 / 4 / 400], rel=0.001)


def test_near_no_known_target_nothing_is_known():
    assert np.isnan(share_of_area(np.array([shapely.box(0, 0, 1, 1)]), at(), metres=10)).all()
