"""A page in Korean says everything in Korean, but for names and signs."""

import re

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/?lang=ko",
    "/maps/food-streets?lang=ko&simulated=true&place=kantipur",
    "/maps/density?lang=ko",
    "/maps/density?by=kernel&lang=ko",
    "/maps/density?by=dong&lang=ko",
    *(
        f"/maps/residents?indicator={one}&lang=ko"
        for one in ("foreign_share", "foreign", "domestic", "density", "change")
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
