"""The list below the map on a phone: a sheet with three stops; without a script a plain list."""

import pytest

pytestmark = pytest.mark.browser

QUERIES = (
    "task=eat&cuisine=vn",
    "task=eat",
    "task=visa&speaks=vi",
    "task=halal&halal=self-declared",
)
# Marks, cards in sight and the count of places, each asked for where it is: what lies over them?
COVERED = """() => {
  const list = document.getElementById("list").getBoundingClientRect();
  const bottom = Math.min(innerHeight, list.bottom);
  const found = [];
  let asked = 0;
  const ask = (one, shown) => {
    const box = shown.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (y < 0 || y > innerHeight) return;
    asked += 1;
    const hit = document.elementFromPoint(x, y);
    const [under, over] = [one, hit].map((other) => other?.outerHTML.slice(0, 60));
    if (!one.contains(hit)) found.push(`${under} under ${over}`);
  };
  for (const mark of document.querySelectorAll("#marks a")) ask(mark, mark.querySelector(".dot"));
  ask(document.getElementById("head"), document.getElementById("found-words"));
  for (const card of document.querySelectorAll("#spots a")) {
    const number = card.querySelector(".no").getBoundingClientRect();
    if (number.top > list.top && number.bottom < bottom) ask(card, card.querySelector(".no"));
  }
  return { asked, found, marks: document.querySelectorAll("#marks a").length };
}"""


@pytest.fixture
def results(eat):
    def opened(query=QUERIES[0], size=(390, 844)):
        page = eat(f"/eat?{query}&lang=en", size, reduced_motion="reduce")
        page.locator("#found").evaluate("e => e.scrollIntoView()")
        return page

    return opened


def stop_of(page):
    return int(page.locator("#found").get_attribute("data-stop"))


def move_to(page, stop):
    while stop_of(page) != stop:
        page.locator(f'[data-step="{1 if stop > stop_of(page) else -1}"]').tap()


def drag(page, down):
    """Pull the sheet by its head with a finger."""
    box = page.locator("#found-words").bounding_box()
    x, y = box["x"] + 4, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    touch = "Input.dispatchTouchEvent"
    finger.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in (0.25, 0.5, 0.75, 1):
        at = {"x": x, "y": y + down * part}
        finger.send(touch, {"type": "touchMove", "touchPoints": [at]})
    finger.send(touch, {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("query", QUERIES)
def test_nothing_lies_over_marks_cards_and_count(results, query):
    page = results(query)
    for size in ((390, 844), (320, 640)):
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        page.locator("#found").evaluate("e => e.scrollIntoView()")
        for stop in (0, 1, 2):
            move_to(page, stop)
            for scrolled in (0, 400, 100_000):
                page.locator("#list").evaluate(f"e => {{ e.scrollTop = {scrolled}; }}")
                seen = page.evaluate(COVERED)
                assert seen["found"] == [], (size, stop, scrolled)
                assert seen["asked"] > seen["marks"] > 0, (size, stop, scrolled)  # count or cards
            page.locator("#list").evaluate("e => { e.scrollTop = 0; }")
            assert page.evaluate(COVERED)["asked"] >= seen["marks"] + 2, (size, stop)  # and a card


def test_a_page_that_is_scrolled_covers_nothing_either(results):
    page = results()
    for top in (0, 200, 350):
        page.evaluate(f"scrollTo(0, {top})")
        assert page.evaluate(COVERED)["found"] == []


def test_drag_buttons_and_keys_do_the_same(results):
    page = results()
    heights = []
    for stop in (0, 1, 2):
        move_to(page, stop)
        heights.append(page.locator("#map").bounding_box()["height"])
    assert heights == sorted(heights, reverse=True)
    assert heights[0] - heights[2] > 300
    up, down = page.locator('[data-step="1"]'), page.locator('[data-step="-1"]')
    assert (up.get_attribute("aria-disabled"), down.get_attribute("aria-disabled")) == (
        "true",
        "false",
    )
    drag(page, heights[0] - heights[2])
    assert stop_of(page) == 0
    assert page.locator("#map").bounding_box()["height"] == heights[0]
    drag(page, heights[1] - heights[0] - 20)  # it goes to the nearest stop
    assert stop_of(page) == 1
    up.focus()
    for key, stop in (("ArrowUp", 2), ("ArrowUp", 2), ("ArrowDown", 1), ("Enter", 2)):
        page.keyboard.press(key)
        assert stop_of(page) == stop, key


def test_screen_readers_have_the_whole_list_at_each_stop(results):
    page = results()
    trees = []
    for stop in (0, 1, 2):
        move_to(page, stop)
        trees.append(page.locator("#list").aria_snapshot())
    assert trees[0] == trees[1] == trees[2]
    assert trees[0].count("listitem") == 4
    names = ["Larger map", "Larger list"]
    assert [page.get_by_role("button", name=name).count() for name in names] == [1, 1]


def test_keys_and_fingers_get_out_of_the_sheet(results):
    page = results("task=eat")
    page.locator("#list a:visible").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('footer') !== null")
    page.evaluate("scrollTo(0, 0)")
    page.locator("#tongues summary").tap()
    assert page.locator("#tongues ul").is_visible()


def test_the_way_back_leads_to_the_same_place_of_the_list(results):
    page = results("task=eat")
    move_to(page, 2)
    card = page.locator("#spots a").nth(12)
    card.scroll_into_view_if_needed()
    top = page.locator("#list").evaluate("e => e.scrollTop")
    assert top > 300
    card.tap()
    page.wait_for_selector("html[data-ready] main.card")
    page.go_back()
    page.wait_for_selector("html[data-ready]")
    assert stop_of(page) == 2
    assert abs(page.locator("#list").evaluate("e => e.scrollTop") - top) < 3


def test_the_map_shows_all_results_at_each_stop(results):
    page = results()
    for stop in (0, 1, 2):
        move_to(page, stop)
        numbers = page.eval_on_selector_all(
            "#marks a", "all => all.flatMap((mark) => mark.dataset.numbers.split(','))"
        )
        assert sorted(numbers) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("options", "size", "text"),
    [
        ({"java_script_enabled": False}, (390, 844), ""),
        ({}, (390, 844), "200%"),
        ({}, (390, 480), ""),
        ({}, (740, 360), ""),
        ({}, (1280, 900), ""),
    ],
)
def test_elsewhere_the_list_is_part_of_the_page(eat, options, size, text):
    page = eat("/eat?task=eat&cuisine=vn&lang=en", size, **options)
    if text:
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        page.evaluate("dispatchEvent(new Event('resize'))")
    assert page.locator("#list").evaluate("e => e.scrollHeight - e.clientHeight") <= 1
    assert not page.locator(".stops").is_visible()
    if size[0] < 400:
        map_box, list_box = (
            page.locator("#map").bounding_box(),
            page.locator("#list").bounding_box(),
        )
        assert map_box["y"] + map_box["height"] <= list_box["y"] + 1
