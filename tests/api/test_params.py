"""Texts to values: whatever is sent, the answer is a value or a named refusal."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.http.query_string import given_parameters
from api.parameters.filters import lonlat_boxes
from geo.core.errors import BadParameterError
from geo.core.parameter_values import LARGEST, number, whole_number
from geo.serving.query.property_parameter import PropertyParameter
from geo.snapshot.layer import Field
from geo.snapshot.point_index import BBox

DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def asked(query: bytes):
    return Request({"type": "http", "query_string": query})


def field(kind, *, nullable=False, allowed=()):
    return Field("it", kind, "", nullable, allowed)


@given(DEGREES, DEGREES)
def test_a_box_reads_back_as_written(one, other):
    south, north = sorted((one[1], other[1]))
    west, east = sorted((one[0], other[0]))
    text = ",".join(format(edge, ".17g") for edge in (west, south, east, north))
    assert lonlat_boxes(text) == (BBox(west, south, east, north),)


def test_a_box_over_the_antimeridian_is_two():
    assert lonlat_boxes("170,-10,-170,10") == (BBox(170, -10, 180, 10), BBox(-180, -10, -170, 10))


@given(st.text())
def test_any_text_is_a_number_or_refused(text):
    try:
        assert math.isfinite(number("n", text))
    except BadParameterError as refused:
        assert refused.name == "n"


@given(st.text())
def test_any_text_is_a_whole_number_or_refused(text):
    try:
        assert 0 <= whole_number("n", text, least=0) <= LARGEST
    except BadParameterError as refused:
        assert refused.name == "n"


@pytest.mark.parametrize("text", ["1", "-1", "+1", "1.5", ".5", "1.", "1e3", "-1.5E-3"])
def test_numbers_are_read_as_python_reads_them(text):
    assert number("n", text) == float(text)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e999", "1_0", "0x1", "١", " 1", "1,0"])
def test_what_is_no_finite_number_is_refused(text):
    with pytest.raises(BadParameterError):
        number("n", text)


@given(st.binary(max_size=200))
def test_any_query_string_is_read_or_refused(query):
    try:
        given_parameters(asked(query), ["a"], ["b"])
    except BadParameterError as refused:
        assert refused.allowed


def test_a_list_may_stand_several_times():
    assert given_parameters(asked(b"b=1&b=2,3"), [], ["b"]) == {"b": "1,2,3"}


def test_a_single_value_may_not():
    with pytest.raises(BadParameterError, match="once"):
        given_parameters(asked(b"limit=1&limit=1"), ["limit"])


def test_a_list_of_a_property_may_be_repeated_as_generated_clients_do():
    assert given_parameters(asked(b"a=1&a=2"), ["a"]) == {"a": "1,2"}


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        (field("boolean"), "true", (True,)),
        (field("boolean"), "1,0", (True, False)),  # as GDAL writes truths
        (field("boolean", nullable=True), "true,null", (True, None)),
        (field("integer"), "5,6", (5, 6)),
        (field("number"), "1.5", (1.5,)),
        (field("date"), "2025,2025-11,2025-11-01", ("2025", "2025-11", "2025-11-01")),
        (field("string", allowed=("a", "b")), "a,b", ("a", "b")),
        (field("string"), "one, two", ("one", "two")),
        (field("list"), "one,two", ("one", "two")),
        (field("string", nullable=True), "null", (None,)),
        (field("string"), "null", ("null",)),
    ],
)
def test_filter_values(kind, text, values):
    assert PropertyParameter(kind).parse(text) == values


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (field("boolean"), "yes"),
        (field("boolean"), "null"),
        (field("integer"), "5.0"),
        (field("integer"), "-5"),
        (field("number"), "nan"),
        (field("date"), "yesterday"),
        (field("date"), "2025-1-1"),
        (field("string", allowed=("a", "b")), "a,c"),
        (field("string"), ""),
        (field("string"), "one,"),
    ],
)
def test_values_a_property_cannot_have_are_refused(kind, text):
    with pytest.raises(BadParameterError):
        PropertyParameter(kind).parse(text)
