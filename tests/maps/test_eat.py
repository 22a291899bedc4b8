"""The visitors' page: what it finds, in which order, and what it never shows."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import brotli
import orjson
import pytest

from maps.i18n import VISITORS_LANGUAGES, Words
from maps.pages.eat import folding, listing, place_page, walking
from maps.pages.eat.choices import rail
from maps.pages.eat.concepts import concepts
from maps.pages.eat.data_file import data_file
from maps.pages.eat.marks import APART, mark_map
from maps.pages.eat.same_office import merge_offices
from maps.pages.eat.search import Index
from maps.pages.eat.spots import HALAL_ORDER, TASKS, Spot, _place
from maps.pages.view_state import Eat, EatCard
from maps.web.page import Site

BASE = "https://city.example/atlas"
SITE = Site("en")
QUERIES = Path(__file__).with_name("search_queries.csv")


def queries():
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def guide(real):
    return listing.read_guide(real)


@pytest.fixture(scope="session")
def small_guide(small):
    return listing.read_guide(small)


def meets(spot, wanted):
    kind, _, value = wanted.partition(":")
    texts = {"name": f"{spot.ko} {spot.en}".lower(), "address": spot.address, "phone": spot.phone}
    return value in texts[kind] if kind in texts else wanted in spot.tags


@pytest.mark.parametrize(("lang", "query", "first", "least"), queries())
def test_a_query_finds_what_it_means(guide, lang, query, first, least):
    found = guide.index.find(query)
    if not int(least):
        assert found == []
        return
    assert len(found) >= int(least)
    assert all(meets(spot, first) for spot in found[: min(3, int(least))])


def test_the_table_holds_120_queries_in_eight_languages():
    assert len(queries()) >= 120
    assert len({lang for lang, *_ in queries()}) >= 8


def test_results_of_equal_worth_go_by_minutes_on_foot(guide):
    minutes = [spot.minutes for spot in guide.index.find("phở") if spot.minutes]
    assert minutes == sorted(minutes)
    assert len(minutes) > 2


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("abcd", "abcd", True),
        ("abcd", "abd", True),
        ("abcd", "abxd", True),
        ("abcd", "acbd", True),
        ("abcd", "abcde", True),
        ("abcd", "abef", False),
        ("abcd", "badc", False),
        ("", "ab", False),
    ],
)
def test_one_change_is_a_letter_more_less_other_or_swapped(one, other, alike):
    assert folding.distance_at_most_one(one, other) == alike
    assert folding.distance_at_most_one(other, one) == alike


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("PHỞ  Bò", "pho bo"),
        ("Đồ ăn", "do an"),
        ("Oʻzbek", "ozbek"),
        ("다문화 길", "다문화 길"),
        ("wongok-ro", "wongokro"),
        ("ёлка", "елка"),
        ("حَلَال", "حلال"),
    ],
)
def test_spellings_fold(typed, folded):
    assert folding.fold(typed) == folded


def test_hangul_is_romanised_and_shortened():
    assert folding.romanise("원곡로 다문화길") == "wongokro damunhwagil"
    assert folding.initials("베트남") == "ㅂㅌㄴ"
    assert folding.sounds("wongokro") == folding.sounds("wonkokro")


def test_minutes_are_the_straight_way_made_longer(guide):
    origin = walking.Origin(126.787291, 37.327983)
    assert guide.directory.origin == origin
    # 0.01 degrees of latitude are 1,110 m: by 1.3 and 67 m a minute, 21.5 minutes.
    assert origin.minutes_to(126.787291, 37.337983) == 22
    assert origin.minutes_to(126.787291, 37.327983) == 1


def test_pages_say_that_the_station_stands_in_for_its_exit(real, guide):
    said = "The data have no point for exit 1: minutes count from the point of the station."
    assert said in listing.page(guide, real, Eat(), SITE, BASE).html
    assert said in card(real, guide, "batavia")
    assert walking.stands_in(guide.directory.origin)
    assert not walking.stands_in(walking.Origin(126.78, 37.32, is_exit=True))


@pytest.mark.parametrize(
    ("view", "name", "first", "query"),
    [
        (Eat(task="eat"), "cuisine", "vn", "task=eat&cuisine=vn&lang=vi"),
        (Eat(task="groceries"), "cuisine", "cn", "task=groceries&cuisine=cn&lang=vi"),
        (Eat(task="visa"), "speaks", "vi", "task=visa&speaks=vi&lang=vi"),
        (Eat(task="halal"), "halal", "certified", "halal=certified&lang=vi"),
        (Eat(task="visa", speaks="vi"), "speaks", "vi", "task=visa&lang=vi"),  # without it
    ],
)
def test_filters_of_a_task_begin_with_the_readers_own(guide, view, name, first, query):
    offered = rail(guide.directory, view, Words("vi"))
    assert offered.filter == name
    assert (offered.choices[0].code, offered.choices[0].query) == (first, query)
    assert offered.choices[0].in_use == bool(view.speaks)


def test_nobody_is_sent_to_a_simulated_place(real, guide):
    layer = real.layers["businesses"]
    simulated = {
        row["id"] for row in layer.records(layer.select({"provenance": ["simulated"]}), ["id"])
    }
    assert len(simulated) > 400
    assert not simulated & guide.directory.by_id.keys()
    assert not simulated & set(data_file(guide, real)["spots"]["id"])


@pytest.mark.parametrize(
    ("query", "listed", "merged"),
    [
        ("KB국민은행 원곡동", "kb-wongok", "kb-wongok-fx"),  # a bank: desk and shop
        ("우리은행", "woori-ansan", "woori-foreign-ansan"),
        ("법무법인 세중", "sejoong-law", "sejoong-law-ansan"),
        ("외국인주민상담지원센터", "consult", "1644-7111"),  # a desk with a house, and its line
        ("외국인력상담센터", "1577-0071", "eps-counsel"),  # a line, and its desk without a house
    ],
)
def test_an_office_of_two_layers_is_listed_once(real, guide, query, listed, merged):
    found = [spot.id for spot in guide.index.find(query)]
    assert listed in found
    assert merged not in found
    assert guide.directory.by_id[merged].id == listed
    assert any(layer.row_of(merged) is not None for layer in real.layers.values())
    assert f'href="https://city.example/atlas/eat/{listed}?lang=en"' in card(real, guide, merged)


def test_an_office_has_what_its_entries_know(guide):
    office = guide.directory.by_id["1577-0071"]
    assert {"t:visa", "s:work", "s:counselling"} <= set(office.tags)
    assert guide.directory.by_id["consult"].phone == "1644-7111"


def spot(name, layer, ko, **known):
    nothing = dict.fromkeys(("en", "address", "detail", "phone", "hours"), "")
    nowhere = dict.fromkeys(("lon", "lat", "minutes", "entry"))
    facts = {"id": name, "layer": layer, "ko": ko, "tags": (), "facts": {}}
    return Spot(**nothing | nowhere | facts | known)


@pytest.mark.parametrize(
    ("desk", "other", "merged"),
    [
        ({"ko": "한빛 은행"}, {"ko": "한빛은행"}, True),
        ({"ko": "한빛은행", "phone": "1"}, {"ko": "한빛은행", "phone": "2"}, False),
        ({"ko": "한빛은행", "address": "가길 1"}, {"ko": "한빛은행", "address": "가길 2"}, False),
        ({"ko": "안산 한빛", "phone": "031-1"}, {"ko": "한빛 (은행)", "phone": "0311"}, True),
        ({"ko": "지구대", "phone": "112"}, {"ko": "경찰 긴급신고", "phone": "112"}, False),
        ({"ko": ""}, {"ko": ""}, False),
    ],
)
def test_one_office_is_told_by_name_telephone_and_address(desk, other, merged):
    spots = [spot("desk", "centres", **desk), spot("shop", "businesses", **other)]
    assert merge_offices(spots)[1] == ({"shop": "desk"} if merged else {})
    twins = [spot("one", "centres", **desk), spot("two", "centres", **desk)]
    assert merge_offices(twins)[1] == {}  # a layer lists an office once


def test_data_file_fits_an_old_telephone(real, guide):
    assert len(brotli.compress(orjson.dumps(data_file(guide, real)))) < 60_000


def test_data_file_holds_every_spot_and_word(real, guide):
    data = data_file(guide, real)
    assert {len(column) for column in data["spots"].values()} == {len(guide.directory.spots)}
    words = {
        word: tuple(tags.split()) for tags, text in data["words"].items() for word in text.split()
    }
    assert words == concepts()


def test_a_place_is_found_by_its_name_in_another_script(guide):
    """As open lists of places give it in their claims."""
    row = next(iter(guide.directory.tagged("t:eat")))
    entry = replace(row.entry, facts={**row.entry.facts, "claims": ["name (ne): नमस्ते भान्साघर"]})
    spot = _place(entry, "businesses", guide.directory.origin)
    assert spot.other_names == ("नमस्ते भान्साघर",)
    others = [item for item in guide.directory.spots if item.id != spot.id]
    assert [item.id for item in Index([*others, spot]).find("भान्साघर")] == [spot.id]


def test_page_offers_six_tasks_with_their_counts(real, guide, parse):
    page = parse(listing.page(guide, real, Eat(), SITE, BASE).html)
    tiles = [have for have in page.all("a") if "data-task" in have]
    assert [have["data-task"] for have in tiles] == list(TASKS)
    assert all(guide.directory.tagged(f"t:{task}") for task in TASKS)


def test_opening_shows_the_three_nearest_kitchens(real, guide, parse):
    html = listing.page(guide, real, Eat(), SITE, BASE).html
    nearest = [spot.id for spot in guide.directory.tagged("t:eat")][:3]
    assert re.findall(r'<li id="s-([^"]+)"', html) == nearest


def test_own_kitchen_comes_first(real, guide, parse):
    page = parse(listing.page(guide, real, Eat(), Site("ko"), BASE).html)
    kitchens = [have["data-cuisine"] for have in page.all("a") if "data-cuisine" in have]
    assert kitchens[0] == "kr"


def test_halal_classes_have_a_fixed_order_and_show_their_zeros(real, guide, parse):
    html = listing.page(guide, real, Eat(task="halal"), SITE, BASE).html
    page = parse(html)
    classes = [have["data-halal"] for have in page.all("a") if "data-halal" in have]
    assert classes == list(HALAL_ORDER)
    assert re.search(r'Halal certified <span class="number">0</span>', html)
    assert "No halal certificate is known to us" in html
    shown = dict(re.findall(r'data-halal="([a-z-]+)".*?class="number">(\d+)<', html))
    known = sum(int(count) for code, count in shown.items() if code != "unknown")
    assert known == len(guide.directory.tagged("t:halal"))  # the count of the tile


def test_nothing_found_says_what_there_is(real, guide):
    html = listing.page(guide, real, Eat(q="halal zzzz"), SITE, BASE).html
    assert "Nothing found for “halal zzzz”" in html
    assert re.search(r'q=halal&amp;lang=en#found">halal <span class="number">33<', html)


def test_a_query_cannot_leave_its_field(real, guide):
    attack = '"><script>alert(1)</script>'
    assert "<script>alert" not in listing.page(guide, real, Eat(q=attack), SITE, BASE).html


def test_marks_have_the_numbers_of_the_list_and_stand_apart(guide):
    spots = guide.directory.tagged("t:eat", "c:id")[:20]
    drawn = mark_map(spots, guide.directory.origin)
    numbers = sorted(number for mark in drawn.marks for number in mark.numbers)
    assert numbers == [n for n, spot in enumerate(spots, 1) if spot.lon is not None]
    for mark in drawn.marks:
        for other in drawn.marks:
            if other is not mark:
                apart = ((mark.x - other.x) ** 2 + (mark.y - other.y) ** 2) ** 0.5
                assert apart >= APART * drawn.unit


def test_results_turn_over(real, guide):
    html = listing.page(guide, real, Eat(task="eat", start=20), SITE, BASE).html
    assert re.search(r'<b class="no" aria-hidden="true">21<', html)
    assert 'href="eat?task=eat&amp;lang=en#found"' in html  # the first twenty
    assert 'href="eat?task=eat&amp;start=40&amp;lang=en#found"' in html


def test_page_is_light_enough_for_an_old_telephone(real, guide):
    html = listing.page(guide, real, Eat(task="health"), Site("ko"), BASE).html
    assert html.count("<") / 2 < 1_500
    assert len(brotli.compress(html.encode())) < 20_000


def card(real, guide, name, lang="en"):
    return place_page.page(guide, real, EatCard(name), Site(lang), BASE).html


def test_card_of_a_kitchen_says_what_is_known_and_what_is_not(real, guide):
    html = card(real, guide, "batavia")
    assert re.search(r"<title>Batavia · 바타비아 ", html)
    assert 'href="tel:031-493-6626"' in html
    assert "not known: call first" in html  # its hours
    assert "no certificate is known to us" in html
    assert "about 5 min on foot" in html
    assert (
        '<link rel="alternate" hreflang="ko" href="https://city.example/atlas/eat/batavia?lang=ko">'
        in html
    )


def test_card_speaks_to_search_engines(real, guide):
    html = card(real, guide, "batavia")
    about = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert about["@type"] == "Restaurant"
    assert about["servesCuisine"] == ["Indonesia"]
    assert about["telephone"] == "031-493-6626"
    desk = json.loads(re.search(r'ld\+json">(.*?)</script>', card(real, guide, "plus"))[1])
    assert desk["@type"] == "GovernmentOffice"


def test_driver_reads_hangul_and_a_polite_sentence(real, guide):
    html = card(real, guide, "batavia", "en")
    driver = html[html.index('id="driver"') :]
    assert "바타비아" in driver
    assert "안산시 단원구 다문화길 4" in driver
    assert "기사님, 이 주소로 가 주세요. 감사합니다." in driver
    assert "Please take me to this address. Thank you." in driver


def test_ways_lead_to_the_point_on_foot(guide):
    ways = place_page.ways_to(guide.directory.by_id["batavia"])
    lon, lat = guide.directory.by_id["batavia"].lon, guide.directory.by_id["batavia"].lat
    assert ways["kakao"].startswith("https://map.kakao.com/link/by/walk/")
    assert ways["kakao"].endswith(f",{lat},{lon}")
    assert ways["geo"].startswith(f"geo:{lat},{lon}?q=")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_card_can_be_made(small, small_guide, lang):
    for name in small_guide.directory.by_id:
        html = place_page.page(small_guide, small, EatCard(name), Site(lang), BASE).html
        assert "<img src=x" not in html


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_every_visitors_language_has_its_page_and_cards(real, guide, lang):
    site = Site(lang)
    html = listing.page(guide, real, Eat(task="health"), site, BASE).html
    assert re.search(rf'<html lang="{lang}" dir="{"rtl" if lang == "ur" else "ltr"}">', html)
    assert html.count('rel="alternate" hreflang="') == len(VISITORS_LANGUAGES) + 1
    card = place_page.page(guide, real, EatCard("consult"), site, BASE).html
    assert "안산시 외국인주민상담지원센터" in card


def markup(html):
    """The kinds of elements of a page, by their roles and states; how many of each is not told."""
    return {
        (
            name,
            *re.findall(r"\s(?:class|id|role|type|tabindex|aria-[a-z]+|data-[a-z]+)(?==|\b)", rest),
        )
        for name, rest in re.findall(r"<(/?[a-z0-9]+)((?:\s[^<>]*)?)>", html.partition("<main")[2])
    }


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_the_markup_is_the_same_in_every_language(real, guide, lang):
    for make, view in ((listing.page, Eat()), (listing.page, Eat(task="health"))):
        one, korean = (make(guide, real, view, Site(other), BASE).html for other in (lang, "ko"))
        assert markup(one) == markup(korean)


def test_hours_and_texts_of_the_script_are_in_the_page(real, guide):
    html = listing.page(guide, real, Eat(), SITE, BASE).html
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', html)[1])
    assert data["hours"]["24/7"] == "round the clock"
    assert data["labels"]["c:vn"] == "Vietnam"
    assert data["text"]["count"]["one"] == "%(n)s place"
