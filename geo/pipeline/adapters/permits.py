"""Permits of local authorities (지방행정 인허가 데이터, LOCALDATA), open and closed.

Headers, file names and coordinates changed in 2025 and 2026; both old and new files are read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.crs import STORE
from geo.core.errors import SourceChangedError
from geo.core.source import load_spec
from geo.pipeline.adapters.adapter import RegisterAdapter
from geo.pipeline.adapters.permit_kinds import column, kinds, map_distinct, plain, status, whole
from geo.pipeline.adapters.records import ParsedRecords, no_rows, records
from geo.readers.normalize.dates import iso_days
from geo.readers.normalize.names import clean
from geo.readers.normalize.phones import parse_phones
from geo.readers.table import ROW, Table

SPEC: Final = load_spec(__file__, "permits")
NO_KEY: Final = "it has no 관리번호 or 개방자치단체코드"
NO_NAME: Final = "it has no name"
CUT: Final = "its name or key is cut in the middle of a character"
STATUS: Final = "its status is unknown: "
_KEY: Final = ("number", "authority")
_LOST: Final = "\ufffd"  # stands for bytes that are no text
_PLACE: Final = r"^\s*(?P<one>\S+)\s*(?P<two>\S*)\s*(?P<three>\S*)"
_DETAIL: Final = r",\s*(?P<detail>[^()]*[^()\s])"
_MASKED: Final = r"\S*\*\S*"  # addresses of some permits hide their numbers: 원곡동 ***-*
_LAND: Final = ((124.0, 132.0), (33.0, 39.0))  # degrees of longitude and latitude
_NOWHERE_M: Final = 1_000.0  # metres of a Korean system: no land is so near to its origin


def parse_register(table: Table) -> Iterator[ParsedRecords]:
    """Parse the records of one file of permits.

    Raises:
        SourceChangedError: the file lacks a column, mixes degrees and metres, or does not say
            which permit it is about.
    """
    headers = _headers(table)
    crs = ""
    for batch in table.batches:
        cells = _cells(batch, headers)
        point = _point(cells)
        crs = _crs(table.name, point, crs or (STORE if "lon" in headers else ""))
        yield _parsed_records(table.name, cells, point, crs or SPEC.crs)


def _headers(table: Table) -> dict[str, str]:
    """Find the header of every column that is read, by role.

    Raises:
        SourceChangedError: a required column is missing.
    """
    written = {plain(header): header for header in table.header}
    headers: dict[str, str] = {}
    for alias, role in SPEC.lookup["columns"].items():
        if alias in written:
            headers.setdefault(role, written[alias])
    if {"x", "y"} <= headers.keys():
        headers = {role: header for role, header in headers.items() if role not in {"lon", "lat"}}
    for roles in SPEC.numbers["required"]:
        if not headers.keys() & set(roles):
            allowed = [alias for alias, role in SPEC.lookup["columns"].items() if role in roles]
            raise SourceChangedError(
                f"{table.name}: no column {' or '.join(allowed)}; it has {', '.join(table.header)}"
            )
    return headers


def _cells(batch: pa.RecordBatch, headers: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns that are read, as text without control characters; null where empty."""
    # In the order of the file, so that rows set aside show as they stood.
    order = sorted(headers, key=lambda role: batch.schema.get_field_index(headers[role]))
    texts = {role: pd.Series(batch.column(headers[role]), dtype="str") for role in order}
    cells = pd.DataFrame({role: clean(text) for role, text in texts.items()})
    return cells.assign(**{ROW: batch.column(ROW).to_numpy()})


def _parsed_records(file: str, read: pd.DataFrame, point: pd.DataFrame, crs: str) -> ParsedRecords:
    cells = _uncut(read)
    kind, state = kinds(file, cells), status(cells)
    reason = _reasons(read, kind, state)
    usable = reason.isna()
    made, known = kind[usable], point[usable]
    named = made["code"].fillna(made["group"])
    return ParsedRecords(
        file=file,
        frame=_frame(cells[usable], made, state[usable], known),
        rejects=_rejects(read[~usable], reason[~usable]),
        crs=crs,
        codes=Counter(zip(named, made["category"], strict=True)),
        unknown=Counter(_reported(made[made["unknown"]])),
    )


def _reported(strange: pd.DataFrame) -> pd.Series:
    """Return unknown groups and trades, each with what its rows are taken for."""
    trade = (" " + strange["code"]).fillna("")
    return strange["group"] + trade + " → " + strange["category"]


def _frame(
    cells: pd.DataFrame, kind: pd.DataFrame, state: pd.Series, point: pd.DataFrame
) -> pd.DataFrame:
    road, jibun = _address(column(cells, "road")), _address(column(cells, "jibun"))
    closed = _days(cells[state == "closed"], "closed", "cancelled")
    return records(
        key=cells["number"] + "@" + whole(cells["authority"]),
        part=kind["group"],
        row=cells[ROW],
        name_ko=cells["name"],
        category=kind["category"],
        code=kind["code"].fillna(kind["group"]),
        cuisine=_cuisines(kind),
        address_road=road,
        address_jibun=jibun,
        address_detail=_extracted(road, _DETAIL)["detail"],
        phone=parse_phones(column(cells, "phone")),
        gu_code=_gu(road, jibun, whole(cells["authority"])),
        x=point["x"],
        y=point["y"],
        status=state,
        opened_on=_days(cells, "opened"),
        closed_on=closed.reindex(cells.index),  # a business that opened again keeps its old day
        updated_on=_days(cells, "modified", "updated"),
    )


