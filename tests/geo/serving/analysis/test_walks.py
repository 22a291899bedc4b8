"""Walking to the centres, against distances written out and areas counted point by point."""

from dataclasses import replace

import numpy as np
import orjson
import pytest
import shapely
from scipy.spatial.distance import cdist

from geo.core.crs import in_degrees, in_metres
from geo.serving.analysis.sample import PointSample, point_sample
from geo.serving.analysis.walks import access
from geo.statistics.accessibility import BANDS_MIN

BUBURO_43 = (181_426.688, 525_914.127)  # the library has no other door, EPSG:5186


@pytest.fixture(scope="module")
def inside(snapshot) -> PointSample:
    """The businesses of the zone."""
    layer = snapshot.layers["businesses"]
    return point_sample(layer, layer.select({"in_zone": [True]}))


def to_library(rows: list[dict], speed: float = 1.0) -> dict:
    """The row of the service that only 부부로 43 offers."""
    (row,) = [item for item in rows if item["name"] == "library" and item["speed_m_s"] == speed]
    return row


@pytest.fixture(scope="module")
def rows(snapshot, inside) -> list[dict]:
    return access(snapshot, inside, {}).rows


@pytest.mark.parametrize("speed", [1.0, 0.8])
def test_shares_are_those_of_straight_lines_with_a_detour(rows, inside, speed):
    # Every distance written out; the share is of whole businesses, to the four digits told.
    away = cdist(inside.xy, [BUBURO_43])[:, 0]
    row = to_library(rows, speed)
    for band in BANDS_MIN:
        low, high = ((away * detour <= band * 60 * speed).mean() for detour in (1.4, 1.2))
        told = row[f"businesses_{band}_min_from"], row[f"businesses_{band}_min_to"]
        assert told == pytest.approx((low, high), abs=5e-5)
    minutes = [np.median(away) * detour / speed / 60 for detour in (1.2, 1.4)]
    assert (row["minutes_from"], row["minutes_to"]) == pytest.approx(minutes, abs=1e-4)


def test_most_of_the_zone_is_ten_minutes_from_the_centres(rows, inside):
    # Ten minutes are 428.6 and 500 m as the crow flies; the zone ends about 640 m from 부부로 43.
    away = cdist(inside.xy, [BUBURO_43])[:, 0]
    assert away.max() < 650
    told = tuple(to_library(rows)[f"businesses_10_min_{end}"] for end in ("from", "to"))
    assert told == pytest.approx(((away <= 600 / 1.4).mean(), (away <= 500).mean()), abs=5e-5)
    assert told[0] > 0.5


def test_residents_are_those_on_the_ground_within_reach(rows, snapshot):
    # A point every 10 m around the door, each with the residents of its dong by area: 2 %.
    reach_m = 600 / 1.2
    x, y = np.meshgrid(*(np.arange(item - 510, item + 510, 10) for item in BUBURO_43))
    places = np.column_stack([x.ravel(), y.ravel()])
    places = places[cdist(places, [BUBURO_43])[:, 0] <= reach_m]
    layer = snapshot.layers["residents"]
    held = layer.select({"year": [2025], "definition": ["census"]})
    totals = np.array([record["total"] for record in layer.records(held, ["total"])], dtype=float)
    areas = shapely.transform(layer.geometries(held), in_metres)
    each = totals / shapely.area(areas) * 100
    points = [shapely.contains_xy(area, *places.T).sum() for area in areas]
    lived = (each * points).sum()
    assert to_library(rows)["residents_10_min_to"] == pytest.approx(lived / totals.sum(), rel=0.02)


def test_without_a_known_door_shares_are_empty_never_zero(rows):
    unknown = [row for row in rows if not row["centres"]]
    assert unknown
    shares = [name for name in rows[0] if "_min_" in name or name.startswith("minutes")]
    assert {item[name] for item in unknown for name in shares} == {None}
    assert all(row[name] is not None for row in rows if row["centres"] for name in shares)


def test_nobody_asked_about_has_no_share_but_residents_have(snapshot, inside):
    nobody = PointSample(inside.layer, inside.rows[:0], inside.lonlat[:0], inside.xy[:0], {})
    row = access(snapshot, nobody, {}).rows[0]
    assert row["businesses_10_min_to"] is row["minutes_from"] is None
    assert row["residents_10_min_to"] > 0


def test_the_drawn_streets_are_no_network(rows, snapshot, inside):
    assert not any(row["by_street"] for row in rows)
    assert access(snapshot, inside, {}).method.startswith("Straight line times a detour of 1.2")


def grid_of_roads(step_m: float) -> bytes:
    """Roads every so many metres, far beyond the zone."""
    x, y = BUBURO_43
    lines = [
        shapely.LineString(ends)
        for at in np.arange(-1000, 1001, step_m)
        for ends in (
            [(x - 1000, y + at), (x + 1000, y + at)],
            [(x + at, y - 1000), (x + at, y + 1000)],
        )
    ]
    shapes = [shapely.geometry.mapping(shapely.transform(line, in_degrees)) for line in lines]
    return orjson.dumps({"road": [{"geometry": shape} for shape in shapes]})


def test_roads_that_all_stand_on_are_walked(snapshot, inside):
    # Streets every 50 m, the door on a crossing: as in Manhattan, give or take the way to a street.
    ground = replace(snapshot, ground=grid_of_roads(50))
    row = to_library(access(ground, inside, {}).rows)
    away = np.abs(inside.xy - BUBURO_43).sum(axis=1)
    assert row["by_street"]
    assert row["businesses_10_min_from"] == row["businesses_10_min_to"]
    assert row["minutes_from"] == pytest.approx(np.median(away) / 60, rel=0.05)
