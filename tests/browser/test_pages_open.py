"""Every page on a desk and on a phone: drawn, within its width, readable and reachable."""

import json
import re

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/maps/food-streets",
    "/maps/food-streets?simulated=true&place=kantipur&lang=ko",
    "/maps/density",
    "/maps/density?by=kernel&bandwidth_m=40&category=restaurant,grocery",
    "/maps/density?by=dong&lang=ko",
    "/maps/residents",
    "/maps/residents?indicator=foreign&year=2015",
    "/maps/residents?indicator=change&lang=ko",
]
MAPS = PAGES[1:]
SIZES = [(1280, 900), (390, 844)]

CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, svg, .leaflet-pane")) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgb(style.color)), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.push(walker.currentNode.data.trim().slice(0, 40));
  }
  return found;
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll(
    "button, summary, input:not([type=hidden]), nav a, a.button, .entry-head, .leaflet-bar a")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([one]) => one.outerHTML.slice(0, 80))"""


@pytest.fixture(params=SIZES, ids=["desk", "phone"])
def size(request):
    return request.param


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_without_complaint_and_asks_no_other_host(look, size, path):
    _, complaints = look(path, size)
    assert not complaints


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_its_width(look, size, path):
    page, _ = look(path, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", MAPS)
def test_map_is_drawn_where_it_can_be_seen(look, size, path):
    page, _ = look(path, size)
    drawn = page.locator(".folium-map path.leaflet-interactive, .leaflet-areas-pane path")
    assert drawn.count() >= 1
    box = page.locator(".folium-map").bounding_box()
    assert box["width"] >= size[0] * 0.6
    assert box["height"] >= 320


@pytest.mark.parametrize("path", PAGES)
def test_text_has_enough_contrast(look, size, path):
    page, _ = look(path, size)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough_for_a_finger(look, size, path):
    page, _ = look(path, size)
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("path", ["/maps/food-streets", "/maps/density", "/maps/residents"])
def test_first_stop_of_the_keyboard_skips_the_map(visit, path):
    page = visit(path)
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.get_attribute("class") == "skip"
    assert link.bounding_box()["y"] >= 0
    target = link.get_attribute("href")
    assert page.locator(target).count() == 1


@pytest.mark.parametrize(
    ("path", "pane"),
    [
        ("/maps/residents", "cells"),
        ("/maps/residents?indicator=foreign&lang=ko", "circles"),
        ("/maps/density?by=dong&lang=ko", "cells"),
    ],
)
def test_polygons_are_those_of_the_view(look, path, pane):
    assert look(path)[0].locator(f".leaflet-{pane}-pane path").count() == 25


def test_hexagons_are_fewer_where_a_least_density_hides_some(visit):
    every, dense = (
        visit(f"/maps/density?min_density={least}").locator(".leaflet-cells-pane path").count()
        for least in (0, 30)
    )
    assert 0 < dense < every


def test_table_row_points_out_its_area(visit):
    page = visit("/maps/residents")
    page.get_by_role("button", name="Wongok-dong").click()
    assert "83.4%" in page.locator(".leaflet-tooltip").inner_text()


def test_density_form_asks_for_a_new_map(visit):
    page = visit("/maps/density?by=kernel")
    page.get_by_text("Kinds of business").click()
    page.get_by_label("Restaurant").check(force=True)
    page.get_by_label("Grocery").check(force=True)
    page.get_by_label("Bandwidth").fill("100")
    assert page.locator("#bandwidth-now").inner_text() == "100"
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/maps/density?by=kernel&lang=en&bandwidth_m=100&category=*")
    assert page.url.endswith("category=restaurant,grocery&min_density=0")
    assert page.get_by_label("Bandwidth").input_value() == "100"


def test_printed_page_keeps_map_and_legend(visit):
    page = visit("/maps/density")
    page.emulate_media(media="print")
    assert page.locator(".legend-title").is_visible()
    assert page.locator(".folium-map").is_visible()
    assert not page.locator(".bar").is_visible()


def test_the_record_for_search_engines_is_read_under_the_policy_of_the_page(visit):
    """A block of data is not run, so that no hash of it is needed; `visit` fails at a complaint."""
    page = visit("/collections/businesses?f=html&lang=ko", (1280, 900))
    block = page.locator('script[type="application/ld+json"]').text_content()
    assert page.evaluate("(text) => JSON.parse(text)['@type']", block) == "Dataset"


def test_places_that_a_page_has_no_room_for_are_fetched_and_listed(visit):
    page = visit("/maps/food-streets?category=all")
    every = page.locator("#count").inner_text()
    apart = {}

    def shortened(route):
        answer = route.fetch()
        start, data, end = re.split(
            r"(?<=id=\"page-data\">)(.*)(?=</script>)", answer.text(), maxsplit=1
        )
        held = json.loads(data)
        rows = held["rows"]["business"]
        apart.update({name: column[10:] for name, column in rows.items()})
        held["rows"]["business"] = {name: column[:10] for name, column in rows.items()}
        route.fulfill(response=answer, body=start + json.dumps(held | {"more": True}) + end)

    page.route("**/maps/food-streets?category=all", shortened)
    page.route("**/maps/food-streets/places?lang=en", lambda route: route.fulfill(json=apart))
    page.goto("/maps/food-streets?category=all")
    page.wait_for_selector("#map[data-loaded=true]")
    assert len(apart["id"]) > 800
    assert page.locator("#count").inner_text() == every
