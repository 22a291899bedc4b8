"""The first rows of a file as they stand in it, so that a person can point at its header."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from geo.readers.errors import TextEncodingError
from geo.readers.header import HEAD_ROWS, find_header, is_second_header, usual_width
from geo.readers.input_files import list_input_files
from geo.readers.layout import Layout
from geo.readers.sniff import DELIMITERS
from geo.readers.workbook import first_rows_by_sheet

_TEXT_BYTES: Final = 100_000
_ENCODINGS: Final = ("utf-8-sig", "cp949")


@dataclass(frozen=True)
class FirstRows:
    """The first rows of one sheet.

    Attributes:
        sheet: its name; "" in a text file.
        rows: cells by the 1-based row of the spreadsheet; blank rows are left out.
    """

    sheet: str
    rows: dict[int, list[str]]

    def find_layout(self) -> Layout:
        """Find the rows of the header; None in the layout where there is none."""
        numbers, cells = list(self.rows), list(self.rows.values())
        place = find_header(cells)
        if place is None:
            return Layout(self.sheet)
        two = place + 1 < len(cells) and is_second_header(cells[place], cells[place + 1])
        return Layout(self.sheet, numbers[place] - 1, 2 if two else 1)


def read_first_rows(file: Path, count: int = HEAD_ROWS) -> list[FirstRows]:
    """Read the first rows of each visible sheet, or of a text file.

    Raises:
        InputFileError: the file cannot be read.
    """
    if file.suffix.lower() == ".xlsx":
        (part,) = list_input_files([file], lambda *_: iter(()))
        sheets = first_rows_by_sheet(part, count)
        return [FirstRows(name, rows) for name, rows in sheets.items() if rows]
    return [FirstRows("", dict(islice(_text_rows(file), count)))]


def _text_rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    with file.open("rb") as stream:
        text = _decode(file.name, stream.read(_TEXT_BYTES))
    by_delimiter = [
        list(csv.reader(StringIO(text, newline=""), delimiter=sign)) for sign in DELIMITERS
    ]
    rows = max(by_delimiter, key=usual_width)
    width = max(map(len, rows), default=0)
    for number, cells in enumerate(rows, 1):
        if any(cell.strip() for cell in cells):
            yield number, [*cells, *[""] * (width - len(cells))]


def _decode(name: str, head: bytes) -> str:
    """Decode the beginning of a file; a character that is cut at its end is left out.

    Raises:
        TextEncodingError: it is text in none of the encodings.
    """
    for encoding in _ENCODINGS:
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    raise TextEncodingError(name, f"is not text in {' or '.join(_ENCODINGS)}", "save it as UTF-8")
