"""Every record is placed, outside the area, or set aside with a reason."""

import numpy as np
import pytest
from shelf import SHOP, WONGOK, rows

from geo.pipeline.geocoding.geocode import NOWHERE, STRAY, GeocodingReference, geocode_records
from geo.pipeline.geocoding.point_checks import to_metres
from geo.pipeline.geocoding.road_address import geocode_address, parse_address
from geo.pipeline.ingest import ground_of

CRS = "EPSG:4326"
NO_POINT = {"x": None, "y": None}


@pytest.fixture(scope="module")
def ground(data, areas) -> GeocodingReference:
    return ground_of(data, areas, "ansan")


def placed(frame, ground):
    return geocode_records("list.csv", frame, CRS, 30.0, ground)


def door(ground: GeocodingReference, text: str) -> tuple[float, float]:
    found = geocode_address(parse_address(text), ground.gazetteer.streets)
    return found.lon, found.lat


def test_a_point_of_the_register_is_kept_with_the_register_s_accuracy(ground):
    lon, lat = door(ground, "다문화길 18")
    row = placed(rows({"x": lon, "y": lat}), ground).frame.iloc[0]
    assert (row["lon"], row["lat"], row["accuracy_m"]) == (lon, lat, 30.0)
    assert (row["located_by"], row["gu_code"]) == ("register", "41273")


@pytest.mark.parametrize(("x", "y"), [(None, None), (0.0, 0.0), (np.inf, 37.3), (126.7, np.nan)])
def test_no_usable_point_is_found_by_the_address(ground, x, y):
    row = placed(rows({"x": x, "y": y}), ground).frame.iloc[0]
    assert (row["lon"], row["lat"]) == door(ground, "다문화길 18")
    assert row["located_by"] == "street-number"


def test_a_street_that_is_not_drawn_leads_to_the_legal_dong(ground):
    unknown = {
        "address_road": "경기도 안산시 단원구 화정로 43",
        "address_jibun": "안산시 단원구 원곡동 1",
    }
    row = placed(rows({**NO_POINT, **unknown}), ground).frame.iloc[0]
    assert (row["located_by"], row["area_code"]) == ("legal-dong", "4127310800")
    assert row["accuracy_m"] > 500


def test_no_point_and_no_address_is_set_aside(ground):
    done = placed(rows({**NO_POINT, "address_road": None}), ground)
    assert list(done.rejects["reason"]) == [NOWHERE]
    assert len(done.frame) + len(done.outside) == 0


def test_an_address_of_another_city_is_outside(ground):
    other = {**NO_POINT, "gu_code": None, "address_road": "경기도 시흥시 정왕대로 18"}
    done = placed(rows(other), ground)
    assert (len(done.outside), len(done.rejects)) == (1, 0)


def test_a_point_far_from_its_own_address_is_set_aside(ground):
    lon, lat = door(ground, "다문화길 18")
    right = [{"x": lon, "y": lat}] * 9
    done = placed(rows(*right, {"x": lon + 0.02, "y": lat}), ground)
    assert (len(done.frame), list(done.rejects["reason"])) == (9, [STRAY])
    assert list(done.rejects["key"]) == ["k10"]


def test_a_point_far_from_the_dong_it_names_is_set_aside(ground):
    # Daebu-dong is an island of the city, 20 km from Wongok-dong.
    silent = {"address_road": None, "dong_claimed": "4127361000"}
    lon, lat = door(ground, "다문화길 18")
    right = [{"x": lon, "y": lat}] * 9
    done = placed(rows(*right, {"x": lon, "y": lat, **silent}), ground)
    assert list(done.rejects["reason"]) == [STRAY]


def test_a_point_outside_the_city_is_outside(ground):
    seoul = {
        "x": 126.978,
        "y": 37.5665,
        "gu_code": None,
        "dong_claimed": None,
        "address_road": None,
    }
    done = placed(rows(seoul), ground)
    assert (len(done.outside), len(done.rejects), len(done.frame)) == (1, 0, 0)


def test_a_gu_is_told_by_the_point_where_the_row_names_none(ground):
    silent = {"gu_code": None, "dong_claimed": None, "address_road": None}
    row = placed(rows({**silent, "x": 126.845, "y": 37.30}), ground).frame.iloc[0]
    assert row["gu_code"] == "41271"  # Sangnok-gu lies in the east


def test_korean_1985_metres_lie_where_the_degrees_lie(ground):
    lon, lat = door(ground, "다문화길 18")
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:4326", "EPSG:5174", always_xy=True).transform(lon, lat)
    row = geocode_records("list.csv", rows({"x": x, "y": y}), "EPSG:5174", 50.0, ground).frame.iloc[
        0
    ]
    away = np.subtract(
        to_metres(CRS, np.array([row["lon"]]), np.array([row["lat"]])),
        to_metres(CRS, np.array([lon]), np.array([lat])),
    )
    assert np.hypot(*away)[0] < 0.2


def test_rows_that_name_another_city_are_told_before_they_are_placed(ground):
    named = rows({}, {"gu_code": "41390"}, {"gu_code": None})
    assert list(ground.claimed_elsewhere(named)) == [False, True, False]


def test_one_dong_can_be_the_area(data, areas):
    ground = ground_of(data, areas, WONGOK)
    named = rows({}, {"dong_claimed": "4127361000"})
    assert list(ground.claimed_elsewhere(named)) == [False, True]
    far = {**SHOP, "dong_claimed": None, "address_road": None, "x": 126.83, "y": 37.31}
    assert len(placed(rows(far), ground).outside) == 1


def test_text_keeps_the_row_it_came_from(ground):
    done = placed(rows({}, NO_POINT), ground)
    assert sorted(done.frame["row"]) == [1, 2]
    assert done.frame["address_road"].notna().all()
