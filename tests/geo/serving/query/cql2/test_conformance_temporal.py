"""The abstract tests of OGC 21-065r2 (annex A) under their own names: periods and arrays.

Every filter is asked in both languages (`rows`). Expected numbers are those of the annex.
"""

from itertools import combinations, product

import pytest
from questions import queryables

INSTANT = ("T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS")
INTERVAL = (
    "T_CONTAINS", "T_DURING", "T_FINISHEDBY", "T_FINISHES", "T_MEETS", "T_METBY",
    "T_OVERLAPPEDBY", "T_OVERLAPS", "T_STARTEDBY", "T_STARTS",
)  # fmt: skip
TIMES = (
    "DATE('2022-04-24')",
    "INTERVAL('2021-01-01','2021-12-31')",
    "TIMESTAMP('2022-04-24T07:59:57Z')",
    "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')",
)


def test_temporal_functions_temporal_functions_1(rows, layers):
    for (layer, name, _), time in product(queryables(layers, "date"), TIMES):
        after, before, apart, same, touching = (
            set(rows(layer, f'{relation}("{name}",{time})')) for relation in INSTANT
        )
        assert apart == after | before
        assert not apart & touching
        assert same <= touching


def test_temporal_functions_temporal_functions_2(rows, layers):
    for layer in layers:
        names = [field.name for field in layer.fields.values() if field.type == "date"]
        for (item, other), time in product(combinations(names, 2), TIMES[1::2]):
            found = {
                relation: set(rows(layer, f'{relation}(INTERVAL("{item}","{other}"),{time})'))
                for relation in (*INSTANT, *INTERVAL)
            }
            assert all(not found[entry] & found["T_DISJOINT"] for entry in INTERVAL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t_after(\"date\",date('2022-04-16'))", 1),
        ("t_before(\"date\",date('2022-04-16'))", 1),
        ("t_disjoint(\"date\",date('2022-04-16'))", 2),
        ("t_equals(\"date\",date('2022-04-16'))", 1),
        ("t_intersects(\"date\",date('2022-04-16'))", 1),
        ("t_after(\"date\",interval('2022-01-01','2022-12-31'))", 1),
        ("t_before(\"date\",interval('2022-01-01','2022-12-31'))", 1),
        ("t_disjoint(\"date\",interval('2022-01-01','2022-12-31'))", 2),
        ("t_equals(\"date\",interval('2022-01-01','2022-12-31'))", 0),
        ("t_equals(\"date\",interval('2022-04-16','2022-04-16'))", 1),
        ("t_intersects(\"date\",interval('2022-01-01','2022-12-31'))", 1),
        ("t_after(interval(\"start\",\"end\"),interval('..','2022-04-16'))", 1),
        ("t_before(interval(\"start\",\"end\"),interval('2023-01-01','..'))", 2),
        ("t_disjoint(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-09'))", 1),
        ("t_equals(interval(\"start\",\"end\"),interval('2021-04-16','2022-06-06'))", 1),
        ("t_intersects(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-09'))", 2),
        ("T_CONTAINS(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-10'))", 1),
        ("T_DURING(interval(\"start\",\"end\"),interval('2022-01-01','2022-12-31'))", 1),
        ("T_FINISHES(interval(\"start\",\"end\"),interval('2022-04-16','2022-06-06'))", 1),
        ("T_FINISHEDBY(interval(\"start\",\"end\"),interval('2022-04-16','2022-06-06'))", 1),
        ("T_MEETS(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-10'))", 0),
        ("T_METBY(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-10'))", 1),
        ("T_OVERLAPPEDBY(interval(\"start\",\"end\"),interval('2020-04-16','2022-05-10'))", 2),
        ("T_OVERLAPS(interval(\"start\",\"end\"),interval('2022-04-16','2023-05-10'))", 1),
        ("T_STARTEDBY(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-10'))", 1),
        ("T_STARTS(interval(\"start\",\"end\"),interval('2022-04-16','2022-05-10'))", 0),
    ],
)
def test_temporal_functions_test_data(rows, places, text, expected):
    assert len(rows(places, text)) == expected


def test_array_functions_array_predicates(rows, places, layers):
    """With the members in single quotes: in double ones they would be properties (annex B)."""
    for layer in (*layers, places):
        for name in (field.name for field in layer.fields.values() if field.type == "list"):
            for relation in ("A_CONTAINS", "A_CONTAINEDBY", "A_EQUALS", "A_OVERLAPS"):
                found = rows(layer, f"{relation}({name},('foo','bar'))")
                expected = {"A_CONTAINEDBY": [0, 1, 2], "A_OVERLAPS": [0, 1]}.get(relation, [0])
                assert layer is not places or found == expected
