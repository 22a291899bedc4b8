"""Pairs that are looked at: of different parts alone, however crowded a point is."""

import tracemalloc

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from geo.pipeline.registers.candidate_pairs import candidate_pairs

HERE, FAR = Point(126.79, 37.33), Point(126.83, 37.33)


def rows(*described):
    """Rows of (unit, place, door)."""
    units, places, doors = zip(*described, strict=True)
    frame = gpd.GeoDataFrame(
        {"unit": units, "located_by": "register"}, geometry=list(places), crs="EPSG:4326"
    )
    return frame, pd.DataFrame({"door": doors, "lot": None}, dtype=object)


def pairs(left, right=None):
    (ours, our_doors), (theirs, their_doors) = left, right or left
    blocks = candidate_pairs(ours, theirs, (our_doors, their_doors))
    return {pair for block in blocks for pair in zip(*map(np.ndarray.tolist, block), strict=True)}


def test_near_rows_of_different_units_are_paired_once():
    frame = rows(("a", HERE, None), ("b", HERE, None), ("a", HERE, None), ("b", FAR, None))
    assert pairs(frame) == {(0, 1), (1, 2)}


def test_far_rows_at_one_door_are_paired():
    assert pairs(rows(("a", HERE, "x 1"), ("b", FAR, "x 1"), ("b", FAR, "x 2"))) == {(0, 1)}


def test_rows_of_three_units_are_paired_with_each_other():
    assert pairs(rows(*((unit, HERE, None) for unit in "abc"))) == {(0, 1), (0, 2), (1, 2)}


def test_two_frames_are_compared_across_units_alone():
    left = rows(("a", HERE, None), ("b", HERE, None))
    right = rows(("a", HERE, None), ("c", HERE, None))
    assert pairs(left, right) == {(0, 1), (1, 0), (1, 1)}


def test_one_unit_alone_has_no_pairs():
    assert pairs(rows(("a", HERE, "x 1"), ("a", HERE, "x 1"))) == set()


@pytest.mark.parametrize("door", [None, "x 1"])
def test_a_crowded_point_of_one_unit_costs_no_square_of_its_rows(door):
    crowd = [("a", HERE, door)] * 3_000 + [("b", HERE, door)] * 2
    frame, doors = rows(*crowd)
    tracemalloc.start()
    ((first, _),) = candidate_pairs(frame, frame, (doors, doors))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(first) == 6_000
    assert most < 20_000_000  # the pairs of the crowd among itself would take 144 MB
    assert np.all(first < 3_000)


@pytest.mark.parametrize("place", [HERE, FAR])
def test_pairs_of_a_crowd_come_in_blocks_and_each_once(place):
    # 60 shops of two lists at three doors: 20 x 20 pairs at each, and all of them where all doors
    # are at one point. A block has at most 500 pairs, or those of one more row.
    places = HERE, place, place
    crowd = [(unit, places[k % 3], f"x {k % 3}") for unit in "ab" for k in range(60)]
    frame, doors = rows(*crowd)
    blocks = list(candidate_pairs(frame, frame, (doors, doors), most=500))
    together = [
        pair for block in blocks for pair in zip(*map(np.ndarray.tolist, block), strict=True)
    ]
    one_place = [(k, 60 + m) for k in range(60) for m in range(60)]
    near = {(k, m) for k, m in one_place if places[k % 3] == places[m % 3]}
    assert set(together) == near
    assert len(together) == len(near)
    assert len(blocks) > 3
    assert max(len(first) for first, _ in blocks) <= 560
