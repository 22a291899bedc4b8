"""The same business in two lists is found; two businesses never become one."""

import tracemalloc
from functools import partial

import geopandas as gpd
import numpy as np
import pytest
from compared_rows import table
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.pipeline.registers import match
from geo.pipeline.registers.business_names import plain_name
from geo.pipeline.registers.candidate_pairs import candidate_pairs
from geo.pipeline.registers.match import match_rows, same_business


def same(*changes: dict) -> bool:
    labels = same_business(table({}, *changes))
    return len(set(labels)) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"east": 79.0, "address": None, "category": "pub"}, True),  # the name alone
        ({"east": 81.0, "address": None}, False),  # farther than a door can be off
        ({"east": 81.0}, True),  # one door: its points may be wrong
        ({"east": 81.0, "gu_code": "41271"}, False),  # a street of the same name in the other gu
        ({"name_ko": "사마르칸트 원곡점"}, True),  # 77 alike, and the same address and trade
        ({"name_ko": "사마르칸트 원곡점", "address": None, "category": "cafe"}, False),
        ({"name_ko": "(주) 사마르 칸트"}, True),  # legal form and spaces do not count
        ({"name_ko": "타슈켄트"}, False),  # neighbours at one address
        ({"located_by": "legal-dong", "address": None}, False),  # known to a neighbourhood
        ({"located_by": "legal-dong"}, True),  # the street is not drawn, the door is the same
        ({"located_by": "legal-dong", "name_ko": "타슈켄트"}, False),
        ({"name_ko": "사마르칸트(원곡동)", "east": 70.0, "address": None, "category": "pub"}, True),
        ({"name_ko": None, "name_en": "Samarkand"}, False),  # no name in common
    ],
)
def test_traits_together_decide(change, expected):
    assert same({"unit": "permits", **change}) is expected


def test_latin_names_match_where_korean_ones_are_missing():
    latin = {"name_ko": None, "name_en": "Samarkand"}
    found = same_business(table(latin, {**latin, "unit": "osm", "name_en": "SAMARKAND"}))
    assert len(set(found)) == 1


def test_a_latin_name_in_the_korean_column_is_the_name_in_latin_letters():
    both = {"name_ko": "사마르칸트", "name_en": "Samarkand", "unit": "osm"}
    found = same_business(table({"name_ko": "SAMARKAND"}, both))
    assert len(set(found)) == 1


PHONE = "031-481-1234"
CYRILLIC = {"unit": "osm", "name_ko": "Самарканд", "phone": PHONE}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),  # one door, one trade, one telephone
        ({"phone": "031-481-1235"}, False),
        ({"phone": None}, False),
        ({"category": "grocery"}, False),
        ({"address": "다문화길 20"}, False),
        ({"address": None}, False),
        ({"name_ko": None}, False),  # no name at all
        ({"name_ko": "타슈켄트"}, False),  # names that can be compared, and are not alike
        ({"name_ko": "타슈켄트", "name_en": "Tashkent"}, False),
        ({"name_ko": "Самарканд 카페"}, False),  # it has a word in the script of the other
    ],
)
def test_a_telephone_stands_for_names_of_two_scripts(changes, expected):
    rows = table({"phone": PHONE}, {**CYRILLIC, **changes})
    assert (len(set(same_business(rows))) == 1) is expected


@pytest.mark.parametrize("phone", ["1588-1234", "080-123-4567"])
def test_a_number_of_a_chain_says_nothing(phone):
    rows = table({"phone": phone}, CYRILLIC | {"phone": phone})
    assert len(set(same_business(rows))) == 2


def test_a_number_that_a_list_gives_to_two_shops_says_nothing():
    # One owner, two restaurants in one house: which of them is the one in Cyrillic, nobody knows.
    rows = table({"phone": PHONE}, {"name_ko": "타슈켄트", "phone": PHONE}, CYRILLIC)
    assert len(set(same_business(rows))) == 3


