"""Categories of the register of shops: the table, both schemes, what is not in it."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from geo.sources import semas, semas_kinds
from geo.sources.semas_kinds import Kind, kinds
from geo.vocab import CATEGORIES

CSV = Path(semas_kinds.__file__).with_name("semas-categories.csv")
TABLE = list(csv.DictReader(CSV.read_text("utf-8").splitlines()))


def kind(**cells: str) -> Kind:
    (found,), _ = kinds(pd.DataFrame([cells], dtype="str"))
    return found


def test_every_meaning_is_one_of_the_atlas():
    assert {row["category"] for row in TABLE} <= set(CATEGORIES)
    assert {row["source"] for row in TABLE} <= set(semas.SPEC.lookup["evidence"])


def test_no_code_stands_twice_and_no_name_means_two_things():
    codes = Counter(row["code"] for row in TABLE if row["code"])
    assert max(codes.values()) == 1
    meanings = {(row["name"].replace(" ", ""), row["category"], row["cuisine"]) for row in TABLE}
    assert len(meanings) == len({name for name, _, _ in meanings})


def test_the_small_codes_of_the_register_are_all_there():
    small = [row for row in TABLE if row["source"] == "file" and len(row["code"]) == 6]
    assert len(small) == 247  # as the publisher counts them since 2023


@pytest.mark.parametrize("scheme", ["2021", "2023"])
def test_every_code_has_its_wider_codes(scheme):
    codes = {row["code"] for row in TABLE if row["scheme"] == scheme and row["code"]}
    letters = 1 if scheme == "2021" else 2
    wider = {code[: letters + 2] for code in codes if len(code) == 6}
    assert wider | {code[:letters] for code in codes} <= codes


@pytest.mark.parametrize(
    ("code", "category", "cuisine"),
    [
        ("I20101", "restaurant", ("kr",)),
        ("I20201", "restaurant", ("cn",)),
        ("I20301", "restaurant", ("jp",)),
        ("I20402", "restaurant", ()),
        ("I20501", "restaurant", ("vn",)),
        ("I20599", "restaurant", ("southeast-asia",)),
        ("I20601", "restaurant", ()),
        ("I21001", "bakery", ()),
        ("I21103", "pub", ()),
        ("I21201", "cafe", ()),
        ("G20405", "grocery", ()),
        ("G20802", "mobile-phone", ()),
        ("G20902", "clothing", ()),
        ("G21501", "other-retail", ()),
        ("L10203", "real-estate", ()),
        ("N10402", "labour-agency", ()),
        ("N10501", "travel", ()),
        ("R10407", "karaoke", ()),
        ("S20701", "beauty", ()),
        ("S20901", "other-service", ()),
        ("Q12A01", "cafe", ()),
        ("Q09A10", "pub", ()),
        ("Q02A00", "restaurant", ("cn",)),
        ("Q03A01", "restaurant", ()),  # raw fish, Japanese or Korean: the code does not say
        ("Q08A01", "bakery", ()),
        ("D03A01", "grocery", ()),
        ("D05A01", "clothing", ()),
        ("F01A02", "beauty", ()),
        ("L01A01", "real-estate", ()),
        ("N02A01", "karaoke", ()),
        ("N02A05", "pub", ()),
    ],
)
def test_codes_of_both_schemes_become_categories(code, category, cuisine):
    middle = code[: len(code) - 2] if code[1:].isdigit() else code[:3]
    found = kind(small_code=code, middle_code=middle)
    assert (found.category, found.cuisine, found.code) == (category, cuisine, code)


@pytest.mark.parametrize(
    ("small", "middle", "large", "category"),
    [
        ("I21299", "I212", "I2", "cafe"),
        ("I29901", "I299", "I2", "restaurant"),
        ("Q09A77", "Q09", "Q", "pub"),
        ("X", "X", "X", ""),
    ],
)
def test_an_unknown_code_falls_to_the_next_wider_one(small, middle, large, category):
    found = kind(small_code=small, middle_code=middle, large_code=large, small_name="새 이름")
    assert (found.category, found.code, found.known) == (category, small, False)


def test_a_code_that_is_not_listed_may_have_a_name_that_is():
    found = kind(small_code="F05A01", middle_code="F05", middle_name="인력/고용/용역알선")
    assert (found.category, found.known) == ("labour-agency", False)


@pytest.mark.parametrize(
    ("trade", "category"),
    [
        ("카페", "cafe"),
        ("베트남식 전문", "restaurant"),
        ("베트남식전문", "restaurant"),
        ("주점", "pub"),
        ("소매", "other-retail"),
        ("음식", "restaurant"),
        ("환전소", "remittance"),
        ("I21201", "cafe"),
        ("한식/백반/한정식", "restaurant"),
    ],
)
def test_a_name_alone_is_a_category_at_any_level(trade, category):
    found = kind(trade=trade)
    assert (found.category, found.known) == (category, True)


def test_small_names_tell_more_than_large_ones():
    assert kind(small_name="노래방", middle_name="유원지·오락").category == "karaoke"


def test_nothing_told_is_nothing_known():
    assert kind(small_code=" ", large_name="") == Kind("", "", (), known=False)


def test_what_is_no_category_is_kept_short_and_without_what_cannot_be_seen():
    assert kind(trade="가\u202e나\x00" + "x" * 1000).code == "가나" + "x" * 78


def test_rows_are_told_which_kind_they_are():
    found, which = kinds(pd.DataFrame({"trade": ["카페", "주점", "카페"]}, dtype="str"))
    assert [found[place].category for place in which] == ["cafe", "pub", "cafe"]
