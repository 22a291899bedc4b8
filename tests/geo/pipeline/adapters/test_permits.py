"""Permits of local authorities: files of 2018 and of 2026, and what breaks in them."""

import csv
import io
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from permit_rows import SHOP, loaded, one, only, shops, table

from geo.core.errors import SourceChangedError
from geo.core.vocab import CATEGORIES
from geo.pipeline.adapters import permits
from geo.pipeline.adapters.permits import SPEC, parse_register

FILES = Path(__file__).parents[3] / "data" / "permits"
NEW = FILES / "식품_일반음식점.csv"  # the header of 2026: 39 columns, none says which permit
OLD = FILES / "6410000_경기도_07_24_05_P_휴게음식점.csv"  # until 2025: 47 columns


@pytest.mark.parametrize("example", SPEC.example, ids=lambda one: one["given"]["사업장명"])
def test_what_is_given_becomes_what_is_wanted(example):
    row = dict.fromkeys(SHOP, "") | example["given"]
    found = only(parse_register(table(row))).frame.iloc[0]
    want = {k: tuple(v) if isinstance(v, list) else v for k, v in example["want"].items()}
    assert {name: found[name] for name in want} == want


def test_a_file_of_2026():
    found = loaded(NEW)
    assert found.crs == "EPSG:5174"
    assert found.frame["name_ko"].tolist() == [
        "혜원감자탕", "예시호프", "예시반점", "예시아시아음식점", "예시분식",
    ]  # fmt: skip
    assert found.frame["status"].tolist() == ["closed", "open", "open", "open", "closed"]
    assert found.frame["row"].tolist() == [1, 2, 3, 4, 6]
    assert set(found.frame["part"]) == {"일반음식점"}


def test_a_file_of_2018():
    cafe = loaded(OLD).frame.iloc[0]
    assert {name: cafe[name] for name in ("key", "part", "category", "code", "opened_on")} == {
        "key": "3930000-104-2015-00009@3930000",
        "part": "휴게음식점",
        "category": "cafe",
        "code": "커피숍",
        "opened_on": "2015-07-09",
    }
    assert (cafe["address_road"], cafe["address_jibun"]) == (
        "경기도 안산시 단원구 다문화1길 5 (원곡동)",
        "경기도 안산시 단원구 원곡동 795번지 3호",
    )
    assert (cafe["x"], cafe["y"], cafe["phone"]) == (181650.25, 425080.75, "031-484-1234")
    assert cafe["updated_on"] == "2018-03-02"


def test_old_and_new_files_belong_to_one_part(tmp_path):
    renamed = tmp_path / "식품_휴게음식점_경기안산시 (1).csv"
    with OLD.open(encoding="cp949", newline="") as old:
        rows = [[*row[:1], *row[2:]] for row in csv.reader(old)]  # without 개방서비스명
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    renamed.write_bytes(text.getvalue().encode("cp949"))
    assert loaded(renamed).frame["part"].tolist() == loaded(OLD).frame["part"].tolist()


def test_a_name_cut_in_the_middle_of_a_character_is_set_aside():
    rejects = loaded(NEW).rejects
    assert rejects[["row", "reason"]].to_numpy().tolist() == [[5, permits.CUT]]
    assert "예시김\ufffd" in rejects["text"].iloc[0]


def test_another_cell_cut_in_the_middle_of_a_character_is_blank():
    snack_bar = loaded(NEW).frame.iloc[-1]
    assert (snack_bar["name_ko"], snack_bar["code"]) == ("예시분식", "일반음식점")


@pytest.mark.parametrize("column", ["관리번호", "개방자치단체코드"])
def test_a_cut_key_is_set_aside(column):
    assert shops({column: "39300\ufffd"}).rejects["reason"].tolist() == [permits.CUT]


@pytest.mark.parametrize("column", ["관리번호", "개방자치단체코드"])
def test_a_row_without_a_key_is_set_aside(column):
    assert shops({column: " "}).rejects["reason"].tolist() == [permits.NO_KEY]


def test_a_row_without_a_name_is_set_aside():
    assert shops({"사업장명": ""}).rejects["reason"].tolist() == [permits.NO_NAME]


def test_every_row_is_in_the_frame_or_aside():
    found = shops(
        {}, {"사업장명": ""}, {"영업상태명": "?", "영업상태코드": "", "상세영업상태명": ""}
    )
    assert (found.frame["row"].tolist(), found.rejects["row"].tolist()) == ([1], [2, 3])


