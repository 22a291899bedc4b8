"""Sniff the dialect of a text file: encoding, delimiter, header."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from geo.readers.errors import HeaderError, NoRowsError, NotATableError, TextEncodingError
from geo.readers.header import HEAD_ROWS, find_header, join_headers, usual_width
from geo.readers.input_files import InputFile, Readable
from geo.readers.kinds import BOM, refuse_other_kinds, refuse_service_error
from geo.readers.layout import FOUND, Layout
from geo.readers.rows import parse_record, split_lines
from geo.readers.table import clean_header, refuse_one_column

DELIMITERS: Final = (",", "|", "\t", ";")
# In these, no byte of a longer character is a delimiter, a quote or a line break.
ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp949", "euc-kr")
HEAD_BYTES: Final = 1_000_000
_TITLES_BYTES: Final = 100_000  # in which the titles and some rows below them must be
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")

_JSON: Final = re.compile(rb'\s*(\{\s*["}]|\[\s*["\[{\]\d])')


@dataclass(frozen=True)
class Head:
    """The dialect of a text file: encoding, delimiter, header.

    Attributes:
        encoding: as named by the caller, of those in `ENCODINGS`.
        others: codecs of the other encodings that the caller named.
        delimiter: one of `DELIMITERS`.
        header: names of the columns.
        start: bytes before the first data row.
    """

    encoding: str
    others: frozenset[str]
    delimiter: str
    header: tuple[str, ...]
    start: int

    @property
    def codec(self) -> str:
        """The codec of a row; only the first one of a file has a byte order mark."""
        return _codec(self.encoding)


def sniff(part: InputFile, encodings: Sequence[str], layout: Layout = FOUND) -> Head:
    """Read the beginning of a text file.

    Args:
        part: the file.
        encodings: what it may be in, the more likely first.
        layout: where the header is, if that is known.

    Raises:
        InputFileError: it is not a table of text with a header and a row.
    """
    with part.open() as stream:
        first = stream.read(HEAD_BYTES)
        sample = first if not first.isascii() else _first_other(stream) or first
    _refuse(part.name, first)
    start = len(BOM) if first.startswith(BOM) else 0
    if layout.skip is None:
        delimiter, cells, end = _header_row(part.name, first, start)
    else:
        delimiter, cells, end = _row_below(part.name, first, start, layout.skip)
    second, end = _second_row(first, end, delimiter) if layout.header_rows == 2 else ([], end)
    raw = first[start:end]
    _refuse_binary(part.name, raw)
    encoding = _encoding(part.name, raw, sample.removeprefix(BOM), encodings)
    names = [cell.encode("latin-1").decode(encoding) for cell in cells]
    if second:
        below = [cell.encode("latin-1").decode(encoding) for cell in second]
        names = join_headers(names, [*below, *[""] * len(names)][: len(names)])
    refuse_one_column(part.name, names)
    header = clean_header(part.name, names)
    if len(first) < HEAD_BYTES and not first[end:].strip():
        raise NoRowsError(part.name, "holds a header and no row", "download it again")
    others = frozenset(map(_codec, encodings)) - {_codec(encoding)}
    return Head(encoding, others, delimiter, header, end)


def decodes(raw: bytes, encoding: str) -> bool:
    """Check whether bytes are text in an encoding."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _codec(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _first_other(stream: Readable) -> bytes:
    """Find the first chunk with a character beyond ASCII; empty if there is none."""
    while chunk := stream.read(HEAD_BYTES):
        if not chunk.isascii():
            return chunk
    return b""


def _refuse(name: str, first: bytes) -> None:
    refuse_other_kinds(name, first)
    if _JSON.match(first.removeprefix(BOM)):
        refuse_service_error(name, first)
        raise NotATableError(name, "is JSON, not a table", "if it is data, name it .geojson")


