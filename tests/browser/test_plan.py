"""Planners' tasks, done as a planner does them."""

import pytest
from covered import covered
from map_presses import INSIDE

pytestmark = pytest.mark.browser
PATH = "/plan?lang=en"


def columns(page):
    return page.locator(".profile thead th").all_inner_texts()


def test_a_second_dong_is_one_press_on_the_map(visit):
    page = visit(PATH)
    page.mouse.click(*page.evaluate(INSIDE, "Add Haeyang-dong"))
    page.wait_for_url("**dong=**")
    page.wait_for_load_state()
    assert "Haeyang" in columns(page)[2].replace("\n", " ")


def test_three_dong_are_chosen_from_the_list_by_keyboard(visit):
    page = visit(PATH)
    page.get_by_text("List of all dong").press("Enter")
    for name in ("Haeyang-dong", "Bugok-dong"):
        page.get_by_role("checkbox", name=name).press("Space")
    page.get_by_role("button", name="Show these dong").press("Enter")
    page.wait_for_url("**dong=**")
    page.wait_for_load_state()
    assert len(columns(page)) == 5


def test_figures_of_the_scatter_are_chosen_and_the_dong_stay(visit):
    page = visit(f"{PATH}&dong=4127153700")
    page.get_by_label("From left to right").select_option("apartment_share")
    page.get_by_role("button", name="Draw").click()
    page.wait_for_url("**x=apartment_share**")
    page.wait_for_load_state()
    assert "dong=4127153700" in page.url
    assert "dong are missing" in page.locator("section", has=page.locator("#against")).inner_text()


def lit(page):
    """Where a dong is lit: classes of the drawings and tables."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".lit")].map((drawn) =>
          (drawn.closest("svg, table").getAttribute("class") ?? "table"))"""
    )


def test_a_dong_is_lit_on_the_map_and_in_the_charts_from_either_side(visit):
    page = visit(f"{PATH}&dong=4127153700")
    page.mouse.move(*page.evaluate(INSIDE, "Add Bugok-dong"))
    assert {"city-map", "chart"} <= set(lit(page))
    page.mouse.move(0, 0)
    assert lit(page) == []
    page.locator('.chart a[aria-label^="Wongok-dong:"]').focus()
    wongok = page.locator('path[data-dong="4127354500"].lit')
    assert wongok.count() == 4  # both maps of today, and the censuses of 2020 and 2025
    page.keyboard.press("Enter")
    page.wait_for_url("**dong=4127153700,4127354500**")
    assert "Wongok" in columns(page)[2]


PASTED = "동\t상담\t증감\n원곡동\t120\t-4\n해양\t14\t3\n사1동\t60\t2\n원곡본동\t3\t1\n"


@pytest.fixture
def joined(visit):
    """The page of two dong, with a table pasted and joined in a language at a width."""

    def opened(lang, size=(1280, 900)):
        page = visit(f"/plan?lang={lang}&dong=4127354500,4127153700", size)
        page.locator("#own-text").fill(PASTED)
        page.locator(".own button").click()
        page.wait_for_selector("#joined #map")
        return page

    return opened


def own_row(page):
    return page.locator(".own-row").inner_text().split("\t")


def test_a_table_is_joined_without_leaving_the_page(joined):
    page = joined("ko")
    assert own_row(page) == ["상담", "120", "14", "–"]
    assert "원곡본동" in page.locator("#joined").inner_text()
    page.locator("#joined #column").select_option("증감")
    page.locator("#joined #title").fill("상담 증감")
    page.locator("#joined #unit").fill("건")
    page.locator("#joined button[value=html]").click()
    page.wait_for_selector("#map:has-text('상담 증감 (건)')")
    assert own_row(page) == ["상담 증감 (건)", "−4", "3", "–"]
    with page.expect_download() as download:
        page.locator("#joined button[value=xlsx]").click()
    assert download.value.suggested_filename == "dong.xlsx"
    assert "/plan?" in page.url


def test_an_answer_that_comes_late_does_not_take_the_place_of_a_later_one(joined):
    page = joined("en")
    held = []
    page.route("**/maps/join*", lambda route: held.append(route))
    for column in ("상담", "증감"):
        page.locator("#joined #column").select_option(column)
        with page.expect_request("**/maps/join*"):
            page.locator("#joined button[value=html]").click()
    for route in reversed(held):
        with page.expect_response("**/maps/join*"):
            route.continue_()
    page.wait_for_selector(".own-table:not([aria-busy])")
    assert own_row(page)[0] == "증감"
    assert page.locator("#joined #column").input_value() == "증감"


def test_a_table_that_cannot_be_joined_is_refused_in_its_place(chromium, address):
    page = chromium.new_page(base_url=address)  # the browser notes the 400 as a complaint
    page.goto("/plan?lang=ko")
    page.locator("#own-file").set_input_files(
        {"name": "t.csv", "mimeType": "text/csv", "buffer": "법정동,n\n본오동,1\n".encode()}
    )
    page.locator(".own button").click()
    refusal = page.wait_for_selector("#joined [role=alert]").inner_text()
    rows = page.locator(".own-row").count()
    page.close()
    assert "법정동" in refusal
    assert rows == 0


def test_without_a_script_the_same_form_leads_to_a_page(visit):
    page = visit(f"{PATH}&dong=4127354500", java_script_enabled=False)
    page.locator("#own-text").fill(PASTED)
    page.locator(".own button").click()
    page.wait_for_url("**/maps/join**")
    assert "120" in page.locator("main").inner_text()


@pytest.mark.parametrize(("lang", "size"), [("ko", (1280, 900)), ("en", (390, 844))])
def test_axe_finds_no_fault_and_no_figure_is_covered_beside_a_table(joined, axe, lang, size):
    page = joined(lang, size)
    page.get_by_text("전체 행정동 목록" if lang == "ko" else "List of all dong").click()
    page.evaluate(axe)
    found = page.evaluate('axe.run(document, { resultTypes: ["violations"] })')["violations"]
    assert [fault["id"] for fault in found] == []
    assert (
        covered(page, "#joined :is(td, .city-map, .classes li, [type=text], select, button)") == []
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_colleague_who_opens_the_link_sees_the_same(visit):
    page = visit("/plan?lang=ko&dong=원곡동,해양동&scale=unit&x=density&y=apartment_share")
    link = page.get_by_role("link", name="이 화면의 링크").get_attribute("href")
    theirs = visit(f"/plan{link}")
    assert theirs.locator("main").inner_text() == page.locator("main").inner_text()
    assert theirs.locator("#axis-x").input_value() == "density"
    again = theirs.get_by_role("link", name="이 화면의 링크").get_attribute("href")
    assert again == link


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920, 2560])
def test_no_figure_lies_under_another(at_width, width):
    page = at_width(f"{PATH}&dong=4127354500,4127153700,4127157000", width)
    wanted = ".profile td, .multiples svg, .chart, .verdicts li, .beside .city-map, .own .field"
    assert covered(page, wanted) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_letters_of_charts_can_be_read_on_a_phone(at_width):
    page = at_width(f"{PATH}&dong=4127354500,4127153700,4127157000", 390)
    sizes = page.locator(".chart .tick").evaluate_all(
        "(all) => all.map((text) => text.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 10
