"""A packed grid finds what a look at every point finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.snapshot.point_index import BBox, point_grid

DEGREES = st.floats(-180, 180, allow_nan=False)


def inside(lon, lat, box, rows):
    within = (lon[rows] >= box.west) & (lon[rows] <= box.east)
    return set(rows[within & (lat[rows] >= box.south) & (lat[rows] <= box.north)].tolist())


def near(lon, lat, box):
    found = point_grid(lon, lat).candidates(box)
    return np.arange(len(lon)) if found is None else found


@given(
    st.lists(st.tuples(DEGREES, DEGREES), min_size=1, max_size=60),
    st.tuples(DEGREES, DEGREES),
    st.tuples(DEGREES, DEGREES),
)
def test_no_point_of_a_box_is_missed(points, first, second):
    lon, lat = np.array(points).T
    (west, east), (south, north) = sorted((first[0], second[0])), sorted((first[1], second[1]))
    box = BBox(west, south, east, north)
    assert inside(lon, lat, box, near(lon, lat, box)) == inside(lon, lat, box, np.arange(len(lon)))


@given(st.integers(0, 59))
def test_a_box_that_is_a_point_holds_it(place):
    lon, lat = np.random.default_rng(1).uniform(126, 127, (2, 60))
    box = BBox(lon[place], lat[place], lon[place], lat[place])
    assert place in near(lon, lat, box)


def test_a_small_box_looks_at_few_points():
    lon, lat = np.random.default_rng(1).uniform(0, 1, (2, 100_000))
    found = point_grid(lon, lat).candidates(BBox(0.5, 0.5, 0.51, 0.51))
    assert found is not None
    assert len(found) < 100


@pytest.mark.parametrize("box", [BBox(0, 0, 1, 1), BBox(-180, -90, 180, 90)])
def test_a_wide_box_is_left_to_a_look_at_all(box):
    lon, lat = np.random.default_rng(1).uniform(0, 1, (2, 1_000))
    assert point_grid(lon, lat).candidates(box) is None


def test_points_that_all_stand_on_one_spot():
    lon, lat = np.full(100, 126.8), np.full(100, 37.3)
    assert point_grid(lon, lat).candidates(BBox(126.8, 37.3, 126.8, 37.3)) is None
    assert len(near(lon, lat, BBox(126.8, 37.3, 126.8, 37.3))) == 100