def test_two_shops_do_not_become_one_through_a_third_row_with_their_number():
    third = {"unit": "table", "name_ko": "타슈켄트", "phone": PHONE}
    rows = table({"phone": PHONE}, CYRILLIC, third)
    assert len(set(same_business(rows))) == 3
    agreeing = table({"phone": PHONE}, CYRILLIC, third | {"name_ko": "사마르칸트"})
    assert len(set(same_business(agreeing))) == 1


def test_an_alike_name_goes_before_a_telephone():
    # The number went from one shop to its neighbour; names tell which is which.
    rows = table(
        {"id": "permits-1", "unit": "permits", "phone": PHONE},
        {"id": "osm-1", **CYRILLIC},
        {"id": "osm-2", "unit": "osm", "name_ko": "사마르칸트"},
    )
    labels = dict(zip(rows.index, same_business(rows), strict=True))
    assert labels["permits-1"] == labels["osm-2"] != labels["osm-1"]


def test_two_rows_of_one_list_are_two_businesses():
    assert not same({})


def test_a_chain_in_one_street_is_told_apart_by_its_addresses():
    first = {"east": 0.0, "address": "다문화길 18"}
    second = {"east": 60.0, "address": "다문화길 24"}
    rows = table(
        {**first, "id": "semas-1"},
        {**second, "id": "semas-2"},
        {**first, "id": "permits-1", "unit": "permits", "east": 40.0},
        {**second, "id": "permits-2", "unit": "permits", "east": 20.0},
    )
    labels = dict(zip(rows.index, same_business(rows), strict=True))
    assert labels["semas-1"] == labels["permits-1"] != labels["semas-2"] == labels["permits-2"]


def test_three_lists_can_share_a_business():
    assert same({"unit": "permits"}, {"unit": "osm"})


def test_a_road_address_is_compared_by_street_and_number():
    long = "경기도 안산시 단원구 다문화길 18, 1층 (원곡동)"
    assert same(
        {"unit": "permits", "name_ko": "사마르칸트 원곡점", "address": long, "category": "pub"}
    )


def test_signs_and_legal_forms_are_no_part_of_a_name():
    import pandas as pd

    names = pd.Series(["㈜ A-1 마트!", None, "주식회사 꽃 (집)"])
    assert list(plain_name(names)) == ["a1마트", "", "꽃집"]


@pytest.fixture(scope="module")
def two_shops_in_four_lists():
    """Two shops, each in four lists, and how they are grouped."""
    lists = ("semas", "permits", "osm", "places")
    rows = table(
        *(
            {"unit": lists[k % 4], "east": 30.0 * (k // 4), "name_ko": f"가게{k // 4}"}
            for k in range(8)
        )
    )
    return rows, groups(rows)


@settings(max_examples=40)
@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(two_shops_in_four_lists, order):
    rows, grouped = two_shops_in_four_lists
    assert groups(rows.iloc[list(order)]) == grouped


def test_a_list_is_matched_with_itself_as_with_a_copy_of_it():
    random = np.random.default_rng(7)
    rows = table(
        *(
            {
                "unit": random.choice(["semas", "osm", "permits"], p=[0.7, 0.2, 0.1]),
                "name_ko": random.choice(["사마르칸트", "타슈켄트", "하늘식당"]),
                "address": None,
                "located_by": random.choice(["register", "legal-dong"], p=[0.9, 0.1]),
                "east": float(random.integers(0, 400)),
            }
            for _ in range(60)
        )
    )
    pairs, of_copy = (
        set(zip(found.left.tolist(), found.right.tolist(), strict=True))
        for found in (match_rows(rows, rows), match_rows(rows, rows.copy()))
    )
    assert pairs == {(left, right) for left, right in of_copy if left < right}
    assert len(pairs) > 30


def test_a_crowded_door_is_matched_in_little_memory(monkeypatch):
    # 150 shops of two lists behind one door are 22,500 pairs, each of some 250 bytes at once.
    crowd = [
        {"unit": unit, "name_ko": f"{chr(0xAC00 + 37 * k)}{chr(0xB000 + 29 * k)}가게"}
        for unit in ("semas", "osm")
        for k in range(150)
    ]
    rows = table(*crowd)
    monkeypatch.setattr(match, "candidate_pairs", partial(candidate_pairs, most=6_000))
    tracemalloc.start()
    labels = same_business(rows)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(set(labels)) == 150
    assert most < 2_000_000


def groups(rows: gpd.GeoDataFrame) -> set[tuple[str, ...]]:
    labels = same_business(rows)
    return {tuple(sorted(rows.index[labels == label])) for label in np.unique(labels)}


NAMES = ["사마르칸트", "타슈켄트", "Samarkand", "Tashkent", "Самарканд", "中国饭店", None]
SHOPS = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["semas", "permits", "osm"]),
        "name_ko": st.sampled_from(NAMES),
        "name_en": st.sampled_from([None, "Samarkand"]),
        "category": st.sampled_from(["restaurant", "grocery"]),
        "phone": st.sampled_from([None, PHONE, "031-481-1235"]),
        "address": st.sampled_from(["다문화길 18", "다문화길 20"]),
    }
)


