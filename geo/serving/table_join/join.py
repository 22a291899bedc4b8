"""Join of a table that a user hands in to the dong; nothing of it is stored."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from geo.core.errors import BadParameterError
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.table_join.cells import is_numeric, parse_number
from geo.serving.table_join.dong_names import (
    KINDS,
    TOTAL,
    DongDictionary,
    DongMatch,
    Kind,
    dong_dictionary,
)
from geo.serving.table_join.table import Cells, TableJoinError, read_one_table
from geo.snapshot.reader import Snapshot

_NEEDED: Final = (
    "a column with 10-digit codes of the dong (행정동코드), with the 7 or 8 digits of Statistics "
    "Korea, or with names of the dong (행정동)"
)
_MOST: Final = 1e15  # beyond it not every whole number differs from the next
_SHOWN: Final = 80  # characters of a user's text that a message repeats
_LEGAL: Final = re.compile(r"(?!.*행정동).*법정동")  # of the title of a column
_OWN: Final = {
    "dong_code": "code of the dong (행정동)",
    "name_ko": "its name",
    "name_en": "its name in English",
    "value": "of the column asked for; empty where the table says nothing",
    "state": "shown, or missing: the table lacks the dong or its value",
}
_TAKEN: Final = {*_OWN, "of", "release", "reason", "area_ha"}  # they mean something in findings

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
    """

    key: str
    kind: Kind
    columns: tuple[str, ...]
    numeric: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Value]]
    rejects: tuple[RejectedRow, ...]
    read: int


def join_to_dong(file: Path, snapshot: Snapshot, *, by: str | None = None) -> JoinedTable:
    """Join a table that a user hands in to the dong.

    Args:
        file: CSV, TXT, TSV (UTF-8 or CP949) or XLSX with one table; read once, not kept.
        snapshot: for the dong.
        by: the column that names the dong; None for the one that names most of them.

    Raises:
        BadParameterError: the table has no column `by`.
        IntakeError: the file cannot be read.
        TableJoinError: it is too large, names no dong or one twice, or is by legal dong (법정동).
    """
    table, rows = read_one_table(file)
    header, dong = tuple(next(iter(rows.values()))), dong_dictionary(snapshot)
    key = _find_key(rows, header, dong) if by is None else _check_key(header, by)
    named = {row: _identify_row(dong, cells, key) for row, cells in rows.items()}
    _refuse_legal(table.name, key, list(named.values()))
    place = _places(table.name, named, dong)
    if not place:
        looked = ", ".join(map(_short, header if by is None else [key]))
        problem = f"no dong of Ansan is named in its columns {looked}"
        raise TableJoinError(table.name, problem, f"it needs {_NEEDED}")
    columns = tuple(name for name in header if name != key)
    figures = {
        column for column in columns if is_numeric([rows[row][column] for row in place.values()])
    }
    aside = [
        RejectedRow(n, rows[n][key], match.reason) for n, match in named.items() if not match.dong
    ]
    aside += [RejectedRow(row.row, _short(row.text), f"it {row.reason}") for row in table.broken]
    kinds = Counter(match.kind for match in named.values() if match.dong and match.kind)
    return JoinedTable(
        key,
        kinds.most_common(1)[0][0],
        columns,
        tuple(column for column in columns if column in figures),
        {
            code: {
                column: parse_number(rows[row][column])
                if column in figures
                else rows[row][column] or None
                for column in columns
            }
            for code, row in place.items()
        },
        tuple(sorted(aside, key=lambda row: row.row)),
        len(rows) + len(table.broken),
    )


