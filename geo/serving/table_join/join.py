"""Join of a table that a user hands in to the dong; nothing of it is stored."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geo.core.errors import BadParameterError
from geo.readers.layout import FOUND, Layout
from geo.serving.table_join.cells import is_numeric, parse_number, short_text
from geo.serving.table_join.dong_dictionary import dong_dictionary
from geo.serving.table_join.dong_names import KINDS, TOTAL, DongDictionary, DongMatch, Kind
from geo.serving.table_join.table import Cells, TableJoinError, read_one_table
from geo.serving.table_join.year_column import YearColumn, choose_year, find_year_column
from geo.snapshot.reader import Snapshot

_NEEDED: Final = (
    "a column with 10-digit codes of the dong (행정동코드), with the 7 or 8 digits of Statistics "
    "Korea, or with names of the dong (행정동)"
)
_LEGAL: Final = re.compile(r"(?!.*행정동).*법정동")  # of the title of a column
Value = str | float | None


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not joined.

    Attributes:
        row: 1-based number of the data row; header and blank lines do not count.
        text: of the cell that should name a dong, or of a whole row that cannot be read.
        reason: why; "total" for a total, "not in Ansan" for other cities.
    """

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class JoinedTable:
    """A table joined to the dong.

    Attributes:
        key: column that names the dong.
        kind: how it names most of them.
        columns: the other columns, in the order of the table.
        numeric: those of them that hold numbers and, beside empty cells, nothing else.
        rows: values by dong code, in the order of the table: numbers in numeric columns (12.5 for
            "12.5%"), otherwise text without outer white space; None where a cell is empty.
        rejects: rows that were not joined.
        read: rows of the table; as many as `rows` and `rejects` together.
        year: of a long table, the year that is joined; None of one with a row for each dong.
        renamed: former names in the table, by the code of the dong of today.
    """

    key: str
    kind: Kind
    columns: tuple[str, ...]
    numeric: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Value]]
    rejects: tuple[RejectedRow, ...]
    read: int
    year: YearColumn | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JoinChoices:
    """What a user chooses of a table; None for what is to be found.

    Attributes:
        by: the column that names the dong.
        year_column: of a long table, the column that tells the year.
        year: the one to join, as the table writes it.
        layout: which sheet, and where its header is.
    """

    by: str | None = None
    year_column: str | None = None
    year: str | None = None
    layout: Layout = FOUND


def join_to_dong(
    file: Path, snapshot: Snapshot, *, by: str | None = None, choices: JoinChoices | None = None
) -> JoinedTable:
    """Join a table that a user hands in to the dong.

    Args:
        file: CSV, TXT, TSV (UTF-8 or CP949) or XLSX with one table; read once, not kept.
        snapshot: for the dong.
        by: the column that names the dong; None for the one that names most of them.
        choices: instead of `by`, everything that can be chosen.

    Raises:
        BadParameterError: the table has no column `by`.
        InputFileError: the file cannot be read.
        TableJoinError: it is too large, names no dong or one twice, or is by legal dong (법정동).
    """
    chosen = choices or JoinChoices(by)
    table, rows = read_one_table(file, chosen.layout)
    header, dong = tuple(next(iter(rows.values()), ())), dong_dictionary(snapshot)
    if not header:
        raise TableJoinError(table.name, "no row of it can be read", f"it needs {_NEEDED}")
    key = _check_key(header, chosen.by) if chosen.by else _find_key(rows, header, dong)
    named = _identify_rows(dong, rows, key)
    _refuse_legal(table.name, key, list(named.values()))
    year = _find_year(rows, named, key, chosen)
    here = {n: match for n, match in named.items() if not year or rows[n][year.name] == year.year}
    place = _places(table.name, here, dong)
    if not place:
        raise _no_dong(table.name, [key] if chosen.by else header)
    columns = tuple(name for name in header if name != key)
    figures = _numeric_columns(columns, [rows[row] for row in place.values()], year)
    others = _other_rows(named, here, rows, key, year)
    broken = (
        RejectedRow(row.row, short_text(row.text), f"it {row.reason}") for row in table.broken
    )
    kinds = Counter(match.kind for match in named.values() if match.dong and match.kind)
    return JoinedTable(
        key,
        kinds.most_common(1)[0][0],
        columns,
        tuple(column for column in columns if column in figures),
        {
            code: {name: _value(rows[row][name], name in figures) for name in columns}
            for code, row in place.items()
        },
        tuple(sorted((*others, *broken), key=lambda row: row.row)),
        len(rows) + len(table.broken),
        year,
        {code: named[row].name for code, row in place.items() if named[row].name},
    )


