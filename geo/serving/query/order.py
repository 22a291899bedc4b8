"""Sort order of features, and keyset pagination.

Null stands last in either direction; features that are alike in every key stand as in the layer:
by id, or in one of several parts by part, then id (decision 19).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.snapshot.layer import Layer, Mask
from geo.snapshot.value_index import Rows

_ROW: Final = "_row"
_FEW: Final = 4  # finding the first of many is faster than sorting all, up to a quarter of them


@dataclass(frozen=True)
class SortKey:
    """A property to sort by.

    Attributes:
        name: property, or `id`.
        descending: largest first.
    """

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """The cursor of a page: the values of its last feature in the sort keys, and its id.

    Attributes:
        values: in the sort keys.
        id: of the feature.
        part: number of the part of the layer that held it.
    """

    values: tuple[Any, ...]
    id: str
    part: int = 0


def cursor_at(layer: Layer, row: int, keys: Sequence[SortKey]) -> Cursor:
    """Read the cursor that stands for one feature."""
    names = [*(key.name for key in keys), "id"]
    held = layer.take(np.array([row]), list(dict.fromkeys(names)))
    *values, name = (held[name][0].as_py() for name in names)
    return Cursor(tuple(values), str(name), layer.part_of(row))


def row_after(layer: Layer, place: Cursor) -> int:
    """Return the first row after a cursor in the order of the layer."""
    row = layer.row_of(place.id)
    return layer.place_of(place.id, place.part) if row is None else row + 1


def rows_after(layer: Layer, rows: Rows, keys: Sequence[SortKey], place: Cursor) -> Rows:
    """Select the rows that come after a cursor.

    The feature itself may be gone from the layer by now: what follows it is still known.
    """
    behind = rows >= row_after(layer, place)
    for key, value in reversed(list(zip(keys, place.values, strict=True))):
        column = layer.take(rows, [key.name])[key.name]
        behind = _beyond(column, value, key) | (_same(column, value) & behind)
    return rows[behind]


def first_rows(layer: Layer, rows: Rows, keys: Sequence[SortKey], most: int) -> Rows:
    """Select the first rows in the order of the keys.

    Args:
        layer: whose columns are compared.
        rows: row numbers, ascending.
        keys: what to sort by, most important first.
        most: how many are wanted.
    """
    if not keys:
        return rows[:most]
    columns = {str(number): _sortable(layer, key.name, rows) for number, key in enumerate(keys)}
    table = pa.table({**columns, _ROW: pa.array(rows)})
    order = [
        (str(number), "descending" if key.descending else "ascending")
        for number, key in enumerate(keys)
    ] + [(_ROW, "ascending")]
    if most < len(rows) // _FEW:
        positions = pc.select_k_unstable(table, k=most, sort_keys=order)
    else:
        positions = pc.sort_indices(table, sort_keys=order)[:most]
    page: Rows = rows[positions.to_numpy()]
    return page


def _sortable(layer: Layer, name: str, rows: Rows) -> Any:
    """Read the values of a column, or numbers in the same order where those are known."""
    known = None if name == "id" else layer.codes(name)
    if known is None:
        return layer.take(rows, [name])[name]
    codes = known.codes[rows]
    return pa.array(codes, mask=codes < 0)


def _beyond(column: Any, value: Any, key: SortKey) -> Mask:
    """Mask the values that come after a given value in the order of a key."""
    missing: Mask = column.is_null().to_numpy()
    if value is None:
        return np.zeros(len(column), dtype=bool)
    compare = pc.less if key.descending else pc.greater
    return _to_mask(compare(column, pa.scalar(value, column.type))) | missing


def _same(column: Any, value: Any) -> Mask:
    if value is None:
        missing: Mask = column.is_null().to_numpy()
        return missing
    return _to_mask(pc.equal(column, pa.scalar(value, column.type)))


def _to_mask(truths: Any) -> Mask:
    """Convert three-valued truths to a mask in which unknown is false."""
    mask: Mask = pc.and_kleene(truths, pc.is_valid(truths)).to_numpy()
    return mask
