"""Columns turned about: the rows of a value, whatever the column holds."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.snapshot.value_index import dictionary_index, is_repetitive

FEW = st.sampled_from(["a", "b", "ㄱ", "", None])


def column(values, kind=None):
    return pa.chunked_array([pa.array(values, kind)])


@given(st.lists(FEW, min_size=1), st.lists(FEW))
def test_rows_are_those_whose_value_is_wanted(values, wanted):
    found = dictionary_index(column(values, pa.string())).rows(wanted)
    assert list(found) == [row for row, value in enumerate(values) if value in wanted]


@given(
    st.lists(st.none() | st.lists(st.sampled_from("abc"), unique=True), min_size=1),
    st.lists(st.sampled_from("abcd"), unique=True),
)
def test_rows_of_lists_are_those_with_any_member_wanted(values, wanted):
    found = dictionary_index(column(values, pa.list_(pa.string()))).rows(wanted)
    assert list(found) == [row for row, held in enumerate(values) if set(held or ()) & set(wanted)]


def test_values_ascend_so_that_codes_compare_as_they_do():
    known = dictionary_index(column(["b", None, "a", "b"]))
    assert known.values == ("a", "b")
    assert list(known.codes) == [1, -1, 0, 1]


def test_truths_and_numbers_are_values_too():
    assert list(dictionary_index(column([True, False, None])).rows([False, None])) == [1, 2]
    assert list(dictionary_index(column([2015, 2020, 2015])).rows([2015])) == [0, 2]


def test_more_values_than_a_short_number_holds():
    many = [str(number) for number in range(40_000)]
    assert list(dictionary_index(column(many)).rows(["39999"])) == [39_999]


@pytest.mark.parametrize(
    ("values", "so"),
    [
        (["restaurant", "cafe"] * 5_000, True),
        ([f"shop {number}" for number in range(10_000)], False),
        (np.linspace(0, 1, 10_000), False),
    ],
)
def test_only_columns_that_repeat_themselves_are_turned(values, so):
    assert is_repetitive(column(values)) is so
