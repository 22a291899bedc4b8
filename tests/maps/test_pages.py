"""What all pages share: language, policy, no foreign hosts, hostile text, equal bytes."""

import re
from dataclasses import replace

import pytest

from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES
from maps.pages import density, food_streets, home, residents
from maps.pages.view_state import Density, FoodStreets, Residents
from maps.web.page import Site, csp_hash

HOSTILE = "<img src=x onerror=alert(1)>"
PAGES = {
    "home": lambda snapshot, site: home.page(snapshot, site),
    "food-streets": lambda snapshot, site: food_streets.page(snapshot, FoodStreets(), site),
    "place": lambda snapshot, site: food_streets.page(snapshot, FoodStreets(place="hostile"), site),
    "hex": lambda snapshot, site: density.page(snapshot, Density(), site),
    "kernel": lambda snapshot, site: density.page(snapshot, Density(by="kernel"), site),
    "dong": lambda snapshot, site: density.page(snapshot, Density(by="dong"), site),
    "share": lambda snapshot, site: residents.page(snapshot, Residents(), site),
    "foreign": lambda snapshot, site: residents.page(
        snapshot, Residents(indicator="foreign"), site
    ),
    "change": lambda snapshot, site: residents.page(snapshot, Residents(indicator="change"), site),
}
EXECUTED = (None, "", "module", "text/javascript")


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(params=PAGES)
def build(request):
    return PAGES[request.param]


@pytest.fixture
def page(build, small, lang):
    return build(small, Site(lang))


def test_page_has_its_language_direction_and_a_title(page, parse, lang):
    document = parse(page.html)
    (html,) = document.all("html")
    assert html == {"lang": lang, "dir": "ltr"}
    assert document.text("title")[0].endswith({"en": "Ansan Atlas", "ko": "안산 아틀라스"}[lang])


def test_zoom_is_not_locked(page, parse):
    (viewport,) = parse(page.html).all("meta", name="viewport")
    assert viewport["content"] == "width=device-width, initial-scale=1"


def test_everything_loaded_comes_from_our_host(page, parse):
    document = parse(page.html)
    loaded = [have.get("src") for _, have in document.elements if "src" in have]
    loaded += [have["href"] for have in document.all("link")]
    assert loaded
    assert all(re.match(r"/static/[\w./-]+$", address) for address in loaded)


def test_no_event_handlers_and_no_style_attributes(page, parse):
    for tag, have in parse(page.html).elements:
        assert not [name for name in have if name.startswith("on") or name == "style"], tag


def test_inline_scripts_are_those_that_the_policy_names(page):
    blocks = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)
    assert tuple(csp_hash(block) for block in blocks) == page.script_hashes
    assert page.style_hashes == ()
    assert "<style" not in page.html


def test_ids_stand_once(page, parse):
    ids = [have["id"] for _, have in parse(page.html).elements if "id" in have]
    assert len(ids) == len(set(ids))


def test_every_field_has_a_label(page, parse):
    document = parse(page.html)
    labelled = {have.get("for") for have in document.all("label")}
    for have in document.all("input"):
        assert have["type"] in ("hidden", "checkbox") or have["id"] in labelled


def test_external_links_are_https_and_give_no_opener(page, parse):
    for have in parse(page.html).all("a"):
        if "//" in have["href"].split("?")[0]:
            assert have["href"].startswith("https://")
            assert "noopener" in have["rel"]


def test_hostile_text_is_text(page, parse):
    document = parse(page.html)
    assert not document.all("img")
    assert not [text for tag, _, text in document.texts if tag == "script" and HOSTILE in text]


def test_equal_data_give_equal_bytes(build, small, lang):
    assert build(small, Site(lang)) == build(small, Site(lang))


def test_other_language_keeps_the_question(small, parse):
    view = FoodStreets(category=("restaurant", "grocery"), place="alpha")
    document = parse(food_streets.page(small, view, Site("en")).html)
    (korean,) = document.all("a", data_lang="ko")
    assert korean["href"] == "?category=restaurant,grocery&place=alpha&lang=ko"


def test_sources_are_named_with_their_licence(page, lang, parse):
    document = parse(page.html)
    assert {"en": "Test data", "ko": "시험 자료"}[lang] in document.text("span")
    (licence,) = document.all("a", href="https://example.org/by")
    assert licence["rel"] == "license noopener"


def test_basemap_brings_its_attribution_as_text(small, parse):
    site = Site("en", "https://tiles.example.org/{z}/{x}/{y}.png", "<b>Tiles</b> & co")
    page = residents.page(small, Residents(), site)
    assert "https://tiles.example.org/{z}/{x}/{y}.png" in page.html
    document = parse(page.html)
    assert "<b>Tiles</b> & co" in document.text("p")
    assert not [text for tag, _, text in document.texts if tag == "script" and "<b>" in text]


def test_land_does_not_cover_the_basemap(small, held):
    tiles = Site("en", "https://tiles.example.org/{z}/{x}/{y}.png", "Tiles")
    for site, filled in ((Site("en"), True), (tiles, False)):
        land = held(food_streets.chart(small, site))["4127354500"]
        assert ("fillColor" in land["properties"]["style"]) is filled


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"place"}))
def test_real_data_make_every_page(name, real, lang, parse):
    assert parse(PAGES[name](real, Site(lang)).html).all("main")


@pytest.fixture
def registered(small) -> Snapshot:
    """The small city after a register of all businesses was loaded: nothing is simulated."""
    zone = {**small.manifest["zone"], "simulated": 0}
    return replace(small, manifest={**small.manifest, "zone": zone})


def test_a_zone_without_simulated_businesses_is_not_said_to_have_any(registered):
    html = home.page(registered, Site("en")).html
    assert "are simulated" not in html
    assert "395 / 0.28" not in html
    assert "none is simulated" in html


def test_a_density_without_simulated_businesses_offers_no_operators(registered):
    html = density.page(registered, Density(), Site("en")).html
    assert "Run by" not in html
    assert "1,411 is the 395" not in html


def test_the_published_count_of_foreign_run_businesses_outlives_the_simulated_ones(registered):
    assert "<b>395</b>" in home.page(registered, Site("en")).html
