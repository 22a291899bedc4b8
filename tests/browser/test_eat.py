"""The visitors' page in use: eight tasks in a few taps, the way back, no network, no script."""

import csv
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from eat_pages import go_on

from geo.snapshot.reader import open_current
from maps.pages.eat.listing import read_guide
from maps.pages.eat.search import Index

pytestmark = pytest.mark.browser

OTHER_NAMES = ("Кафе Самарабад", "नमस्ते भान्साघर")
QUERIES = Path(__file__).parents[1] / "maps" / "search_queries.csv"


def search(page, text):
    page.fill("#q", text)
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [text])


def first_card(page):
    """One tap: the first result's page."""
    page.locator("#spots a").first.tap()
    page.wait_for_selector("html[data-ready] main.card")


def test_browser_finds_what_the_service_finds(eat, home):
    spots = list(read_guide(open_current(home)).index.find(""))
    spots[0] = replace(spots[0], other_names=OTHER_NAMES)
    index = Index(spots)
    with QUERIES.open(encoding="utf-8", newline="") as file:
        asked = [row["query"] for row in csv.DictReader(file)]
    asked += [spot.en[:6] for spot in index.find("t")[::20]] + ["", "q", "원곡로 2", "ㅇㄱ"]
    asked += [*OTHER_NAMES, "самарабад", "भान्साघर"]
    found = eat("/eat?lang=en").evaluate(
        """async ([asked, first, others]) => {
          const script = new URL("static/eat/search.js", document.baseURI);
          const { Index, readData } = await import(script);
          const { spots, concepts } = readData(await (await fetch("eat/data.json")).json());
          spots.find((spot) => spot.id === first).others = others;
          const index = new Index(spots, concepts);
          return asked.map((query) => index.find(query).map((spot) => spot.id));
        }""",
        [asked, spots[0].id, "\n".join(OTHER_NAMES)],
    )
    assert found[-1] == found[-2] == [spots[0].id]
    for query, ids in zip(asked, found, strict=True):
        assert ids == [spot.id for spot in index.find(query)], query


def marks_hit(page):
    """How many marks a tap at five points around each one's middle hits, and how many there are."""
    return page.evaluate(
        """() => {
          document.getElementById("map").scrollIntoView({ block: "center", behavior: "instant" });
          const marks = [...document.querySelectorAll("#marks a")];
          const own = marks.filter((mark) => {
            const box = mark.querySelector(".reach").getBoundingClientRect();
            const middle = [box.x + box.width / 2, box.y + box.height / 2];
            return [[0, 0], [15, 0], [-15, 0], [0, 15], [0, -15]].every(([x, y]) =>
              document.elementFromPoint(middle[0] + x, middle[1] + y)?.closest("a") === mark);
          });
          return [own.length, marks.length];
        }"""
    )


def test_every_tap_hits_its_own_mark(eat):
    page = eat("/eat?task=eat&lang=en")
    for query, shown in (
        ("", "#spots li:nth-child(20)"),
        ("task=visa", '#rail[data-filter="speaks"]'),
        ("q=indonesian", "#spots li:nth-child(20)"),
        ("task=eat&cuisine=cn", '#rail[data-filter="cuisine"] [aria-current]'),
    ):
        if query:
            go_on(page, f"{query}&lang=en", shown)
        hit, marks = marks_hit(page)
        assert hit == marks > 0, query


def test_marks_and_list_have_the_same_numbers(eat):
    page = eat("/eat?q=indonesian&lang=en")
    numbers = page.eval_on_selector_all(
        "#marks a", "all => all.flatMap((mark) => mark.dataset.numbers.split(',').map(Number))"
    )
    assert sorted(numbers) == list(range(1, 21))


MIDDLE_OF_THE_FIRST = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def test_several_numbers_in_one_mark_zoom_apart(eat):
    page = eat("/eat?task=eat&cuisine=cn&lang=en")
    before = page.locator("#drawing").get_attribute("viewBox")
    at = page.evaluate(MIDDLE_OF_THE_FIRST, '#marks a[data-numbers*=","] .dot')
    page.touchscreen.tap(*at)  # as a thumb does: marks that are drawn again meanwhile do not matter
    page.wait_for_function(
        "(before) => document.getElementById('drawing').getAttribute('viewBox') != before",
        arg=before,
    )


