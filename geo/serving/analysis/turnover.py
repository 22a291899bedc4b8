"""The measure of changes in registers: counts by dong and month, rates, survival; names for staff.

Nothing is counted here: the build makes the tables, by the functions behind `atlas changes`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.errors import StaffOnlyError
from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult, Row
from geo.snapshot.reader import Snapshot

DONG: Final = "dong"
MONTHS: Final = "months"
SURVIVAL: Final = "survival"
NAMES: Final = "names"
KINDS: Final = ("opened", "closed", "moved", "renamed")
SUBJECT: Final = ChoiceParameter("of", (DONG, MONTHS, "rates", SURVIVAL, NAMES))
TITLE: Final = "What opened, closed, moved and was renamed"
NOT_LOADED: Final = "no register has been loaded, so nothing is known of changes; that is not zero"
NOT_COMPARED: Final = (
    "no register has been loaded a second time with a change, so there is nothing to compare with; "
    "that is not zero"
)
NO_DATES: Final = "no register that is loaded has opening days, so there are no rates"
SINCE_LOAD: Final = (
    "changes are those between the last two releases that were loaded; the month is that of the "
    "licence's own day, else that of the release"
)
GU: Final = 5  # digits of the code of a dong that are the code of its gu
NOT_LISTED: Final = (
    "a dong that no register compared covers, and none lists a business in, has no counts, not zero"
)
_COUNTED: Final = (
    "Counts of the last load of each register that changed it: a business that it lists for the "
    "first time is opened, but where it is closed by then, its licence dates decide; one that it "
    "no longer lists, or reports closed, is closed; one with another address or position is moved, "
    "one with another name is renamed."
)
_DATED: Final = (
    "By the opening and closing days of licences: openings and closings of a calendar year over "
    "the businesses open on its 1 January; the share still open after some years by Kaplan and "
    "Meier (1958), with the 95 % interval of Greenwood on the scale of log(-log S)."
)
_DONG_CODE: Final = Column("dong_code", "code of the dong")
_REGISTER: Final = Column("register", "id of the register")
_MONTH: Final = Column("month", "month of the licence's own day, else of the release")
_KINDS: Final = tuple(
    Column(kind, f"businesses that {'were ' * (kind == 'renamed')}{kind}") for kind in KINDS
)


@dataclass(frozen=True)
class _Table:
    """The rows of one subject.

    Attributes:
        columns: of the rows.
        rows: the table.
        n: changes, or businesses, that it rests on.
        caveats: what a reader must know.
        shapes: of the rows; None where they are not places.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    n: int
    caveats: tuple[str, ...]
    shapes: Sequence[Mapping[str, Any]] | None = None


