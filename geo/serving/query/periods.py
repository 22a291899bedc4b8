"""Dates given as days, months or years, and the days that they cover in Korean time."""

from datetime import timedelta, timezone
from typing import Any, Final

import numpy as np
import pyarrow as pa

from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

KOREA: Final = timezone(timedelta(hours=9))
_LENGTHS: Final = ((len("2025"), "Y"), (len("2025-11"), "M"))

Days = np.ndarray[Any, np.dtype[np.datetime64]]


def spans(layer: Layer, name: str, rows: Rows | None = None) -> tuple[Days, Days]:
    """Compute first and last day of the dates in a column; NaT where a date is unknown.

    Args:
        layer: whose column it is.
        name: a date property.
        rows: the rows wanted; None for all.
    """
    known = layer.codes(name)
    if known is None:
        column = layer.columns[name] if rows is None else layer.take(rows, [name])[name]
        return _different_days(column)
    first, last = days([*known.values, None])
    codes = known.codes if rows is None else known.codes[rows]
    return first.take(codes, mode="wrap"), last.take(codes, mode="wrap")  # -1 is the last: null


def _different_days(column: pa.ChunkedArray) -> tuple[Days, Days]:
    """Compute the same for a column without a dictionary; each different value is parsed once."""
    if not len(column):
        return days([])
    chunks = column.dictionary_encode("encode").chunks  # which share one dictionary
    first, last = days(chunks[-1].dictionary)
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in chunks])
    return first[codes], last[codes]


def days(texts: Any) -> tuple[Days, Days]:
    """Parse dates written 2025, 2025-11 or 2025-11-03, or null, into their first and last day.

    Args:
        texts: a list, or an Arrow array.
    """
    values = texts if isinstance(texts, list) else texts.to_pylist()
    first: Days = np.array(values, dtype="datetime64[D]")
    exact = np.array([len(text or "") for text in values])
    last = first.copy()
    for length, unit in _LENGTHS:
        whole = first[exact == length].astype(f"datetime64[{unit}]")
        last[exact == length] = (whole + 1).astype("datetime64[D]") - 1
    return first, last
