"""Address points of juso (위치정보요약DB): entrances by road name address, and lots of buildings.

The files have no header, one address a line; the province or the whole country is read through, and
only lines of the area are taken apart.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geo.core.source import load_spec
from geo.readers.entries import zip_tables
from geo.readers.errors import NotATableError, TooLongError
from geo.readers.input_files import InputFile, Readable, list_input_files

SPEC = load_spec(__file__, "addresses")
NO_POINT: Final = "it has no coordinates"
NO_NUMBER: Final = "its building or lot number is no number"
UNREADABLE: Final = "it is in no encoding that is read, or has another number of columns"
ABOLISHED: Final = "its address has been abolished"
_CHUNK: Final = 1 << 20
_LONGEST: Final = 1 << 16  # bytes of a line
_ABOLISHED: Final = "63"  # 이동사유코드
_DIGITS: Final = {"legal": re.compile(rb"\d{10}"), "road_code": re.compile(rb"\d{12}")}
_GU_DIGITS: Final = 5
_WHOLE: Final = ("main", "sub", "lot", "lot_sub")


@dataclass
class AddressRows:
    """The rows of address files.

    Attributes:
        doors: cells by column of each row with the point of an entrance.
        lots: cells by column of each row that says on which lot a building stands.
        read: all rows.
        outside: rows of other places.
        rejects: rows that cannot be used, counted by reason.
    """

    doors: list[dict[str, str]] = field(default_factory=list)
    lots: list[dict[str, str]] = field(default_factory=list)
    read: int = 0
    outside: int = 0
    rejects: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Layout:
    columns: tuple[str, ...]
    points: bool

    def fits(self, cells: Sequence[bytes]) -> bool:
        """Tell whether a line can be of this layout."""
        return len(cells) == len(self.columns) and all(
            digits.fullmatch(cells[self.columns.index(name)]) for name, digits in _DIGITS.items()
        )


_LAYOUTS: Final = tuple(
    _Layout(tuple(entry["columns"]), entry["points"]) for entry in SPEC.numbers["layouts"]
)


def read_addresses(paths: Sequence[Path], gu_codes: Sequence[str]) -> AddressRows:
    """Read the rows of some gu from files of juso.

    Args:
        paths: files as published, in folders or zips, of the province or the whole country.
        gu_codes: 5-digit codes of the gu that are taken in.

    Raises:
        NotATableError: a file has none of the known layouts.
        InputFileError: a file is missing or cannot be read.
    """
    found, wanted = AddressRows(), frozenset(code.encode() for code in gu_codes)
    for file in list_input_files(paths, zip_tables):
        with file.open() as stream:
            _read_file(file, stream, wanted, found)
    return found


def _read_file(
    file: InputFile, stream: Readable, wanted: frozenset[bytes], found: AddressRows
) -> None:
    layout: _Layout | None = None
    for line in _lines(file.name, stream):
        cells = line.split(b"|")
        layout = layout or _layout_of(file.name, cells)
        found.read += 1
        if len(cells) != len(layout.columns):
            found.rejects[UNREADABLE] += 1
        elif cells[layout.columns.index("legal")][:_GU_DIGITS] not in wanted:
            found.outside += 1
        else:
            _take(layout, cells, found)


def _take(layout: _Layout, cells: Sequence[bytes], found: AddressRows) -> None:
    """Keep a row of the area, or count why it cannot be used."""
    row = _decoded(layout, cells)
    reason = UNREADABLE if row is None else _problem(row, points=layout.points)
    if row is None or reason:
        found.rejects[reason] += 1
    else:
        (found.doors if layout.points else found.lots).append(row)


def _decoded(layout: _Layout, cells: Sequence[bytes]) -> dict[str, str] | None:
    raw = {name: cell for name, cell in zip(layout.columns, cells, strict=True) if name != "-"}
    for encoding in ("utf-8", SPEC.encoding):
        try:
            return {name: cell.decode(encoding).strip() for name, cell in raw.items()}
        except UnicodeDecodeError:
            continue
    return None


def _problem(row: Mapping[str, str], *, points: bool) -> str:
    if row.get("change") == _ABOLISHED:
        return ABOLISHED
    if not all((row.get(name) or "0").isdecimal() for name in _WHOLE) or not row["main"]:
        return NO_NUMBER
    return NO_POINT if points and not (_is_metres(row["x"]) and _is_metres(row["y"])) else ""


def _is_metres(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,8}(?:\.\d*)?", text)) and float(text) > 0


def _layout_of(file: str, cells: Sequence[bytes]) -> _Layout:
    for layout in _LAYOUTS:
        if layout.fits(cells):
            return layout
    raise NotATableError(
        file,
        f"its first line, of {len(cells)} columns separated by |, is of no address file",
        "name 위치정보요약DB (entrc_….txt, 18 columns), and for lots 도로명주소 한글 "
        "(rnaddrkor_….txt, jibun_rnaddrkor_….txt) or 건물DB (build_….txt) as published",
    )


def _lines(name: str, stream: Readable) -> Iterator[bytes]:
    """Yield the lines of a file that are not blank."""
    rest = stream.read(_CHUNK).removeprefix(b"\xef\xbb\xbf")
    while rest:
        *lines, rest = rest.split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines if line.strip())
        if len(rest) > _LONGEST:
            raise TooLongError(name, "a line is longer than any address", "check the file")
        more = stream.read(_CHUNK)
        if not more:
            break
        rest += more
    if rest.strip():
        yield rest.rstrip(b"\r")
