"""The analysts' page: findings that are those of the measures, and names of places."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from geo.core.errors import BadParameterError
from geo.serving.analysis.area_parameter import requested_area
from geo.serving.analysis.cells import Cells
from maps.i18n import Words
from maps.pages.analyse import answers, page
from maps.pages.analyse.changes import share_still_open
from maps.pages.analyse.class_choice import HEIGHT, WIDTH, histogram
from maps.pages.analyse.densities import densest_unit
from maps.pages.analyse.selection import Selection, compute_measure, sample_of
from maps.pages.analyse.unit_names import unit_names
from maps.pages.view_state import Analyse, query_string
from maps.print.legend_entries import shades_of
from maps.web.label_places import place_labels, text_width
from maps.web.page import Site

EN = Words("en")
WONGOK = "4127354500"


def answer(real, **asked):
    return answers.answer(real, Analyse(**asked), EN)


class People:
    """Addresses and dong of some businesses, as a sample gives them."""

    def __init__(self, *rows):
        self._columns = dict(zip(("address", "dong_code"), zip(*rows, strict=True), strict=True))

    def values(self, name):
        return list(self._columns[name])


def units(xy, cell_of):
    ids = tuple("abcdef"[: len(xy)])
    shapes = np.array([shapely.Point(0, 0)] * len(xy))
    return Cells("hex", ids, shapes, np.array(xy, dtype=float), np.ones(len(xy)), np.array(cell_of))


def test_a_place_is_called_by_its_main_street_and_its_numbers():
    sample = People(
        ("다문화길 6", WONGOK), ("다문화길 19-2", WONGOK), ("원곡로 30", WONGOK), (None, WONGOK)
    )
    names = unit_names(units([(0, 0)], [0, 0, 0, 0]), sample, {WONGOK: "Wongok-dong"}, [], {})
    assert names == {"a": "다문화길 6–19"}


def test_a_place_without_addresses_is_called_by_its_dong_and_the_nearest_station():
    sample = People((None, WONGOK))
    stations = [("Ansan Station", np.array([0.0, 330.0])), ("Far", np.array([9e3, 9e3]))]
    both = units([(0, 0), (0, 200)], [0])  # the second holds no business
    names = unit_names(both, sample, {WONGOK: "Wongok-dong"}, stations, {})
    assert names == {
        "a": "Wongok-dong, Ansan Station 350\N{NO-BREAK SPACE}m",
        "b": "Wongok-dong, Ansan Station 150\N{NO-BREAK SPACE}m",
    }


def test_a_sliver_at_the_edge_of_what_is_covered_is_not_the_densest_place():
    rows = [
        {"unit": "sliver", "per_ha": 10.0, "area_ha": 0.2},
        {"unit": "whole", "per_ha": 8.0, "area_ha": 1.5},
        {"unit": "outside", "per_ha": None, "area_ha": 9.0},
    ]
    assert densest_unit(rows, "hex")["unit"] == "whole"
    assert densest_unit(rows, "dong")["unit"] == "sliver"  # dong differ in size by nature
    assert densest_unit(rows[2:], "hex") is None


def test_the_densest_place_is_that_of_the_measure(real):
    found = answer(real, kind="restaurant")
    density = compute_measure(real, "density", Selection(("restaurant",)), {"scale": "hex"})
    assert found.told["per_ha"] == max(row["per_ha"] or 0 for row in density.rows)
    assert found.told["n"] == density.basis.n == sample_of(real, Selection(("restaurant",))).n
    shown = [row["per_ha"] for row in found.rows if row["per_ha"] is not None]
    assert shown == sorted(shown, reverse=True)


def test_two_kinds_share_their_classes_and_a_third_map_compares_them(real):
    found = answer(real, kind="grocery", against="restaurant", scale="dong")
    first, second, both = found.panels
    labels = [[entry.label for entry in each.map.legend] for each in (first, second)]
    assert labels[0] == labels[1]
    verdicts = {row["unit"]: row["verdict"] for row in both.result.rows}
    for row in compute_measure(
        real, "quotients", Selection(("grocery", "restaurant")), {"scale": "dong"}
    ).rows:
        if row["category"] == "grocery" and row["unusual"]:
            expected = "more" if row["quotient"] > 1 else "less"
            assert verdicts[row["unit"]] == expected
    assert "more" in verdicts.values()


def test_a_comparison_of_what_no_list_covers_gives_no_density(real):
    found = answer(real, kind="halal", against="cuisine-cn", within="zone")
    assert found.finding == "where-unknown"
    assert len(found.panels) == 2


def test_scales_that_disagree_give_no_conclusion(real):
    """In the zone alone, hexagons and squares do not name the same restaurants."""
    found = answer(real, question="unusual", kind="restaurant", within="zone")
    scales = compute_measure(real, "scales", Selection(("restaurant",), "zone"), {})
    assert not scales.parameters["stands"]
    assert found.finding == "unusual-undecided"
    html = page.page(
        real, Analyse(question="unusual", kind="restaurant", within="zone"), Site("en")
    ).html
    assert "no conclusion" in html


def test_scales_that_agree_give_the_numbers_of_places(real):
    found = answer(real, question="unusual", kind="restaurant")
    result = compute_measure(real, "hot-spots", Selection(("restaurant",)), {"scale": "hex"})
    assert found.finding == "unusual"
    assert found.told["hot"] == sum(row["spot"] == "hot" for row in result.rows) > 0


def test_dong_are_too_few_for_hot_spots(real):
    with pytest.raises(BadParameterError, match="hex or grid"):
        answer(real, question="unusual", scale="dong")


def test_a_dong_is_made_of_what_stands_out_in_it(real):
    told = answer(real, question="made-of", place=WONGOK).told
    assert {"grocery", "mobile-phone"} <= set(told["more"])
    assert not set(told["more"]) & set(told["less"])


def test_a_dong_that_no_list_covers_is_not_called_empty(real):
    assert answer(real, question="made-of", place="4127361000").finding == "made-of-unknown"


def test_simulated_businesses_are_told_and_nothing_is_tested_of_them(real):
    view = Analyse(question="together", kind="restaurant", within="zone", simulated="true")
    found = answers.answer(real, view, EN)
    assert found.result.basis.provenance["simulated"] > 0
    assert (
        "simulated"
        in re.search(
            r'class="basis-line">(.*?)</p>', page.page(real, view, Site("en")).html, re.DOTALL
        )[1]
    )


@pytest.mark.parametrize(
    "view",
    [
        {"kind": "restaurant", "within": WONGOK},
        {"kind": "bakery", "against": "restaurant", "within": WONGOK},
        {"kind": "beauty", "simulated": "beside", "within": "zone"},
    ],
)
def test_every_unit_that_is_drawn_is_in_the_table_or_the_files(real, view):
    found = answer(real, **view)
    drawn = {unit.id for panel in found.panels for unit in panel.map.units}
    assert drawn == {row["unit"] for row in found.rows}
    assert len(found.rows) == len(drawn)


def test_a_place_of_the_second_kind_alone_has_none_of_the_first(real):
    found = answer(real, kind="bakery", against="restaurant", within=WONGOK)
    first, second, both = (panel.result.rows for panel in found.panels)
    alone = {row["unit"] for row in second} - {row["unit"] for row in first}
    rows = [row for row in found.rows if row["unit"] in alone]
    covered = {row["unit"] for row in both if row["coverage"] == "covered"}
    assert alone & covered
    for row in rows:
        assert row["count"] == row["per_ha"] == (0 if row["unit"] in covered else None)
        assert row["count_against"] > 0
        assert row["name"] != row["unit"]


@pytest.mark.parametrize(("low", "high", "is_given"), [(1.0, 1.0, False), (0.4, 0.9, True)])
def test_an_interval_without_width_is_no_certainty(low, high, is_given):
    point = {"years": 3.0, "share": (low + high) / 2, "low": low, "high": high, "at_risk": 2}
    licences = {"register": "a", "survival": [point], "businesses": 2, "without_dates": 0}
    found = {"turnover": [{**licences, "until": "2026-06-01"}]}
    snapshot = SimpleNamespace(changes=found, manifest={"registers": {"a": {}}})
    assert (share_still_open(snapshot) is not None) == is_given


def test_what_lists_disagree_about_is_what_the_claims_say(real):
    """Counted anew from the claims of the layer, which name both lists of the committed data."""
    found = answer(real, question="disagree")
    layer = real.layers["businesses"].columns
    claims = [claim for each in layer["claims"].to_pylist() for claim in each]
    both = [claim for claim in claims if "(places)" in claim and "(storefronts)" in claim]
    assert found.finding == "disagree"
    assert len(found.rows) == len(both) == found.told["differ"] + 1  # one business twice
    assert found.told["both"] == sum(len(lists) == 2 for lists in layer["registers"].to_pylist())
    names = {row["name"] for row in found.rows}
    assert "Lepyoshka" in names
    drawn = {unit.id for unit in found.panels[0].map.units}
    assert drawn == {row["unit"] for row in found.rows}
    stated = {row["unit"]: (row["left"], row["right"]) for row in found.rows}
    assert stated["batavia"] == ("Restaurant (named places)", "Grocery (storefronts (SEMAS))")


def test_lists_without_a_common_business_are_not_said_to_agree(real):
    found = answer(real, question="disagree", kind="restaurant", within="4127161000")
    assert (found.finding, found.panels) == ("disagree-unknown", [])


def test_who_can_reach_is_what_the_measure_bounds(real):
    found = answer(real, question="reach", to="language-vi", minutes=15)
    asked = {"to": "centres", "language": "vi", "minutes": "15"}
    result = compute_measure(real, "reach", Selection(), asked)
    assert found.told["from_share"] == result.parameters["from_share"] > 0
    assert found.asked == [("reach", {**asked, "classes": "round"})]
    shares = [row["share_from"] for row in found.rows]
    assert shares == sorted(shares, reverse=True)
    html = page.page(real, Analyse(question="reach", to="language-vi"), Site("en")).html
    assert "Desks where Vietnamese is spoken: share, at least" in html
    assert "Not covered" not in html  # residents are counted everywhere


def test_a_street_section_is_called_by_its_street_and_numbers(real):
    found = answer(real, question="compare", area=("section:damunhwa-gil,6,19",)).comparison
    assert found.areas[0].name == "Damunhwa-gil 6–19"


def test_a_hexagon_is_called_by_where_it_is_and_its_index_is_in_the_address(real):
    asked = requested_area("hex:126.79,37.33").text
    found = answer(real, question="compare", area=(asked,)).comparison
    assert found.areas[0].text == asked
    assert asked.removeprefix("hex:") not in found.areas[0].name
    assert "Ansan Station" in found.areas[0].name


def test_no_label_lies_over_another_or_beyond_the_edge():
    points = [("Jungang Station", 300.0, 100.0), ("Gojan", 262.0, 98.0), ("A", 398.0, 50.0)]
    placed = place_labels(points, 400, 200)
    assert [label.anchor for label in placed] == ["start", "end", "end"]
    crowd = place_labels([("Jungang Station", 50.0 + n, 50.0) for n in range(9)], 200, 100)
    assert sum(bool(label.text) for label in crowd) < 9  # no room for all; the points stay
    assert len(crowd) == 9
    assert text_width("중앙역") > text_width("Ans")


def test_stations_of_the_map_are_all_named_apart(real):
    for lang in ("en", "ko"):
        view = Analyse(question="compare")
        labels = answers.answer(real, view, Words(lang)).comparison.stations
        assert all(label.text for label in labels)


def test_real_and_simulated_stand_side_by_side_on_the_same_classes(real):
    found = answer(real, kind="restaurant", within="zone", simulated="beside")
    first, second, alone = found.panels
    assert [each.result.basis.provenance.get("simulated", 0) > 0 for each in found.panels] == [
        False, True, True,
    ]  # fmt: skip
    assert alone.result.basis.n == second.result.basis.n - first.result.basis.n > 0
    labels = [[entry.label for entry in each.map.legend][:5] for each in found.panels]
    assert labels[0] == labels[1] == labels[2]
    counted = {row["unit"]: row["count_against"] - row["count"] for row in found.rows}
    drawn = {row["unit"]: row["count"] for row in alone.result.rows if row["count"]}
    assert {unit: n for unit, n in counted.items() if n} == drawn
    assert [asked.get("provenance", asked.get("with")) for _, asked in found.asked] == [
        None, "simulated", "simulated",
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["equal", "quantile", "jenks"])
@pytest.mark.parametrize("asked", [{"kind": "grocery", "against": "cafe"}, {"question": "reach"}])
def test_no_value_lies_beyond_what_the_legend_says(real, method, asked):
    """Each unit has the colour of the class in whose written bounds its value lies."""
    found = answer(real, classes=method, to="grocery", **asked)
    labels = [[entry.label for entry in each.map.legend] for each in found.panels[:2]]
    assert labels[0][:5] == labels[-1][:5] or asked.get("question")
    panel = found.panels[0]
    column, times = ("per_ha", 1) if "kind" in asked else ("share_from", 100)
    values = {row.get("unit", row.get("dong_code")): row[column] for row in panel.result.rows}
    written = {
        entry.fill: [float(number) for number in re.findall(r"[\d.]+", entry.label)]
        for entry in panel.map.legend[:5]
    }
    drawn = [
        (times * values[unit.id], written[unit.fill])
        for unit in panel.map.units
        if values[unit.id] and unit.fill in written
    ]
    assert len(drawn) > 10
    assert all(ends[0] < value <= ends[-1] or value == ends[-1] for value, ends in drawn)


def test_own_bounds_part_both_maps_and_are_in_the_address(real):
    view = Analyse(kind="grocery", against="cafe", scale="dong", classes="own", breaks="0.5 1 2")
    found = answers.answer(real, view, EN)
    labels = [entry.label for entry in found.panels[1].map.legend]
    assert labels[:3] == [
        "more than 0.0, up to 0.5", "more than 0.5, up to 1.0", "more than 1.0, up to 2.0",
    ]  # fmt: skip
    assert "classes=own&breaks=0.5+1+2" in query_string(view)
    with pytest.raises(BadParameterError, match="ascending"):
        answers.answer(real, Analyse(classes="own", breaks="3 1"), EN)


def test_bars_of_a_histogram_add_up_to_the_units_and_wear_their_colours():
    values = [0.5, 1.0, 1.0, 2.0, 9.6]
    found = histogram(values, [1.0, 5.0, 10.0], EN)
    heights = [bar.height for bar in found.bars]
    assert sum(heights) / (HEIGHT / found.most) == pytest.approx(len(values), abs=0.1)
    assert (found.low, found.high) == ("0", "10")
    assert found.cuts == [WIDTH / 10, WIDTH / 2]
    assert len({bar.fill for bar in found.bars}) == 3


def test_a_step_across_a_bound_has_the_colours_of_both_classes():
    """2.96 lies in the first class, the middle of its step in the second."""
    found = histogram([2.96, 5.03], [2.97, 5.03], EN)
    assert [bar.fill for bar in found.bars] == shades_of([2.97, 5.03])
    crossed = histogram([2.96, 2.98, 2.98, 5.03], [2.97, 5.03], EN).bars
    assert crossed[0].x == crossed[1].x
    assert crossed[0].y == crossed[1].y + crossed[1].height  # one stands on the other


def test_a_chart_has_the_values_of_the_table_and_their_intervals(real):
    found = answer(real, question="made-of", place=WONGOK)
    known = [row for row in found.rows if row["quotient"] is not None]
    assert [bar.name for bar in found.chart.bars] == [row["name"] for row in known]
    most = max(row["high"] for row in known)
    for bar, row in zip(found.chart.bars, known, strict=True):
        assert bar.width == pytest.approx(100 * row["quotient"] / most, abs=0.1)
        assert bar.interval == pytest.approx(
            (100 * row["low"] / most, 100 * row["high"] / most), abs=0.1
        )
    assert found.chart.reference == pytest.approx(100 / most, abs=0.1)


def test_a_chart_says_how_many_rows_it_leaves_out(real):
    found = answer(real, kind="restaurant")
    known = [row for row in found.rows if row["per_ha"] is not None]
    assert len(found.chart.bars) + found.chart.left_out == len(known)
    assert found.chart.bars[0].width == 100


def tips_of(real, **asked):
    html = page.page(real, Analyse(**asked), Site("en")).html
    return json.loads(re.search(r'id="tips-data">(.*?)</script>', html, re.DOTALL)[1])


def test_tips_of_cells_are_the_figures_of_the_measures(real):
    """Categories are those of `quotients`, the simulated share that of two counts of `density`."""
    tips = tips_of(real, kind="restaurant", within="zone", simulated="true")["units"]
    everyone = Selection(within="zone", simulated=True)
    made_up = Selection(within="zone", simulated=True, only_simulated=True)
    kinds = compute_measure(real, "quotients", everyone, {"scale": "hex"})
    simulated = compute_measure(real, "density", made_up, {"scale": "hex"})
    unit = max(kinds.rows, key=lambda row: row["n"])["unit"]
    here = [row for row in kinds.rows if row["unit"] == unit]
    top = min(here, key=lambda row: (-row["count"], row["category"]))
    share = next(row["count"] for row in simulated.rows if row["unit"] == unit) / here[0]["n"]
    there = next(line for line in tips[unit] if line.startswith("All businesses there"))
    first = f"{EN.coded('category', top['category'])} {top['count']}"
    assert there.startswith(f"All businesses there, {here[0]['n']}: {first}")
    assert f"{EN.percent(share)} simulated" in tips[unit]
    of_kind = next(row["count"] for row in here if row["category"] == "restaurant")
    assert tips[unit][1].startswith(f"businesses {of_kind} ·")


def test_every_cell_that_is_drawn_has_a_tip_in_words(real):
    view = {"kind": "halal", "against": "cuisine-cn", "within": "zone"}
    tips = tips_of(real, **view)["units"]
    drawn = {unit.id for panel in answer(real, **view).panels for unit in panel.map.units}
    assert tips.keys() == drawn
    assert not [unit for unit, lines in tips.items() if unit in "".join(lines)]
    assert any(line.startswith("Also on ") for lines in tips.values() for line in lines)


@pytest.mark.parametrize("question", ["made-of", "reach", "disagree", "compare"])
def test_maps_of_every_question_have_tips(real, question):
    assert tips_of(real, question=question)["units"]
