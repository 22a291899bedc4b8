"""Areas compared on one screen: drawn by presses, typed, or chosen; the link brings them back."""

import re
from urllib.parse import parse_qs, urlsplit

import h3
import pytest
from covered import covered

pytestmark = pytest.mark.browser
PATH = "/analyse?question=compare&lang=en"
CORNERS = ((0.30, 0.40), (0.42, 0.42), (0.40, 0.58), (0.31, 0.55))  # of the map's width and height


@pytest.fixture
def drawable(visit):
    """The page, ready to be drawn on."""

    def opened(path=PATH, **options):
        page = visit(path, **options)
        page.wait_for_selector("html[data-ready]")
        return page

    return opened


def press(page, corners):
    box = page.locator("#areas-map").bounding_box()
    for x, y in corners:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def chosen(page):
    return page.locator(".chosen-areas input").evaluate_all("(all) => all.map((one) => one.value)")


def test_the_map_takes_the_width_of_its_part_of_the_page(drawable):
    page = drawable()
    width = "(one) => one.getBoundingClientRect().width"
    part = page.locator(".areas-figure").evaluate(width)
    assert page.locator("#areas-map").evaluate(width) > 0.9 * part > 400


def test_a_polygon_of_presses_is_compared_and_its_link_brings_it_back(drawable):
    page = drawable()
    page.get_by_role("button", name="Draw a polygon").click()
    page.locator("#areas-map").scroll_into_view_if_needed()
    press(page, CORNERS[:2])
    assert page.locator("#drawn").input_value() == ""  # two corners are no area
    press(page, CORNERS[2:])
    drawn = page.locator("#drawn").input_value()
    assert re.fullmatch(r"polygon:(126\.\d{5} 37\.\d{5},?){4}", drawn)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector(".chosen-areas label:nth-of-type(3)")
    assert chosen(page) == ["dong:4127354500", "street:food-street-2023", drawn]
    assert page.locator(".areas > path").count() == 3
    told = page.locator(".answer li").nth(2).inner_text()
    counted = int(re.search(r"([\d,]+) businesses", told)[1].replace(",", ""))
    answer = page.request.get("/analysis/areas", params={"area": drawn}).json()
    assert {row["n"] for row in answer["rows"]} == {counted}
    assert counted > 50
    address = page.locator(".notes [translate=no]").inner_text()
    assert parse_qs(urlsplit(address).query)["area"] == [",".join(chosen(page))]
    page.goto(f"/analyse?{urlsplit(address).query}")
    assert page.locator(".answer li").nth(2).inner_text() == told


def test_the_last_corner_can_be_taken_back(drawable):
    page = drawable()
    page.get_by_role("button", name="Draw a polygon").click()
    page.locator("#areas-map").scroll_into_view_if_needed()
    press(page, CORNERS)
    page.get_by_role("button", name="Take the last corner back").click()
    assert len(page.locator("#drawn").input_value().split(",")) == 3


def test_a_circle_is_where_it_was_pressed_and_as_wide_as_said(drawable):
    page = drawable()
    page.get_by_label("Radius, m").fill("500")
    page.get_by_role("button", name="Draw a circle").click()
    page.locator("#areas-map").scroll_into_view_if_needed()
    press(page, [(0.5, 0.5)])
    sketch = page.locator("#sketch").bounding_box()
    box = page.locator("#areas-map").bounding_box()
    assert page.locator("#drawn").input_value().endswith(",500")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector(".chosen-areas label:nth-of-type(3)")
    shape = page.locator(".areas > path").nth(2).bounding_box()
    there = page.locator("#areas-map").bounding_box()
    assert shape["width"] == pytest.approx(sketch["width"], abs=2.5)
    middle = shape["x"] + shape["width"] / 2 - there["x"]
    assert middle == pytest.approx(0.5 * box["width"], abs=2.5)