def test_one_number_of_two_authorities_makes_two_keys():
    found = shops({"개방자치단체코드": "3930000"}, {"개방자치단체코드": "3940000.0"})
    assert found.frame["key"].tolist() == [
        "3930000-101-2018-00021@3930000",
        "3930000-101-2018-00021@3940000",
    ]


@pytest.mark.parametrize(
    ("name", "code", "detail", "status"),
    [
        ("영업/정상", "01", "영업", "open"),
        ("영업/정상", "", "", "open"),  # licensed since February 2025
        ("", "01", "", "open"),
        ("", "1.0", "", "open"),
        ("휴업", "02", "휴업", "closed"),
        ("폐업", "03", "폐업", "closed"),
        ("취소/말소/만료/정지/중지", "04", "직권말소", "closed"),
        ("제외/삭제/전출", "05", "전출", "closed"),
        ("기타", "06", "영업", "open"),
        ("영업/정상", "01", "휴업", "closed"),
    ],
)
def test_status(name, code, detail, status):
    changes = {"영업상태명": name, "영업상태코드": code, "상세영업상태명": detail}
    assert one(**changes)["status"] == status


def test_an_unknown_status_is_set_aside_with_its_words():
    rejects = shops({"영업상태명": "기타", "영업상태코드": "06", "상세영업상태명": "?"}).rejects
    assert rejects["reason"].tolist() == ["its status is unknown: 기타"]


def test_a_business_that_opened_again_has_no_closing_day():
    assert pd.isna(one(폐업일자="2019-01-01")["closed_on"])


def test_the_day_a_permit_was_withdrawn_is_the_closing_day():
    row = SHOP | {"영업상태명": "취소/말소/만료/정지/중지", "인허가취소일자": "20190102"}
    assert only(parse_register(table(row))).frame["closed_on"].tolist() == ["2019-01-02"]


@pytest.mark.parametrize(
    ("trade", "category", "cuisine"),
    [
        ("호프/통닭", "pub", ()),
        ("정종/대포집/소주방", "pub", ()),
        ("감성주점", "pub", ()),
        ("까페", "cafe", ()),
        ("전통찻집", "cafe", ()),
        ("편의점", "grocery", ()),
        ("과자점", "bakery", ()),
        ("중국식", "restaurant", ("cn",)),
        ("일식", "restaurant", ("jp",)),
        ("외국음식전문점(인도, 태국 등)", "restaurant", ()),
        ("한식", "restaurant", ()),
    ],
)
def test_trades_of_restaurants(trade, category, cuisine):
    found = one(업태구분명=trade)
    assert (found["category"], found["code"], found["cuisine"]) == (category, trade, cuisine)


@pytest.mark.parametrize(
    ("file", "category", "part"),
    [
        ("fulldata_07_24_04_P_일반음식점.csv", "restaurant", "일반음식점"),
        ("식품_일반음식점_경기안산시.csv", "restaurant", "일반음식점"),
        ("permits.zip/식품_제과점영업.csv", "bakery", "제과점영업"),
        ("permits.xlsx#노래연습장업", "karaoke", "노래연습장업"),
        ("6410000_경기도_07_23_02_P_유흥주점영업_utf8.csv", "pub", "유흥주점영업"),
        ("생활_미용업.csv", "beauty", "미용업"),
        ("기타_유료직업소개소.csv", "labour-agency", "유료직업소개소"),
        ("문화_국외여행업.csv", "travel", "국내외여행업"),
        ("기타_담배소매업.csv", "other-retail", "담배소매업"),
        ("문화_관광숙박업.csv", "other-service", "관광숙박업"),
        ("건강_안전상비의약품_판매업소.csv", "other-retail", "안전상비의약품판매업소"),
    ],
)
def test_the_permit_from_the_file_name(file, category, part):
    found = one(file, 업태구분명="")
    assert (found["category"], found["part"], found["code"]) == (category, part, part)


def test_file_names_of_a_mac_are_taken_apart():
    taken_apart = unicodedata.normalize("NFD", "식품_제과점영업.csv")
    assert one(taken_apart, 업태구분명="")["category"] == "bakery"