def _reasons(cells: pd.DataFrame, kind: pd.DataFrame, state: pd.Series) -> pd.Series:
    """Return why rows cannot be used, null where they can; the first reason counts."""
    status = column(cells, "status").fillna(column(cells, "status_code")).fillna("(none)")
    cut = _cut(cells[["name", *_KEY]]).any(axis=1)
    return (
        (STATUS + status)
        .where(state.isna())
        .mask(cells["name"].isna(), NO_NAME)
        .mask(cells[list(_KEY)].isna().any(axis=1), NO_KEY)
        .mask(cut, CUT)
        .fillna(map_distinct(kind["group"], SPEC.lookup["no_business"].get))
    )


def _uncut(cells: pd.DataFrame) -> pd.DataFrame:
    """Blank the cells that are cut in the middle of a character."""
    texts = cells.drop(columns=ROW)
    lost = _cut(texts)
    return cells.assign(**texts.mask(lost)) if lost.to_numpy().any() else cells


def _cut(texts: pd.DataFrame) -> pd.DataFrame:
    lost = {role: text.str.contains(_LOST, regex=False) for role, text in texts.items()}
    return pd.DataFrame(lost)


def _rejects(cells: pd.DataFrame, reason: pd.Series) -> pd.DataFrame:
    """Return rows set aside, without telephones, which may be private."""
    if cells.empty:
        return no_rows()
    visible = cells.drop(columns=[ROW, "phone"], errors="ignore").fillna("")
    text = visible.agg(" | ".join, axis=1)
    return pd.DataFrame({"row": cells[ROW], "reason": reason, "text": text})


def _point(cells: pd.DataFrame) -> pd.DataFrame:
    """Read coordinates; null where they are no numbers or can be nowhere in Korea."""
    names = ("lon", "lat") if "lon" in cells else ("x", "y")
    texts = [column(cells, name).str.replace(",", "") for name in names]
    x, y = (pd.to_numeric(text, errors="coerce").astype("float64") for text in texts)
    somewhere = np.isfinite(x) & np.isfinite(y)
    somewhere &= (x.abs() > _NOWHERE_M) | (y.abs() > _NOWHERE_M) | _in_degrees(x, y)
    return pd.DataFrame({"x": x.where(somewhere), "y": y.where(somewhere)})


def _in_degrees(x: pd.Series, y: pd.Series) -> pd.Series:
    lon, lat = _LAND
    # Swapped axes are degrees too; that they are swapped is found where points are judged.
    return (x.between(*lon) & y.between(*lat)) | (x.between(*lat) & y.between(*lon))


def _crs(file: str, point: pd.DataFrame, before: str) -> str:
    """Return the CRS of the points: degrees, or the publisher's; `before` without points.

    Args:
        file: their name in messages.
        point: columns x and y.
        before: what the header or earlier rows said; "" where they said nothing.

    Raises:
        SourceChangedError: points are in two systems, or not in the one of `before`.
    """
    degrees = _in_degrees(point["x"], point["y"])
    systems = ({STORE} if degrees.any() else set()) | (
        {SPEC.crs} if (point["x"].notna() & ~degrees).any() else set()
    )
    if before:
        systems.add(before)
    if len(systems) > 1:
        raise SourceChangedError(
            f"{file}: its coordinates are degrees ({STORE}) in one place and metres ({SPEC.crs}) "
            "in another: split it in two, or name the columns for what they hold"
        )
    return systems.pop() if systems else ""


def _gu(road: pd.Series, jibun: pd.Series, authority: pd.Series) -> pd.Series:
    """Return the gu that an address names; without an address, the city of the authority."""
    named = map_distinct(_three_words(road), _gu_of).fillna(
        map_distinct(_three_words(jibun), _gu_of)
    )
    licensed = map_distinct(authority, SPEC.lookup["authority"].get)
    return named.mask(road.isna() & jibun.isna(), licensed)


def _three_words(address: pd.Series) -> pd.Series:
    words = _extracted(address, _PLACE)
    return words["one"] + " " + words["two"] + " " + words["three"]


def _gu_of(words: str) -> str | None:
    """Return the code of the longest run of first words that the table has."""
    parts = words.split()
    starts = (" ".join(parts[:count]) for count in (3, 2, 1))
    return next((SPEC.lookup["gu"][start] for start in starts if start in SPEC.lookup["gu"]), None)


def _address(texts: pd.Series) -> pd.Series:
    """Remove the masked words from addresses."""
    masked = texts.str.contains("*", regex=False)
    shown = clean(texts[masked].str.replace(_MASKED, " ", regex=True))
    return texts.mask(masked, shown.reindex(texts.index)) if masked.any() else texts


def _cuisines(kind: pd.DataFrame) -> list[tuple[str, ...]]:
    codes = map_distinct(kind["trade"], SPEC.lookup["cuisine"].get)
    served = codes.where(kind["category"] == "restaurant").dropna()
    cuisine_of = dict(zip(served.index, served, strict=True))
    return [(cuisine_of[name],) if name in cuisine_of else () for name in kind.index]


def _days(cells: pd.DataFrame, *roles: str) -> pd.Series:
    """Return the day in the first of the columns that has one."""
    days = iso_days(column(cells, roles[0]))
    for role in roles[1:]:
        days = days.fillna(iso_days(column(cells, role).where(days.isna())))
    return days


def _extracted(texts: pd.Series, pattern: str) -> pd.DataFrame:
    """Extract the named groups of a pattern; null where it does not match."""
    groups: Any = pc.extract_regex(pa.array(texts, pa.string(), from_pandas=True), pattern)
    names = re.findall(r"\?P<(\w+)>", pattern)
    parts = {name: pd.Series(pc.struct_field(groups, name), dtype="str") for name in names}
    return pd.DataFrame(parts).set_axis(texts.index)


ADAPTER: Final = RegisterAdapter(spec=SPEC, parse=parse_register)
