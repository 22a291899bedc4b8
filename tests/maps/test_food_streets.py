"""The visitors' map: what it draws, what it lists, and what it never shows."""

import json
from dataclasses import replace

import brotli
import pytest

from maps.pages import food_streets, place_cards
from maps.pages.view_state import DEFAULT_FOOD_STREETS, Cards, FoodStreets
from maps.web.page import Site

SITE = Site("en")


@pytest.fixture
def listed(small, parse):
    """The list of a view: attributes of each entry by id."""

    def look(view):
        page = parse(food_streets.page(small, view, SITE).html)
        return {have["data-id"]: have for have in page.classed("entry") if "data-id" in have}

    return look


def shown(entries):
    return {name for name, have in entries.items() if "hidden" not in have}


def test_map_holds_zone_food_street_streets_and_land(small, held):
    features = held(food_streets.chart(small, SITE))
    assert {"zone-2023", "food-street-2023", "4127354500"} <= features.keys()
    assert "zone-2009" not in features


def test_outlines_are_dashed_because_they_are_approximate(small, held):
    features = held(food_streets.chart(small, SITE))
    for name in ("zone-2023", "food-street-2023"):
        assert features[name]["properties"]["style"]["dashArray"]


def test_script_gets_the_places_of_the_lists_and_no_simulated_one(small, parse):
    rows = parse(food_streets.page(small, FoodStreets(), SITE).html).data("page-data")["rows"]
    assert sorted(rows["business"]["id"]) == ["alpha", "beta", "gamma", "hostile"]
    assert sorted(rows["centre"]["id"]) == ["far", "hq"]
    for columns in rows.values():
        assert len({len(column) for column in columns.values()}) == 1
    alpha = {
        name: column[rows["business"]["id"].index("alpha")]
        for name, column in rows["business"].items()
    }
    assert alpha == {
        "id": "alpha", "name": "Alpha", "other": "알파", "korean": 0,
        "address": "안산시 단원구 부부로 4", "detail": "2층", "lon": 126.789, "lat": 37.33,
        "pinned": 1, "category": "restaurant", "cuisine": "np in", "halal": "muslim-friendly",
    }  # fmt: skip


def test_what_the_page_has_no_room_for_is_written_apart(small, parse, monkeypatch):
    def ids():
        data = parse(food_streets.page(small, FoodStreets(), SITE).html).data("page-data")
        apart = json.loads(food_streets.remaining_places(small, "en"))
        return data["rows"]["business"]["id"], apart["id"], data["more"]

    every, none, more = ids()
    assert (none, more) == ([], False)
    monkeypatch.setattr(food_streets, "MARKED", 3)
    first, others, more = ids()
    assert (first, others, more) == (every[:3], every[3:], True)


def test_the_page_opens_on_food_and_drink(listed):
    assert shown(listed(DEFAULT_FOOD_STREETS)) == {"alpha", "beta", "gamma", "hq", "far"}


def test_lists_begin_with_so_many_entries_and_say_how_many_there_are(real, parse):
    page = parse(food_streets.page(real, FoodStreets(), SITE).html)
    entries = [have for have in page.classed("entry") if "data-id" in have]
    pinned = [
        have
        for have in entries
        if have["data-pinned"] == "true" and have["data-kind"] == "business"
    ]
    assert len(pinned) == food_streets.FIRST
    whole = parse(food_streets.page(real, FoodStreets(whole=True), SITE).html)
    assert len([have for have in whole.classed("entry") if "data-id" in have]) > 850
    links = [have["href"] for have in page.all("a") if "whole=true" in have.get("href", "")]
    assert links[0] == "?whole=true&lang=en#on-map"


def test_the_page_stays_light_with_all_the_storefronts(real):
    html = food_streets.page(real, DEFAULT_FOOD_STREETS, SITE).html
    assert len(brotli.compress(html.encode(), quality=5)) < 80_000
    assert html.count("<") / 2 < 1_500  # start and end tags, with text that holds none


def test_list_holds_every_real_place_and_no_simulated_one(listed):
    view = FoodStreets(simulated=True)
    assert shown(listed(view)) == {"alpha", "beta", "gamma", "hostile", "hq", "far"}


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        (FoodStreets(category=("grocery",)), {"hostile"}),
        (FoodStreets(cuisine=("in", "cn")), {"alpha", "beta"}),
        (FoodStreets(cuisine=("central-asia",)), {"gamma"}),
        (FoodStreets(halal=("muslim-friendly",)), {"alpha"}),
        (FoodStreets(cuisine=("in",), halal=("certified",)), set()),
    ],
)
def test_filters_leave_what_passes_all_of_them(listed, view, ids):
    assert shown(listed(view)) == ids | {"hq", "far"}