def test_a_file_that_does_not_say_which_permit_it_is_about_is_refused():
    with pytest.raises(SourceChangedError, match=r"data.csv: neither .* 식품_일반음식점.csv"):
        shops({}, name="data.csv")


def test_the_second_trade_column_counts_where_the_first_is_empty():
    assert one(업태구분명="", 위생업태명="까페")["category"] == "cafe"


def test_categories_are_counted_and_unknown_trades_reported():
    found = shops(
        {"업태구분명": "까페"}, {"업태구분명": "까페"}, {"업태구분명": "돈가스"}, {"업태구분명": ""}
    )
    assert found.codes == Counter(
        {("까페", "cafe"): 2, ("돈가스", "restaurant"): 1, ("일반음식점", "restaurant"): 1}
    )
    assert found.unknown == Counter({"일반음식점 돈가스 → restaurant": 1})


@pytest.mark.parametrize(
    ("trade", "category"),
    [
        ("기타 휴게음식점", "food-unknown"),
        ("일반조리판매", "food-unknown"),
        ("백화점", "food-unknown"),
        ("", "food-unknown"),
        ("커피숍", "cafe"),
        ("패스트푸드", "restaurant"),
        ("푸드트럭", "restaurant"),
    ],
)
def test_a_snack_bar_whose_trade_is_not_said_is_food_of_unknown_kind(trade, category):
    found = shops({"업태구분명": trade}, name="식품_휴게음식점.csv")
    assert found.frame["category"].tolist() == [category]


def test_a_new_permit_is_reported():
    found = shops({"업태구분명": ""}, name="식품_새로운영업.csv")
    assert found.frame[["part", "category"]].to_numpy().tolist() == [
        ["새로운영업", "other-service"]
    ]
    assert found.unknown == Counter({"새로운영업 → other-service": 1})


def test_permits_of_something_else_than_a_business_are_set_aside():
    found = shops({}, name="식품_집단급식소.csv")
    assert found.rejects["reason"].tolist() == ["a canteen, not a business"]
    assert not found.unknown


def test_private_numbers_stand_nowhere():
    found = shops({"전화번호": "010-1234-5678"}, {"전화번호": "010-1234-5678", "사업장명": ""})
    assert found.frame["phone"].isna().all()
    assert "1234" not in found.rejects["text"].iloc[0]


def test_names_of_people_are_not_read():
    found = only(
        parse_register(
            table(SHOP | {"대표자명": "홍길동"}, SHOP | {"대표자명": "", "사업장명": ""})
        )
    )
    assert "홍길동" not in found.frame.to_csv()
    rejects = only(parse_register(table(SHOP | {"대표자명": "홍길동", "사업장명": ""}))).rejects
    assert "홍길동" not in rejects["text"].iloc[0]


def test_names_lose_what_cannot_be_seen_and_keep_markup_as_text():
    assert one(사업장명="\u202e<b>예시</b>\u200b  식당 ")["name_ko"] == "<b>예시</b> 식당"


def test_headers_may_vary_in_case_and_blanks():
    row = SHOP | {"좌표정보 X (EPSG5174)": "181700", "좌표정보 Y (EPSG5174)": "425100"}
    row = {name: row[name] for name in row if name not in {"좌표정보(X)", "좌표정보(Y)"}}
    assert only(parse_register(table(row))).frame["x"].tolist() == [181700.0]


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("사업장명", "사업장명"),
        ("관리번호", "관리번호"),
        ("개방자치단체코드", "개방자치단체코드"),
        ("좌표정보(X)", "좌표정보x"),
    ],
)
def test_a_missing_column_is_named(missing, named):
    row = {name: cell for name, cell in SHOP.items() if name != missing}
    with pytest.raises(SourceChangedError) as caught:
        list(parse_register(table(row)))
    said = str(caught.value)
    assert said.startswith("식품_일반음식점.csv: no column ")
    assert named in said
    assert "인허가일자" in said


def test_the_tables_name_categories_of_the_atlas():
    for name in ("group", *set(SPEC.lookup["trades"].values())):
        assert set(SPEC.lookup[name].values()) <= set(CATEGORIES)


def test_every_permit_is_in_one_table():
    assert not SPEC.lookup["group"].keys() & SPEC.lookup["no_business"].keys()
    assert set(SPEC.lookup["renamed"].values()) <= SPEC.lookup["group"].keys()
    assert set(SPEC.lookup["trades"]) <= SPEC.lookup["group"].keys()
