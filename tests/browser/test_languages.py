"""A page in Korean says everything in Korean, but for names and signs; the sheet of languages."""

import re

import pytest

from maps.i18n import VISITORS_LANGUAGES

pytestmark = pytest.mark.browser

PAGES = [
    "/?lang=ko",
    "/maps/food-streets?simulated=true&place=kantipur&lang=ko",
    "/maps/density?lang=ko",
    "/maps/density?by=kernel&lang=ko",
    "/maps/density?by=dong&lang=ko",
    *(
        f"/maps/residents?indicator={name}&lang=ko"
        for name in ("foreign_share", "foreign", "domestic", "density", "change")
    ),
]
# Names of standards, programs, organisations and web addresses, and signs of units.
SAME_IN_KOREAN = {
    "API", "CN", "EPSG", "Features", "GME", "GeoJSON", "PDF", "PNG", "LH", "OGC", "OpenStreetMap",
    "go", "ha", "hs", "km", "kr", "data", "localnaeil", "com", "wiithai",
}  # fmt: skip

READ = """() => {
  const found = [];
  const names = "[translate=no], script, style, :not(html):lang(en)";
  const said = (element) => !element.closest(names);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (said(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (!said(element)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      if (element.getAttribute(name)) found.push(element.getAttribute(name));
    }
  }
  return [document.title, ...found];
}"""


@pytest.mark.parametrize("path", PAGES)
def test_korean_page_has_no_english_words_left(look, path):
    page, _ = look(path)
    assert page.locator("html").get_attribute("lang") == "ko"
    words = {word for text in page.evaluate(READ) for word in re.findall("[A-Za-z]{2,}", text)}
    assert words <= SAME_IN_KOREAN


def test_language_follows_the_browser(visit):
    page = visit("/maps/residents", locale="ko-KR")
    assert page.locator("html").get_attribute("lang") == "ko"
    assert "25개 행정동" in page.locator("h1").inner_text()


PHONE = (390, 800)
LONGEST = ("fil", "my", "ru", "th", "ur")  # in words or in letters
SHEET = "details.languages"
# Hangul that is not marked as Korean.
UNMARKED = """(own) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    if (box.closest("script, style, template, svg, [hidden], .credits")) continue;
    const text = walker.currentNode.data;
    if (/[가-힣]/.test(text) && box.closest("[lang]").lang === own) found.push(text.trim());
  }
  return found;
}"""


def test_the_sheet_offers_the_browsers_languages_first_and_remembers_the_choice(visit):
    page = visit("/", PHONE, locale="ne-NP")
    assert page.locator("html").get_attribute("lang") == "ne"
    assert page.locator(f"{SHEET} [data-lang]").first.get_attribute("data-lang") == "ne"
    page.locator(f"{SHEET} summary").click()
    assert page.locator(f"{SHEET} a").count() == len(VISITORS_LANGUAGES)
    assert page.locator(f"{SHEET} ul").evaluate("(one) => one.getBoundingClientRect().left >= 0")
    page.get_by_role("link", name="Tiếng Việt").click()
    page.wait_for_url("**/?lang=vi")
    page.goto("/maps/food-streets")
    page.wait_for_url("**/maps/food-streets?lang=vi")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.goto("/?lang=en")  # an address that names a language goes before what is remembered
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.context.cookies() == []


def test_the_sheet_closes_on_escape_and_gives_the_focus_back(visit):
    page = visit("/?lang=en", PHONE)
    page.locator(f"{SHEET} summary").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(SHEET).get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_without_script_the_sheet_opens_and_leads_on(visit):
    page = visit("/?lang=en", PHONE, java_script_enabled=False)
    page.locator(f"{SHEET} summary").click()
    page.locator(f"{SHEET} [data-lang=ur]").click()
    assert page.url.endswith("/?lang=ur")


def test_no_language_is_too_long_for_a_phone(visit):
    page = visit("/", PHONE)
    for lang in VISITORS_LANGUAGES:
        for path in ("/", "/maps/food-streets") if lang in LONGEST else ("/",):
            page.goto(f"{path}?lang={lang}")
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide == PHONE[0], (path, lang)
            assert page.evaluate(UNMARKED, lang) == [] or lang == "ko", (path, lang)


def test_urdu_is_mirrored_and_the_map_is_not(look):
    page, _ = look("/maps/food-streets?lang=ur")
    left = "(one) => one.getBoundingClientRect().left"
    assert page.locator(".panel").evaluate(left) > page.locator(".map-box").evaluate(left)
    assert page.locator(".brand").evaluate(left) > page.locator(SHEET).evaluate(left)
    assert page.locator(".map-box").evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    mark, text = page.locator(".entry-mark").first, page.locator(".entry-text").first
    assert mark.evaluate(left) > text.evaluate(left)


def test_the_font_of_a_language_is_fetched_for_it_alone(visit):
    for lang, fetched in (("km", {"km.css", "noto-sans-khmer.woff2"}), ("vi", set())):
        page = visit("/maps/join?lang=en")
        asked = []
        page.on("request", lambda one, to=asked: "/fonts/" in one.url and to.append(one.url))
        page.goto(f"/?lang={lang}")
        page.wait_for_load_state("networkidle")
        assert {url.rsplit("/", 1)[1] for url in asked} == fetched