def test_places_known_only_by_neighbourhood_have_no_pin(listed):
    entries = listed(FoodStreets())
    assert entries["gamma"]["data-pinned"] == "false"
    assert entries["far"]["data-pinned"] == "false"
    assert entries["alpha"]["data-pinned"] == "true"


def test_filter_options_count_real_places(small, parse):
    page = parse(food_streets.page(small, FoodStreets(cuisine=("np",)), SITE).html)
    boxes = {have["value"]: have for have in page.all("input", type="checkbox")}
    assert boxes.keys() >= {"restaurant", "grocery", "pub", "np", "in", "cn", "central-asia"}
    assert "checked" in boxes["np"]
    assert "checked" not in boxes["cn"]


def test_title_bears_the_name_of_the_open_place(small, parse):
    page = parse(food_streets.page(small, FoodStreets(place="hostile"), SITE).html)
    assert page.text("title") == ["<img src=x onerror=alert(1)> · Food streets · Ansan Atlas"]


def test_without_scripts_the_open_place_is_read_in_the_list(small, parse):
    def cards(view):
        page = parse(food_streets.page(small, view, SITE).html)
        return [have for have in page.classed("card") if "hidden" not in have]

    plain, opened = cards(FoodStreets()), cards(FoodStreets(place="alpha"))
    assert len(opened) == len(plain) + 1


@pytest.fixture
def cards(small, parse):
    def look(*ids, lang="en"):
        return parse(place_cards.cards(small, Cards(ids), Site(lang)).html)

    return look


def test_halal_is_graded_with_its_basis_and_never_called_certified(cards):
    page = cards("alpha", "beta")
    assert any("Muslim-friendly, no certificate" in text for text in page.text("dd"))
    assert "Based on: shop tag in app data (not a certificate)" in page.text("span")
    assert not any("Halal certified" in text for text in page.text("dd"))


def test_korean_cards_name_places_and_phrases_in_korean(cards):
    page = cards("alpha", "hq", lang="ko")
    assert page.text("bdi")[:2] == ["알파", "Alpha"]
    assert "근거: 앱 자료의 업소 태그(인증 아님)" in page.text("span")
    assert "의료" in page.text("li")


def test_cards_come_in_the_order_asked_for_and_hold_hostile_names_as_text(cards):
    page = cards("hq", "hostile")
    assert [have["data-id"] for have in page.all("article")] == ["hq", "hostile"]
    assert not page.all("img")
    assert "<img src=x onerror=alert(1)>" in page.text("bdi")


def test_simulated_banner_counts_those_drawn_and_is_hidden_without_any(small, parse):
    def banner(view):
        page = parse(food_streets.page(small, view, SITE).html)
        shown = "hidden" not in page.all("p", id="simulated-banner")[0]
        return next(text for text in page.text("strong") if "Contains" in text), shown

    assert not banner(FoodStreets())[1]
    assert banner(FoodStreets(simulated=True)) == ("Contains 2 simulated businesses.", True)
    pubs = FoodStreets(simulated=True, category=("pub",))
    assert banner(pubs) == ("Contains 1 simulated business.", True)
    assert not banner(FoodStreets(simulated=True, category=("grocery",)))[1]


def test_addresses_are_shown_in_hangul_with_city_and_gu(small, parse):
    page = parse(food_streets.page(small, FoodStreets(place="alpha"), SITE).html)
    assert "안산시 단원구 부부로 4" in page.text("p")


def test_the_date_of_the_lists_is_said(small, parse):
    page = parse(food_streets.page(small, FoodStreets(), SITE).html)
    (note,) = [text for text in page.text("p") if "has not been checked" in text]
    assert "May 31, 2026" in note


def test_script_gets_what_it_needs_as_data(small, parse):
    view = replace(FoodStreets(), place="hostile")
    data = parse(food_streets.page(small, view, SITE).html).data("page-data")
    assert data["place"] == "hostile"
    assert data["symbols"]["restaurant"] == {"shape": "circle", "colour": "#a63c06", "letter": "R"}
    assert data["text"]["here"]["other"] == "{n} places at this address"


@pytest.mark.parametrize("simulated", [True, False])
def test_legend_explains_the_simulated_mark_only_where_there_is_one(small, parse, simulated):
    document = parse(food_streets.page(small, FoodStreets(simulated=simulated), SITE).html)
    (key,) = document.all("li", id="simulated-key")
    assert ("hidden" in key) is not simulated
