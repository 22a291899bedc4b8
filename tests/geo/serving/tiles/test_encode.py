"""Tiles against the examples of the specification (version 2.1) and its reference decoder."""

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.serving.tiles.encode import POLYGON, lines, points, rings, shapes

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
OTHER = [(11, 11), (20, 11), (20, 20), (11, 20), (11, 11)]
HOLE = [(13, 13), (13, 17), (17, 17), (17, 13), (13, 13)]
INTEGERS = st.integers(-(2**63), 2**63 - 1)


# Sections 4.3.5.3 to 4.3.5.6.
def test_a_line_is_that_of_the_specification():
    assert lines([np.array([(2, 2), (2, 10), (10, 10)])]).tolist() == [9, 4, 4, 18, 0, 16, 16, 0]


def test_a_second_line_starts_where_the_first_ended():
    both = lines([np.array([(2, 2), (2, 10), (10, 10)]), np.array([(1, 1), (3, 5)])])
    assert both.tolist() == [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]


def test_a_ring_is_closed_without_its_last_vertex():
    ring = np.array([(3, 6), (8, 12), (20, 34), (3, 6)])
    assert rings([ring]).tolist() == [9, 6, 12, 18, 10, 12, 24, 44, 15]


def test_polygons_with_a_hole_are_those_of_the_specification():
    drawn = rings([np.array(ring) for ring in (SQUARE, OTHER, HOLE)]).tolist()
    first = [9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15]
    second = [9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15]
    assert drawn == [*first, *second, 9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15]


def test_a_point_and_its_layer_are_written_to_the_byte():
    # By hand: layer { version 2, name "a", feature { type point, geometry 9 50 34 }, extent 4096 },
    # in which 9 50 34 is the point (25, 17) of section 4.3.5.1.
    feature = "1209120018012203093222"
    layer = "78020a0161" + feature + "288020"
    assert points("a", {}, [25], [17]).hex() == f"1a{len(layer) // 2:02x}{layer}"


@pytest.mark.parametrize(
    "values",
    [
        ["한글", "", None, "한글"],
        [True, None, False, True],
        [-1, 0, None, 2**53],
        [0.1, None, -1e300, 0.0],
    ],
)
def test_values_keep_their_type_and_unknown_ones_are_left_out(values, decoded):
    body = points("a", {"key": pa.array(values)}, range(4), range(4))
    found = [feature["properties"].get("key") for feature in decoded(body)]
    assert found == values
    assert [type(item) for item in found] == [type(value) for value in values]


@given(
    st.lists(
        st.tuples(st.none() | st.text(), st.none() | INTEGERS, st.none() | st.booleans()),
        min_size=1,
    )
)
def test_properties_come_back_as_they_were(rows):
    types = {"text": pa.string(), "whole": pa.int64(), "truth": pa.bool_()}
    columns = {
        name: pa.array(values, kind)
        for (name, kind), values in zip(types.items(), zip(*rows, strict=True), strict=True)
    }
    places = [number % 4096 for number in range(len(rows))]
    found = mapbox_vector_tile.decode(points("a", columns, places, places))["a"]["features"]
    wanted = [
        {name: value for name, value in zip(types, row, strict=True) if value is not None}
        for row in rows
    ]
    assert [feature["properties"] for feature in found] == wanted


def test_a_polygon_has_its_properties(decoded):
    paths = [rings([np.array(SQUARE)]), rings([np.array(OTHER), np.array(HOLE)])]
    body = shapes("a", {"key": pa.array(["one", "two"])}, [POLYGON, POLYGON], paths)
    first, second = decoded(body)
    assert first["properties"] == {"key": "one"}
    assert first["geometry"] == {"type": "Polygon", "coordinates": [[list(p) for p in SQUARE]]}
    assert second["properties"] == {"key": "two"}
    assert len(second["geometry"]["coordinates"]) == 2
