"""Hostile values in sound files: each row ends in its place, and nothing of it does harm."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.reader import open_current
from maps.pages import food_streets
from maps.pages.view_state import FoodStreets
from maps.web.page import Site

TEXT = "상가업소번호 상호명 상권업종소분류코드 시군구코드 행정동코드 도로명주소 경도 위도"
HEADER = TEXT.split()
DOOR = ["126.790588", "37.329698"]
ROW = ["MA1", "가게", "I20101", "41273", "4127354500", "경기도 안산시 단원구 다문화길 18", *DOOR]


@pytest.fixture
def load(data, home):
    def load(*rows: list[str]):
        with (home / "shops.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEADER, *rows])
        done = prepare(source_of("semas", None), [home / "shops.csv"], "ansan", (data, home))
        publish_all(done.composed, home, lambda _: None)
        return done

    return load


def row(**changes: str) -> list[str]:
    return list({**dict(zip(HEADER, ROW, strict=True)), **changes}.values())


def held(home: Path) -> pd.DataFrame:
    return load_from_snapshot(home).registers["semas"].frame


@pytest.mark.parametrize(
    ("x", "y"),
    [("NaN", "NaN"), ("inf", "37.3"), ("0", "0"), ("", ""), ("-∞", "∞")],
    ids=["nan", "infinite", "null-island", "blank", "sign"],
)
def test_coordinates_that_are_none_leave_the_address(load, home, x, y):
    load(row(경도=x, 위도=y))
    found = held(home).iloc[0]
    assert found["located_by"] == "street-number"
    assert found["lon"] == pytest.approx(float(DOOR[0]), abs=0.0002)  # 18 m


@pytest.mark.parametrize("x", ["126,790588", "126.79.05", "동경 126도", "1e400x"])
def test_coordinates_that_are_no_numbers_set_their_row_aside(load, home, x):
    done = load(row(), row(상가업소번호="MA2", 경도=x))
    assert (done.account.new, done.account.set_aside) == (1, 1)
    assert list(held(home).index) == ["semas-MA1"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '=HYPERLINK("https://evil.example","가게")',
        "@SUM(1+1)|cmd",
        "</title><svg onload=alert(1)>",
        "{{7*7}}${7*7}",
    ],
)
def test_a_hostile_name_is_text_on_the_page(load, home, name):
    load(row(상호명=name))
    assert held(home)["name_ko"].iloc[0] == name
    html = food_streets.page(open_current(home), FoodStreets(place="semas-MA1"), Site("ko")).html
    for harm in ("<script>alert", "<img src=x", "<svg onload"):
        assert harm not in html


def test_signs_that_turn_text_round_are_taken_off_names(load, home):
    load(row(상호명="\u202e가게\u200b 하나\u2066"))
    assert held(home)["name_ko"].iloc[0] == "가게 하나"


def test_ids_are_safe_in_an_address(load, home):
    done = load(row(), row(상가업소번호="../../etc/passwd"), row(상가업소번호="a b?c#d"))
    assert done.account.set_aside == 2
    assert list(held(home).index) == ["semas-MA1"]


def test_an_id_that_stands_twice_with_two_shops_is_set_aside_with_both(load):
    done = load(row(), row(상호명="딴 가게"), row(상가업소번호="MA2"))
    assert (done.account.new, done.account.set_aside) == (1, 2)


def test_years_that_cannot_be_are_no_dates(data, home):
    licences = home / "식품_일반음식점.csv"
    head = (
        "개방자치단체코드,관리번호,인허가일자,영업상태명,폐업일자,사업장명,업태구분명,도로명주소,"
        "지번주소,좌표정보(X),좌표정보(Y)\n"
    )
    days = ["00010101", "9999-12-31", "2018-03-02", "20181340"]
    street = "경기도 안산시 단원구 다문화길"
    lines = [
        f"3930000,3930000-101-2018-{n},{day},영업/정상,,가게{n},한식,{street} {n},,,\n"
        for n, day in enumerate(days, start=1)
    ]
    licences.write_text(head + "".join(lines), "cp949")
    done = prepare(source_of("permits", None), [licences], "ansan", (data, home))
    publish_all(done.composed, home, lambda _: None)
    opened = load_from_snapshot(home).registers["permits"].frame["opened_on"]
    assert opened.dropna().tolist() == ["2018-03-02"]
    assert done.account.new == 4
