"""The residents map: values, classes shared by all years, counts as circles."""

import math
from itertools import pairwise

import pytest

from geo.core.errors import BadParameterError
from geo.serving.analysis.indicators import diverging
from maps.i18n import Words
from maps.pages import residents
from maps.pages.residents import bound_format, format_value, prepare, radius_px
from maps.pages.view_state import Residents
from maps.style.colours import NO_DATA, Class
from maps.web.page import Site

SITE, WORDS = Site("en"), Words("en")
WEST, EAST = "4127354500-2025", "4127151000-2025"


def drawn(held, snapshot, view):
    return held(residents.chart(snapshot, view, SITE, prepare(snapshot, view, WORDS)))


def test_dong_are_ranked_by_value(small):
    rows = prepare(small, Residents(), WORDS).rows
    assert [(row.name, row.value) for row in rows] == [("Westdong", 0.4), ("Eastdong", 0.05)]


def test_rates_are_shaded(small, held):
    content = prepare(small, Residents(), WORDS)
    features = drawn(held, small, Residents())
    west, east = (features[item]["properties"] for item in (WEST, EAST))
    assert west["style"]["fillColor"] == content.legend[3].colour  # 0.4 is the fourth bound
    assert east["style"]["fillColor"] == content.legend[0].colour
    assert west["tip"] == ["Westdong", "40.0% foreign"]


def test_counts_are_circles_and_not_shades(small, held):
    features = drawn(held, small, Residents(indicator="foreign"))
    assert features[WEST]["properties"]["style"] == features[EAST]["properties"]["style"]
    west, east = (
        features[f"{item} circle"]["properties"]["style"]["radius"] for item in (WEST, EAST)
    )
    assert west / east == pytest.approx(math.sqrt(400 / 100), rel=0.01)


def test_area_of_a_circle_stands_for_the_number():
    assert radius_px(25, [50, 100]) == pytest.approx(radius_px(100, [50, 100]) / 2)
    assert radius_px(0, [50, 100]) == 0


def test_classes_are_the_same_for_all_years(real):
    def bounds(year):
        return [item.high for item in prepare(real, Residents(year=year), WORDS).legend]

    assert bounds(2015) == bounds(2020) == bounds(2025)


@pytest.mark.parametrize("year", [2015, 2020, 2025])
def test_legend_counts_all_25_dong(real, year):
    content = prepare(real, Residents(year=year), WORDS)
    assert len(content.rows) == sum(item.count for item in content.legend) == 25


@pytest.mark.parametrize(("year", "foreign"), [(2015, 64244), (2020, 79498), (2025, 92782)])
def test_real_dong_add_up_to_the_city(real, year, foreign):
    rows = prepare(real, Residents(year=year, indicator="foreign"), WORDS).rows
    assert sum(row.value for row in rows) == foreign


def test_each_year_is_drawn_on_its_own_dong(real, held):
    now, then = (drawn(held, real, Residents(year=year)).keys() for year in (2025, 2015))
    assert "4127354500-2025" in now
    assert all(item.endswith("-2015") for item in then)


def test_change_never_mixes_fall_and_rise(real):
    legend = prepare(real, Residents(indicator="change"), WORDS).legend
    assert all(item.low >= 0 or item.high <= 0 for item in legend)
    falls = {item.colour for item in legend if item.high <= 0}
    rises = {item.colour for item in legend if item.low >= 0}
    assert falls and rises and not falls & rises


def test_the_bound_nearest_to_zero_becomes_zero():
    assert diverging([-2.8, 0.5, 2.4, 5.3, 10.0]) == [-2.8, 0.0, 2.4, 5.3, 10.0]


@pytest.mark.parametrize("year", [2015, 2020])
def test_change_before_2020_is_refused(real, year):
    with pytest.raises(BadParameterError):
        residents.page(real, Residents(year=year, indicator="change"), SITE)


def test_a_dong_without_residents_is_hatched_and_counted(small, held, parse):
    view = Residents(year=2015)
    features = drawn(held, small, view)
    assert features["4127354500-2015"]["properties"]["style"]["fillColor"] == NO_DATA
    page = parse(residents.page(small, view, SITE).html)
    assert "no data" in page.text("strong")


@pytest.mark.parametrize(
    ("value", "indicator", "text"),
    [
        (0.8336, "foreign_share", "83.4%"),
        (24915, "foreign", "24,915"),
        (2.36, "change", "+2.4"),
        (-2.78, "change", "−2.8"),
        (None, "density", ""),
    ],
)
def test_values_are_written_with_their_sign_and_unit(value, indicator, text):
    assert format_value(value, indicator, WORDS) == text


def test_table_gives_names_values_and_ten_digit_codes(real, parse):
    page = parse(residents.page(real, Residents(), SITE).html)
    assert len([have for have in page.all("tr") if "data-row" in have]) == 25
    assert "4127354500" in page.text("td")
    assert page.text("button")[2:3] == ["Wongok-dong"]
    assert page.text("strong")[2:3] == ["83.4%"]


def test_the_redrawn_dong_of_2015_are_mentioned(small, parse):
    html = residents.page(small, Residents(year=2015), SITE).html
    assert "drawn on the 25 dong of 2015, which are not those of today" in html


@pytest.mark.parametrize(
    ("indicator", "ends", "shown"),
    [
        ("foreign_share", [0.0, 0.0004, 0.0007], ["0.00%", "0.04%", "0.07%"]),
        ("foreign_share", [0.0, 0.1, 0.2], ["0.0%", "10.0%", "20.0%"]),
        ("change", [-0.02, 0.0, 0.01], ["−0.02", "0.00", "+0.01"]),
        ("density", [0.0, 0.4, 2.0], ["0.0", "0.4", "2.0"]),
    ],
)
def test_bounds_of_a_legend_are_told_apart(indicator, ends, shown):
    legend = [Class(low, high, "#fff", 1) for low, high in pairwise(ends)]
    write = bound_format(legend, indicator, WORDS)
    assert [write(end) for end in ends] == shown