def test_a_hexagon_is_picked_by_keyboard_on_a_map_that_is_zoomed(drawable):
    """The cross starts in the middle: twice to the right, on a view of half the width."""
    page = drawable()
    areas_map = page.locator("#areas-map")
    wide = float(areas_map.get_attribute("viewBox").split()[2])
    page.get_by_role("button", name="Zoom in").click()
    assert float(areas_map.get_attribute("viewBox").split()[2]) == pytest.approx(wide / 2)
    page.get_by_role("button", name="Pick a hexagon").click()
    areas_map.press("ArrowRight")
    areas_map.press("ArrowRight")
    areas_map.press("Enter")
    drawn = page.locator("#drawn").input_value()
    lon, lat = map(float, re.fullmatch(r"hex:([\d.]+),([\d.]+)", drawn).groups())
    scale = float(areas_map.get_attribute("data-scale")) * 0.795
    middle = float(areas_map.get_attribute("data-west")) + wide / 2 / scale
    assert lon - middle == pytest.approx(2 * wide / 2 / 100 / scale, abs=2e-5)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector(".chosen-areas label:nth-of-type(3)")
    assert chosen(page)[2] == f"hex:{h3.latlng_to_cell(lat, lon, 10)}"


def test_a_zoomed_map_is_dragged_and_a_drag_draws_nothing(drawable):
    page = drawable()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Draw a polygon").click()
    areas_map = page.locator("#areas-map")
    areas_map.scroll_into_view_if_needed()
    left = float(areas_map.get_attribute("viewBox").split()[0])
    box = areas_map.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert float(areas_map.get_attribute("viewBox").split()[0]) > left
    assert page.locator("#sketch").get_attribute("d") == ""


def test_without_a_script_areas_are_typed_added_and_taken_out(visit):
    page = visit(PATH, java_script_enabled=False)
    assert not page.locator("#draw-tools").is_visible()
    page.get_by_label("Or draw on the map, or type").fill("radius:126.7949,37.3292,300")
    page.get_by_label("Add a place").select_option("section:damunhwa-gil,1,17")
    page.locator(".chosen-areas input").nth(1).uncheck()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**radius**")
    assert chosen(page) == [
        "dong:4127354500",
        "section:damunhwa-gil,1,17",
        "radius:126.7949,37.3292,300",
    ]


@pytest.mark.parametrize(
    "path",
    [PATH, "/analyse?within=zone&lang=ko&simulated=beside", "/analyse?question=reach&lang=en"],
)
def test_axe_finds_no_fault(visit, axe, path):
    page = visit(path)
    page.evaluate(axe)
    found = page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
    assert [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found["violations"]
    ] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_figure_of_four_areas_lies_under_another(drawable, width):
    four = "dong:4127354500,street:food-street-2023,radius:126.79,37.33,300,dong:4127161000"
    page = drawable(f"{PATH}&area={four}".replace("lang=en", "lang=ko"))
    page.set_viewport_size({"width": width, "height": 900})
    form = ".controls :is(select, input:not([type=hidden]))"
    assert covered(page, f".areas-map, .answer li, {form}") == []
    if width < 1024:
        page.locator("label[for=show-table]").click()
    assert covered(page, "tbody th, tbody td") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(PATH.replace("lang=en", "lang=ko"))
    page.wait_for_selector("html[data-ready]")
    assert covered(page, f".draw-tools button, .draw-tools input, .areas-map, {form}") == []


def test_an_area_is_selected_on_the_map_in_the_chart_and_in_the_table(drawable):
    page = drawable()
    page.locator(".areas-key a").nth(1).click()
    assert parse_qs(urlsplit(page.url).query)["unit"] == ["2"]
    parts = page.locator(".selected").evaluate_all(
        "(all) => [...new Set(all.map((part) => `${part.tagName} ${part.dataset.area}`))]"
    )
    assert sorted(parts) == ["LI 2", "TD 2", "TH 2", "path 2"]
    page.locator(".grouped [data-area='1']").first.click()
    assert page.locator("path.selected").get_attribute("data-area") == "1"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator("path.selected").get_attribute("data-area") == "1"
