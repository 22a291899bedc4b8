"""Overlaps of the outlines of censuses: areas are conserved, and what is known is found."""

import pytest

from geo.core.crs import to_metric
from geo.core.source import read_shapes
from geo.pipeline.sources.boundaries import SPEC
from geo.pipeline.sources.editions import EDITIONS, read_overlaps


@pytest.fixture(scope="module")
def overlaps(data):
    return read_overlaps(data)


def of(overlaps, edition, older):
    return {
        overlap["newer"]: overlap
        for overlap in overlaps
        if (overlap["edition"], overlap["older"]) == (edition, older)
    }


@pytest.mark.parametrize("edition", EDITIONS[:-1])
def test_the_parts_of_each_dong_add_up_to_it(overlaps, data, edition):
    shapes = to_metric(read_shapes(data, SPEC, f"shapes/dong_{edition}.geojson"))
    areas = dict(zip(shapes["dong_code"], shapes.area / 1e6, strict=True))
    assert len(areas) == 25
    for code, area in areas.items():
        parts = of(overlaps, edition, code).values()
        assert sum(part["area_km2"] for part in parts) == pytest.approx(area, abs=0.001)
        assert sum(part["share_of_older"] for part in parts) == pytest.approx(1, abs=0.001)


def test_the_changes_of_2017_are_found(overlaps):
    split = of(overlaps, 2015, "4127354000")  # 원곡본동 became 신길동 and 원곡동
    assert split["4127356500"]["share_of_older"] == pytest.approx(0.82, abs=0.01)
    assert split["4127354500"]["share_of_older"] == pytest.approx(0.16, abs=0.01)
    for older in ("4127355000", "4127356000"):  # 원곡1동 and 원곡2동 merged into 백운동
        assert of(overlaps, 2015, older)["4127355500"]["share_of_older"] > 0.9


def test_nothing_but_shores_moved_between_2010_and_2015(overlaps):
    same = [
        overlap
        for overlap in overlaps
        if overlap["edition"] == 2010 and overlap["older"] == overlap["newer"]
    ]
    assert len(same) == 25
    assert sum(item["share_of_older"] > 0.94 for item in same) == 25


def test_shares_are_those_that_tobler_weights_by(overlaps, data):
    from tobler.area_weighted import area_interpolate  # takes a second to load

    older, newer = (
        to_metric(read_shapes(data, SPEC, f"shapes/dong_{year}.geojson")) for year in (2015, 2020)
    )
    one = older.assign(people=(older["dong_code"] == "4127353000") * 1000.0)  # 사2동 is another
    given = area_interpolate(one, newer, extensive_variables=["people"])
    theirs = dict(zip(newer["dong_code"], given["people"] / 1000, strict=True))
    for code, part in of(overlaps, 2015, "4127353000").items():
        if code is not None:
            assert part["share_of_older"] == pytest.approx(theirs[code], abs=0.002)
