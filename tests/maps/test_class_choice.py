"""Legends of few small counts, and the classes that a page hands on to its files."""

from dataclasses import replace

import pytest

from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.class_choice import choose_bounds, write_bounds
from maps.i18n import Words
from maps.pages.analyse.answers import answer
from maps.pages.view_state import Analyse
from maps.print.classes import choose_classes
from maps.print.encodings import Encoding, encoding_of
from maps.print.legend_entries import legend_entries
from maps.wording.terms import setting_text

EN = Words("en")
POINT = {"type": "Point", "coordinates": [126.79, 37.33]}


def legend(values, method="round", breaks=""):
    rows = [{"n": value} for value in values]
    bounds = tuple(choose_bounds(values, method, breaks))
    entries = legend_entries(rows, Encoding(("n",), bounds=bounds), "n", EN)
    return [(entry.label, int(entry.amount)) for entry in entries]


@pytest.mark.parametrize(
    ("values", "choice", "expected"),
    [
        ([1, 1, 2], ("round",), [("1", 2), ("2", 1)]),
        ([0, 1, 3], ("jenks",), [("1", 1), ("2 to 3", 1), ("zero", 1)]),
        ([1, 2, 7], ("round",), [("1 to 2", 2), ("7 to 8", 1)]),  # nothing has 3 to 6
        ([1, 2, 3, 4, 5, 20], ("equal",), [("1 to 4", 4), ("5 to 8", 1), ("17 to 20", 1)]),
        ([1, 2, 2, 3, 5, 9], ("own", "1.5 3"), [("1", 1), ("2 to 3", 3), ("4 to 9", 2)]),
        ([-3, -1, 2], ("own", "0 2"), [("−3 to −1", 2), ("1 to 2", 1)]),
        ([-90, -88, -1], ("own", "-50 -2 -1"), [("−90 to −50", 2), ("−49 to −2", 0), ("−1", 1)]),
        ([-3, -1], ("quantile",), [("−3", 1), ("−2 to −1", 1)]),
        (
            [-2.5, 0.5],
            ("own", "-5 0 1"),
            [("more than −5, below 0", 1), ("more than 0, up to 1", 1)],
        ),
    ],
)
def test_a_legend_of_small_numbers_says_what_its_classes_hold(values, choice, expected):
    assert legend(values, *choice) == expected


def result(values, **column):
    rows = [{"share_from": value} for value in values]
    basis = Evidence(1, {}, (None, None), {})
    columns = (Column("share_from", "at least", **column),)
    shapes = [POINT] * len(rows)
    return MeasureResult("reach", "", "", basis, {"minutes": 10}, columns, rows, shapes=shapes)


def test_own_bounds_of_shares_are_typed_in_percent():
    chosen = choose_classes(result([0.1, 0.5], share=True), {"classes": "own", "breaks": "20 60"})
    assert chosen.parameters == {
        "minutes": 10, "classes": "own", "class_column": "share_from", "class_bounds": [0.2, 0.6],
    }  # fmt: skip
    assert setting_text(EN, chosen, "class_bounds", [0.2, 0.6]) == "20.00%; 60.00%"
    assert encoding_of(chosen).bounds == (0.2, 0.6)
    assert write_bounds([0.2, 0.6], share=True) == {"classes": "own", "breaks": "20 60"}


def test_bounds_of_counts_beside_a_share_are_no_percentages():
    """The coverage of a unit is a share, its density is none."""
    plain = result([0.5, 2.25])
    beside = replace(plain, columns=(*plain.columns, Column("coverage_share", "", share=True)))
    chosen = choose_classes(beside, {"classes": "jenks"})
    bounds = chosen.parameters["class_bounds"]
    assert setting_text(EN, chosen, "class_bounds", bounds) == "0.500; 2.250"


def test_without_a_choice_a_result_stays_as_it_is():
    plain = result([0.1, 0.5])
    assert choose_classes(plain, {"minutes": "10"}) is plain
    unknown = result([None])
    assert choose_classes(unknown, {"classes": "jenks"}) is unknown


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ({"kind": "grocery", "classes": "jenks", "scale": "dong"}, "per_ha"),
        ({"kind": "grocery", "against": "cafe", "scale": "dong"}, "per_ha"),
        ({"kind": "grocery", "simulated": "beside", "within": "zone"}, "per_ha"),
        ({"question": "made-of", "classes": "own", "breaks": "0.5 2 9"}, "per_ha"),
        ({"question": "reach", "to": "grocery", "classes": "quantile"}, "share_from"),
    ],
)
def test_files_have_the_classes_of_the_screen(real, asked, column):
    """The parameters that a page writes into its links give each map the bounds it is drawn in."""
    found = answer(real, Analyse(**asked), EN)
    files = [given for name, given in found.asked if name in ("density", "reach")]
    panels = [panel for panel in found.panels if panel.histogram]
    assert len(files) == len(panels) > 0
    for panel, given in zip(panels, files, strict=True):
        chosen = choose_classes(panel.result, given)
        bounds = encoding_of(chosen).bounds
        drawn = Encoding((column,), percent=column == "share_from", bounds=bounds)
        labels = [entry.label for entry in legend_entries(chosen.rows, drawn, column, EN)]
        assert labels[: len(bounds)] == [entry.label for entry in panel.map.legend][: len(bounds)]
