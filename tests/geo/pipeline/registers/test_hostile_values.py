"""Hostile values in sound files: each row ends in its place, and nothing of it does harm."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import IngestResult, prepare
from geo.pipeline.load_account import Account
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


# Each row of these is one case; all are loaded at once.
NO_PLACE = {
    "nan": ("NaN", "NaN"),
    "infinite": ("inf", "37.3"),
    "null-island": ("0", "0"),
    "blank": ("", ""),
    "sign": ("-∞", "∞"),
}
NO_NUMBERS = ["126,790588", "126.79.05", "동경 126도", "1e400x"]
NAMES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("https://evil.example","가게")',
    "@SUM(1+1)|cmd",
    "</title><svg onload=alert(1)>",
    "{{7*7}}${7*7}",
]
BAD_IDS = ["../../etc/passwd", "a b?c#d"]


def row(**changes: str) -> list[str]:
    return list({**dict(zip(HEADER, ROW, strict=True)), **changes}.values())


def at(number: int, prefix: str, **changes: str) -> list[str]:
    """A row of a shop of its own at the same door."""
    own = {"상가업소번호": f"{prefix}{number}", "상호명": f"{prefix} {number}"}
    return row(**{**own, **changes})


def load(data: Path, home: Path, *rows: list[str]) -> IngestResult:
    with (home / "shops.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return prepare(source_of("semas", None), [home / "shops.csv"], "ansan", (data, home))


@pytest.fixture(scope="module")
def loaded(data, module_home) -> tuple[Path, Account]:
    """A home with every case, and what the load said."""
    done = load(
        data,
        module_home,
        row(),
        *(at(n, "P", 경도=x, 위도=y) for n, (x, y) in enumerate(NO_PLACE.values())),
        *(at(n, "N", 경도=x) for n, x in enumerate(NO_NUMBERS)),
        *(at(n, "H", 상호명=name) for n, name in enumerate(NAMES)),
        *(at(n, "I", 상가업소번호=ident) for n, ident in enumerate(BAD_IDS)),
        at(0, "T", 상호명="\u202e가게\u200b 하나\u2066"),
    )
    publish_all(done.composed, module_home, lambda _: None)
    return module_home, done.account


def held(home: Path) -> pd.DataFrame:
    return load_from_snapshot(home).registers["semas"].frame


@pytest.fixture(scope="module")
def frame(loaded) -> pd.DataFrame:
    return held(loaded[0])


@pytest.fixture(scope="module")
def snapshot(loaded):
    return open_current(loaded[0])


def test_every_row_is_in_its_place(loaded, frame):
    told = len(NO_NUMBERS) + len(BAD_IDS)
    assert (loaded[1].new, loaded[1].set_aside) == (len(frame), told)
    assert "semas-MA1" in frame.index


@pytest.mark.parametrize("case", NO_PLACE)
def test_coordinates_that_are_none_leave_the_address(frame, case):
    number = list(NO_PLACE).index(case)
    found = frame.loc[f"semas-P{number}"]
    assert found["located_by"] == "street-number"
    assert found["lon"] == pytest.approx(float(DOOR[0]), abs=0.0002)  # 18 m


@pytest.mark.parametrize("x", NO_NUMBERS)
def test_coordinates_that_are_no_numbers_set_their_row_aside(loaded, frame, x):
    name = f"N{NO_NUMBERS.index(x)}"
    assert f"semas-{name}" not in frame.index
    assert (
        f"semas-{name}" not in pd.read_parquet(loaded[0] / "current" / "businesses.parquet").index
    )
    aside = pd.read_parquet(loaded[0] / "current" / "quarantine.parquet")
    assert aside["text"].str.contains(f"상가업소번호={name};").sum() == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_text_on_the_page(snapshot, frame, name):
    place = f"semas-H{NAMES.index(name)}"
    assert frame.loc[place, "name_ko"] == name
    html = food_streets.page(snapshot, FoodStreets(place=place), Site("ko")).html
    for harm in ("<script>alert", "<img src=x", "<svg onload"):
        assert harm not in html


def test_signs_that_turn_text_round_are_taken_off_names(frame):
    assert frame.loc["semas-T0", "name_ko"] == "가게 하나"


def test_ids_are_safe_in_an_address(frame):
    assert frame.index.str.fullmatch(r"semas-[A-Z0-9]+").all()


def test_an_id_that_stands_twice_with_two_shops_is_set_aside_with_both(data, home):
    done = load(data, home, row(), row(상호명="딴 가게"), row(상가업소번호="MA2"))
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
    opened = done.composed.tables["register-permits.parquet"]["opened_on"]
    assert opened.dropna().tolist() == ["2018-03-02"]
    assert done.account.new == 4