def to_measure_result(joined: JoinedTable, snapshot: Snapshot, column: str) -> MeasureResult:
    """Convert a column of numbers to a measure result on every dong of today, for a map.

    Args:
        joined: of `join_to_dong`.
        snapshot: for the outlines.
        column: one of `joined.numeric`.

    Returns:
        One row per dong: `value`, its `state`, and every column of the table.

    Raises:
        BadParameterError: the table has no such column of numbers, or one that is too large to
            be written out.
    """
    if column not in joined.numeric:
        raise BadParameterError("column", _short(column), joined.numeric or "a table with numbers")
    layer, keys = snapshot.layers["dong"], _keys(joined.columns)
    everyone = np.arange(layer.count)
    rows = []
    for record in layer.records(everyone, ["id", "name_ko", "name_en"]):
        cells = joined.rows.get(record["id"], {})
        value = cells.get(column)
        if isinstance(value, float) and abs(value) > _MOST:
            cell = f"{_short(column)}: {value:g} ({record['name_ko']})"
            raise BadParameterError("column", cell, f"numbers between -{_MOST:g} and {_MOST:g}")
        own = (*record.values(), value, "missing" if value is None else "shown")
        hers = {key: cells.get(name) for name, key in keys.items()}
        rows.append({**dict(zip(_OWN, own, strict=True)), **hers})
    shown = sum(row["value"] is not None for row in rows)
    return MeasureResult(
        measure="joined",
        title=f"{column} by dong, from a table that was handed in",
        method=f"Rows joined to the dong of today by the column {joined.key} ({joined.kind}), as "
        "handed in: the atlas has not checked the numbers, and keeps nothing of the table.",
        basis=Evidence(shown, _reasons(joined), (None, None), {}),
        parameters={"column": column, "by": joined.key},
        columns=(
            *(Column(name, meaning) for name, meaning in _OWN.items()),
            *(Column(key, f"{name}, as in the table", verbatim=True) for name, key in keys.items()),
        ),
        rows=rows,
        caveats=tuple(_caveats(joined, layer.count - shown, dong_dictionary(snapshot))),
        shapes=[shapely.geometry.mapping(shape) for shape in layer.geometries(everyone)],
    )


def _caveats(joined: JoinedTable, missing: int, dong: DongDictionary) -> Iterator[str]:
    yield f"{joined.read} rows read, {len(joined.rows)} joined, {len(joined.rejects)} set aside"
    for reason, count in _reasons(joined).items():
        yield f"{count} set aside: {reason}"
    if missing:
        yield f"{missing} dong have no value in the table"
    if joined.kind == "name" and dong.homonyms.issuperset(joined.rows):
        yield "every name is also that of a legal dong (법정동); all were taken for 행정동"


def _reasons(joined: JoinedTable) -> dict[str, int]:
    return dict(sorted(Counter(row.reason for row in joined.rejects).items()))


def _check_key(header: Sequence[str], by: str) -> str:
    key = unicodedata.normalize("NFC", by).strip()
    if key not in header:
        raise BadParameterError("by", _short(by), [_short(name) for name in header])
    return key


def _find_key(rows: Mapping[int, Cells], header: Sequence[str], dong: DongDictionary) -> str:
    """Choose the column that names most dong; of several, codes first, then the first."""

    def worth(column: str) -> tuple[bool, int, int, int]:
        named = [dong.identify(cells[column]) for cells in rows.values()]
        kinds = {match.dong: match.kind for match in named if match.dong and match.kind}
        legal = sum(match.status == "legal" for match in named)
        last = max(map(KINDS.index, kinds.values()), default=0)
        return bool(kinds) and not _LEGAL.match(column), len(kinds), legal, -last

    return max(header, key=worth)


def _identify_row(dong: DongDictionary, cells: Cells, key: str) -> DongMatch:
    """Identify the dong of a row; an empty cell in a row that calls itself a total is a total."""
    match = dong.identify(cells[key])
    if match.status == "empty" and any(map(dong.is_total, cells.values())):
        return DongMatch("total", reason=TOTAL)
    return match


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
        why = f"the column {_short(key)} says that it names legal dong (법정동)"
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


def _keys(columns: Sequence[str]) -> dict[str, str]:
    """Map each column to a key in the rows of the result, apart from reserved keys."""
    keys = {name: name for name in columns}
    for name in _TAKEN.intersection(columns):
        while keys[name] in _TAKEN or keys[name] in columns:
            keys[name] += "_"
    return keys


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
