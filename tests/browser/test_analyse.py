"""Analysts' tasks, done as an analyst does them."""

import pytest
from covered import covered

pytestmark = pytest.mark.browser
PATH = "/analyse?within=zone&lang=en"


def test_a_press_on_the_map_selects_the_row_and_the_address(visit):
    page = visit(PATH)
    unit = page.locator("tbody tr[data-unit]").nth(2).get_attribute("data-unit")
    at = page.evaluate(
        """(unit) => {
          const box = document.querySelector(`path[data-unit="${unit}"]`).getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        unit,
    )
    page.mouse.click(*at)
    row = page.locator("tr.selected")
    assert row.get_attribute("data-unit") == unit
    assert row.locator("th").inner_text().strip() in page.locator("#selected").inner_text()
    assert f"unit={unit}" in page.url
    page.reload()  # the link that a colleague gets
    assert page.locator("tr.selected").get_attribute("data-unit") == unit
    assert page.locator("path.selected").get_attribute("data-unit") == unit


def test_a_row_is_selected_by_keyboard(visit):
    page = visit(PATH)
    page.locator("tbody a").nth(1).press("Enter")
    unit = page.locator("tr.selected").get_attribute("data-unit")
    assert page.locator("path.selected").get_attribute("data-unit") == unit


# West edge and width of what each map shows, in degrees of longitude.
GROUND = """(maps) => maps.map(({ dataset, viewBox: { baseVal: box } }) => {
  const perLon = dataset.scale * dataset.squeeze;
  return [Number(dataset.west) + box.x / perLon, box.width / perLon];
})"""
CLASSES = """(figures) => figures.map((figure) => Object.fromEntries(
  [...figure.querySelectorAll(".classes li")].map((entry) =>
    [entry.childNodes[1].data.trim(), entry.querySelector("rect").getAttribute("fill")])))"""


def test_two_releases_and_their_difference_are_one_view(visit, compared_address):
    """Shared ground and classes, every cell a row, and nothing over a figure, wide or narrow."""
    path = "/analyse?question=changed&register=example&kind=restaurant&lang=en"
    page = visit(path, at=compared_address)
    maps = page.locator(".unit-map")
    page.get_by_role("button", name="Zoom in").click()
    maps.nth(2).press("ArrowLeft")
    seen = maps.evaluate_all(GROUND)
    assert len(seen) == 3
    assert all(item == pytest.approx(seen[0], abs=1e-4) for item in seen)
    first, second, _ = page.locator(".unit-figure").evaluate_all(CLASSES)
    shared = first.keys() & second.keys()
    assert len(shared) >= 3
    assert [first[label] for label in shared] == [second[label] for label in shared]
    link = page.locator("tbody a").first
    link.click()
    unit = page.locator("tr.selected").get_attribute("data-unit")
    assert page.locator(f'.unit-map path.selected[data-unit="{unit}"]').count() == 3
    assert f"{link.inner_text()} · earlier release" in page.locator("#selected").inner_text()
    assert covered(page, ".unit-map, .classes li, .chart li, tbody th, .answer") == []
    page.set_viewport_size({"width": 390, "height": 844})
    for part, wanted in (("map", ".unit-map, .classes li"), ("table", "tbody th, tbody td")):
        page.locator(f"label[for=show-{part}]").click()
        assert covered(page, wanted) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_maps_side_by_side_show_the_same_ground(visit):
    """Real businesses, those with simulated ones and the difference, zoomed and moved together."""
    page = visit(f"{PATH}&simulated=beside&kind=restaurant")
    page.get_by_role("button", name="Zoom in").click()
    maps = page.locator(".unit-map")
    maps.nth(1).press("ArrowRight")
    seen = maps.evaluate_all(GROUND)
    assert len(seen) == 3
    assert all(item == pytest.approx(seen[0], abs=1e-4) for item in seen)
    width = float(maps.first.get_attribute("viewBox").split()[2])
    assert width == pytest.approx(640 / 2, abs=1)


def test_a_press_on_a_bar_selects_the_row_and_the_cell(visit):
    page = visit(PATH)
    bar = page.locator(".chart li[data-unit]").nth(1)
    unit = bar.get_attribute("data-unit")
    bar.locator("a").click()
    for name in ("tr.selected", ".chart li.selected", "path.selected"):
        assert page.locator(name).get_attribute("data-unit") == unit
    assert f"unit={unit}" in page.url


def test_parts_are_tabs_by_keyboard_and_without_a_script(visit):
    page = visit(PATH, java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.locator(".map-pane").is_visible()
    page.get_by_role("radio", name="Map").press("ArrowRight")
    assert page.locator(".chart-pane").is_visible()
    page.get_by_role("radio", name="Chart").press("ArrowRight")
    assert page.locator("tbody").is_visible()
    assert not page.locator(".map-pane").is_visible()


def test_without_a_script_the_answer_is_all_there(visit):
    page = visit(PATH, java_script_enabled=False)
    assert page.locator(".unit-map .units path").count() > 10
    page.locator("tbody a").nth(1).click()
    page.wait_for_url("**unit=**")
    assert page.locator("tr.selected").count() == 1


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920, 2560])
def test_no_figure_lies_under_another(at_width, width):
    page = at_width("/analyse?kind=grocery&against=cafe&within=zone&lang=ko", width)
    assert covered(page, ".answer, .controls :is(select, [type=text]), .questions a") == []
    parts = {"map": ".unit-map, .classes li", "chart": ".chart li", "table": "tbody th"}
    if width >= 1024:  # all side by side, each with its own scroll
        assert covered(page, ", ".join(parts.values())) == []
        tops = page.locator(".pane").evaluate_all(
            "(panes) => panes.map((pane) => Math.round(pane.getBoundingClientRect().top))"
        )
        assert len(tops) == 3
        assert len(set(tops)) == 1
        assert page.locator(".unit-figure").evaluate_all(
            "(figures) => figures.every((figure) => figure.scrollWidth <= figure.clientWidth)"
        )
    else:
        for part, wanted in parts.items():
            page.locator(f"label[for=show-{part}]").click()
            assert covered(page, wanted) == []
            assert page.locator(".pane:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


MIDDLE = """(unit) => {
  const path = document.querySelector(`path[data-unit="${CSS.escape(unit)}"]`);
  path.scrollIntoView({ block: "center", behavior: "instant" });
  const box = path.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def told_of(page, unit):
    """Name and figures of a unit in the table."""
    return page.locator(f'tbody tr[data-unit="{unit}"] :is(th, td)').all_inner_texts()


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["pointer", "touch"])
def test_a_cell_is_told_where_it_is_pointed_at_or_tapped(visit, size):
    page = visit("/analyse?kind=restaurant&within=zone&simulated=true&lang=en", size)
    page.wait_for_selector("html[data-tips]")
    unit = page.locator("tbody tr[data-unit]").nth(2).get_attribute("data-unit")
    at = page.evaluate(MIDDLE, unit)
    (page.touchscreen.tap if size[0] < 600 else page.mouse.move)(*at)
    tip = page.locator(".cell-tip")
    tip.wait_for()
    name, count, *_ = told_of(page, unit) if size[0] > 600 else (None, None)
    text = tip.inner_text()
    assert unit not in text  # its index is in files alone
    assert "All businesses there" in text
    assert "% simulated" in text
    if name:
        assert text.startswith(name.strip())
        assert f"businesses {count}" in text
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_cells_are_reached_by_keyboard(visit, axe):
    page = visit(PATH)
    page.wait_for_selector("html[data-tips]")
    page.locator(".unit-map").press("Enter")
    first = page.locator("path:focus")
    name = first.get_attribute("aria-label")
    assert page.locator(".cell-tip strong").inner_text() == name.split(". ")[0]
    page.evaluate(axe)
    faults = page.evaluate('axe.run(document, { resultTypes: ["violations"] })')["violations"]
    assert [fault["id"] for fault in faults] == []
    before = first.get_attribute("data-unit")
    page.keyboard.press("ArrowRight")
    unit = page.locator("path:focus").get_attribute("data-unit")
    assert unit != before
    page.keyboard.press("Escape")
    assert page.locator("svg.unit-map:focus").count() == 1
    assert not page.locator(".cell-tip").is_visible()


def test_areas_that_are_compared_are_told_too(visit):
    page = visit("/analyse?question=compare&area=dong:4127354500&lang=en")
    page.wait_for_selector("html[data-tips]")
    page.mouse.move(*page.evaluate(MIDDLE, "dong:4127354500"))
    assert "Wongok-dong" in page.locator(".cell-tip").inner_text()