def _no_dong(name: str, columns: Sequence[str]) -> TableJoinError:
    looked = ", ".join(map(short_text, columns))
    problem = f"no dong of Ansan is named in its columns {looked}"
    return TableJoinError(name, problem, f"it needs {_NEEDED}")


def _numeric_columns(
    columns: Sequence[str], rows: Sequence[Cells], year: YearColumn | None
) -> set[str]:
    """Return the columns of numbers, but for that of the year."""
    return {
        name
        for name in columns
        if not (year and name == year.name) and is_numeric([row[name] for row in rows])
    }


def _other_rows(
    named: Mapping[int, DongMatch],
    here: Mapping[int, DongMatch],
    rows: Mapping[int, Cells],
    key: str,
    year: YearColumn | None,
) -> Iterator[RejectedRow]:
    """List the rows that name no dong of today, and those of another year."""
    another = f"another year than {year.year}" if year else ""
    for number, match in named.items():
        if not match.dong or number not in here:
            yield RejectedRow(number, rows[number][key], match.reason or another)


def _value(text: str, numeric: bool) -> Value:  # noqa: FBT001
    return parse_number(text) if numeric else text or None


def _find_year(
    rows: Mapping[int, Cells], named: Mapping[int, DongMatch], key: str, chosen: JoinChoices
) -> YearColumn | None:
    by_dong: dict[str, list[int]] = {}
    for number, match in named.items():
        if match.dong:
            by_dong.setdefault(match.dong, []).append(number)
    column = chosen.year_column or find_year_column(rows, list(by_dong.values()), key)
    return choose_year(rows, column, chosen.year) if column else None


def _check_key(header: Sequence[str], by: str) -> str:
    key = unicodedata.normalize("NFC", by).strip()
    if key not in header:
        raise BadParameterError("by", short_text(by), [short_text(name) for name in header])
    return key


def _find_key(rows: Mapping[int, Cells], header: Sequence[str], dong: DongDictionary) -> str:
    """Choose the column that names most dong; of several, codes first, then the first."""

    def worth(column: str) -> tuple[bool, int, int, int]:
        named = dong.identify_column([cells[column] for cells in rows.values()])
        kinds = {match.dong: match.kind for match in named if match.dong and match.kind}
        legal = sum(match.status == "legal" for match in named)
        last = max(map(KINDS.index, kinds.values()), default=0)
        return bool(kinds) and not _LEGAL.match(column), len(kinds), legal, -last

    return max(header, key=worth)


def _identify_rows(
    dong: DongDictionary, rows: Mapping[int, Cells], key: str
) -> dict[int, DongMatch]:
    """Identify the dong of rows; an empty cell in a row that calls itself a total is a total."""
    matches = dong.identify_column([cells[key] for cells in rows.values()])
    return {
        number: DongMatch("total", reason=TOTAL)
        if match.status == "empty" and any(map(dong.is_total, rows[number].values()))
        else match
        for number, match in zip(rows, matches, strict=True)
    }


def _refuse_legal(name: str, key: str, named: Sequence[DongMatch]) -> None:
    """Refuse a table by legal dong: a name that no 행정동 has, or mostly their codes."""
    legal = [match for match in named if match.status == "legal"]
    names = sorted({match.name for match in legal if match.kind == "name"})
    codes = sum(match.status not in ("empty", "total") for match in named)
    if names:
        why = f"{', '.join(names)} are names of legal dong (법정동) only"
    elif 2 * len(legal) > codes:
        why = f"{len(legal)} of {codes} codes are of legal dong (법정동)"
    elif _LEGAL.match(key) and any(match.kind == "name" for match in named):
        why = f"the column {short_text(key)} says that it names legal dong (법정동)"
    else:
        return
    problem = f"{why}: one legal dong may lie in several 행정동, also in others than its namesake"
    raise TableJoinError(
        name, problem, "take a table by 행정동, or name the column with their codes"
    )


def _places(name: str, named: Mapping[int, DongMatch], dong: DongDictionary) -> dict[str, int]:
    """Map each dong to its row; raises TableJoinError where a dong occurs twice."""
    rows: dict[str, int] = {}
    for row, match in named.items():
        if match.dong and rows.setdefault(match.dong, row) != row:
            both = f"rows {rows[match.dong]} and {row}"
            problem = f"{dong.names[match.dong]} ({match.dong}) appears twice, in {both}"
            raise TableJoinError(name, problem, "keep one row for each dong", row=row)
    return rows
