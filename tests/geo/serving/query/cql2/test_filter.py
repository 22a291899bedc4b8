"""What a filter selects of a layer: types, periods, coordinates, rows already chosen."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import layer_of, selected
from shapely.geometry import Point

from geo.core.crs import CRS84, SERVED, from_store
from geo.core.errors import BadParameterError
from geo.serving.query.cql2.filter import CONFORMANCE, FUNCTIONS, matching_rows, parse_filter

EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"


@pytest.fixture(scope="module")
def businesses(snapshot):
    return snapshot.layers["businesses"]


@pytest.fixture(scope="module")
def dates():
    held = ["2025", "2025-11", "2025-11-03", "2024-12-31", "2024-02", None]
    return layer_of({"when": ("date", held), "other": ("date", ["2025-11-03"] * 6)})


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # Wholly before or after, or not.
        ("when < DATE('2025-01-01')", [3, 4]),
        ("when < DATE('2025-11-03')", [3, 4]),
        ("when <= DATE('2025-11-03')", [0, 1, 2, 3, 4]),
        ("when > DATE('2025-11-03')", []),
        ("when > DATE('2025-10-31')", [1, 2]),
        ("when >= DATE('2025-11-03')", [0, 1, 2]),
        ("when = DATE('2025-11-03')", [2]),
        ("when <> DATE('2025-11-03')", [0, 1, 3, 4]),
        # As exact as it is known.
        ("when = '2025'", [0]),
        ("when = '2025-11'", [1]),
        ("when IN ('2025', '2025-11-03', 'never')", [0, 2]),
        ("when BETWEEN '2025-11' AND '2025'", [0, 1, 2]),
        ("when >= '2024-02' AND when < '2025'", [3, 4]),
        ("when LIKE '2025%'", [0, 1, 2]),
        ("when = 'never'", []),
        ("when = other", [2]),
        # A time is the day that it is in Korea.
        ("when = TIMESTAMP('2025-11-02T15:00:00Z')", [2]),
        ("when = TIMESTAMP('2025-11-03T15:00:00Z')", []),
        ("when = TIMESTAMP('2025-11-03T00:30:00+09:00')", [2]),
        # February has 29 days in 2024.
        ("t_intersects(when,DATE('2024-02-29'))", [4]),
        ("t_equals(when,INTERVAL('2024-02-01','2024-02-29'))", [4]),
        ("t_equals(when,INTERVAL('2025-01-01','2025-12-31'))", [0]),
        ("t_during(INTERVAL(when,when),INTERVAL('2024-12-31','2025-12-31'))", [1, 2]),
        ("t_after(when,INTERVAL('..','2024-12-30'))", [0, 1, 2, 3]),
        ("t_before(when,'2025')", [3, 4]),
        # Backwards is no interval, and unknown is not selected.
        ("t_intersects(INTERVAL(other,when),INTERVAL('..','..'))", [0, 1, 2]),
        ("NOT t_intersects(INTERVAL(other,when),INTERVAL('..','..'))", []),
        ("INTERVAL(when,other) IS NULL", [5]),
    ],
)
def test_a_date_is_all_of_its_days(dates, text, rows):
    assert selected(dates, text) == rows


@pytest.mark.parametrize(
    "text",
    [
        "t_during(when,INTERVAL('2025-01-01','2025-12-31'))",
        "t_meets(DATE('2025-01-01'),INTERVAL('2025-01-01','2025-12-31'))",
    ],
)
def test_relations_between_intervals_refuse_instants(dates, text):
    """OGC 21-065r2, 7.8.2: a client error."""
    with pytest.raises(BadParameterError, match=r"INTERVAL\(start, end\), for t_"):
        selected(dates, text)


@pytest.mark.parametrize(
    ("text", "value", "allowed"),
    [
        ("categry = 'x'", "categry", "category"),
        ("category = restaurant", "restaurant", "texts need single quotes"),
        ('category = "restaurant"', "restaurant", "texts need single quotes"),
        ("foreign_run = 'yes'", "yes", "TRUE or FALSE, to compare with foreign_run"),
        ("accuracy_m > '5'", "5", "a number, to compare with accuracy_m"),
        ("category = 5", "5", "a text in single quotes, to compare with category"),
        ("category = DATE('2025-01-01')", "2025-01-01", "a text in single quotes"),
        ("accuracy_m + category > 1", '"category"', "two numbers for +"),
        ("cuisine > 'cn'", "cuisine", "a_contains(cuisine, ('…'))"),
        ("a_contains(category,('a'))", "category", "a list property"),
        ("a_contains(cuisine,(1,2))", "[1,2]", "an array of texts"),
        ("geometry = 'x'", "geometry", "s_intersects"),
        ("s_intersects(category,POINT(1 2))", "category", "geometry"),
        ("s_intersects(geometry,'POINT(1 2)')", "POINT(1 2)", "a geometry such as"),
        ("foreign_run", "foreign_run", "a comparison"),
        ("buffer(geometry,5) = 1", "buffer", "CASEI"),
        ("buffer(geometry,5)", "buffer", "s_intersects"),
        ("category LIKE category", "category", "a pattern of text"),
        ("accuracy_m LIKE '5%'", "accuracy_m", "a text property"),
        ("casei(accuracy_m) = 'x'", "accuracy_m", "one text for casei"),
        ("source_date = DATE('2025-02-30')", "2025-02-30", "a day such as"),
        ("t_after(category,DATE('2025-01-01'))", "category", "a date property"),
        ("t_after(source_date,INTERVAL('2025-01-02','2025-01-01'))", "2025-01-02", "ends after"),
        ("s_within(geometry,POLYGON((0 0,1 1,1 0,0 1,0 0)))", "Polygon", "Self-intersection"),
        ("category IN ()", "[]", "1 to 1000 values"),
    ],
)
def test_a_refusal_names_the_value_and_what_is_allowed(businesses, text, value, allowed):
    with pytest.raises(BadParameterError) as refusal:
        selected(businesses, text)
    assert refusal.value.name == "filter"
    assert value in refusal.value.value
    assert allowed in refusal.value.allowed


@pytest.mark.parametrize("crs", SERVED)
def test_a_literal_is_written_in_the_system_asked_for(crs):
    """The same place in every system, with the axes of that system."""
    layer = layer_of({"n": ("integer", [0, 1])}, [Point(126.79, 37.33), Point(126.80, 37.34)])
    low, high = from_store(np.array([Point(126.785, 37.325), Point(126.795, 37.335)]), crs)
    box = f"BBOX({low.x},{low.y},{high.x},{high.y})"
    corners = ((low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y), (low.x, low.y))
    ring = ",".join(f"{x} {y}" for x, y in corners)
    assert selected(layer, f"s_intersects(geometry,{box})", crs=crs) == [0]
    assert selected(layer, f"s_within(geometry,POLYGON(({ring})))", crs=crs) == [0]


def test_latitude_comes_first_in_epsg_4326():
    layer = layer_of({"n": ("integer", [0])}, [Point(126.79, 37.33)])
    assert selected(layer, "s_intersects(geometry,POINT(37.33 126.79))", crs=EPSG.format(4326)) == [
        0
    ]
    with pytest.raises(BadParameterError, match="latitudes"):
        selected(layer, "s_intersects(geometry,POINT(126.79 37.33))", crs=EPSG.format(4326))


def test_a_box_without_width_is_a_line_or_a_point():
    layer = layer_of({"n": ("integer", [0, 1])}, [Point(126.5, 37.5), Point(126.6, 37.5)])
    assert selected(layer, "s_intersects(geometry,BBOX(126.5,37,126.5,38))") == [0]
    assert selected(layer, "s_equals(geometry,BBOX(126.6,37.5,126.6,37.5))") == [1]


def test_a_box_with_heights_is_the_box_without():
    layer = layer_of({"n": ("integer", [0])}, [Point(126.5, 37.5)])
    assert selected(layer, "s_intersects(geometry,BBOX(126,37,-50,127,38,900))") == [0]


def test_a_truth_may_be_a_number_as_gdal_writes_it(businesses):
    assert selected(businesses, "foreign_run = 1") == selected(businesses, "foreign_run = true")
    assert selected(businesses, "0 = foreign_run") == selected(businesses, "foreign_run = false")


def test_the_395_run_by_foreigners_are_found(businesses):
    """DESIGN §3: 395 of the 1,411 in the zone; of observed places it is not known."""
    assert len(selected(businesses, "foreign_run = true")) == 395
    assert len(selected(businesses, "in_zone = true")) == 1_411
    unknown = len(selected(businesses, "foreign_run IS NULL"))
    assert len(selected(businesses, "NOT foreign_run = true")) == businesses.count - 395 - unknown


FILTERS = [
    "category = 'restaurant'",
    "NOT (foreign_run = true)",
    "accuracy_m > 15",
    "name_ko LIKE '%a%'",
    "s_intersects(geometry,BBOX(126.785,37.325,126.80,37.34))",
    "s_disjoint(geometry,POLYGON((126.78 37.32,126.80 37.32,126.79 37.34,126.78 37.32)))",
    "a_contains(cuisine,('cn'))",
    "a_overlaps(cuisine,registers)",
    "source_date >= DATE('2020-01-01')",
    "t_before(INTERVAL(source_date,source_date),DATE('2026-01-01'))",
    "casei(name_ko) <> casei(address)",
    "true",
]


@given(st.sets(st.integers(0, 1440)), st.lists(st.sampled_from(FILTERS), min_size=1, max_size=4))
def test_of_rows_chosen_already_those_remain_that_all_rows_would_have_given(
    businesses, kept, texts
):
    rows = np.array(sorted(kept), dtype=np.int64)
    chosen = parse_filter(
        " AND ".join(texts), lang="cql2-text", filter_crs=CRS84, fields=businesses.fields
    )
    expected = kept.intersection(*(selected(businesses, text) for text in texts))
    assert matching_rows(chosen, businesses, rows).tolist() == sorted(expected)


def test_a_set_counts_a_member_once():
    lists = [["a", "a"], ["a", "b", "a"], [], None, ["a", None], ["b"] * 20 + ["a"]]
    layer = layer_of({"words": ("list", lists), "one": ("string", ["a", "b", "a", "a", None, "a"])})
    assert selected(layer, "a_equals(words,('a'))") == [0]
    assert selected(layer, "a_equals(words,('b','a','a'))") == [1, 5]
    assert selected(layer, "a_containedby(words,('a','b'))") == [0, 1, 2, 5]
    assert selected(layer, "a_contains(words,())") == [0, 1, 2, 4, 5]
    assert selected(layer, "NOT a_overlaps(words,('a'))") == [2]
    assert selected(layer, "a_contains(('a','b','c'),words)") == [0, 1, 2, 5]
    assert selected(layer, "a_equals(words,(one))") == [0]
    assert selected(layer, "a_contains(words,(one,'a'))") == [0, 1, 5]
    assert selected(layer, "a_equals((1,'x',DATE('2025-01-01')),('x',DATE('2025-01-01'),1))") == [
        *range(6)
    ]


def test_a_set_of_another_layer_row_is_another_set(snapshot):
    """List against list, by the sets of Python."""
    centres = snapshot.layers["centres"]
    pairs = centres.columns.select(["services", "languages"]).to_pylist()
    for name, holds in (
        ("a_overlaps", lambda a, b: bool(a & b)),
        ("a_contains", lambda a, b: a >= b),
        ("a_containedby", lambda a, b: a <= b),
        ("a_equals", lambda a, b: a == b),
    ):
        expected = [
            row
            for row, pair in enumerate(pairs)
            if None not in pair.values() and holds(set(pair["services"]), set(pair["languages"]))
        ]
        assert selected(centres, f"{name}(services,languages)") == expected


@pytest.mark.parametrize("name", ["a_containedBy", "a_containedby", "A_CONTAINEDBY"])
def test_json_may_write_functions_as_the_schema_or_the_tests_do(businesses, name):
    text = json.dumps({"op": name, "args": [{"property": "cuisine"}, ["cn", "vn"]]})
    found = selected(businesses, text, lang="cql2-json")
    assert found == selected(businesses, "a_containedby(cuisine,('cn','vn'))")


def test_whole_numbers_are_exact_where_floating_ones_are():
    layer = layer_of({"n": ("integer", [2**53 - 1, 2**53, 5])})
    assert selected(layer, f"n = {2**53 - 1}") == [0]
    assert selected(layer, "n > 5.5 AND n < 9e18") == [0, 1]
    assert selected(layer, "n IN (5.0, 1.5)") == [2]


def test_an_empty_layer_is_asked_without_harm():
    layer = layer_of({"name": ("string", []), "words": ("list", []), "when": ("date", [])}, [])
    for text in ("name = 'a'", "a_overlaps(words,('a'))", "when > DATE('2025-01-01')", "true"):
        assert selected(layer, text) == []


def test_what_is_claimed_is_tested():
    """Every class has a test module that speaks of it by its name."""
    files = Path(__file__).parent.glob("test_*.py")
    tests = "".join(path.read_text("utf-8").replace("_", "-") for path in files)
    for uri in CONFORMANCE:
        name = uri.rpartition("/")[2]
        assert f"def test-{name}-" in tests, name


def test_functions_are_those_that_are_understood(businesses):
    for name in FUNCTIONS:
        with pytest.raises(BadParameterError, match=r"args for|one text for"):
            selected(businesses, f"{name}() = 'x'" if name in ("casei", "accenti") else f"{name}()")


@pytest.fixture(scope="module")
def shops():
    kinds = ["bar", "cafe", None, "cafe", "shop", "bar", "inn"] * 10
    known = [1.5, -2.0, 0.0, 3.0, 1.5, 7.25, -0.0] * 10
    layer = layer_of(
        {
            "kind": ("string", kinds),
            "size": ("number", known),
            "gaps": ("number", [None if size == 3.0 else size for size in known]),
        }
    )
    layer.warm()
    return layer


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("kind = 'cafe'", {1, 3}),
        ("'cafe' = kind", {1, 3}),
        ("kind = 'none of them'", set()),
        ("kind IN ('bar', 'inn', 'bar', 'none of them')", {0, 5, 6}),
        ("NOT kind IN ('bar', 'inn')", {1, 3, 4}),  # unknown is not selected
        ("kind <> 'cafe'", {0, 4, 5, 6}),
        ("size < 1.5", {1, 2, 6}),
        ("size <= 1.5", {0, 1, 2, 4, 6}),
        ("size > 1", {0, 3, 4, 5}),
        ("size >= 3", {3, 5}),
        ("size = 0", {2, 6}),
        ("size <> 0", {0, 1, 3, 4, 5}),
        ("gaps < 7", {0, 1, 2, 4, 6}),
        ("NOT gaps < 7", {5}),
        ("kind = 'cafe' AND size < 1.5", {1}),
        ("kind = 'cafe' AND gaps > -5", {1}),
    ],
)
def test_texts_are_looked_up_and_numbers_compared_at_once(shops, text, places):
    assert selected(shops, text) == [row for row in range(70) if row % 7 in places]


def test_a_text_that_is_looked_up_is_not_evaluated(shops, monkeypatch):
    def refused(*_):
        raise AssertionError("evaluated")

    monkeypatch.setattr("geo.serving.query.cql2.scalars.to_truth", refused)
    assert selected(shops, "kind IN ('inn', 'other') AND size < 1") == list(range(6, 70, 7))
