"""The register of shops: both headers, both schemes, reduced files, damaged cells."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from by_hand import table

from geo.errors import SourceChangedError
from geo.intake import open_tables
from geo.registers.records import RECORD, Harvest
from geo.sources import semas

# As the publisher orders them; `상가업소번호` and `지점명` have aliases in some releases.
HEADER = (
    "상가업소번호", "상호명", "지점명", "상권업종대분류코드", "상권업종대분류명",
    "상권업종중분류코드", "상권업종중분류명", "상권업종소분류코드", "상권업종소분류명",
    "표준산업분류코드", "표준산업분류명", "시도코드", "시도명", "시군구코드", "시군구명",
    "행정동코드", "행정동명", "법정동코드", "법정동명", "지번코드", "대지구분코드", "대지구분명",
    "지번본번지", "지번부번지", "지번주소", "도로명코드", "도로명", "건물본번지", "건물부번지",
    "건물관리번호", "건물명", "도로명주소", "구우편번호", "신우편번호", "동정보", "층정보",
    "호정보", "경도", "위도",
)  # fmt: skip
SHOP = {
    "상가업소번호": "MA010120220800000001",
    "상호명": "원곡쌀국수",
    "상권업종대분류코드": "I2",
    "상권업종대분류명": "음식",
    "상권업종중분류코드": "I205",
    "상권업종중분류명": "동남아시아",
    "상권업종소분류코드": "I20501",
    "상권업종소분류명": "베트남식 전문",
    "시도코드": "41",
    "시군구코드": "41273",
    "행정동코드": "4127354500",
    "법정동코드": "4127310800",
    "지번주소": "경기도 안산시 단원구 원곡동 795-3",
    "도로명주소": "경기도 안산시 단원구 다문화1길 12",
    "경도": "126.7905",
    "위도": "37.3297",
}
REDUCED = {"상가업소번호": "MA1", "상호명": "집", "업종": "카페", "경도": "126.79", "위도": "37.33"}


def harvested(*rows: dict[str, str], header: tuple[str, ...] = ()) -> Harvest:
    (found,) = semas.harvest(table(*rows, header=header))
    return found


def a_row(**cells: str) -> pd.Series:
    return harvested(SHOP | cells, header=HEADER).frame.iloc[0]


def a_reason(**cells: str) -> str:
    found = harvested(SHOP | cells, header=HEADER)
    assert found.frame.empty
    return str(found.aside["reason"].item())


def a_reduced(**cells: str) -> pd.Series:
    return harvested(REDUCED | cells).frame.iloc[0]


@pytest.mark.parametrize("example", semas.SPEC.example, ids=lambda one: one["given"]["id"])
def test_examples_become_what_they_must(example):
    row = harvested(example["given"]["cells"]).frame.iloc[0]
    found = {name: row[name] for name in example["want"]}
    assert {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()} == example["want"]


# Files as they are handed out.


def written(tmp_path: Path, encoding: str, delimiter: str, quoting: int) -> Path:
    path = tmp_path / "소상공인시장진흥공단_상가(상권)정보_경기_202606.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        lines = csv.writer(stream, delimiter=delimiter, quoting=quoting)
        lines.writerow(HEADER)
        for key, name in (("MA1", '"맛"집, 본점'), ("20107897", "홍콩|반점")):
            lines.writerow(
                [(SHOP | {"상가업소번호": key, "상호명": name}).get(h, "") for h in HEADER]
            )
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr"])
@pytest.mark.parametrize("delimiter", [",", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_files_of_every_make_are_read(tmp_path, encoding, delimiter, quoting):
    (read,) = open_tables([written(tmp_path, encoding, delimiter, quoting)])
    (found,) = semas.harvest(read)
    assert found.frame["key"].tolist() == ["MA1", "20107897"]
    assert found.frame["name_ko"].tolist() == ['"맛"집, 본점', "홍콩|반점"]
    assert found.frame["row"].tolist() == [1, 2]
    assert found.file == "소상공인시장진흥공단_상가(상권)정보_경기_202606.csv"


def test_a_whole_row_is_a_record():
    row = a_row()
    assert list(row.index) == list(RECORD)
    assert row.dropna().to_dict() == {
        "key": "MA010120220800000001",
        "part": "41",
        "row": 1,
        "name_ko": "원곡쌀국수",
        "category": "restaurant",
        "code": "I20501",
        "cuisine": ("vn",),
        "halal": "unknown",
        "address_road": "경기도 안산시 단원구 다문화1길 12",
        "address_jibun": "경기도 안산시 단원구 원곡동 795-3",
        "gu_code": "41273",
        "dong_claimed": "4127354500",
        "legal_claimed": "4127310800",
        "x": 126.7905,
        "y": 37.3297,
        "status": "open",
    }


def test_points_are_in_degrees():
    assert harvested(SHOP, header=HEADER).crs == "EPSG:4326"


def test_columns_are_known_by_name_wherever_they_stand():
    (row,) = harvested(SHOP, header=HEADER[::-1]).frame.to_dict("records")
    assert row == a_row().to_dict()


def test_aliases_of_headers_are_known():
    old = dict(SHOP, 지점명칭="안산점", 상가업소관리번호="9")
    del old["상가업소번호"]
    row = harvested(old).frame.iloc[0]
    assert (row["key"], row["name_ko"]) == ("9", "원곡쌀국수 안산점")


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (
            "상가업소번호",
            "no column 상가업소번호 or 상가업소관리번호 .*it has 상호명, 업종, 경도, 위도",
        ),
        ("상호명", "shops.csv: no column 상호명"),
        ("업종", "no column 업종 or .*상권업종소분류코드"),
        ("위도", "no column 위도 or lat"),
    ],
)
def test_a_missing_column_is_named_with_what_there_is(column, told):
    rest = {name: cell for name, cell in REDUCED.items() if name != column}
    with pytest.raises(SourceChangedError, match=told):
        harvested(rest)


def test_a_file_without_coordinates_needs_an_address():
    only = {"상가업소번호": "1", "상호명": "집", "업종": "카페"}
    with pytest.raises(SourceChangedError, match="no column 도로명주소 or 신주소 or"):
        harvested(only)
    found = harvested(only | {"도로명주소": "다문화길 1"})
    assert (found.crs, len(found.frame)) == ("", 1)


# Ids and names.


@pytest.mark.parametrize("key", ["MA0101202208A0063514", "20107897", "00012345"])
def test_ids_stay_text_as_they_are(key):
    assert a_row(상가업소번호=key)["key"] == key


@pytest.mark.parametrize("key", ["1.2E7", "1.2E+07", "12E7", "20107897.0", "2010 7897", "2,010"])
def test_ids_that_a_spreadsheet_rounded_are_set_aside(key):
    assert a_reason(상가업소번호=key) == semas.BAD_KEY


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"상가업소번호": " "}, semas.NO_KEY),
        ({"상호명": " \u200b"}, semas.NO_NAME),
        ({"상호명": "홍콩반\ufffd"}, semas.CUT),
    ],
)
def test_rows_without_id_or_name_are_set_aside(cells, reason):
    assert a_reason(**cells) == reason


def test_a_row_set_aside_keeps_its_number_and_text():
    found = harvested(REDUCED, REDUCED | {"상가업소번호": "", "상호명": "이름"})
    assert found.frame["row"].tolist() == [1]
    assert found.aside.to_dict("records") == [
        {
            "row": 2,
            "reason": semas.NO_KEY,
            "text": "상호명=이름; 업종=카페; 경도=126.79; 위도=37.33",
        }
    ]


@pytest.mark.parametrize(
    ("name", "branch", "whole"),
    [
        ("스타벅스", "안산역점", "스타벅스 안산역점"),
        ("스타벅스 안산역점", "안산역점", "스타벅스 안산역점"),
        ("스타벅스", "", "스타벅스"),
        ("=HYPERLINK(1)\u202e <b>", "", "=HYPERLINK(1) <b>"),
    ],
)
def test_names_hold_their_branch_and_nothing_unseen(name, branch, whole):
    assert a_row(상호명=name, 지점명=branch)["name_ko"] == whole


# Categories; how codes and names become them is tested with semas_kinds.


def test_codes_are_counted_with_what_they_became():
    found = harvested(REDUCED, REDUCED | {"업종": "주점"}, REDUCED)
    assert found.codes == Counter({("카페", "cafe"): 2, ("주점", "pub"): 1})
    assert not found.unknown


def test_an_unknown_code_is_taken_by_its_wider_one_and_reported():
    found = harvested(
        SHOP | {"상권업종소분류코드": "I20577", "상권업종소분류명": "새 업종"}, header=HEADER
    )
    row = found.frame.iloc[0]
    assert (row["category"], row["cuisine"]) == ("restaurant", ("southeast-asia",))
    assert found.unknown == Counter({"I20577": 1})
    assert found.codes == Counter({("I20577", "restaurant"): 1})


def test_a_category_unknown_at_every_level_is_set_aside_and_reported():
    found = harvested(REDUCED, REDUCED | {"업종": "우주여객"})
    assert found.frame["category"].tolist() == ["cafe"]
    assert found.aside["reason"].tolist() == ["its category is unknown: 우주여객"]
    assert found.unknown == Counter({"우주여객": 1})
    assert found.codes == Counter({("카페", "cafe"): 1})


def test_rows_are_counted_by_the_class_that_decided():
    old = {"상권업종대분류코드": "Q", "상권업종중분류코드": "Q07", "상권업종소분류코드": "Q07A07"}
    rows = [
        {},
        old,
        old | {"상권업종소분류코드": "Q07A77"},
        old | {"상권업종소분류코드": "Q77A77", "상권업종중분류코드": "Q77"},
        dict.fromkeys(("상권업종대분류코드", "상권업종중분류코드", "상권업종소분류코드"), "W"),
    ]
    unnamed = {name: "" for name in SHOP if name.endswith("분류명")}
    found = harvested(*(SHOP | unnamed | one for one in rows), header=HEADER)
    assert found.decided == Counter(
        {"small class": 2, "middle class": 1, "large class": 1, "no class that is known": 1}
    )
    assert found.unknown == Counter({"Q07A77": 1, "Q77A77": 1, "Q77": 1, "W": 1})
    assert found.frame["category"].tolist() == ["restaurant", "cafe", "restaurant", "restaurant"]


def test_a_row_without_category_is_set_aside_and_none_is_reported():
    found = harvested(REDUCED | {"업종": " "})
    assert found.aside["reason"].tolist() == [semas.NO_CATEGORY]
    assert not found.unknown


# Where a shop is.


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


def test_rows_of_other_cities_are_passed_on():
    assert a_row(시도코드="26", 시군구코드="26110")["gu_code"] == "26110"


def test_every_row_is_in_the_frame_or_aside():
    rows = [SHOP | {"상가업소번호": key} for key in ("MA1", "", "1E7", "MA2")]
    found = harvested(*rows, header=HEADER)
    assert sorted([*found.frame["row"], *found.aside["row"]]) == [1, 2, 3, 4]


def test_who_runs_a_shop_is_never_said():
    row = a_row(상호명="베트남 아가씨네")
    assert row["foreign_run"] is pd.NA and pd.isna(row["operator_nationality"])
