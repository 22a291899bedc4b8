"""The register of shops: both headers, both schemes, reduced files, damaged cells."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from semas_rows import HEADER, REDUCED, SHOP, a_reason, a_row, parsed

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters import semas
from geo.pipeline.adapters.records import RECORD
from geo.readers import open_tables


@pytest.mark.parametrize("example", semas.SPEC.example, ids=lambda one: one["given"]["id"])
def test_examples_become_what_they_must(example):
    row = parsed(example["given"]["cells"]).frame.iloc[0]
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
    (found,) = semas.parse_register(read)
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
        "claims": (),
        "cuisine": (),  # the class has Thai, Cambodian and Nepali kitchens as well
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
    assert parsed(SHOP, header=HEADER).crs == "EPSG:4326"


def test_columns_are_known_by_name_wherever_they_stand():
    (row,) = parsed(SHOP, header=HEADER[::-1]).frame.to_dict("records")
    assert row == a_row().to_dict()


def test_aliases_of_headers_are_known():
    old = dict(SHOP, 지점명칭="안산점", 상가업소관리번호="9")
    del old["상가업소번호"]
    row = parsed(old).frame.iloc[0]
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
        parsed(rest)


def test_a_file_without_coordinates_needs_an_address():
    only = {"상가업소번호": "1", "상호명": "집", "업종": "카페"}
    with pytest.raises(SourceChangedError, match="no column 도로명주소 or 신주소 or"):
        parsed(only)
    found = parsed(only | {"도로명주소": "다문화길 1"})
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
    found = parsed(REDUCED, REDUCED | {"상가업소번호": "", "상호명": "이름"})
    assert found.frame["row"].tolist() == [1]
    assert found.rejects.to_dict("records") == [
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
    found = parsed(REDUCED, REDUCED | {"업종": "주점"}, REDUCED)
    assert found.codes == Counter({("카페", "cafe"): 2, ("주점", "pub"): 1})
    assert not found.unknown


def test_an_unknown_code_is_taken_by_its_wider_one_and_reported():
    found = parsed(
        SHOP | {"상권업종소분류코드": "I20577", "상권업종소분류명": "새 업종"}, header=HEADER
    )
    row = found.frame.iloc[0]
    assert (row["category"], row["cuisine"]) == ("restaurant", ())
    assert found.unknown == Counter({"I20577 새 업종 → restaurant": 1})
    assert found.codes == Counter({("I20577", "restaurant"): 1})


def test_a_category_unknown_at_every_level_is_set_aside_and_reported():
    found = parsed(REDUCED, REDUCED | {"업종": "우주여객"})
    assert found.frame["category"].tolist() == ["cafe"]
    assert found.rejects["reason"].tolist() == ["its category is unknown: 우주여객"]
    assert found.unknown == Counter({"우주여객 → set aside": 1})
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
    found = parsed(*(SHOP | unnamed | row for row in rows), header=HEADER)
    assert found.decided == Counter(
        {"small class": 2, "middle class": 1, "large class": 1, "no class that is known": 1}
    )
    assert found.unknown == Counter(
        {
            "Q07A77 → restaurant": 1,
            "Q77A77 → food-unknown": 1,
            "Q77 → food-unknown": 1,
            "W → set aside": 1,
        }
    )
    assert found.frame["category"].tolist() == ["restaurant", "cafe", "restaurant", "food-unknown"]


def test_a_row_without_category_is_set_aside_and_none_is_reported():
    found = parsed(REDUCED | {"업종": " "})
    assert found.rejects["reason"].tolist() == [semas.NO_CATEGORY]
    assert not found.unknown


# Every row, and nobody's origin.


def test_rows_of_other_cities_are_passed_on():
    assert a_row(시도코드="26", 시군구코드="26110")["gu_code"] == "26110"


def test_every_row_is_in_the_frame_or_aside():
    rows = [SHOP | {"상가업소번호": key} for key in ("MA1", "", "1E7", "MA2")]
    found = parsed(*rows, header=HEADER)
    assert sorted([*found.frame["row"], *found.rejects["row"]]) == [1, 2, 3, 4]


def test_who_runs_a_shop_is_never_said():
    row = a_row(상호명="베트남 아가씨네")
    assert row["foreign_run"] is pd.NA and pd.isna(row["operator_nationality"])