def test_back_closes_the_search_and_then_the_card(eat):
    page = eat("/eat?lang=en")
    search(page, "halal")
    first_card(page)
    page.go_back()
    page.wait_for_selector("#spots li:nth-child(20)")
    assert page.input_value("#q") == "halal"
    page.go_back()
    page.wait_for_selector("#spots:not(:has(li:nth-child(4)))")
    assert page.input_value("#q") == ""


def test_the_list_is_one_tap_from_a_card_after_the_driver_has_read_it(eat):
    page = eat("/eat?task=money&lang=en")
    first_card(page)
    page.locator(".way.main").tap()
    page.locator("#driver .shut").tap()
    page.locator("#driver").wait_for(state="hidden")
    page.locator("#return").tap()
    page.wait_for_selector("#spots li:nth-child(4)")
    assert parse_qs(urlsplit(page.url).query)["task"] == ["money"]


def test_a_view_can_be_sent(eat):
    assert eat("/eat?task=eat&cuisine=vn&lang=en").locator("#spots li").count() == 4


def test_script_reads_an_address_as_the_service_does(eat):
    pages = eat("/eat?lang=en"), eat("/eat?lang=en", java_script_enabled=False)
    for query, count in (
        ("task=nothing", 3),  # as if nothing were asked for: the three nearest
        ("task=money&cuisine=atlantis", 4),
        ("task=money&halal=very", 4),
        ("task=money&speaks=tlh", 4),
        ("task=money&start=1e1", 4),
        ("task=money&start=40", 4),
        ("task=money&near=me&place=nowhere", 4),
        ("cuisine=constructor", 3),
    ):
        for page in pages:
            page.goto(f"/eat?{query}&lang=en")
        pages[0].wait_for_selector("html[data-ready]")
        assert [page.locator("#spots li").count() for page in pages] == [count, count], query


def test_what_is_saved_is_found_again(eat):
    page = eat("/eat/batavia?lang=en")
    page.locator("#save").tap()
    page.goto("/eat?lang=en")
    page.locator("#saved-places").tap()
    page.wait_for_selector("#spots:not(:has(li:nth-child(2)))")
    assert "Batavia" in page.locator("#spots").inner_text()


def test_first_load_is_small(chromium, address):
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844})
    page, sizes = context.new_page(), []
    page.on("requestfinished", lambda asked: sizes.append(asked.sizes()))
    page.goto("/eat?lang=en")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_selector("#saved-offline:not([hidden])")
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert 20_000 < total < 150_000
    assert page.locator("*").count() < 1_500
    context.close()


def test_nothing_jumps_while_a_page_loads(chromium, address):
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844})
    context.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page = context.new_page()
    for path in ("/eat?", "/eat?task=halal", "/eat?task=visa", "/eat/batavia?"):
        page.goto(f"{path}&lang=vi")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shift") <= 0.05, path
    context.close()


def test_without_a_network_search_list_and_driver_work(chromium, address):
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/eat?lang=en")
    page.wait_for_selector("#saved-offline:not([hidden])")
    context.set_offline(True)
    page.goto("/eat?task=visa&lang=en")
    page.wait_for_selector("html[data-ready]")
    search(page, "batavia")
    assert "Batavia" in page.locator("#spots").inner_text()
    page.locator("#spots a", has_text="바타비아").last.click()
    page.wait_for_selector("dialog[open]")
    assert "안산시 단원구 다문화길 4" in page.locator("dialog .where").inner_text()
    context.close()


def test_without_a_script_everything_is_links_and_forms(eat):
    page = eat("/eat?lang=en", java_script_enabled=False)
    page.fill("#q", "phở")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#spots li").count() == 4
    page.locator("#spots a").first.click()
    page.wait_for_selector("main.card")
    page.locator(".way.main").click()
    assert page.locator("#driver").is_visible()


def test_the_chosen_language_is_remembered(eat):
    page = eat("/eat?lang=en")
    page.locator("#tongues summary").tap()
    page.locator('#tongues a[data-lang="ru"]').tap()
    page.wait_for_selector('html[lang="ru"][data-ready]')
    for path in ("/eat", "/eat?lang=tlh"):  # without a language, and with one that there is not
        page.goto(path)
        page.wait_for_selector('html[lang="ru"][data-ready]')
        assert parse_qs(urlsplit(page.url).query) == {"lang": ["ru"]}
