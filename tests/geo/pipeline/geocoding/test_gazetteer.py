"""The ladder from a door to a legal dong to a gu, on a hand-made map."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo.core.crs import MEASURE, to_lonlat
from geo.core.errors import PlacementError
from geo.pipeline.geocoding.gazetteer import Gazetteer, locate_rows
from geo.pipeline.geocoding.road_address import Street

X, Y = 180_000, 525_000  # somewhere in Ansan, EPSG:5186


def squares(rows: list[tuple[str, str, str, int]]) -> gpd.GeoDataFrame:
    """Squares of 2 km in a row from west to east: code, name, gu, place in the row."""
    return gpd.GeoDataFrame(
        {
            "name_ko": [name for _, name, _, _ in rows],
            "gu_code": [gu for _, _, gu, _ in rows],
        },
        index=[code for code, _, _, _ in rows],
        geometry=[box(X + 2000 * k, Y, X + 2000 * (k + 1), Y + 2000) for _, _, _, k in rows],
        crs=MEASURE,
    )


@pytest.fixture
def gazetteer() -> Gazetteer:
    """Danwon-gu is 이동 and 초지동, Sangnok-gu 사동; 곧은길 runs north through 이동."""
    return Gazetteer(
        {"곧은길": Street("곧은길", (0, 20), (X + 500.0,) * 2, (Y + 500.0, Y + 700.0), 6.0)},
        squares(
            [
                ("4127310002", "초지동", "41273", 1),
                ("4127310001", "이동", "41273", 0),
                ("4127110003", "사동", "41271", 2),
            ]
        ),
        squares([("41273", "단원구", "41273", 0), ("41271", "상록구", "41271", 2)]),
    )


def row(**given: str) -> pd.DataFrame:
    columns = {"gu": "단원구", "address_road": "", "neighbourhood": ""}
    return pd.DataFrame([columns | given], index=["shop"])


def test_a_number_on_a_drawn_street_gives_a_point(gazetteer):
    found = locate_rows(row(address_road="단원구 곧은길 9, 2층"), gazetteer).iloc[0]
    assert (found["located_by"], found["gu_code"], found["area_code"]) == (
        "street-number",
        "41273",
        "",
    )


def test_the_point_is_the_door_of_the_address(gazetteer):
    found = locate_rows(row(address_road="곧은길 9"), gazetteer).to_crs(MEASURE).geometry.iloc[0]
    # 90 m north of the start and 5 m to the left, in six decimals of a degree.
    assert (found.x, found.y) == pytest.approx((X + 495, Y + 590), abs=0.1)


def test_a_street_that_is_not_drawn_leaves_the_legal_dong(gazetteer):
    given = row(address_road="광덕대로 151", neighbourhood="이동 715-3")
    found = locate_rows(given, gazetteer).iloc[0]
    assert (found["located_by"], found["area_code"]) == ("legal-dong", "4127310001")


def test_nothing_but_the_gu_leaves_the_gu(gazetteer):
    found = locate_rows(row(), gazetteer).iloc[0]
    assert (found["located_by"], found["gu_code"], found["area_code"]) == ("gu", "41273", "41273")


@pytest.mark.parametrize("text", ["이동상담", "고이동 3", "이동식 가판"])
def test_a_dong_counts_only_as_a_word_of_its_own(gazetteer, text):
    assert locate_rows(row(neighbourhood=text), gazetteer)["located_by"].item() == "gu"


@pytest.mark.parametrize("text", ["이동 12", "이동12", "(이동)", "안산시 이동, 3층", "이동"])
def test_a_dong_may_be_followed_by_a_lot_or_a_comma(gazetteer, text):
    assert locate_rows(row(neighbourhood=text), gazetteer)["located_by"].item() == "legal-dong"


def test_a_dong_of_the_other_gu_is_not_taken(gazetteer):
    assert locate_rows(row(neighbourhood="사동 1"), gazetteer)["located_by"].item() == "gu"


def test_the_dong_named_first_counts(gazetteer):
    # The lot is written first; what follows is a remark on the building.
    found = locate_rows(row(neighbourhood="이동 715-3 옛 초지동 주민센터"), gazetteer)
    assert found["area_code"].item() == "4127310001"


def test_an_area_is_as_inaccurate_as_its_farthest_corner(gazetteer):
    # From the middle of a square of 2 km to its corner: 1000 × √2 = 1414.2 m.
    found = locate_rows(row(neighbourhood="이동 1"), gazetteer)
    assert found["accuracy_m"].item() == 1415


def test_an_area_is_shown_by_a_point_inside_it(gazetteer):
    found = locate_rows(row(neighbourhood="이동 1"), gazetteer)
    square = to_lonlat(gazetteer.legal_dong).loc["4127310001", "geometry"]
    assert square.contains(found.geometry.iloc[0])


@pytest.mark.parametrize("gu", ["", "강남구"])
def test_a_gu_of_no_city_of_ours_is_named(gazetteer, gu):
    with pytest.raises(PlacementError, match=f"shop: gu '{gu}' is not one of"):
        locate_rows(row(gu=gu), gazetteer)


def test_rows_keep_their_ids_columns_and_order(gazetteer):
    rows = pd.concat([row(), row(neighbourhood="이동")]).set_axis(["b", "a"]).assign(phone="1")
    found = locate_rows(rows, gazetteer)
    assert list(found.index) == ["b", "a"]
    assert list(found["phone"]) == ["1", "1"]
    assert "located_by" not in rows
