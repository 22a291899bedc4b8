"""Categories of the register of shops: the table, both schemes, what is not in it."""

import csv
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from geo.core.vocab import CATEGORIES
from geo.pipeline.adapters import semas, semas_kinds
from geo.pipeline.adapters.semas_kinds import DECIDED, NOT_DECIDED, Kind, kinds

ONE_COLUMN, SMALL, MIDDLE, LARGE = DECIDED
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


def test_every_small_code_of_the_scheme_of_2021_is_there():
    small = [row for row in TABLE if row["scheme"] == "2021" and len(row["code"]) == 6]
    in_crosswalk = [row for row in small if row["code"][0] != "S"]  # medicine left it before
    counts = Counter(row["code"][0] for row in in_crosswalk)
    assert counts == {"D": 256, "F": 161, "L": 18, "N": 64, "O": 5, "P": 48, "Q": 117, "R": 168}


@pytest.mark.parametrize(
    ("code", "category", "cuisine"),
    [
        ("D18A02", "mobile-phone", ()),
        ("Q05A01", "restaurant", ("kr",)),  # 삼계탕, 국/탕/찌개류 since 2023
        ("D03B04", "other-retail", ()),  # 시장/종합상가 has no successor: by its middle class
    ],
)
def test_codes_of_2021_mean_what_their_successors_mean(code, category, cuisine):
    found = kind(small_code=code)
    assert (found.category, found.cuisine, found.decided) == (category, cuisine, SMALL)


@pytest.mark.parametrize(
    ("code", "category", "successor", "category_there"),
    [
        ("D03B10", "grocery", "G20499", "other-retail"),
        ("N02A06", "other-service", "I21102", "pub"),
        ("L04A02", "real-estate", "N10101", "other-service"),
    ],
)
def test_three_codes_differ_from_the_crosswalk_on_purpose(
    code, category, successor, category_there
):
    assert kind(small_code=code).category == category
    assert kind(small_code=successor).category == category_there
    notes = Path(semas_kinds.__file__).with_name("semas.toml").read_text("utf-8")
    assert code in notes
    assert successor in notes


def test_codes_of_the_two_schemes_are_never_taken_for_each_other():
    # 2021: a letter, two digits, a letter, two digits (Q12A01). 2023: a letter and digits (I21201).
    old, new = re.compile(r"[A-Z](?:\d\d(?:[A-Z]\d\d)?)?"), re.compile(r"[A-Z]\d(?:\d\d){0,2}")
    codes = [(row["scheme"], row["code"]) for row in TABLE if row["code"]]
    assert all((old if scheme == "2021" else new).fullmatch(code) for scheme, code in codes)
    assert not any(old.fullmatch(code) for scheme, code in codes if scheme == "2023")


@pytest.mark.parametrize("scheme", ["2021", "2023"])
def test_every_code_has_its_wider_codes(scheme):
    codes = {row["code"] for row in TABLE if row["scheme"] == scheme and row["code"]}
    letters = 1 if scheme == "2021" else 2
    wider = {code[: letters + 2] for code in codes if len(code) == 6}
    assert wider | {code[:letters] for code in codes} <= codes