@settings(max_examples=40)
@given(st.lists(SHOPS, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_in_any_order_rows_of_one_house_are_the_same_groups_and_none_has_two_of_a_list(
    shops, random
):
    rows = table(*shops)
    order = random.sample(range(len(shops)), len(shops))
    found = groups(rows)
    assert groups(rows.iloc[order]) == found
    assert all(rows.loc[list(group), "unit"].is_unique for group in found)


@settings(max_examples=40)
@given(st.lists(SHOPS, min_size=2, max_size=8))
def test_no_group_holds_two_names_in_one_script(shops):
    told = table(*shops).assign(name_en=None)  # with one name each, no chain of names leads on
    for group in groups(told.astype({"name_en": "str"})):
        names = set(told.loc[list(group), "name_ko"].dropna())
        assert len(names & {"사마르칸트", "타슈켄트"}) < 2
        assert len(names & {"Samarkand", "Tashkent"}) < 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("칸티푸르", "칸티푸르레스토랑"),
        ("솔티 인도네팔 레스토랑", "솔티인도네팔음식점"),
        ("임페리아", "임페리아차이하나"),
        ("후르셰다사마르칸트", "사마르칸트"),
        ("하나 마트", "하나식품"),
    ],
)
def test_generic_words_make_no_difference_at_one_door(ours, theirs):
    there = {"name_ko": ours}, {"name_ko": theirs, "unit": "permits", "east": 3.0}
    assert len(set(same_business(table(*there)))) == 1
    elsewhere = {"name_ko": theirs, "unit": "permits", "east": 3.0, "address": "다문화길 20"}
    if ours.split()[0] not in theirs:
        assert len(set(same_business(table(there[0], elsewhere)))) == 2


@pytest.mark.parametrize(
    "other", [{"category": "grocery"}, {"name_ko": "식당"}, {"name_ko": "임페리얼 노래방"}]
)
def test_generic_words_alone_and_other_trades_are_another_shop(other):
    rows = {"name_ko": "임페리아"}, {"name_ko": "임페리아푸드마트", "unit": "permits", **other}
    assert len(set(same_business(table(*rows)))) == 2


def test_the_same_door_beats_the_same_name():
    known = {"name_ko": "팟타이", "address": "부부로 4"}
    rows = [
        known,
        {
            "unit": "permits",
            "name_ko": "팟타이(원곡동)",
            "address": "부부로 4(원곡동)",
            "east": 60.0,
        },
        {"unit": "permits", "name_ko": "팟타이", "address": "중앙대로 441 (원곡동)", "east": 5.0},
    ]
    labels = same_business(table(*rows))
    assert labels[0] == labels[1] != labels[2]


def test_one_lot_is_one_door():
    lot = {"located_by": "legal-dong", "address": None, "lot": "경기도 안산시 단원구 고잔동 516-1"}
    rows = lot, {**lot, "unit": "permits", "lot": "고잔동 516-1번지 2층"}, {
        **lot, "unit": "permits", "lot": "고잔동 516-2",
    }  # fmt: skip
    labels = same_business(table(*rows))
    assert labels[0] == labels[1] != labels[2]