def _header_row(name: str, first: bytes, start: int) -> tuple[str, list[str], int]:
    """Find the header; return the delimiter, its cells, and where it ends.

    Every byte is one character of Latin-1, so that cells can be cut before the encoding is known.
    """
    found = _first_row(name, first, start)
    text = first[start:]
    lines = [line.decode("latin-1") for line in split_lines(text[:_TITLES_BYTES])]
    if find_header(list(map(itemgetter(0), _records(lines, found[0])))) in (0, None):
        return found
    # Titles come first: the delimiter is that which cuts the rows below them best.
    by_delimiter = {delimiter: list(_records(lines, delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: usual_width([row for row, _ in by_delimiter[sign]]))
    records = by_delimiter[best]
    place = find_header([row for row, _ in records]) or 0
    cells, last = records[place]
    return best, cells, start + sum(map(len, lines[:last]))


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Yield the first rows that are not blank, and the number of lines up to their ends."""
    at = count = 0
    while at < len(lines) and count < HEAD_ROWS:
        if not lines[at].strip("\r\n"):
            at += 1
            continue
        row = parse_record(lines, at, delimiter, width=None, ended=False)
        if row is None:
            return
        at, count = at + row.lines, count + 1
        yield row.cells, at


def _row_below(name: str, first: bytes, start: int, skip: int) -> tuple[str, list[str], int]:
    """Return the row below so many rows of the spreadsheet, its delimiter and where it ends.

    Raises:
        HeaderError: there is none.
    """
    lines = [line.decode("latin-1") for line in split_lines(first[start:][:_TITLES_BYTES])]
    best: tuple[str, list[str], int] | None = None
    for delimiter in DELIMITERS:
        at, cells = 0, [""]
        for _ in range(skip + 1):
            row = parse_record(lines, at, delimiter, width=None, ended=True) if lines[at:] else None
            cells, at = (row.cells, at + row.lines) if row else ([], at)
        if cells and (best is None or len(cells) > len(best[1])):
            best = delimiter, cells, start + sum(map(len, lines[:at]))
    if best is None:
        raise HeaderError(name, f"holds no row below the first {skip}", "skip fewer rows")
    return best


def _second_row(first: bytes, end: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the row after the header, and where it ends."""
    lines = [line.decode("latin-1") for line in split_lines(first[end:][:_TITLES_BYTES])]
    if not lines:
        return [], end
    row = parse_record(lines, 0, delimiter, width=None, ended=True)
    return (row.cells, end + sum(map(len, lines[: row.lines]))) if row else ([], end)


def _first_row(name: str, first: bytes, start: int) -> tuple[str, list[str], int]:
    """Sniff the delimiter that gives the first row most cells; return it, the cells and their end.

    Every byte is one character of Latin-1, so that cells can be cut before the encoding is known.
    """
    lines = [line.decode("latin-1") for line in split_lines(first[start:])]
    at = next(place for place, line in enumerate(lines) if line.strip("\r\n"))
    ended = len(first) < HEAD_BYTES
    best: tuple[str, list[str], int] | None = None
    for delimiter in DELIMITERS:
        row = parse_record(lines, at, delimiter, width=None, ended=ended)
        if row and (best is None or len(row.cells) > len(best[1])):
            best = delimiter, row.cells, at + row.lines
    # A last line without its end may go on behind what was read.
    if best is None or (best[2] == len(lines) and not ended):
        raise HeaderError(name, "its first row has no end", "check that rows end in line breaks")
    delimiter, cells, count = best
    return delimiter, cells, start + sum(map(len, lines[:count]))


def _refuse_binary(name: str, header: bytes) -> None:
    if header.count(0) * 4 > len(header):
        raise NotATableError(name, "is UTF-16 text", "save it as UTF-8")
    if _CONTROL.search(header):
        raise NotATableError(name, "is not text", "name a CSV, XLSX or GeoJSON file")


def _encoding(name: str, header: bytes, sample: bytes, encodings: Sequence[str]) -> str:
    """Choose the encoding in which most lines decode; the first of them where several fit."""
    unknown = [encoding for encoding in encodings if encoding not in ENCODINGS]
    if unknown or not encodings:
        raise TextEncodingError(
            name, f"cannot be read as {unknown}", f"allowed are {', '.join(ENCODINGS)}"
        )
    fitting = [encoding for encoding in encodings if decodes(header, encoding)]
    if not fitting:
        raise TextEncodingError(
            name, f"its first row is not text in {' or '.join(encodings)}", "save it as UTF-8"
        )
    lines = re.split(rb"[\r\n]+", sample)
    return min(fitting, key=lambda encoding: sum(not decodes(line, encoding) for line in lines))
