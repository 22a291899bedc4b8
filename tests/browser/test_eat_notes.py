"""The form "Still there?" of a card, with a script, without one, and without a network."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without"])
def test_a_visitor_says_that_a_place_is_there(visit, scripts):
    page = visit("/eat/samarkand?lang=vi", (390, 844), java_script_enabled=scripts)
    assert not page.locator("#noted").is_visible()
    with page.expect_navigation():
        page.locator('#notes button[value="yes"]').tap()
    assert page.url.endswith("/eat/samarkand?lang=vi#noted")
    assert page.locator("#noted").inner_text().startswith("Cảm ơn")


def test_without_a_network_nobody_is_asked(visit):
    page = visit("/eat/samarkand?lang=en", (390, 844))
    assert page.locator("#notes").is_visible()
    page.context.set_offline(True)
    page.wait_for_selector("#notes", state="hidden")
    page.context.set_offline(False)
    page.wait_for_selector("#notes", state="visible")
