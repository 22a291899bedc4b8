"""The same business in two lists is found; two businesses never become one."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.crs import MEASURE
from geo.registers.match import plain_name, same_business

X, Y = 181_400.0, 525_800.0
ROW = {
    "unit": "semas",
    "name_ko": "사마르칸트",
    "name_en": None,
    "category": "restaurant",
    "address": "다문화길 18",
    "located_by": "register",
}


def table(*changes: dict) -> gpd.GeoDataFrame:
    """Rows named a, b, c, …; `east` moves a row by so many metres."""
    told = [{**ROW, "east": 0.0, **change} for change in changes]
    index = [one.pop("id", chr(ord("a") + k)) for k, one in enumerate(told)]
    points = [Point(X + one.pop("east"), Y) for one in told]
    return gpd.GeoDataFrame(told, index=index, geometry=points, crs=MEASURE).astype(
        {"name_ko": "str", "name_en": "str", "address": "str"}
    )


def same(*changes: dict) -> bool:
    labels = same_business(table({}, *changes))
    return len(set(labels)) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"east": 79.0, "address": None, "category": "pub"}, True),  # the name alone
        ({"east": 81.0}, False),  # farther than a door can be off
        ({"name_ko": "사마르칸트 원곡점"}, True),  # 77 alike, and the same address and trade
        ({"name_ko": "사마르칸트 원곡점", "address": None, "category": "cafe"}, False),
        ({"name_ko": "(주) 사마르 칸트"}, True),  # legal form and spaces do not count
        ({"name_ko": "타슈켄트"}, False),  # neighbours at one address
        ({"located_by": "legal-dong"}, False),  # known to a neighbourhood: matches nothing
        ({"name_ko": None, "name_en": "Samarkand"}, False),  # no name in common
    ],
)
def test_traits_together_decide(change, expected):
    assert same({"unit": "permits", **change}) is expected


def test_latin_names_match_where_korean_ones_are_missing():
    latin = {"name_ko": None, "name_en": "Samarkand"}
    found = same_business(table(latin, {**latin, "unit": "osm", "name_en": "SAMARKAND"}))
    assert len(set(found)) == 1


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


@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    lists = ("semas", "permits", "osm", "places")
    rows = table(
        *(
            {"unit": lists[k % 4], "east": 30.0 * (k // 4), "name_ko": f"가게{k // 4}"}
            for k in range(8)
        )
    )
    groups = lambda frame: {  # noqa: E731
        tuple(sorted(frame.index[same_business(frame) == label]))
        for label in np.unique(same_business(frame))
    }
    assert groups(rows.iloc[list(order)]) == groups(rows)
