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


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920, 2560])
def test_no_figure_lies_under_another(at_width, width):
    page = at_width(f"{PATH}&dong=4127354500,4127153700,4127157000", width)
    wanted = ".profile td, .multiples svg, .chart, .verdicts li"
    assert covered(page, wanted) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
