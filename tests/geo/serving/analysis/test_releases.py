"""Two releases of a register as a measure: figures worked by hand and by SciPy."""

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from geo.core.errors import BadParameterError
from geo.serving.analysis.releases import (
    CHANCE,
    COLLECTED,
    COVERED,
    NOT_COMPARED,
    change_bounds,
    releases,
)
from geo.serving.analysis.turnover import NOT_LOADED
from geo.statistics.paired_counts import paired_ratio

WONGOK, HAEYANG = "4127354500", "4127153700"
CELLS = ("8a30e2c5a4effff", "8a30e2c5a4f7fff")


def counts(*rows) -> dict:
    names = ("unit", "category", "before", "after", "both")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


FOUND = {
    "register": "semas",
    "before": "2026-03",
    "after": "2026-06",
    "covered": [WONGOK, HAEYANG],
    "n": 52,
    "without_point": {"all": 3, "cafe": 1},
    "hex": counts((CELLS[0], "all", 40, 20, 18), (CELLS[1], "all", 4, 12, 4)),
    "dong": counts((WONGOK, "all", 44, 32, 24), (WONGOK, "cafe", 0, 2, 0)),
    "city": counts(("city", "all", 44, 32, 24), ("city", "cafe", 0, 2, 0)),
}


@pytest.fixture
def compared(snapshot):
    """A snapshot with two releases of a register, and with one of another."""
    manifest = {**snapshot.manifest, "registers": {"semas": {"covers": ["41273"]}, "small": {}}}
    small = {**FOUND, "register": "small", "n": 1, "covered": None}
    return replace(snapshot, manifest=manifest, changes={"releases": [small, FOUND]})


def asked(snapshot, **parameters):
    return releases(snapshot, {name: str(value) for name, value in parameters.items()})


def test_hexagons_have_both_counts_difference_and_ratio(compared):
    result = asked(compared)
    fell, rose = result.rows
    assert [fell[name] for name in ("unit", "before", "after", "both", "difference")] == [
        CELLS[0], 40, 20, 18, -20,
    ]  # fmt: skip
    expected = paired_ratio(40, 20, 18)
    assert [fell[name] for name in ("ratio", "low", "high")] == pytest.approx(
        [expected.value, expected.low, expected.high], abs=5e-5
    )
    assert fell["p"] == pytest.approx(binomtest(2, 24).pvalue, rel=5e-3)
    assert fell["unusual"] is True
    assert (rose["difference"], rose["ratio"], rose["low"]) == (8, None, None)  # four are too few
    assert rose["p"] == pytest.approx(2 / 2**8, rel=5e-3)
    assert len(result.shapes) == 2
    assert result.parameters["class_bounds"][-1] >= 8
    assert 0.0 in result.parameters["class_bounds"]


def test_every_dong_that_is_covered_has_figures(compared):
    rows = {row["unit"]: row for row in asked(compared, scale="dong").rows}
    assert len(rows) == 25
    assert [rows[WONGOK][name] for name in ("before", "after", "state")] == [44, 32, "shown"]
    assert [rows[HAEYANG][name] for name in ("before", "after", "difference")] == [0, 0, 0]
    (state,) = {rows[unit]["state"] for unit in rows if unit not in (WONGOK, HAEYANG)}
    assert state == "missing"


def test_either_count_has_classes_that_both_releases_share(compared):
    bounds = [asked(compared, show=side).parameters["class_bounds"] for side in ("before", "after")]
    assert bounds[0] == bounds[1] == [8.0, 16.0, 24.0, 32.0, 40.0]


def test_kinds_beyond_categories_are_those_that_the_build_counted(compared):
    with pytest.raises(BadParameterError, match="all or a category"):
        asked(compared, kind="halal")
    city = counts(("city", "halal", 5, 6, 5))
    newer = {**FOUND, "beyond_category": True, "city": city}
    found = asked(replace(compared, changes={"releases": [newer]}), kind="halal", scale="city")
    assert [row["after"] for row in found.rows] == [6]


def test_the_basis_is_who_is_in_either_release(compared):
    result = asked(compared, scale="city")
    assert (result.basis.n, result.basis.dates) == (52, ("2026-03", "2026-06"))
    assert result.basis.left_out == {"place known only to a dong or gu": 3}
    assert result.basis.sources == {"semas"}
    assert result.shapes is None
    of_cafes = asked(compared, scale="city", kind="cafe")
    assert (of_cafes.basis.n, of_cafes.rows[0]["after"]) == (2, 2)
    assert asked(compared, kind="pub").rows == []


def test_caveats_say_what_a_difference_may_be(compared):
    assert {CHANCE, COVERED} <= set(asked(compared).caveats)
    assert COLLECTED in asked(compared, register="small").caveats


def test_a_register_without_two_releases_is_refused_with_those_that_have(compared):
    with pytest.raises(BadParameterError, match="semas"):
        asked(compared, register="permits")


def test_without_two_releases_the_answer_says_what_to_load(snapshot):
    assert asked(snapshot).caveats == (NOT_LOADED,)
    one = replace(snapshot, changes={"counts": [], "turnover": []})
    found = asked(one)
    assert (found.rows, found.caveats, found.basis.n) == ([], (NOT_COMPARED,), 0)
    with pytest.raises(BadParameterError, match="no register has two releases"):
        asked(one, register="semas")


def test_classes_of_differences_part_at_zero():
    assert change_bounds([1, 2, 12])[0] > 0
    bounds = change_bounds([-20, -3, 1, 8])
    assert bounds == sorted(bounds)
    assert 0.0 in bounds
    assert bounds[-1] >= 8
    assert change_bounds([-7, -1])[-1] == 0.0
    assert change_bounds([-3, -1, 2]) == [-2.0, 0.0, 1.0, 2.0]  # one less has a class of its own
