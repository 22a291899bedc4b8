"""The visitors' page on small screens, with large text and other ways of seeing: all of it fits."""

import pytest
from eat_pages import go_on

from maps.i18n import VISITORS_LANGUAGES

pytestmark = pytest.mark.browser

# What the page shows in turn, and what tells that it does.
STATES = {"task=health": "#by-phone:not([hidden])", "task=halal": "#honest:not([hidden])"}
# Targets that are too small, texts that their boxes cut off, and what sticks out of the screen.
FAULTS = """() => {
  const TARGETS = `main a, main button, main input:not([type=hidden]), header a, header summary,
    nav a, footer a, footer summary`;
  const all = (selector, but) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(but));
  const small = all(TARGETS, ".skip, .origin, #marks").filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return height > 1 && (width < 43.5 || height < 43.5);
  });
  const cut = all("body *", "svg, .skip, .unseen, .rail, input")
    .filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX))
    .filter((one) => one.scrollWidth > one.clientWidth + 1
      || one.scrollHeight > one.clientHeight + 1);
  const outside = all("body *", "svg, .skip, .unseen, .rail, .tongues ul")
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < -1 || right > innerWidth + 1;
    });
  const wide = document.documentElement.scrollWidth > innerWidth ? [document.body] : [];
  return Object.entries({ small, cut, outside, wide }).flatMap(([fault, found]) =>
    found.map((one) => `${fault}: ${one.outerHTML.slice(0, 90)}`));
}"""


def faults(page, size=None):
    """List what is too small, cut off or outside, with text of another size."""
    if size:
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        page.evaluate("dispatchEvent(new Event('resize'))")
    return page.evaluate(FAULTS)


def states(eat, lang, size, **options):
    """Open the page, its tasks and a card in one language, one after the other."""
    page = eat(f"/eat?lang={lang}", size, **options)
    yield "opening", page
    for query, shown in STATES.items():
        go_on(page, f"{query}&lang={lang}", shown)
        yield query, page
    page.goto(f"/eat/batavia?lang={lang}")
    page.wait_for_selector("html[data-ready]")
    yield "card", page


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_every_language_fits_a_narrow_screen(eat, lang):
    for state, page in states(eat, lang, (320, 640)):
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 740})
            assert faults(page) == [], (state, width)


def with_forced_colours(page):
    page.emulate_media(forced_colors="active")


def in_the_dark(page):
    page.emulate_media(forced_colors="none", color_scheme="dark", reduced_motion="reduce")


def held_across(page):
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 740, "height": 360})


@pytest.mark.parametrize("lang", ["ko", "vi", "ur"])
def test_text_of_twice_the_size_and_other_ways_of_seeing_fit(eat, lang):
    for state, page in states(eat, lang, (390, 844)):
        page.set_viewport_size({"width": 390, "height": 844})
        assert faults(page, "200%") == [], state
        for way in (with_forced_colours, in_the_dark, held_across):
            way(page)
            assert faults(page, "100%") == [], (state, way.__name__)


@pytest.mark.parametrize("lang", ["ko", "vi", "ur"])
def test_without_a_script_it_fits(eat, lang):
    page = eat(f"/eat?lang={lang}", (320, 640), java_script_enabled=False)
    assert faults(page) == []
    for path in (*(f"/eat?{query}" for query in STATES), "/eat/batavia?"):
        page.goto(f"{path}&lang={lang}")
        assert faults(page) == [], path


def test_nothing_moves_by_itself_for_those_who_want_rest(eat):
    page = eat("/eat?task=eat&lang=en", reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_marks_are_seen_where_colours_are_forced(eat):
    page = eat("/eat?task=eat&lang=en", forced_colors="active")
    paint, text = page.evaluate(
        """() => ["#marks .dot", "#marks text"].map((name) =>
          getComputedStyle(document.querySelector(name)).fill)"""
    )
    assert paint.startswith("rgb")
    assert paint != text