@pytest.mark.parametrize(
    ("code", "category", "cuisine"),
    [
        ("I20101", "restaurant", ()),
        ("I20201", "restaurant", ("cn",)),
        ("I20301", "restaurant", ("jp",)),
        ("I20402", "restaurant", ()),
        ("I20501", "restaurant", ()),
        ("I20599", "restaurant", ()),
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
        ("Q03A01", "restaurant", ("kr",)),  # raw fish: rows have it as KSIC I56111, Korean food
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


# The classes of the publisher's list of 2020: "Q" has 14 of them, "F" 19, and so on; those of
# medicine (S) left the register before that list.
MIDDLE_2021 = {
    "D": [f"{n:02}" for n in range(1, 27)],
    "F": [f"{n:02}" for n in range(1, 21)],  # F10 to F13 are three classes, whichever they are
    "L": ["01", "02", "03", "04", "05"],
    "N": ["01", "02", "03", "04", "05", "06", "07", "08"],
    "O": ["01", "02", "03", "04", "05"],
    "P": ["01", "02", "03"],
    "Q": [f"{n:02}" for n in range(1, 16) if n != 11],
    "R": [*(f"{n:02}" for n in range(1, 15)), "20"],
    "S": ["01", "02", "03", "04"],
}


def test_every_middle_class_of_2021_is_there():
    middle = {row["code"] for row in TABLE if row["scheme"] == "2021" and len(row["code"]) == 3}
    assert middle == {large + number for large, all_ in MIDDLE_2021.items() for number in all_}


@pytest.mark.parametrize(
    ("middle", "category"),
    [
        ("F05", "labour-agency"),
        ("F09", "other-service"),
        ("F13", "other-service"),
        ("F16", "other-retail"),
        ("F17", "other-service"),
        ("L04", "real-estate"),
        ("O05", "other-service"),
        ("Q14", "restaurant"),
        ("D01", "grocery"),
    ],
)
def test_a_small_code_of_2021_that_is_not_listed_comes_to_its_middle_class(middle, category):
    found = kind(small_code=f"{middle}A77", middle_code=middle, large_code=middle[0])
    assert (found.category, found.decided, found.unknown) == (category, MIDDLE, (f"{middle}A77",))


@pytest.mark.parametrize(
    ("small", "middle", "large", "decided", "unknown"),
    [
        ("I21299", "I212", "I2", MIDDLE, ("I21299 새 이름",)),
        ("I29901", "I299", "I2", LARGE, ("I29901 새 이름", "I299")),
        ("Q09A77", "Q09", "Q", MIDDLE, ("Q09A77 새 이름",)),
        ("Q77A01", "Q77", "Q", LARGE, ("Q77A01 새 이름", "Q77")),
        ("W01A01", "W01", "W", NOT_DECIDED, ("W01A01 새 이름", "W01", "W")),
        ("X", "X", "X", NOT_DECIDED, ("X 새 이름",)),
    ],
)
def test_every_class_that_is_not_listed_is_told(small, middle, large, decided, unknown):
    found = kind(small_code=small, middle_code=middle, large_code=large, small_name="새 이름")
    assert (found.decided, found.unknown) == (decided, unknown)
    assert (found.category == "") == (decided == NOT_DECIDED)


def test_a_code_that_is_not_listed_may_have_a_name_that_is():
    found = kind(small_code="Q10A77", small_name="동남아음식", middle_code="Q10")
    assert (found.category, found.cuisine) == ("restaurant", ("southeast-asia",))
    assert (found.decided, found.unknown) == (SMALL, ("Q10A77 동남아음식",))


@pytest.mark.parametrize(
    ("trade", "category"),
    [
        ("카페", "cafe"),
        ("베트남식 전문", "restaurant"),
        ("베트남식전문", "restaurant"),
        ("주점", "pub"),
        ("소매", "other-retail"),
        ("음식", "food-unknown"),
        ("환전소", "remittance"),
        ("I21201", "cafe"),
        ("한식/백반/한정식", "restaurant"),
    ],
)
def test_a_name_alone_is_a_category_at_any_level(trade, category):
    found = kind(trade=trade)
    assert (found.category, found.decided, found.unknown) == (category, ONE_COLUMN, ())


def test_small_names_tell_more_than_large_ones():
    assert kind(small_name="노래방", middle_name="유원지·오락").category == "karaoke"


def test_nothing_told_is_nothing_known():
    assert kind(small_code=" ", large_name="") == Kind("", "", (), NOT_DECIDED)


def test_what_is_no_category_is_kept_short_and_without_what_cannot_be_seen():
    assert kind(trade="가\u202e나\x00" + "x" * 1000).code == "가나" + "x" * 78


def test_rows_are_told_which_kind_they_are():
    found, which = kinds(pd.DataFrame({"trade": ["카페", "주점", "카페"]}, dtype="str"))
    assert [found[place].category for place in which] == ["cafe", "pub", "cafe"]
