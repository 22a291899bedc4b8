"""Properties of the features of a tile."""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from geo.snapshot.layer import Layer

ID: Final = "id"
# Texts that maps show although they may hold any value.
_SHOWN: Final = ("name_ko", "name_en", "cuisine", "valid_from", "valid_to")
_PLAIN: Final = ("boolean", "integer", "number")


def on_maps(layer: Layer) -> tuple[str, ...]:
    """List the properties that a tile holds unless others are requested.

    Names, closed lists and numbers, by which maps label and colour; other texts would make up most
    of a tile that shows none of them.
    """
    return tuple(
        field.name
        for field in layer.fields.values()
        if field.name in _SHOWN or field.allowed or field.type in _PLAIN
    )


def values(layer: Layer, rows: Any, names: Sequence[str]) -> dict[str, pa.Array]:
    """Read the id and some properties of rows; a list becomes its members joined by commas."""
    table = layer.take(rows, list(dict.fromkeys([ID, *names])))
    return {name: _plain(table[name]) for name in (ID, *names)}


def _plain(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, ",")
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
