"""CSV that Excel reads as UTF-8, and no cell of which runs as a formula.

A file has no place for words about the whole that readers would not take for data: each row says
its source, and the answer that carries the file says the licences in its headers.
"""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.core.formula import SIGNS
from geo.serving.formats.batches import Batch, Pieces, Selection, batches
from geo.serving.formats.text import (
    REPLACEMENT,
    TEXT,
    concatenate,
    replace_where,
    texts,
    utf8,
    wrap,
)

_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel reads the bytes as CP949
_DECIMALS: Final = 7  # of a centre in degrees: 1 cm
_END: Final = "\r\n"  # RFC 4180
# As `geo.core.formula` finds it, in the syntax of Arrow's expressions.
_FORMULA: Final = rf"(^|[;\t\r\n])([\s\p{{Z}}]*)([{SIGNS}])"
_SPACE_FIRST: Final = r"^([\t\r\n])"
_ODD: Final = rf'["\x00]|{_FORMULA}|{_SPACE_FIRST}'


def chunks(selection: Selection) -> Pieces:
    """Write the rows as CSV: UTF-8 with a byte order mark, CRLF, longitude and latitude.

    A quote ' stands before whatever could begin a formula, lists are joined by |, unknown values
    are empty. Numbers stay numbers, dates stay as they are. A line or an area has a point within
    it: its outline would be tens of thousands of characters, more than a cell holds.
    """
    yield _heading(["id", *selection.names, *_places(selection)])
    for batch in batches(selection):
        yield utf8(_rows(batch, selection))


def table_as_csv(table: pa.Table) -> bytes:
    """Write a small table as CSV, its cells as `chunks` writes them."""
    cells = [texts(column.combine_chunks(), _cell) for column in table.columns]
    return _heading(table.column_names) + utf8(_lines(cells))


def _heading(names: Sequence[str]) -> bytes:
    """Write the header row; names other than plain words are quoted like any cell."""
    quoted = _cell(pa.array(names, TEXT)).to_pylist()
    cells = [
        name if name.isidentifier() else cell for name, cell in zip(names, quoted, strict=True)
    ]
    return (_MARK + ",".join(cells) + _END).encode()


def _places(selection: Selection) -> tuple[str, ...]:
    return ("lon", "lat") if selection.with_geometry else ()


def _rows(batch: Batch, selection: Selection) -> pa.Array:
    cells = [texts(column.combine_chunks(), _cell) for column in batch.table.columns]
    if selection.with_geometry:
        cells += _lon_lat(_centres(batch.shapes))
    return _lines(cells)


def _lines(cells: Sequence[pa.Array]) -> pa.Array:
    pieces: list[Any] = []
    for cell in cells:
        pieces += [cell, ","]
    return concatenate(*pieces[:-1], _END)


def _cell(column: pa.Array) -> pa.Array:
    """Quote texts as CSV cells that no program runs as a formula."""
    return wrap('"', replace_where(column, _ODD, _harmless), '"')


def _harmless(column: pa.Array) -> pa.Array:
    plain = pc.replace_substring(column, "\x00", REPLACEMENT)
    plain = pc.replace_substring_regex(plain, _SPACE_FIRST, r"'\1")
    plain = pc.replace_substring_regex(plain, _FORMULA, r"\1\2'\3")
    return pc.replace_substring(plain, '"', '""')


def _lon_lat(shapes: Any) -> list[pa.Array]:
    """Write longitude and latitude with as few digits as identify the number."""
    axes = shapely.get_x(shapes), shapely.get_y(shapes)  # NaN of none
    return [pc.fill_null(pa.array(axis, from_pandas=True).cast(TEXT), "") for axis in axes]


def _centres(shapes: Any) -> Any:
    """Return points as they are, and a point within each line or area."""
    if (shapely.get_type_id(shapes) <= shapely.GeometryType.POINT).all():  # -1 for none
        return shapes
    within = shapely.point_on_surface(shapes)
    return shapely.transform(within, lambda pairs: pairs.round(_DECIMALS))
