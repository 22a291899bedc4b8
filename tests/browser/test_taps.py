"""A tap on a mark opens what is under it, or brings nearer what no thumb could separate."""

import math

import pytest

pytestmark = pytest.mark.browser

FOOD = "/maps/food-streets"
PHONE = (390, 844)
THUMB = 22  # pixels

# Marks and buttons of the view whose centres nothing of the page lies over, and what they hold.
MARKS = """() => {
  const { map } = window.atlas;
  const box = map.getContainer().getBoundingClientRect();
  const found = [];
  map.eachLayer((layer) => {
    const button = layer.options.icon?.options.className === "group";
    if (!button && !layer.options.places) return;
    const { x, y } = map.latLngToContainerPoint(layer.getLatLng());
    const hit = document.elementFromPoint(box.x + x, box.y + y);
    if (!map.getContainer().contains(hit) || hit.closest(".leaflet-control")) return;
    const { lat, lng } = layer.getLatLng();
    const ids = layer.options.places?.map((one) => one.id) ?? [];
    found.push({ x: box.x + x, y: box.y + y, lat, lng, button, ids });
  });
  return found;
}"""
# Without what moves by itself, so that a tap has had its effect when it is seen; and two quick taps
# on two marks, which no finger does, are no double tap.
STILL = """() => {
  const { map } = window.atlas;
  Object.assign(map, { _zoomAnimated: false, _fadeAnimated: false });
  map.doubleClickZoom.disable();
  window.opening = [map.getCenter(), map.getZoom()];
  document.getElementById("map").scrollIntoView({ block: "start", behavior: "instant" });
}"""
BACK = """() => {
  const { map } = window.atlas;
  map.closePopup();
  map.setView(...window.opening, { animate: false });
  document.getElementById("map").scrollIntoView({ block: "start", behavior: "instant" });
}"""
OUTCOME = """([lat, lng]) => {
  const { map } = window.atlas;
  const chosen = [];
  map.eachLayer((layer) => { if (layer.options.chosen) chosen.push(...layer.options.places); });
  if (document.querySelector(".leaflet-popup")) return chosen.map((one) => one.id);
  return map.getZoom() > window.opening[1] && map.getBounds().contains([lat, lng]) && "nearer";
}"""
SETTLED = """() => document.querySelector(".leaflet-popup")
  || window.atlas.map.getZoom() > window.opening[1]"""
# What a tap has done, as soon as it is seen; then the map as it was before.
OUTCOME_AND_BACK = f"""async (at) => {{
  const ends = performance.now() + 15_000;
  while (!({SETTLED})() && performance.now() < ends) await new Promise(requestAnimationFrame);
  const outcome = ({OUTCOME})(at);
  ({BACK})();
  return outcome;
}}"""
# The two marks that are closest to each other at the last zoom, in the middle of the map.
CLOSEST = """() => {
  const { map } = window.atlas;
  map.setZoom(map.getMaxZoom(), { animate: false });
  const marks = [];
  map.eachLayer((layer) => { if (layer.options.places) marks.push(layer); });
  const at = marks.map((one) => map.project(one.getLatLng()));
  let best = { distance: Infinity };
  for (let i = 0; i < at.length; i += 1) for (let k = 0; k < i; k += 1) {
    const distance = at[i].distanceTo(at[k]);
    if (distance < best.distance) best = { distance, pair: [marks[i], marks[k]] };
  }
  map.setView(best.pair[0].getLatLng(), map.getMaxZoom(), { animate: false });
  const names = best.pair.flatMap((one) => one.options.places).map((one) => one.name);
  const { x, y } = map.latLngToContainerPoint(best.pair[0].getLatLng());
  const box = map.getContainer().getBoundingClientRect();
  return { distance: best.distance, names, x: box.x + x, y: box.y + y };
}"""


def crowded(mark, marks):
    """Whether another mark is so near that no thumb separates the two."""
    gaps = [math.dist((mark["x"], mark["y"]), (item["x"], item["y"])) for item in marks]
    return sum(gap <= THUMB for gap in gaps) > 1  # the mark itself is one of them


def expected(mark, marks):
    """What a tap on a mark has to do: its places, or that the map comes nearer."""
    singles = [item for item in marks if not item["button"]]
    return "nearer" if mark["button"] or crowded(mark, singles) else mark["ids"]


@pytest.mark.parametrize("query", ["", "?category=all&lang=ko"], ids=["food", "every"])
def test_a_tap_on_any_mark_of_the_first_view_leads_to_that_mark(visit, query):
    page = visit(f"{FOOD}{query}", PHONE)
    page.evaluate(STILL)
    marks = page.evaluate(MARKS)
    assert len(marks) > 30
    wrong = []
    for mark in marks:
        page.touchscreen.tap(mark["x"], mark["y"])
        outcome = page.evaluate(OUTCOME_AND_BACK, [mark["lat"], mark["lng"]])
        if outcome != expected(mark, marks):
            wrong.append((mark["ids"], outcome))
    assert wrong == []


def test_no_button_lies_over_the_middle_of_a_mark_or_of_another_button(visit):
    page = visit(FOOD, PHONE)
    page.evaluate(STILL)
    for zoom in (15.5, 15.75, 16, 16.25, 16.5, 16.75, 17, 17.25, 17.5):
        page.evaluate("zoom => { window.atlas.map.setZoom(zoom, { animate: false }); }", zoom)
        marks = page.evaluate(MARKS)
        for button in (mark for mark in marks if mark["button"]):
            assert not crowded(button, marks), (zoom, button)


def test_a_mouse_opens_what_a_thumb_could_not_separate(visit):
    page = visit(f"{FOOD}?category=all")
    page.evaluate("() => { window.atlas.map.setZoom(18, { animate: false }); }")
    page.evaluate(STILL)
    marks = page.evaluate(MARKS)
    singles = [mark for mark in marks if crowded(mark, marks)]
    assert singles
    page.mouse.click(singles[0]["x"], singles[0]["y"])
    page.wait_for_function(SETTLED)
    at = [singles[0]["lat"], singles[0]["lng"]]
    assert page.evaluate(OUTCOME, at) == singles[0]["ids"]


def test_marks_that_no_zoom_separates_are_listed_to_choose_from(visit):
    page = visit(f"{FOOD}?category=all", PHONE)
    page.evaluate(STILL)
    pair = page.evaluate(CLOSEST)
    assert 0 < pair["distance"] < THUMB
    page.touchscreen.tap(pair["x"], pair["y"])
    popup = page.locator(".leaflet-popup-content")
    assert "places close together" in popup.inner_text()
    for name in pair["names"]:
        assert popup.locator("summary", has_text=name).count() >= 1
    popup.locator("summary", has_text=pair["names"][0]).first.click()
    assert popup.locator("details[open] .card").is_visible()
    assert "place=" not in page.url  # none has been chosen yet


def test_an_answer_that_was_overtaken_opens_nothing(visit):
    page = visit(FOOD)
    entries = page.locator("[data-section=on-map] .entry")
    slow, quick = (entries.nth(n).get_attribute("data-id") for n in (0, 1))
    held = []
    page.route(f"**/cards?ids={slow}*", lambda route: held.append(route))
    with page.expect_request(f"**/cards?ids={slow}*"):
        entries.nth(0).locator(".entry-head").click()
    entries.nth(1).locator(".entry-head").click()
    page.wait_for_url(f"**place={quick}*")
    with page.expect_response(f"**/cards?ids={slow}*"):
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert f"place={quick}" in page.url
