"""Entries: names for the reader, addresses and links."""

import pytest

from maps.i18n import Words
from maps.pages.place_entries import businesses, centres, matches
from maps.pages.view_state import FoodStreets


@pytest.fixture
def english(small):
    return {entry.id: entry for entry in businesses(small, Words("en"))}


@pytest.fixture
def korean(small):
    return {entry.id: entry for entry in businesses(small, Words("ko"))}


def test_the_readers_own_language_comes_first(english, korean):
    alpha = english["alpha"]
    assert (alpha.name, alpha.lang, alpha.other_name, alpha.other_lang) == (
        "Alpha", "en", "알파", "ko",
    )  # fmt: skip
    assert (korean["alpha"].name, korean["alpha"].other_name) == ("알파", "Alpha")


def test_a_missing_name_is_replaced_by_the_one_there_is(english):
    assert (english["gamma"].name, english["gamma"].other_name) == ("감마", None)
    assert english["gamma"].lang == "ko"


def test_names_that_are_equal_stand_once(english):
    assert english["hostile"].other_name is None


def test_simulated_businesses_are_not_read(english):
    assert not [name for name in english if name.startswith("simulated")]


def test_centres_with_an_address_come_first(small):
    assert [entry.id for entry in centres(small, Words("en"))] == ["hq", "far"]


def test_directions_are_plain_https_links_with_nothing_left_to_break_out_of(english):
    links = english["hostile"].directions
    assert links["kakao"] == (
        "https://map.kakao.com/link/to/%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E,37.33,126.79"
    )
    assert links["naver"].startswith("https://map.naver.com/p/search/%EC%95%88%EC%82%B0")


def test_no_directions_to_a_place_whose_position_is_not_known(english):
    assert english["gamma"].directions["kakao"] is None
    assert english["gamma"].directions["naver"]


def test_only_web_addresses_become_links(english):
    assert english["hostile"].sources == [
        ("https://example.org/<img src=x onerror=alert(1)>", None),
        ("<img src=x onerror=alert(1)>", None),
    ]


def test_search_finds_names_in_all_scripts_and_the_address(english):
    assert {"alpha", "알파", "부부로"} <= set(english["alpha"].search.split())


def test_values_of_one_filter_are_alternatives_and_filters_add_up(english):
    alpha = english["alpha"]
    assert matches(alpha, FoodStreets(cuisine=("np", "ru")))
    assert not matches(alpha, FoodStreets(cuisine=("np",), category=("grocery",)))
