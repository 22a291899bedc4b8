"""Where the register of shops says that a shop is: floor, address, dong, point."""

import pandas as pd
import pytest
from semas_rows import a_reason, a_reduced, a_row

from geo.pipeline.adapters import semas


@pytest.mark.parametrize(
    ("building", "floor", "room", "detail"),
    [
        ("", "2", "", "2층"),
        ("", "2.0", "", "2층"),
        ("", "지하1", "", "지하 1층"),
        ("", "지하 1층", "", "지하 1층"),
        ("", "B1", "", "지하 1층"),
        ("", "-1", "", "지하 1층"),
        ("", "지하", "", "지하"),
        ("101", "3", "302", "101동 3층 302호"),
        ("A동", "1~2", "B101호", "A동 1~2층 B101호"),
    ],
)
def test_building_floor_and_room_are_one_detail(building, floor, room, detail):
    assert a_row(동정보=building, 층정보=floor, 호정보=room)["address_detail"] == detail


def test_no_detail_is_null():
    assert pd.isna(a_row()["address_detail"])


def test_the_doubled_name_of_sejong_is_mended():
    row = a_row(
        도로명주소="세종특별자치시 세종특별자치시 한누리대로 1", 지번주소="세종특별자치시 나성동 1"
    )
    assert row["address_road"] == "세종특별자치시 한누리대로 1"
    assert row["address_jibun"] == "세종특별자치시 나성동 1"


@pytest.mark.parametrize(
    ("codes", "claimed"),
    [
        ({"행정동코드8": "41273545"}, "4127354500"),  # of the ministry
        ({"행정동코드8": "31092760"}, "4127354500"),  # of Statistics Korea: 원곡동
        ({"행정동코드8": "21010510"}, None),  # Busan of Statistics Korea
        ({"행정동코드8": "31110510"}, None),  # Ulsan of the ministry or Gwacheon of the other
        ({"행정동코드8": "31110510", "시군구코드": "31110"}, "3111051000"),
        ({"행정동코드8": "31110510", "시군구코드": "41290"}, None),
        ({"행정동코드": "41273545"}, "4127354500"),
        ({"행정동코드": "4127354500.0"}, "4127354500"),
        ({"행정동코드": "4.127E+09"}, None),
    ],
)
def test_codes_of_dong_are_told_apart(codes, claimed):
    found = a_reduced(**codes)["dong_claimed"]
    assert (None if pd.isna(found) else found) == claimed


@pytest.mark.parametrize(
    ("codes", "gu"),
    [
        ({"시군구코드": "41271", "행정동코드": "4127354500"}, "41271"),
        ({"행정동코드8": "41273545"}, "41273"),
        ({"법정동코드": "4127310800"}, "41273"),
        ({"시군구코드": "31091"}, "41271"),  # as Statistics Korea numbers the gu of Ansan
        ({}, None),
    ],
)
def test_the_gu_is_what_the_codes_say(codes, gu):
    found = a_reduced(**codes)["gu_code"]
    assert (None if pd.isna(found) else found) == gu


@pytest.mark.parametrize(
    ("codes", "part"),
    [
        ({"시도코드": "41"}, "41"),
        ({"시군구코드": "11110"}, "11"),
        ({"행정동코드8": "41273545"}, "reduced"),
        ({}, "reduced"),
    ],
)
def test_the_part_is_the_province_of_a_national_file(codes, part):
    assert a_reduced(**codes)["part"] == part


@pytest.mark.parametrize(
    ("x", "y"),
    [("", ""), ("NaN", "37.3"), ("inf", "-∞"), ("0", "0.0"), ("126.79", ""), ("null", "null")],
)
def test_no_point_is_null_and_the_row_is_kept(x, y):
    row = a_row(경도=x, 위도=y)
    assert pd.isna(row["x"]) and pd.isna(row["y"])


@pytest.mark.parametrize("x", ["126,8", "126.8E", "126 .8", "동경 126.8", "1,268.0", "0x7e"])
def test_a_coordinate_that_is_no_number_is_never_guessed(x):
    assert a_reason(경도=x) == semas.NO_NUMBER


def test_blanks_around_a_coordinate_do_no_harm():
    assert a_row(경도=" 126.7905\t", 위도="37.3297 ")["x"] == 126.7905
