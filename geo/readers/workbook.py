"""XLSX as tables of text. Links, formulas and macros are never followed: only stored values."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain, islice
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from geo.readers.archive import Budget, open_entry, open_zip, safe_entries
from geo.readers.errors import EmptyFileError, OneColumnError, WorkbookError
from geo.readers.header import HEAD_ROWS, find_header, is_second_header, join_headers
from geo.readers.input_files import InputFile, Readable
from geo.readers.kinds import refuse_other_kinds
from geo.readers.layout import FOUND, Layout
from geo.readers.row_account import RowAccount
from geo.readers.table import Table, clean_header, record_batches, refuse_one_column
from geo.readers.values import as_text

MAX_PACKED: Final = 100_000_000
MAX_UNPACKED: Final = 400_000_000
MAX_CELLS: Final = 10_000_000  # of the rectangle round all cells, all of which is in memory
_CHUNK: Final = 1_000_000
_ZIP: Final = b"PK\x03\x04"
# A row or cell and the place it claims, such as <row r="7"> and <c r="B7" t="s">.
_PLACE: Final = re.compile(
    rb"""<(?:\w+:)?(?:row|c)\b(?:[^>]*?\sr\s*=\s*["']([A-Z]{0,3})(\d{1,7})["'])?"""
)


def workbook_tables(part: InputFile, layout: Layout = FOUND) -> Iterator[Table]:
    """Read the visible sheets that hold a header and a row; skip sheets of notes.

    Args:
        part: the workbook.
        layout: where the header is, if that is known.

    Raises:
        InputFileError: it is not a workbook, is protected or too large, or no sheet is a table.
    """
    packed = _read_packed(part)
    refuse_large(part.name, packed)
    chosen = _chosen(part.name, _sheets(part.name, packed), layout)
    sheets = [sheet for sheet in chosen if len(list(islice(_rows(sheet), 2))) > 1]
    tables: list[Table] = []
    notes: list[OneColumnError] = []
    for sheet in sheets:
        name = f"{part.name}#{sheet.name}" if len(sheets) > 1 else part.name
        try:
            tables.append(_table(name, sheet, layout))
        except OneColumnError as error:
            notes.append(error)
    if not sheets:
        raise EmptyFileError(part.name, "holds no sheet with a row of data", "download it again")
    if not tables:
        raise notes[0]
    yield from tables


def first_rows_by_sheet(part: InputFile, count: int) -> dict[str, dict[int, list[str]]]:
    """Read the first rows of each visible sheet as they stand, by their 1-based number.

    Raises:
        InputFileError: it is not a workbook, is protected or too large.
    """
    packed = _read_packed(part)
    refuse_large(part.name, packed)
    return {
        sheet.name: {place + 1: cells for place, cells in islice(_rows(sheet), count)}
        for sheet in _sheets(part.name, packed)
    }


def _read_packed(part: InputFile) -> bytes:
    with part.open() as stream:
        packed = stream.read(MAX_PACKED + 1)
    if len(packed) > MAX_PACKED:
        raise WorkbookError(part.name, f"is larger than {MAX_PACKED:,} bytes", "save it as CSV")
    if not packed.startswith(_ZIP):
        refuse_other_kinds(part.name, packed)
        raise WorkbookError(part.name, "is no .xlsx workbook", "download it again")
    return packed


def _sheets(name: str, packed: bytes) -> list[CalamineSheet]:
    try:
        book = load_workbook(BytesIO(packed))
        return [
            book.get_sheet_by_name(sheet.name)
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
    except CalamineError as error:
        raise WorkbookError(
            name, f"cannot be read as a workbook ({error})", "open it and save it anew as .xlsx"
        ) from error


def _chosen(name: str, sheets: list[CalamineSheet], layout: Layout) -> list[CalamineSheet]:
    """Return the sheet that the layout names, or all of them.

    Raises:
        WorkbookError: there is none of that name.
    """
    if not layout.sheet:
        return sheets
    named = [sheet for sheet in sheets if sheet.name.strip() == layout.sheet.strip()]
    if not named:
        names = ", ".join(sheet.name for sheet in sheets)
        raise WorkbookError(name, f"has no sheet {layout.sheet!r}", f"its sheets are {names}")
    return named


def _table(name: str, sheet: CalamineSheet, layout: Layout) -> Table:
    below = ((place, cells) for place, cells in _rows(sheet) if place >= (layout.skip or 0))
    first = list(islice(below, HEAD_ROWS))
    found = find_header([cells for _, cells in first])
    place = found if layout.skip is None else 0
    if not first:
        raise EmptyFileError(name, f"holds no row below the first {layout.skip}", "skip fewer rows")
    if place is None:
        refuse_one_column(name, first[0][1])
    (_, names), *rest = first[place or 0 :]
    second = layout.header_rows == 2 if layout.header_rows else None
    if rest and (is_second_header(names, rest[0][1]) if second is None else second):
        names = join_headers(names, rest.pop(0)[1])
    rows = below
    filled = _fill_merged(chain(rest, rows), sheet)
    header, ledger = clean_header(name, names), RowAccount(name)
    batches = record_batches(header, ((ledger.keep_at(place + 1), row) for place, row in filled))
    return Table(
        name,
        "utf-8",
        "",
        header,
        batches,
        ledger.broken,
        ledger.undecoded,
        positions=ledger.positions,
    )


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold any value, all of one width, with their place in the sheet."""
    for place, row in enumerate(sheet.iter_rows()):
        cells = [as_text(value) for value in row]
        if any(cells):
            yield place, cells


def _fill_merged(
    rows: Iterable[tuple[int, list[str]]], sheet: CalamineSheet
) -> Iterator[tuple[int, list[str]]]:
    """Fill cells that are merged over several rows down to the last of them."""
    merged: dict[int, list[tuple[int, int]]] = {}
    first = sheet.start[1] if sheet.start else 0  # rows begin in the first column that is used
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        merged.setdefault(top, []).append((left - first, bottom))
    held: dict[int, tuple[int, str]] = {}
    for place, cells in rows:
        for column, (last, value) in held.items():
            if place <= last and not cells[column]:
                cells[column] = value
        held |= {
            column: (last, cells[column])
            for column, last in merged.get(place, ())
            if 0 <= column < len(cells)
        }
        yield place, cells


def refuse_large(name: str, packed: bytes, most_cells: int = MAX_CELLS) -> None:
    """Refuse a workbook that would not fit in memory, whatever it says about itself.

    Raises:
        ArchiveError: its zip is damaged, encrypted or a bomb.
        WorkbookError: its cells span too much; two cells far apart are enough.
    """
    budget = Budget(name, MAX_UNPACKED)
    with open_zip(name, BytesIO(packed)) as package:
        for entry in safe_entries(name, package):
            with open_entry(name, package, entry, budget) as stream:
                _refuse_span(name, stream, most_cells)


def _refuse_span(name: str, stream: Readable, most_cells: int) -> None:
    rows, columns, buffer = 0, 0, b""
    while chunk := stream.read(_CHUNK):
        buffer += chunk
        # A tag is parsed once its end has been read.
        end = buffer.rfind(b">") + 1
        for letters, digits in set(_PLACE.findall(buffer, 0, end)):
            if not digits:
                raise WorkbookError(name, "has cells without a place", "open it and save it anew")
            rows, columns = max(rows, int(digits)), max(columns, _column(letters))
        buffer = buffer[end:]
    if rows * columns > most_cells:
        raise WorkbookError(
            name,
            f"its cells span {rows:,} rows and {columns:,} columns",
            "delete the stray cells, or save the sheet as CSV",
        )


def _column(letters: bytes) -> int:
    """Convert the letters of a column to its number, 28 for AB."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
