"""The visitors' page on small screens, with large text and other ways of seeing: all of it fits."""

import pytest

from maps.i18n import VISITORS_LANGUAGES

pytestmark = pytest.mark.browser

PATHS = (
    "/eat?lang={}",
    "/eat?task=health&lang={}",
    "/eat?task=halal&lang={}",
    "/eat/batavia?lang={}",
)
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


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_every_language_fits_a_narrow_screen(eat, lang):
    page = eat(PATHS[0].format(lang), (320, 640))
    for path in PATHS:
        page.goto(path.format(lang))
        page.wait_for_selector("html[data-ready]")
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 740})
            assert faults(page) == [], (path, width)


@pytest.mark.parametrize("lang", ["ko", "vi", "ur"])
@pytest.mark.parametrize(
    ("size", "options", "text"),
    [
        ((390, 844), {}, "200%"),
        ((740, 360), {}, None),
        ((390, 844), {"forced_colors": "active"}, None),
        ((390, 844), {"color_scheme": "dark", "reduced_motion": "reduce"}, None),
        ((320, 640), {"java_script_enabled": False}, None),
    ],
)
def test_other_ways_of_seeing_fit(eat, lang, size, options, text):
    page = eat(PATHS[0].format(lang), size, **options)
    for path in PATHS:
        page.goto(path.format(lang))
        assert faults(page, text) == [], path


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
    paint = page.locator("#marks .dot").first.evaluate("e => getComputedStyle(e).fill")
    text = page.locator("#marks text").first.evaluate("e => getComputedStyle(e).fill")
    assert paint != text
