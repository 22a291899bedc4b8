"""Change over dong that were redrawn and surveys that counted differently."""

import csv
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import SourceChangedError
from geo.statistics.areal_change import (
    UNSTATED,
    BoundaryChange,
    Observation,
    Unit,
    comparable_runs,
    comparable_units,
    convert_counts,
    index_series,
)

DATA = Path(__file__).parents[3] / "data"
# A is kept, B renamed to b, C and D merged to m, E split into e and f.
LINKS = [
    BoundaryChange("B", "b", "renamed"),
    BoundaryChange("C", "m", "merged"),
    BoundaryChange("D", "m", "merged"),
    BoundaryChange("E", "e", "split"),
    BoundaryChange("E", "f", "split"),
]
OLDER, NEWER = "ABCDE", "Abmef"


@pytest.fixture(scope="module")
def concordance():
    text = (DATA / "tables" / "dong_concordance.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return [BoundaryChange(row["from_code"], row["to_code"], row["kind"]) for row in rows]


def codes(edition):
    return set(gpd.read_file(DATA / "shapes" / f"dong_{edition}.geojson")["dong_code"])


def test_units_hold_what_can_be_compared():
    assert comparable_units(OLDER, NEWER, LINKS) == [
        Unit(("A",), ("A",), "same"),
        Unit(("B",), ("b",), "renamed"),
        Unit(("E",), ("e", "f"), "split"),
        Unit(("C", "D"), ("m",), "merged"),
    ]


def test_a_part_that_goes_to_a_neighbour_makes_one_unit_of_both():
    links = [
        BoundaryChange("E", "e", "split"),
        BoundaryChange("E", "m", "split"),
        BoundaryChange("C", "m", "merged"),
    ]
    assert comparable_units("CE", "em", links) == [Unit(("C", "E"), ("e", "m"), "split")]


def test_a_dong_that_nothing_explains_is_refused():
    with pytest.raises(SourceChangedError, match="lacks \\['X'\\]"):
        comparable_units([*OLDER, "X"], NEWER, LINKS)


def test_counts_are_carried_and_marked_where_they_are_shared_out():
    found = convert_counts({"A": 1, "B": 2, "C": 30, "D": 4, "E": 100}, LINKS, {"e": 1, "f": 3})
    assert {code: (item.value, item.estimated) for code, item in found.items()} == {
        "A": (1, False),
        "b": (2, False),
        "m": (34, False),
        "e": (25, True),
        "f": (75, True),
    }


@given(
    st.fixed_dictionaries({code: st.integers(0, 10**6) for code in OLDER}),
    st.floats(0.1, 10**6),
    st.floats(0.1, 10**6),
)
def test_nobody_is_lost_on_the_way(counts, one, other):
    found = convert_counts(counts, LINKS, {"e": one, "f": other})
    assert sum(each.value for each in found.values()) == pytest.approx(sum(counts.values()))


def test_a_split_without_weights_is_refused():
    with pytest.raises(SourceChangedError, match="E was split"):
        convert_counts({"E": 1}, LINKS, {"e": 0, "f": 0})


def test_the_concordance_of_ansan_explains_every_dong(concordance):
    found = comparable_units(codes(2015), codes(2020), concordance)
    kinds = [unit.kind for unit in found]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "same": 17,
        "renamed": 5,
        "merged": 1,
        "split": 1,
    }


def test_the_dong_of_2010_are_those_of_2015():
    assert codes(2010) == codes(2015)


def test_the_outlines_bear_the_concordance_out(concordance):
    # Each older dong lies for its greater part in the newer ones it is said to have gone to.
    older, newer = (
        gpd.read_file(DATA / "shapes" / f"dong_{edition}.geojson")
        .to_crs(5186)
        .set_index("dong_code")
        .geometry
        for edition in (2015, 2020)
    )
    for code, shape in older.items():
        gone_to = [link.newer for link in concordance if link.older == code] or [code]
        assert shape.intersection(newer[gone_to].union_all()).area > 0.75 * shape.area


def test_areal_weighting_is_what_tobler_does():
    # Squares of 1 m: what tobler gives each half of a split square is its share of the area.
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tobler.area_weighted import area_interpolate
    from shapely import box

    old = gpd.GeoDataFrame({"n": [100.0]}, geometry=[box(0, 0, 4, 1)], crs=5186)
    new = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 4, 1)], crs=5186)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = area_interpolate(old, new, extensive_variables=["n"])["n"].tolist()
    weights = dict(zip("ef", new.area, strict=True))
    ours = convert_counts({"E": 100}, LINKS, weights)
    assert [ours["e"].value, ours["f"].value] == pytest.approx(theirs)
    assert theirs == pytest.approx([25, 75])


def observation(year, value, definition="direct"):
    return Observation(year, value, definition)


def test_a_line_ends_where_the_definition_changes():
    series = [observation(2012, 329), observation(2013, 349), observation(2014, 435, "wide")]
    assert [[item.year for item in run] for run in comparable_runs(series)] == [
        [2012, 2013],
        [2014],
    ]


def test_what_is_not_stated_is_compared_with_nothing():
    series = [observation(2018, 291, UNSTATED), observation(2022, 395, UNSTATED)]
    assert [[item.year for item in run] for run in comparable_runs(series)] == [[2018], [2022]]


def test_a_year_without_a_value_is_a_gap_and_no_break():
    series = [observation(2012, 329), observation(2013, None), observation(2014, 435)]
    assert [[item.year for item in run] for run in comparable_runs(series)] == [[2012, 2014]]


def test_an_index_holds_only_what_can_be_compared_with_its_base():
    series = [observation(2012, 329), observation(2013, 349), observation(2014, 435, "wide")]
    found = index_series(series, 2012)
    assert [(item.year, item.value) for item in found] == [
        (2012, 100),
        (2013, pytest.approx(106.08, abs=0.01)),
    ]


@pytest.mark.parametrize("base", [2011, 2013])
def test_a_base_without_a_value_is_refused(base):
    with pytest.raises(ValueError, match=str(base)):
        index_series([observation(2012, 329), observation(2013, 0)], base)
