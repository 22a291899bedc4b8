"""Tables of text, as all readers return them, and the names of their columns."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

import pyarrow as pa

from geo.readers.errors import HeaderError, OneColumnError
from geo.readers.row_positions import RowPositions

ROW: Final = "_row"
GEOMETRY: Final = "_geometry"
ID: Final = "_id"
BETWEEN: Final = "/"  # in a header of two rows: 종사자수/내국인
BATCH_ROWS: Final = 10_000
MAX_COLUMNS: Final = 1_000
# Soft hyphen, zero-width characters, direction marks and the byte order mark.
_INVISIBLE: Final = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


class BrokenRow(NamedTuple):
    """A row that could not be read; undecodable bytes are U+FFFD in `text`."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True)
class Table:
    """One table of text, read once from front to back.

    Attributes:
        name: file name; "archive.zip/entry.csv" for a zip; "file.xlsx#sheet" where several sheets
            hold rows.
        encoding: what the text was decoded from; "utf-8" for XLSX and GeoJSON.
        delimiter: between the cells; "" for XLSX and GeoJSON.
        header: column names, stripped, unique, never empty (an unnamed column is "column_N").
        batches: a few MB each, never empty: the columns of `header` as strings without nulls, then
            `_row` (int64), the 1-based number of the data row in its file. Blank lines are no rows.
        broken: rows set aside; grows while `batches` is read and is complete when that ends. Every
            row is in a batch or here, never in both.
        undecoded: numbers of rows in `batches` where U+FFFD stands for bytes that are not text in
            `encoding`; grows like `broken`.
        crs: reference system a GeoJSON file claims for itself; "" where it says nothing.
        positions: where the rows stand in a spreadsheet; grows like `broken`.
    """

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    broken: list[BrokenRow]
    undecoded: list[int]
    crs: str = ""
    positions: RowPositions = field(default_factory=RowPositions)


def record_batches(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]
) -> Iterator[pa.RecordBatch]:
    """Convert rows of text to record batches of a table.

    Args:
        header: names of the columns.
        rows: 1-based number of each row, and its cells, as many as the header.
    """
    remaining = iter(rows)
    while chunk := list(islice(remaining, BATCH_ROWS)):
        numbers, cells = zip(*chunk, strict=True)
        columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
        yield record_batch(columns, header, pa.array(numbers, pa.int64()))


def record_batch(
    columns: list[pa.Array], header: Sequence[str], numbers: pa.Array
) -> pa.RecordBatch:
    """Make a record batch of columns of text and the numbers of their rows."""
    return pa.RecordBatch.from_arrays([*columns, numbers], [*header, ROW])


def clean_header(name: str, cells: Sequence[str]) -> tuple[str, ...]:
    """Normalize column names: without invisible characters, unique, never empty.

    Raises:
        HeaderError: more than 1,000 columns, one twice, or one named as the row number is.
    """
    visible = [unicodedata.normalize("NFC", _INVISIBLE.sub("", cell)).strip() for cell in cells]
    header = tuple(cell or f"column_{place}" for place, cell in enumerate(visible, 1))
    if len(header) > MAX_COLUMNS:
        raise HeaderError(
            name,
            f"its first row names {len(header):,} columns, more than {MAX_COLUMNS:,}",
            "check that rows end in line breaks, and keep the columns that are needed",
        )
    duplicates = [column for column, count in Counter(header).items() if count > 1]
    if duplicates:
        raise HeaderError(
            name, f"columns occur twice in its first row: {duplicates[:5]}", "rename or remove one"
        )
    if ROW in header:
        raise HeaderError(name, f"a column is named {ROW}, as the row number is", "rename it")
    return header


def refuse_one_column(name: str, cells: Sequence[str]) -> None:
    """Refuse a first row that names one column: a title, or cells with an unknown delimiter.

    Raises:
        OneColumnError: only the first cell, or none, holds text.
    """
    if not any(cell.strip() for cell in cells[1:]):
        raise OneColumnError(
            name,
            "its first row names one column only",
            "the first row must name the columns, separated by a comma, |, ; or tab",
        )
