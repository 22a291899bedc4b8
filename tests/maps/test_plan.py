"""The planners' page: charts that say what the measures say."""

import re
from itertools import pairwise

import numpy as np
import pytest

from geo.serving.analysis.profiles import profiles
from geo.serving.analysis.reach import reach
from geo.serving.analysis.sample import point_sample
from maps.pages.plan import page as plan
from maps.pages.plan.scatter import scatter
from maps.pages.view_state import Plan
from maps.style.slope import HEIGHT, slope_chart
from maps.web.page import Site

WONGOK, SINGIL, HAEYANG = "4127354500", "4127356500", "4127153700"


@pytest.fixture(scope="module")
def html(real):
    return plan.page(
        real, Plan(dong=(WONGOK, HAEYANG)), Site("en", base="http://atlas.example")
    ).html


def test_the_table_has_figures_and_ranks_of_each_dong_and_the_city(html):
    row = re.search(r'<th scope="row">foreign share</th>(.*?)</tr>', html, re.DOTALL)[1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
    assert text == "83.4% rank 1 of 25 8.2% rank 13 of 25 13.4%"


def test_a_count_that_nobody_published_is_neither_zero_nor_blank(html):
    row = re.search(
        r"<th scope=\"row\">share of households in apartments</th>(.*?)</tr>", html, re.DOTALL
    )
    assert "not published" in row[1].split("</td>")[0]


def test_a_chosen_dong_can_be_taken_away_and_another_added(html):
    links = re.findall(r'href="\?([^"]*)"[^>]*aria-label="([^"]*)"', html)
    by_label = {label: query for query, label in links}
    assert by_label["Take Wongok-dong away"].startswith(f"dong={HAEYANG}&")
    assert f"dong={WONGOK},{HAEYANG},{SINGIL}&" in by_label["Add Singil-dong"].replace("&amp;", "&")


def test_no_sixth_dong_is_offered(real):
    codes = [row["code"] for row in profiles(real, {}).rows][:5]
    html = plan.page(real, Plan(dong=tuple(codes)), Site("en")).html
    assert 'aria-label="Add ' not in html
    assert "take one away" in html


def test_the_only_dong_stays(real):
    assert 'aria-label="Take ' not in plan.page(real, Plan(), Site("en")).html


def test_lines_are_shares_of_counts_and_say_where_they_are_estimated(real):
    (line,) = slope_chart(real, "dong", [WONGOK]).chosen
    assert line.shares[1:] == (round(25_178 / 30_979, 4), round(24_915 / 29_889, 4))
    assert line.estimated
    assert line.points[0][1] > line.points[2][1]  # lower on the page where the share was lower


@pytest.mark.parametrize(
    ("view", "estimated", "together"),
    [
        (Plan(dong=(WONGOK, HAEYANG)), True, False),
        (Plan(dong=(HAEYANG,)), False, False),
        (Plan(dong=(WONGOK,), scale="unit"), False, True),
    ],
)
def test_estimates_are_explained_where_there_are_some(real, view, estimated, together):
    section = plan.page(real, view, Site("en")).html.partition('id="change"')[2]
    section = section.partition("</section>")[0]
    assert ("≈" in section, "shared out" in section) == (estimated, estimated)
    assert ("parts of a split dong together" in section) == together


@pytest.mark.parametrize(("lang", "name"), [("en", "Singil-dong"), ("ko", "신길동")])
def test_units_have_names_in_the_language_of_the_reader(real, lang, name):
    html = plan.page(real, Plan(dong=(WONGOK,), scale="unit"), Site(lang)).html
    section = html.partition('id="change"')[2].partition("</section>")[0]
    assert section.count(name) == 2  # in the chart and in its table
    assert ("원곡동" in section) == (lang == "ko")


def test_units_without_estimates_take_a_split_dong_together(real):
    chart = slope_chart(real, "unit", [SINGIL, WONGOK])
    (line,) = chart.chosen
    assert (line.codes, line.numbers, line.estimated) == ((WONGOK, SINGIL), (1, 2), False)
    assert len(chart.chosen) + len(chart.others) == 24


def test_names_at_the_end_of_lines_do_not_cover_each_other(real):
    codes = [row["code"] for row in profiles(real, {}).rows][:5]
    heights = sorted(line.label_y for line in slope_chart(real, "dong", codes).chosen)
    assert all(after - before >= 17 for before, after in pairwise(heights))


def test_names_of_the_lowest_lines_stay_in_the_chart(real):
    rows = sorted(profiles(real, {}).rows, key=lambda row: row["foreign_share"])[:5]
    lines = slope_chart(real, "dong", [row["code"] for row in rows]).chosen
    assert max(line.label_y for line in lines) <= HEIGHT - 10


def test_dots_are_where_their_values_are_between_the_ticks():
    rows = [
        {"code": str(n), "x": x, "y": y} for n, (x, y) in enumerate([(0, 1), (5, 3), (10, None)])
    ]
    chart = scatter(rows, "x", "y", ["1"])
    assert chart.missing == ["2"]
    assert [dot.number for dot in chart.dots] == [0, 1]
    low, high = chart.x_ticks[0], chart.x_ticks[-1]
    for dot in chart.dots:
        share = (dot.values[0] - low[1]) / (high[1] - low[1])
        assert dot.x == pytest.approx(low[0] + share * (high[0] - low[0]), abs=0.1)


@pytest.mark.parametrize(
    ("values", "ends"),
    [([0.0, 1.0], (0, 1)), ([0.19, 0.83], (0, 1)), ([7, 7], (7, 7)), ([], (0, 1))],
)
def test_ticks_hold_all_values_in_few_round_steps(values, ends):
    rows = [{"code": str(n), "x": value, "y": value} for n, value in enumerate(values)]
    ticks = [value for _, value in scatter(rows, "x", "y", []).x_ticks]
    assert 2 <= len(ticks) <= 7
    assert ticks[0] <= ends[0] and ticks[-1] >= ends[1]


def test_rank_correlation_is_that_of_the_ranks():
    pairs = [(1, 10), (2, 30), (3, 20), (4, 40), (4, 50)]
    rows = [{"code": str(n), "x": x, "y": y} for n, (x, y) in enumerate(pairs)]
    # Ranks 1 2 3 4.5 4.5 and 1 3 2 4 5: worked out by hand with the formula for ties.
    assert scatter(rows, "x", "y", []).rank_correlation == pytest.approx(0.87, abs=0.005)
    assert scatter(rows[:2], "x", "y", []).rank_correlation is None


def test_who_can_walk_to_a_desk_is_what_the_measure_says(real, html):
    nobody = point_sample(real.layers["businesses"], np.arange(0))
    asked = {"language": "vi", "minutes": "15", "group": "foreign"}
    rows = {row["dong_code"]: row for row in reach(real, nobody, asked).rows}
    section = html.partition('id="desks"')[2].partition("</table>")[0]
    cells = re.search(r">Vietnamese</a></th>(.*?)</tr>", section, re.DOTALL)[1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cells)).strip()
    low, high = (round(100 * rows[WONGOK][name]) for name in ("share_from", "share_to"))
    assert 0 < low < high < 100
    assert text == f"3 {low}% to {high}% perhaps up to 100% 0% perhaps up to 100%"
    assert ">Korean<" not in section
