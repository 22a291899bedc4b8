"""The visitors' page by the rules of axe-core: every state in two languages, one in the others.

The markup and the colours are the same in every language (tests/maps holds that), so the states are
run through in one of long words and in one from the right; the others show that their own words
break nothing."""

import pytest
from eat_pages import go_on

from maps.i18n import VISITORS_LANGUAGES

pytestmark = pytest.mark.browser

RUN = """async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target}: ${failureSummary.replaceAll(/\\s+/g, " ")}`));
}"""
THOROUGH = ("vi", "ur")
OTHERS = [lang for lang in VISITORS_LANGUAGES if lang not in THOROUGH]
COLOURS = {"runOnly": ["color-contrast"]}
WORDS = {"rules": {"color-contrast": {"enabled": False}}}


@pytest.fixture
def faults(axe):
    """Lists what axe finds on a page; in two languages in light and in dark colours."""

    def found(page):
        page.evaluate(axe)
        if page.locator("html").get_attribute("lang") not in THOROUGH:
            return page.evaluate(RUN, WORDS)
        light = page.evaluate(RUN, {})
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        dark = page.evaluate(RUN, COLOURS)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        return light + [f"dark: {fault}" for fault in dark]

    return found


@pytest.mark.parametrize("lang", OTHERS[::2])
def test_the_opening_page_has_no_fault(eat, faults, lang):
    page = eat(f"/eat?lang={lang}", reduced_motion="reduce")
    page.locator("#tongues summary").tap()
    assert faults(page) == []


@pytest.mark.parametrize("lang", OTHERS[1::2])
def test_a_card_has_no_fault(eat, faults, lang):
    assert faults(eat(f"/eat/batavia?lang={lang}", reduced_motion="reduce")) == []


@pytest.mark.parametrize("lang", THOROUGH)
def test_states_of_the_page_have_no_fault(eat, faults, lang):
    page = eat(f"/eat?lang={lang}", reduced_motion="reduce")
    page.evaluate("localStorage.setItem('eat-saved', '[\"batavia\"]')")
    page.locator("#tongues summary").tap()
    found = {"languages": faults(page)}  # the opening page with the sheet of languages
    page.locator("#tongues summary").tap()
    for query, shown in (
        ("task=eat", "#spots li:nth-child(20)"),
        ("task=halal", "#honest:not([hidden])"),
        ("task=health", "#by-phone:not([hidden])"),
        ("q=zzzz", "#nothing:not([hidden])"),
        ("saved=1", "#saved-places[aria-current]"),
    ):
        go_on(page, f"{query}&lang={lang}", shown)
        found[query] = faults(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("lang", THOROUGH)
def test_cards_have_no_fault(eat, faults, lang):
    page = eat(f"/eat/batavia?lang={lang}", reduced_motion="reduce")
    found = {"card": faults(page)}
    page.locator(".way.main").tap()
    found["driver"] = faults(page)
    page.goto(f"/eat?lang={lang}#place=batavia")
    page.wait_for_selector("dialog[open]")
    found["offline"] = faults(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("path", ["/eat?task=visa", "/eat/consult?"])
def test_pages_whose_scripts_do_not_come_have_no_fault(chromium, address, faults, path):
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{path}&lang=ur")
    assert faults(page) == []
    context.close()
