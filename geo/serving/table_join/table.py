"""The one table of a file that a user hands in, as text, within limits of size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from geo.readers import Table, open_tables
from geo.readers.errors import InputFileError, NotATableError, TextEncodingError
from geo.readers.first_rows import read_first_rows
from geo.readers.layout import FOUND, Layout
from geo.readers.table import ROW
from geo.readers.workbook import refuse_large

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 1_000
MOST_COLUMNS: Final = 60
_MOST_CELLS: Final = 200_000  # that a sheet spans, empty ones included
_SUFFIXES: Final = (".csv", ".txt", ".tsv", ".xlsx")

Cells = Mapping[str, str]


class TableJoinError(InputFileError):
    """A table that is not by the dong of Ansan, or is too large."""


def read_one_table(file: Path, layout: Layout = FOUND) -> tuple[Table, Mapping[int, Cells]]:
    """Read the one table of a file, rows by number; columns without name and cells are dropped.

    Args:
        file: CSV, TXT, TSV (UTF-8 or CP949) or XLSX.
        layout: which sheet, and where its header is, if that is known.

    Raises:
        InputFileError: the file cannot be read, is too large, or holds several tables.
    """
    check_size(file)
    layout = layout if layout.skip is not None else _find_two_rows(file, layout)
    tables = open_tables([file], layout=layout)
    table = next(tables)
    rows: dict[int, dict[str, str]] = {}
    for batch in table.batches:
        rows |= {cells.pop(ROW): cells for cells in batch.slice(0, MOST_ROWS + 1).to_pylist()}
        if len(rows) + len(table.broken) > MOST_ROWS:
            raise _too_large(table.name, f"{MOST_ROWS:,} rows")
    if next(tables, None) is not None:
        raise TableJoinError(file.name, "it holds several tables", "keep one sheet")
    names = [
        name
        for place, name in enumerate(table.header, 1)
        if name != f"column_{place}" or any(cells[name] for cells in rows.values())
    ]
    if len(names) > MOST_COLUMNS:
        raise _too_large(table.name, f"{MOST_COLUMNS:,} columns")
    return table, {
        row: {name: cells[name].strip() for name in names} for row, cells in rows.items()
    }


def check_size(file: Path) -> None:
    """Check the ending and the size of a file.

    Raises:
        InputFileError: it is none of those that are joined, or too large.
    """
    if file.suffix.lower() not in _SUFFIXES:
        allowed = f"allowed are {', '.join(_SUFFIXES)}"
        raise NotATableError(file.name, f"files ending in {file.suffix!r} are not joined", allowed)
    if file.is_file() and file.stat().st_size > MOST_BYTES:
        raise _too_large(file.name, f"{MOST_BYTES:,} bytes")
    if file.suffix.lower() == ".xlsx":
        refuse_large(file.name, file.read_bytes(), _MOST_CELLS)


def _find_two_rows(file: Path, layout: Layout) -> Layout:
    """Find a header of two rows in a text file; a workbook is read so in any case."""
    if file.suffix.lower() == ".xlsx" or not file.is_file():
        return layout
    try:
        found = read_first_rows(file)[0].find_layout()
    except TextEncodingError:
        return layout  # the reader says what is wrong with it
    return found if found.header_rows == 2 else layout


def _too_large(name: str, limit: str) -> TableJoinError:
    return TableJoinError(name, f"it has more than {limit}", "hand in the rows of Ansan alone")
