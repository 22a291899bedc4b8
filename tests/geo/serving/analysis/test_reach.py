"""Bounds of who can walk to a desk or a shop, against the ground counted point by point."""

import numpy as np
import pytest
import shapely
from scipy.spatial import KDTree

from geo.core.crs import in_metres
from geo.core.errors import BadParameterError
from geo.serving.analysis.reach import DESK_LANGUAGES, reach
from geo.serving.analysis.sample import PointSample, point_sample

STEP_M = 20.0
WONGOK = "4127354500"


@pytest.fixture(scope="module")
def groceries(snapshot) -> PointSample:
    layer = snapshot.layers["businesses"]
    return point_sample(layer, layer.select({"category": ["grocery"], "provenance": ["observed"]}))


def ground(snapshot, code: str) -> np.ndarray:
    """Points every few metres of a dong."""
    layer = snapshot.layers["dong"]
    outline = shapely.transform(layer.geometries(np.array([layer.row_of(code)]))[0], in_metres)
    west, south, east, north = outline.bounds
    x, y = np.meshgrid(np.arange(west, east, STEP_M), np.arange(south, north, STEP_M))
    points = np.column_stack([x.ravel(), y.ravel()])
    return points[shapely.contains_xy(outline, *points.T)]


def of_dong(result, code: str) -> dict:
    (row,) = [item for item in result.rows if item["dong_code"] == code]
    return row


@pytest.mark.parametrize(("minutes", "speed"), [(5, 1.0), (10, 0.8)])
def test_bounds_are_those_of_the_ground_within_the_distance(snapshot, groceries, minutes, speed):
    asked = {"to": "businesses", "minutes": str(minutes), "speed_m_s": str(speed)}
    row = of_dong(reach(snapshot, groceries, asked), WONGOK)
    away = KDTree(groceries.xy).query(ground(snapshot, WONGOK))[0]
    for name, detour in (("share_from", 1.4), ("share_to", 1.2)):
        share = (away * detour <= 60 * minutes * speed).mean()
        assert row[name] == pytest.approx(share, abs=0.01)
    assert row["share_from"] < row["share_to"] <= row["share_possible"]


def test_where_no_list_looks_nothing_is_ruled_out(snapshot, groceries):
    result = reach(snapshot, groceries, {"to": "businesses", "minutes": "5"})
    assert of_dong(result, WONGOK)["share_possible"] == 1.0  # a part of it is not covered
    assert any("do not cover" in caveat for caveat in result.caveats)


def test_a_desk_of_unknown_place_is_possible_and_not_counted_on(snapshot):
    """Two of the three desks where Vietnamese is spoken are known to the city only."""
    nobody = point_sample(snapshot.layers["businesses"], np.array([], dtype=np.int64))
    result = reach(snapshot, nobody, {"language": "vi"})
    row = of_dong(result, WONGOK)
    assert 0 < row["share_from"] < row["share_to"] < row["share_possible"] == 1.0
    # Both are rounded: the share to four digits, the residents down.
    assert row["residents_from"] == pytest.approx(row["residents"] * row["share_from"], abs=3)
    assert any(caveat.startswith("2 of 3 desks") for caveat in result.caveats)


def test_the_city_is_the_sum_of_its_dong(snapshot, groceries):
    result = reach(snapshot, groceries, {"to": "businesses", "group": "foreign"})
    people = sum(row["residents"] for row in result.rows)
    within = sum(row["residents"] * row["share_from"] for row in result.rows)
    assert result.parameters["from_share"] == pytest.approx(within / people, abs=1e-3)


def test_where_nothing_is_known_nothing_is_said(snapshot):
    nobody = point_sample(snapshot.layers["businesses"], np.array([], dtype=np.int64))
    result = reach(snapshot, nobody, {"to": "businesses"})
    assert {row["share_to"] for row in result.rows} == {None}
    assert result.parameters["from_share"] is None


def test_a_language_is_asked_of_desks_alone(snapshot, groceries):
    with pytest.raises(BadParameterError, match="none with to=businesses"):
        reach(snapshot, groceries, {"to": "businesses", "language": "vi"})


def test_every_language_of_the_desks_can_be_asked_for(snapshot):
    centres = snapshot.layers["centres"].columns["languages"].to_pylist()
    assert {code for spoken in centres for code in spoken or ()} <= set(DESK_LANGUAGES)
