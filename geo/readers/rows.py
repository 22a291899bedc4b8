"""Parser of delimited text: the one place that decides where rows and cells end.

A cell is quoted if a quote opens it and another closes it right before a delimiter or a line
break; quotes inside are doubled. Where a line cannot be read so, its quotes are characters like
others, as in `1,"꽃"집`; but not if that gives it another number of cells than the header has.
"""

import csv
import re
from typing import Final, NamedTuple

import numpy as np

_LINE: Final = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r)|[^\r\n]+")
_QUOTE: Final = ord('"')


class Record(NamedTuple):
    """The cells of one row, and how many lines it takes."""

    cells: list[str]
    lines: int


def split_lines(block: bytes) -> list[bytes]:
    """Split a text into lines, keeping their ends."""
    return _LINE.findall(block)


def parse_record(
    lines: list[str], at: int, delimiter: str, *, width: int | None, ended: bool
) -> Record | None:
    """Parse the row that begins at a line.

    Args:
        lines: with their ends; all up to the end of a file or of a block of it.
        at: index of the line.
        delimiter: one ASCII character.
        width: cells a row should have; None if unknown. A row over several lines must have
            that many, else its first line is a row of its own: one stray quote costs one line.
        ended: nothing follows the lines.

    Returns:
        None where the row may go on after the last line.
    """
    line = lines[at].rstrip("\r\n")
    if '"' not in line:
        return Record(line.split(delimiter), 1)
    following = map(lines.__getitem__, range(at, len(lines)))
    reader = csv.reader(following, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        if not ended and at + reader.line_num == len(lines):
            return None
    else:
        if reader.line_num == 1 or width in (None, len(cells)):
            return Record(cells, reader.line_num)
    return Record([_literal(cell) for cell in line.split(delimiter)], 1)


def _literal(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def has_regular_quotes(rows: bytes, delimiter: str) -> bool:
    """Check whether the quotes of a text are regular, so that any parser finds the same cells.

    Args:
        rows: whole rows, or rows up to a line break inside a quoted cell (then False).
        delimiter: one ASCII character.
    """
    if b'"' not in rows:
        return True
    data = np.frombuffer(rows, np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes) % 2:
        return False
    beside = np.zeros(256, bool)
    beside[[*delimiter.encode(), *b'\r\n"']] = True
    ends = beside[data[np.minimum(quotes[1::2] + 1, len(data) - 1)]]
    # Before the first byte stands, as index -1, the line break at the end of the rows.
    return bool(beside[data[quotes[0::2] - 1]].all() and ends.all())


def has_blank_lines(rows: bytes) -> bool:
    """Check whether a line before the last row is blank."""
    if rows[:1] in (b"\n", b"\r"):
        return True
    text = rows.rstrip(b"\r\n")
    return any(blank in text for blank in (b"\n\n", b"\n\r", b"\r\r"))


def count_rows(text: bytes, delimiter: str) -> int:
    """Count the rows that a spreadsheet program shows for a text: blank ones too."""
    lines, at, count = [line.decode("latin-1") for line in split_lines(text)], 0, 0
    while at < len(lines):
        row = parse_record(lines, at, delimiter, width=None, ended=True)
        at, count = at + (row.lines if row else 1), count + 1
    return count


def whole_rows(buffer: bytes) -> int:
    """Return how many bytes are complete rows, judging by quotes; 0 without a line end."""
    longest = cut = _last_break(buffer, len(buffer))
    for _ in range(3):
        if buffer.count(b'"', 0, cut) % 2 == 0:
            return cut
        # The last line end is inside a quoted cell; try the one before the cell.
        cut = _last_break(buffer, buffer.rfind(b'"', 0, cut))
    return longest


def _last_break(buffer: bytes, stop: int) -> int:
    """Return the end of the last line before `stop`; 0 if none ends there."""
    return max(buffer.rfind(b"\n", 0, stop), buffer.rfind(b"\r", 0, stop)) + 1
