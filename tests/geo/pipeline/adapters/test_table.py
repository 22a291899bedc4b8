"""Tables of businesses read by a mapping: what is taken, what is set aside, what is never kept."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from by_hand import ABOUT, table

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.mapping import Mapping, load_mapping, ready_mappings
from geo.pipeline.adapters.records import RECORD
from geo.pipeline.adapters.table import TOTAL, parse_register

COLUMNS = {
    "name_ko": ["상호"],
    "category": ["업종"],
    "address": ["주소"],
    "address_detail": ["층"],
    "phone": ["전화"],
    "x": ["경도"],
    "y": ["위도"],
    "operator_nationality": ["국적"],
    "foreign_run": ["내외국인"],
    "verified_on": ["조사일"],
}
LOOKUP = {
    "category": {"음식점": "restaurant", "마트": "grocery"},
    "foreign_run": {"외국인": "true", "내국인": "false"},
}
SHOP = {"상호": "연변식당", "업종": "음식점", "주소": "안산시 단원구 다문화길 18"}


def mapping(**changes: Any) -> Mapping:
    return Mapping.model_validate(
        {**ABOUT, "crs": "EPSG:4326", "columns": COLUMNS, "lookup": LOOKUP, **changes}
    )


def read(*rows: dict[str, str], **changes: Any):
    (found,) = parse_register(table(*rows), mapping(**changes))
    return found


def one(*rows: dict[str, str], **changes: Any) -> pd.Series:
    frame = read(*rows, **changes).frame
    assert len(frame) == 1
    return frame.iloc[0]


def as_said(value: Any) -> Any:
    """A value as examples write it: "" for null, lists for tuples."""
    if isinstance(value, tuple):
        return list(value)
    return "" if pd.isna(value) else value


EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{example['given'].get('상호명', number)}")
    for name in ready_mappings()
    for number, example in enumerate(load_mapping(name).example)
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_what_is_given_becomes_what_is_wanted(name, example):
    (found,) = parse_register(table(example["given"]), load_mapping(name))
    row = found.frame.iloc[0]
    assert {key: as_said(row[key]) for key in example["want"]} == example["want"]


def test_records_have_the_columns_of_the_contract():
    assert list(read(SHOP).frame.columns) == list(RECORD)


def test_every_row_is_used_or_set_aside():
    found = read(SHOP, SHOP | {"업종": "점집"}, SHOP | {"상호": ""})
    assert sorted([*found.frame["row"], *found.rejects["row"]]) == [1, 2, 3]


def test_an_unmapped_category_is_reported_and_set_aside():
    found = read(SHOP, SHOP | {"업종": "점집"})
    assert found.rejects["reason"].tolist() == [
        "category '점집' is not in [lookup.category] of the mapping"
    ]
    assert found.unknown == {"category: 점집": 1}
    assert found.codes == {("음식점", "restaurant"): 1}


def test_an_unmapped_category_takes_the_default_that_the_mapping_names():
    found = read(SHOP | {"업종": "점집"}, default={"category": "other-service"})
    assert found.frame["category"].tolist() == ["other-service"]
    assert found.unknown == {"category: 점집": 1}


def test_the_sector_stays_as_the_register_wrote_it():
    assert one(SHOP)["code"] == "음식점"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"상호": " \u200b "}, "it has no name"),
        ({"업종": ""}, "it has no category"),
        ({"상호": "연변\ufffd당"}, "some bytes of its name are no text"),
        ({"경도": "126.79", "위도": "북위 37도"}, "a coordinate is no number"),
        (
            {"국적": "아틀란티스"},
            "its operator_nationality is not in [lookup.operator_nationality]",
        ),
        ({"국적": "한국", "내외국인": "외국인"}, "its two columns on the operator contradict"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(cells, reason):
    found = read(SHOP | cells)
    assert found.frame.empty
    assert found.rejects["reason"].item().startswith(reason)


@pytest.mark.parametrize(
    ("nationality", "code", "foreign"),
    [
        ("중국(한국계)", "cn", True),
        ("조선족", "cn", True),
        ("우즈벡", "uz", True),
        ("러시아", "ru", True),
        ("한국", "kr", False),
        ("대한민국", "kr", False),
        ("외국인", None, True),
        ("고려인", None, None),  # people of several countries; ancestry is never turned into one
        ("", None, None),
    ],
)
def test_foreign_run_follows_from_a_stated_nationality_only(nationality, code, foreign):
    found = one(SHOP | {"국적": nationality})
    assert as_said(found["operator_nationality"]) == (code or "")
    assert as_said(found["foreign_run"]) == ("" if foreign is None else foreign)


def test_a_korean_restaurant_of_a_foreign_name_says_nothing_of_its_operator():
    assert one(SHOP | {"상호": "사마르칸트"})[["operator_nationality", "foreign_run"]].isna().all()


def test_foreign_run_may_be_stated_alone():
    found = read(SHOP | {"내외국인": "외국인"}, SHOP | {"내외국인": "내국인"}).frame
    assert found["foreign_run"].tolist() == [True, False]
    assert found["operator_nationality"].isna().all()


def test_protected_columns_are_dropped_and_counted():
    rows = [SHOP | {"종사자수": "3"}, SHOP | {"종사자수": ""}, SHOP | {"종사자수": "12"}]
    found = read(*rows, protected=["종사자수", "대표자명"])
    assert found.dropped == {"종사자수": 2}
    assert "12" not in found.frame.astype("str").to_csv()


def test_what_is_set_aside_names_no_person_nationality_or_telephone():
    bad = {"업종": "점집", "대표자명": "홍길동", "국적": "우즈벡", "전화": "010-1234-5678"}
    text = read(SHOP | bad).rejects["text"].item()
    assert text == "상호=연변식당; 업종=점집; 주소=안산시 단원구 다문화길 18"


def test_an_unknown_nationality_is_counted_apart_from_the_shop():
    found = read(SHOP | {"국적": "아틀란티스"})
    assert "아틀란티스" not in found.rejects.to_csv()
    assert found.unknown == {"operator_nationality: 아틀란티스": 1}


@pytest.mark.parametrize(
    ("address", "column"),
    [
        ("경기도 안산시 단원구 다문화길 18 (원곡동)", "address_road"),
        ("중앙대로 지하 918", "address_road"),
        ("다문화1길 3-2", "address_road"),
        ("경기도 안산시 단원구 원곡동 795-3", "address_jibun"),
        ("안산시 단원구 신길동 1234", "address_jibun"),
    ],
)
def test_a_road_address_is_told_from_a_lot_address(address, column):
    found = one(SHOP | {"주소": address})
    assert found[column] == address
    assert found[["address_road", "address_jibun"]].notna().sum() == 1


def test_a_mobile_number_is_left_out():
    found = read(SHOP | {"전화": "031-481-1234"}, SHOP | {"전화": "010-1234-5678"}).frame
    assert found["phone"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("address", "gu"),
    [
        ("다문화길 18", "41273"),
        ("안산시 다문화길 18", "41273"),
        ("안산시 상록구 광덕1로 1", ""),  # the address says where
        ("시흥시 정왕동 1", ""),
    ],
)
def test_a_constant_gu_yields_to_the_address(address, gu):
    found = one(SHOP | {"주소": address}, constants={"gu_code": "41273"})
    assert as_said(found["gu_code"]) == gu


def test_a_constant_fills_empty_cells_only():
    found = read(SHOP, SHOP | {"업종": ""}, constants={"category": "grocery"}).frame
    assert found["category"].tolist() == ["restaurant", "grocery"]


def test_a_date_that_is_none_is_reported_and_the_row_kept():
    found = read(SHOP | {"조사일": "2025.10.3."}, SHOP | {"조사일": "추후"})
    assert found.frame["verified_on"].tolist()[0] == "2025-10-03"
    assert found.frame["verified_on"].isna().tolist() == [False, True]
    assert found.unknown == {"verified_on: 추후": 1}


def test_coordinates_keep_the_system_of_the_mapping():
    cells = SHOP | {"경도": "181,705.5", "위도": "425,300"}
    found = read(cells, crs="EPSG:5174")
    assert found.crs == "EPSG:5174"
    assert found.frame[["x", "y"]].iloc[0].tolist() == [181705.5, 425300.0]


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-∞", "null", ""])
def test_a_coordinate_that_is_said_to_be_none_is_missing(text):
    assert one(SHOP | {"경도": text, "위도": text})[["x", "y"]].isna().all()


def test_a_file_without_coordinates_has_no_system():
    assert read(SHOP).crs == ""


def test_coordinates_of_no_declared_system_are_refused():
    with pytest.raises(SourceChangedError, match=r"shops.csv: '' is not a reference system"):
        read(SHOP | {"경도": "126.79", "위도": "37.33"}, crs="")


def test_a_derived_id_does_not_depend_on_order_or_on_other_columns():
    other = SHOP | {"상호": "우리마트"}
    first = read(SHOP, other).frame["key"].tolist()
    second = read(other, SHOP | {"전화": "031-1-1", "층": ""}).frame["key"].tolist()
    assert first == second[::-1]
    assert len(set(first)) == 2


def test_two_floors_of_one_name_are_two_businesses():
    keys = read(SHOP | {"층": "1층"}, SHOP | {"층": "2층"}).frame["key"]
    assert keys.nunique() == 2


def test_without_an_address_the_point_tells_businesses_apart():
    rows = [
        {"상호": "가게", "업종": "마트", "경도": "126.79", "위도": y} for y in ("37.33", "37.34")
    ]
    assert read(*rows).frame["key"].nunique() == 2


def test_an_id_of_several_columns_is_joined():
    rows = SHOP | {"관리번호": "3-1", "기관": "41270"}
    assert one(rows, key=["기관", "관리번호"])["key"] == "41270-3-1"


def test_a_row_without_its_id_is_set_aside():
    found = read(SHOP | {"관리번호": "7"}, SHOP | {"관리번호": ""}, key=["관리번호"])
    assert found.frame["key"].tolist() == ["7"]
    assert found.rejects["reason"].tolist() == ["its 관리번호 is empty, which identifies a row"]


def test_a_missing_id_column_is_named():
    with pytest.raises(SourceChangedError, match="no column 관리번호, which `key` names"):
        read(SHOP, key=["관리번호"])


def test_formulas_and_markup_stay_text():
    names = ['=HYPERLINK("http://x","y")', "<img src=x onerror=alert(1)>"]
    found = read(*(SHOP | {"상호": name} for name in names)).frame
    assert found["name_ko"].tolist() == names


def test_the_table_is_not_changed():
    given = table(SHOP)
    (batch,) = given.batches
    before = batch.to_pandas()
    list(parse_register(replace(given, batches=iter([batch])), mapping()))
    pd.testing.assert_frame_equal(batch.to_pandas(), before)


NOWHERE = {"주소": "", "업종": ""}


@pytest.mark.parametrize(
    "cells",
    [
        {"상호": "합계"},
        {"상호": "소  계"},
        {"상호": "총 합 계 (12개소)"},
        {"상호": "음식점 소계"},
        {"업종": "계", "상호": "10개소"},
        {"비고": "총계", "상호": ""},
        {"업종": "합계", "상호": "10개소", "주소": "원곡동"},
    ],
)
def test_a_row_that_adds_up_others_is_counted_as_such(cells):
    header = ("업종", "상호", "주소", "비고")
    (found,) = parse_register(table(SHOP, SHOP | NOWHERE | cells, header=header), mapping())
    assert found.frame["row"].tolist() == [1]
    assert found.rejects["reason"].tolist() == [TOTAL]
    assert not found.unknown


@pytest.mark.parametrize(
    "name", ["합계식당", "한계", "소계", "총계마트", "계", "계동치킨", "모임 계"]
)
def test_a_shop_with_an_address_is_no_total_whatever_its_name(name):
    assert one(SHOP | {"상호": name})["name_ko"] == name