def changes(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Read what registers opened, closed, moved and renamed, or how long their businesses last.

    Raises:
        StaffOnlyError: names, asked for by somebody who is not of the staff.
    """
    subject = SUBJECT.read(parameters)
    table = _TABLES[subject](snapshot)
    dated = subject in ("rates", SURVIVAL)
    return MeasureResult(
        measure="changes",
        title=TITLE,
        method=_DATED if dated else _COUNTED,
        basis=Evidence(
            table.n,
            _without_dates(snapshot) if dated else {},
            _dates(snapshot, dated=dated),
            {"observed": 1.0} if table.n else {},
            sources=frozenset(_registers(snapshot)),
        ),
        parameters={"of": subject},
        columns=table.columns,
        rows=table.rows,
        caveats=table.caveats,
        shapes=table.shapes,
    )


def _by_dong(snapshot: Snapshot) -> _Table:
    """Count by dong; where nothing was compared, every count is missing."""
    layer = snapshot.layers["dong"]
    every = np.arange(layer.count)
    areas = layer.records(every, ["id", "name_ko", "name_en"])
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _counts(snapshot):
        counted[row["dong_code"]].update({kind: row[kind] for kind in KINDS})
    listed = _listed_dong(snapshot, [area["id"] for area in areas]) | counted.keys()
    rows = [_dong_row(area, counted, listed) for area in areas]
    missing = any(row["state"] == "missing" for row in rows)
    return _Table(
        (
            _DONG_CODE,
            Column("name_ko", "Korean name of the dong"),
            Column("name_en", "name of the dong in Latin letters"),
            *_KINDS,
            Column(
                "state",
                "shown, or missing: no register that was compared covers the dong or lists a "
                "business in it",
            ),
        ),
        rows,
        _total(snapshot),
        _caveats(snapshot, *((NOT_LISTED,) if missing else ())),
        [shapely.geometry.mapping(shape) for shape in layer.geometries(every)],
    )


def _dong_row(area: Row, counted: Mapping[str, Counter[str]], listed: set[str]) -> Row:
    code = area["id"]
    names = {"dong_code": code, "name_ko": area["name_ko"], "name_en": area["name_en"]}
    if code not in listed:
        return {**names, **dict.fromkeys(KINDS), "state": "missing"}
    counts = counted.get(code, Counter())
    return {**names, **{kind: counts[kind] for kind in KINDS}, "state": "shown"}


def _listed_dong(snapshot: Snapshot, every: Sequence[str]) -> set[str]:
    """Return the dong in which a register that was compared lists a business, or covers all."""
    compared = set(snapshot.changes.get("compared", ()))
    if not compared:
        return set()
    registers = snapshot.manifest["registers"]
    covered = {code for name in compared for code in registers[name].get("covers", ())}
    whole = {dong for dong in every if dong in covered or dong[:GU] in covered}
    columns = snapshot.layers["businesses"].columns
    pairs = zip(columns["registers"].to_pylist(), columns["dong_code"].to_pylist(), strict=True)
    listed = {code for ids, code in pairs if code and compared & set(ids or ())}
    return whole | listed


def _by_month(snapshot: Snapshot) -> _Table:
    names = _dong_names(snapshot)
    rows = [{**row, "name_ko": names.get(row["dong_code"])} for row in _counts(snapshot)]
    columns = (_REGISTER, _MONTH, _DONG_CODE, Column("name_ko", "Korean name of the dong"), *_KINDS)
    return _Table(columns, rows, _total(snapshot), _caveats(snapshot))


def _rates(snapshot: Snapshot) -> _Table:
    columns = (
        _REGISTER,
        Column("year", "January to December; the last one up to the release"),
        Column("at_start", "businesses open on 1 January"),
        Column("opened", "licensed in the year"),
        Column("closed", "closed in the year"),
        Column("opening_rate", "openings by businesses open on 1 January", share=True),
        Column("closing_rate", "closings by businesses open on 1 January", share=True),
    )
    return _dated(snapshot, "years", columns)


def _survival(snapshot: Snapshot) -> _Table:
    columns = (
        _REGISTER,
        Column("years", "years since opening"),
        Column("share", "share of the businesses still open", share=True),
        Column("low", "lower end of its 95 % interval", share=True),
        Column("high", "upper end of its 95 % interval", share=True),
        Column("at_risk", "businesses seen open for at least so long"),
    )
    return _dated(snapshot, "survival", columns)


def _dated(snapshot: Snapshot, part: str, columns: tuple[Column, ...]) -> _Table:
    found = snapshot.changes.get("turnover", ())
    rows = [{"register": each["register"], **row} for each in found for row in each[part]]
    n = sum(each["businesses"] for each in found)
    return _Table(columns, rows, n, () if found else (_why_undated(snapshot),))


def _why_undated(snapshot: Snapshot) -> str:
    return NO_DATES if _registers(snapshot) else NOT_LOADED


def _names(snapshot: Snapshot) -> _Table:
    if snapshot.changes and NAMES not in snapshot.changes:
        raise StaffOnlyError(SUBJECT.name)
    columns = (
        _REGISTER,
        Column("kind", "opened, closed, moved or renamed"),
        _MONTH,
        _DONG_CODE,
        Column("dong", "Korean name of the dong"),
        Column("id", "id of the row in the register"),
        Column("name_ko", "name of the business"),
        Column("before", "name or address before"),
        Column("after", "name, address or day of closing after"),
    )
    return _Table(columns, snapshot.changes.get(NAMES, ()), _total(snapshot), _caveats(snapshot))


def _caveats(snapshot: Snapshot, *more: str) -> tuple[str, ...]:
    if not _registers(snapshot):
        return (NOT_LOADED,)
    if not snapshot.changes.get("compared"):
        return (NOT_COMPARED,)
    return (SINCE_LOAD, *more)


def _registers(snapshot: Snapshot) -> Mapping[str, Any]:
    return snapshot.manifest["registers"] if snapshot.changes else {}


def _counts(snapshot: Snapshot) -> Sequence[Row]:
    rows: Sequence[Row] = snapshot.changes.get("counts", ())
    return rows


def _total(snapshot: Snapshot) -> int:
    return sum(row[kind] for row in _counts(snapshot) for kind in KINDS)


def _without_dates(snapshot: Snapshot) -> dict[str, int]:
    left = sum(each["without_dates"] for each in snapshot.changes.get("turnover", ()))
    return {"without a usable day": left} if left else {}


def _dates(snapshot: Snapshot, *, dated: bool) -> tuple[str | None, str | None]:
    if dated:
        days = sorted(each["until"] for each in snapshot.changes.get("turnover", ()))
    else:
        days = sorted(row["month"] for row in _counts(snapshot) if row["month"])
    return (days[0], days[-1]) if days else (None, None)


def _dong_names(snapshot: Snapshot) -> dict[str, str]:
    layer = snapshot.layers["dong"]
    records = layer.records(np.arange(layer.count), ["id", "name_ko"])
    return {record["id"]: record["name_ko"] for record in records}


_TABLES: Final[Mapping[str, Callable[[Snapshot], _Table]]] = {
    DONG: _by_dong,
    MONTHS: _by_month,
    "rates": _rates,
    SURVIVAL: _survival,
    NAMES: _names,
}
MEASURES: Final[Mapping[str, Measure]] = {
    "changes": Measure(title=TITLE, parameters=(SUBJECT,), alone=changes, classed=True),
}
