"""What a scanned code opens: the same list with a script and without, on every step from there."""

import pytest

pytestmark = pytest.mark.browser


def listed(page):
    return page.eval_on_selector_all(
        "#spots li", "all => all.map((one) => [one.id, one.querySelector('.minutes')?.textContent])"
    )


@pytest.mark.parametrize("path", ["/q/wonbon", "/eat?near=wonbon&task=visa&lang=en"])
def test_a_code_opens_what_is_near_with_a_script_and_without(visit, path):
    plain = visit(path, (390, 844), java_script_enabled=False)
    scripted = visit(path, (390, 844))
    scripted.wait_for_selector("html[data-ready]")
    assert listed(scripted) == listed(plain) != []
    words = "#found-words, #list > .basis"
    assert scripted.locator(words).all_inner_texts() == plain.locator(words).all_inner_texts()


def test_a_task_keeps_the_corner_and_the_start_page_leaves_it(visit):
    page = visit("/q/wonbon", (390, 844))
    page.wait_for_selector("html[data-ready]")
    page.locator('[data-task="eat"]').tap()
    page.wait_for_url("**task=eat&near=wonbon**")
    page.locator("a.brand").tap()
    page.wait_for_selector("html[data-ready]")
    page.wait_for_url(lambda url: "near" not in url)
    assert "exit 1" in page.locator("#found-words").inner_text()


def test_a_driver_sees_a_code_large_enough_to_scan(visit):
    page = visit("/eat/samarkand?lang=ru#driver", (390, 844))
    box = page.locator("#driver .qr").bounding_box()
    assert box["width"] >= 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
