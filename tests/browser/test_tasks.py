"""What staff come for, done in a browser: each task takes three actions at most."""

import pytest
from covered import covered
from map_presses import INSIDE

pytestmark = pytest.mark.browser
MOST = 3


class Person:
    """Somebody at a page, whose actions are counted; drawing a shape is one."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def choose(self, label, value):
        self._act()
        self.page.get_by_label(label, exact=True).select_option(value)

    def fill(self, label, text):
        self._act()
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, name, role="button"):
        self._act()
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def point(self, at):
        self._act()
        self.page.mouse.move(*at)

    def draw(self, *corners):
        self._act()
        for corner in corners:
            self.page.mouse.click(*corner)

    def _act(self):
        self.actions += 1
        assert self.actions <= MOST


@pytest.fixture
def person(visit):
    def at(path, size=(1280, 900), *, ready=None):
        page = visit(path, size)
        if ready:
            page.wait_for_selector(ready)
        return Person(page)

    return at


def captions(page):
    return page.locator(".unit-figure figcaption").all_inner_texts()


def test_restaurants_only(person):
    staff = person("/analyse?within=zone&lang=en")
    staff.choose("Businesses", "restaurant")
    staff.press("Answer")
    staff.page.wait_for_url("**kind=restaurant**")
    assert captions(staff.page)[0].startswith("Restaurant n = ")


def test_halal_is_compared_with_chinese(person):
    staff = person("/analyse?within=zone&lang=en")
    staff.choose("Businesses", "halal")
    staff.choose("Compared with", "cuisine-cn")
    staff.press("Answer")
    staff.page.wait_for_url("**against=cuisine-cn**")
    halal, chinese, *_ = captions(staff.page)
    assert halal.startswith("Halal")
    assert chinese.startswith("China")
    heads = staff.page.locator("thead th").all_inner_texts()
    assert sum("China" in head for head in heads) == 2  # count and density
    assert any("quotient" in head for head in heads)


def test_two_dong_and_what_changed_from_2015_to_2025(person):
    staff = person("/plan?lang=en")
    staff.draw(staff.page.evaluate(INSIDE, "Add Haeyang-dong"))
    staff.page.wait_for_url("**dong=**")
    staff.page.wait_for_load_state()
    table = staff.page.locator("section", has=staff.page.locator("#change")).locator("table")
    assert table.locator("thead th").all_inner_texts()[1:] == ["2015", "2020", "2025"]
    assert table.locator("tbody tr").count() == 2
    assert table.locator("tbody td").filter(has_text="%").count() == 6


def test_a_table_of_ones_own_beside_the_census(person):
    staff = person("/plan?lang=ko&dong=원곡동")
    staff.fill("또는 붙여 넣은 셀", "동\t상담\n원곡동\t120\n")
    staff.press("붙이기")
    staff.page.wait_for_selector(".own-row")
    assert "120" in staff.page.locator(".own-row").inner_text()


def test_any_two_figures_against_each_other(person):
    staff = person("/plan?lang=en")
    staff.choose("From left to right", "density")
    staff.choose("From bottom to top", "households")
    staff.press("Draw")
    staff.page.wait_for_url("**y=households**")
    assert staff.page.locator(".chart a[aria-label*='15,970']").count() == 1  # of Haeyang-dong


def test_the_report_of_a_selection_to_hand_out(person):
    staff = person("/plan?lang=ko&dong=원곡동,해양동")
    with staff.page.expect_download() as download:
        staff.press("이 동들의 보고서(PDF)", role="link")
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_two_dong_by_what_stands_in_them(person):
    staff = person(
        "/analyse?question=compare&area=dong:4127354500&lang=en", ready="html[data-ready]"
    )
    staff.choose("Add a place", "dong:4127153700")
    staff.press("Compare")
    staff.page.wait_for_url("**4127153700**")
    assert len(staff.page.locator(".answer li").all_inner_texts()) == 2


def test_the_table_behind_the_map(person):
    staff = person("/analyse?within=zone&lang=en", (390, 844))
    assert not staff.page.locator("tbody").is_visible()
    staff.page.locator("label[for=show-table]").tap()
    assert staff.page.locator("tbody tr").first.is_visible()


def test_a_polygon_is_picked(person):
    staff = person(
        "/analyse?question=compare&area=dong:4127354500&lang=en", ready="html[data-ready]"
    )
    staff.press("Draw a polygon")
    staff.page.locator("#areas-map").scroll_into_view_if_needed()
    box = staff.page.locator("#areas-map").bounding_box()
    corners = ((0.30, 0.40), (0.42, 0.42), (0.40, 0.58))
    staff.draw(*((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners))
    staff.press("Compare")
    staff.page.wait_for_selector(".answer li:nth-of-type(2)")
    assert "businesses" in staff.page.locator(".answer li").nth(1).inner_text()


def test_from_a_hexagon_to_its_street(person):
    staff = person("/analyse?within=zone&lang=ko", ready="html[data-tips]")
    unit = staff.page.evaluate(
        """() => {
          const units = JSON.parse(document.getElementById("tips-data").textContent).units;
          const named = (line) => /다문화.?길 \\d/.test(line);
          return Object.keys(units).find((unit) => units[unit].some(named));
        }"""
    )
    cell = staff.page.locator(f'path[data-unit="{unit}"]')
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    staff.point((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    assert "다문화" in staff.page.locator(".cell-tip").inner_text()


@pytest.mark.parametrize(("kind", "file"), [("XLSX", "density.xlsx"), ("CSV", "density.csv")])
def test_what_is_seen_is_downloaded(person, kind, file):
    staff = person("/analyse?within=zone&kind=restaurant&lang=en")
    staff.page.locator(".take summary").click()
    with staff.page.expect_download() as download:
        staff.press(kind, role="link")
    assert download.value.suggested_filename == file
    assert download.value.path().stat().st_size > 500


def test_a_colleague_opens_the_link_and_sees_the_same(person, visit):
    staff = person("/analyse?within=zone&kind=restaurant&lang=ko", ready="html[data-tips]")
    staff.page.locator("tbody a").nth(2).click()
    staff.page.wait_for_url("**unit=**")
    theirs = visit(staff.page.url)
    for told in ("#selected", ".answer", "tr.selected"):
        assert theirs.locator(told).inner_text() == staff.page.locator(told).inner_text()


@pytest.mark.parametrize(
    "question", ["unusual", "made-of", "together", "reach", "compare", "disagree"]
)
def test_no_figure_lies_under_another_from_1024_to_2560(visit, question):
    page = visit(f"/analyse?question={question}&within=zone&kind=restaurant&lang=ko")
    figures = ".unit-map, .classes li, .histogram, .chart li, tbody th, .answer, .questions a"
    for width in (1024, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert covered(page, figures) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
