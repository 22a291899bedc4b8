"""Conversion of columns to text, shared by CSV and KML."""

from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from geo.serving.formats.batches import join_lists

TEXT: Final = pa.large_string()  # the outlines of a batch may be more than 2 GB of text
# For a character that a format cannot hold; readers show it as a question mark in a lozenge.
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_SAMPLE: Final = 1_000  # values that tell whether a column repeats itself

Change = Callable[[pa.Array], pa.Array]


def texts(column: pa.Array, change: Change) -> pa.Array:
    """Convert a column to text; null stays null.

    Args:
        column: of text, truths, numbers or lists of text.
        change: what makes any text fit for the format; numbers and truths need no change.
    """
    if pa.types.is_list(column.type):
        column = join_lists(column)
    if not pa.types.is_string(column.type):
        return column.cast(TEXT)
    if len(column[:_SAMPLE].unique()) > min(len(column), _SAMPLE) // 2:
        return change(column.cast(TEXT))
    coded = column.dictionary_encode()  # each different value is changed once
    return change(coded.dictionary.cast(TEXT)).take(coded.indices)


def replace_where(column: pa.Array, pattern: str, change: Change) -> pa.Array:
    """Change the texts that match a pattern; most columns hold none."""
    matches = pc.match_substring_regex(column, pattern).fill_null(fill_value=False)
    if not pc.any(matches, min_count=0).as_py():
        return column
    return pc.replace_with_mask(column, matches, change(column.filter(matches)))


def concatenate(*pieces: Any) -> pa.Array:
    """Concatenate the pieces of each row: arrays, or one text for all rows; null is ""."""
    scalars = [pa.scalar(piece, TEXT) if isinstance(piece, str) else piece for piece in pieces]
    return pc.binary_join_element_wise(
        *scalars, pa.scalar("", TEXT), null_handling="replace", null_replacement=""
    )


def wrap(before: str, column: pa.Array, after: str) -> pa.Array:
    """Wrap each text between two others; null stays null."""
    first, last, nothing = (pa.scalar(text, TEXT) for text in (before, after, ""))
    return pc.binary_join_element_wise(first, column, last, nothing)


def join_parts(parts: pa.Array, firsts: Any, between: str) -> pa.Array:
    """Join the parts of each whole to one text; `firsts` are the offsets of the wholes."""
    wholes = pa.LargeListArray.from_arrays(pa.array(firsts, pa.int64()), parts)
    return pc.binary_join(wholes, pa.scalar(between, TEXT))


def utf8(rows: pa.Array) -> bytes:
    """Concatenate all rows as UTF-8."""
    text: bytes = join_parts(rows, [0, len(rows)], "")[0].as_buffer().to_pybytes()
    return text
