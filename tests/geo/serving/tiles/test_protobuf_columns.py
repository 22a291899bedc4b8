"""Bytes as the documentation of Protocol Buffers gives them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.serving.tiles.protobuf_columns import (
    concatenate,
    encode_field,
    encode_fields,
    repeat,
    texts,
    varint,
    varints,
    zigzag,
)


@pytest.mark.parametrize(
    ("number", "written"), [(0, "00"), (1, "01"), (127, "7f"), (150, "9601"), (300, "ac02")]
)
def test_a_varint_holds_seven_bits_a_byte(number, written):
    assert varint(number).hex() == written


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_many_varints_are_each_as_one(numbers):
    written = varints(np.array(numbers, dtype=np.uint64))
    assert written.each() == [varint(number) for number in numbers]


@pytest.mark.parametrize(
    ("number", "folded"),
    [(0, 0), (-1, 1), (1, 2), (-2, 3), (2**31 - 1, 2**32 - 2), (-(2**31), 2**32 - 1)],
)
def test_small_numbers_of_either_sign_stay_small(number, folded):
    assert zigzag([number]).tolist() == [folded]


def test_a_message_in_a_message_tells_its_length():
    # Test3 of the documentation: field 3 holds a message whose field 1 is 150.
    inner = concatenate(repeat(b"\x08", 1), varints([150]))
    assert encode_fields(b"\x1a", inner).to_bytes().hex() == "1a03089601"


def test_a_part_may_be_left_out_of_some_messages():
    parts = concatenate(varints([1, 300]), varints([5, 6]).where(np.array([False, True])))
    assert [part.hex() for part in parts.each()] == ["01", "ac0206"]


@given(st.lists(st.text(max_size=300)))
def test_many_texts_are_each_as_one(values):
    written = texts(b"\x22", b"\x0a", pa.array(values, pa.string()))
    assert written == b"".join(
        encode_field(b"\x22", encode_field(b"\x0a", value.encode())) for value in values
    )
