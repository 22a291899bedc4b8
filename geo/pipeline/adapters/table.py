"""Any table of businesses, read by a mapping file: CSV, XLSX or GeoJSON to records."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.core.crs import STORE
from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.mapped_records import MappedRecords
from geo.pipeline.adapters.mapping import ADDRESS, CLOSED, DERIVED, Mapping
from geo.pipeline.adapters.records import PRIVATE, ParsedRecords, records
from geo.pipeline.sources.total_rows import TOTAL, totals
from geo.readers.normalize.dates import iso_dates
from geo.readers.normalize.names import clean
from geo.readers.normalize.phones import parse_phones
from geo.readers.normalize.spellings import (
    FOREIGN,
    KOREA,
    country_codes,
    fold_spelling,
    is_missing,
    parse_cuisines,
    parse_numbers,
)
from geo.readers.table import BETWEEN, GEOMETRY, ROW, Table

KEY_DIGITS: Final = 16  # of a hash: among a million rows two agree once in 37 million files
_CLOSED: Final = ("category", "halal", "status")
_CODES: Final = {"gu_code": 5, "dong_claimed": 10, "legal_claimed": 10}
_DAYS: Final = ("opened_on", "closed_on", "verified_on", "updated_on")
_LOST: Final = "\ufffd"  # stands for bytes that are no text
_NO_TEXT: Final = (ROW, GEOMETRY)
_TELLING: Final = ("name_ko", "address_road", "address_jibun", "address_detail")
# A number after 로 or 길 is one of a building; 원곡동 795-3 and 신길동 1 have none there.
_ROAD: Final = r"[가-힣0-9](?:로|길)\s*(?:지하\s*)?\d"
_NAMES_A_PLACE: Final = r"(?:^|\s)(?!안산시)[가-힣]+(?:시|군|구)(?:\s|$)"


@dataclass(frozen=True)
class _Plan:
    """How one file is read: by which mapping, headers by column, the CRS of x and y."""

    mapping: Mapping
    headers: Lookup[str, str]
    crs: str


def parse_register(table: Table, mapping: Mapping) -> Iterator[ParsedRecords]:
    """Parse the records of a table.

    Raises:
        SourceChangedError: the table lacks a column that the mapping needs, or its coordinates
            are in another system than the mapping says.
    """
    headers = mapping.headers(table.name, table.header)
    plan = _Plan(mapping, headers, _crs(table, mapping, headers))
    for batch in table.batches:
        yield _parsed_records(table.name, batch.to_pandas(), plan)


def _crs(table: Table, mapping: Mapping, headers: Lookup[str, str]) -> str:
    """Return the CRS of x and y; "" where the file has none."""
    drawn, numbers = GEOMETRY in table.header, {"x", "y"} <= headers.keys()
    if not drawn and not numbers:
        return ""
    declared = mapping.crs or table.crs or (STORE if drawn else "")
    try:
        # Beside numbers of its own system a geometry is not read.
        system, claimed = CRS(declared), CRS(declared if numbers else table.crs or declared)
    except CRSError as error:
        raise SourceChangedError(
            f"{table.name}: {declared!r} is not a reference system; state that of x and y as `crs` "
            f"of mapping {mapping.id}"
        ) from error
    # CRS84 is EPSG:4326 with its axes the other way, and longitude goes first here anyway.
    if not system.equals(claimed, ignore_axis_order=True):
        raise SourceChangedError(
            f"{table.name} says that it is in {table.crs}, mapping {mapping.id} says {declared}: "
            "correct the one that is wrong"
        )
    return STORE if system.equals(CRS(STORE), ignore_axis_order=True) else declared


def _parsed_records(file: str, every: pd.DataFrame, plan: _Plan) -> ParsedRecords:
    sums = totals(_cleaned(every), plan.headers)
    raw = every[~sums]
    cells = pd.DataFrame({name: clean(raw[header]) for name, header in plan.headers.items()})
    draft = MappedRecords(cells, plan.mapping)
    made = _records(draft, raw, plan)
    frame = made[draft.reason.isna()]
    reason = draft.reason.reindex(every.index).mask(sums, TOTAL)
    return ParsedRecords(
        file=file,
        frame=frame,
        rejects=_rejects(every, reason, plan),
        crs=plan.crs,
        codes=Counter(zip(frame["code"].fillna(""), frame["category"], strict=True)),
        unknown=draft.unknown,
        dropped=_dropped(every, plan.mapping),
    )


def _cleaned(raw: pd.DataFrame) -> pd.DataFrame:
    """Clean the text of all columns, those that no mapping names too."""
    return pd.DataFrame(
        {header: clean(raw[header]) for header in raw.columns if header not in _NO_TEXT}
    )


def _records(draft: MappedRecords, raw: pd.DataFrame, plan: _Plan) -> pd.DataFrame:
    mapping = plan.mapping
    closed = {
        name: draft.fill_missing(name, draft.look_up(name, _finder(mapping, name)))
        for name in _CLOSED
    }
    x, y = _points(draft, raw, plan)
    addresses = _addresses(draft)
    made = records(
        part=mapping.part,
        row=raw[ROW],
        name_ko=draft.text("name_ko"),
        name_en=draft.text("name_en"),
        code=draft.raw("category"),
        cuisine=draft.lists("cuisine", _kitchens(mapping)),
        halal_basis=draft.text("halal_basis"),
        address_detail=draft.text("address_detail"),
        phone=parse_phones(draft.text("phone")),
        x=x,
        y=y,
        **{**closed, "status": closed["status"].fillna("open")},  # a list names what is there
        **_operator(draft, mapping),
        **addresses,
        **_areas(draft, mapping, addresses),
        **{name: draft.read(name, iso_dates) for name in _DAYS},
    )
    draft.refuse(made["name_ko"].isna(), "it has no name")
    draft.refuse(_says(made["name_ko"], _LOST), "some bytes of its name are no text")
    draft.refuse(made["category"].isna(), "it has no category")
    return made.assign(key=_keys(draft, raw, made, mapping).astype("str"))


def _finder(mapping: Mapping, column: str) -> Callable[[str], str | None]:
    """Return a look-up of spellings: by the mapping, or the spelling itself if it is a value."""
    own = {
        fold_spelling(spelling): value for spelling, value in mapping.lookup.get(column, {}).items()
    }
    table = {**{status: status for status in CLOSED.get(column, ())}, **own}
    return lambda text: table.get(fold_spelling(text))


def _kitchens(mapping: Mapping) -> Callable[[str], tuple[str, ...] | None]:
    own = {
        fold_spelling(spelling): value
        for spelling, value in mapping.lookup.get("cuisine", {}).items()
    }
    return lambda text: parse_cuisines(text, own)


def _operator(draft: MappedRecords, mapping: Mapping) -> dict[str, pd.Series]:
    """Read nationality, and whether it is foreign; neither is ever inferred."""
    own = mapping.lookup.get("operator_nationality", {})
    table = {
        **country_codes(),
        **{fold_spelling(spelling): value for spelling, value in own.items()},
    }
    country = draft.look_up("operator_nationality", lambda text: table.get(fold_spelling(text)))
    answers = draft.fill_missing(
        "foreign_run", draft.look_up("foreign_run", _finder(mapping, "foreign_run"))
    )
    stated = answers.map({"true": True, "false": False}).astype("boolean")
    follows = (country != KOREA).astype("boolean").mask(country.isna())
    contradicts = (stated != follows).fillna(value=False)
    draft.refuse(contradicts, "its two columns on the operator contradict each other")
    return {
        "operator_nationality": country.where(country != FOREIGN),
        "foreign_run": stated.fillna(follows),
    }


def _addresses(draft: MappedRecords) -> dict[str, pd.Series]:
    """Separate road and lot addresses, row by row where one column holds both."""
    either = draft.raw(ADDRESS)
    road = _says(either, _ROAD)
    return {
        "address_road": draft.text("address_road").fillna(either.where(road)),
        "address_jibun": draft.text("address_jibun").fillna(either.mask(road)),
    }


def _areas(
    draft: MappedRecords, mapping: Mapping, addresses: Lookup[str, pd.Series]
) -> dict[str, pd.Series]:
    """Return codes of the gu and dong that rows claim.

    A constant gu yields to an address that names a city or gu itself.
    """
    codes = {
        name: draft.look_up(name, _coder(mapping, name, digits)) for name, digits in _CODES.items()
    }
    filled = {name: draft.fill_missing(name, values) for name, values in codes.items()}
    address = addresses["address_road"].fillna(addresses["address_jibun"])
    return {
        **filled,
        "gu_code": filled["gu_code"].mask(codes["gu_code"].isna() & _says(address, _NAMES_A_PLACE)),
    }


def _coder(mapping: Mapping, column: str, digits: int) -> Callable[[str], str | None]:
    """Return a look-up of codes: by the mapping, or the spelling itself if it is a code."""
    table, number = _finder(mapping, column), re.compile(rf"\d{{{digits}}}")
    return lambda text: text if number.fullmatch(text) else table(text)


def _says(texts: pd.Series, pattern: str) -> pd.Series:
    return texts.str.contains(pattern, regex=True).fillna(value=False).astype(bool)


def _points(draft: MappedRecords, raw: pd.DataFrame, plan: _Plan) -> tuple[pd.Series, pd.Series]:
    """Read coordinates, null where there are none; unreadable ones set their row aside."""
    if GEOMETRY in raw and not {"x", "y"} <= plan.headers.keys():
        return _drawn(draft, raw[GEOMETRY])
    texts = draft.raw("x"), draft.raw("y")
    x, y = (parse_numbers(text) for text in texts)
    for text, values in zip(texts, (x, y), strict=True):
        draft.refuse(~is_missing(text) & values.isna(), "a coordinate is no number")
    return x, y


def _drawn(draft: MappedRecords, texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Reduce every geometry to a point: the point itself, or one inside."""
    there = (texts.str.strip() != "").to_numpy()
    shapes = np.full(len(texts), None, dtype=object)
    shapes[there] = shapely.from_geojson(texts[there].to_numpy(dtype=object), on_invalid="ignore")
    unread, wrong = shapely.is_missing(shapes), ~shapely.is_valid(shapes)
    draft.refuse(pd.Series(there & unread, index=texts.index), "its geometry cannot be read")
    why = pd.Series(shapely.is_valid_reason(shapes), index=texts.index, dtype="str")
    draft.refuse(pd.Series(~unread & wrong, index=texts.index), "its geometry is invalid: " + why)
    shapes[wrong] = None
    points = shapely.point_on_surface(shapes)
    return (
        pd.Series(shapely.get_x(points), index=texts.index),
        pd.Series(shapely.get_y(points), index=texts.index),
    )


def _keys(
    draft: MappedRecords, raw: pd.DataFrame, made: pd.DataFrame, mapping: Mapping
) -> pd.Series:
    """Return ids of the rows: by their key columns, or from what distinguishes businesses."""
    if mapping.key == DERIVED:
        parts = [made[name].fillna("") for name in _TELLING]
        nowhere = made["address_road"].isna() & made["address_jibun"].isna()
        point = _joined([made[name].round(5).astype("str").fillna("") for name in ("x", "y")], " ")
        return _joined([*parts, point.where(nowhere, "")], "|").map(_digest)
    parts = [clean(raw[header]) for header in mapping.key]
    empty = pd.concat(parts, axis="columns").isna().any(axis="columns")
    draft.refuse(empty, f"its {' or '.join(mapping.key)} is empty, which identifies a row")
    return _joined(parts, "-")


def _joined(parts: Sequence[pd.Series], between: str) -> pd.Series:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + between + part
    return whole


def _digest(text: str) -> str:
    return hashlib.sha256(fold_spelling(text).encode()).hexdigest()[:KEY_DIGITS]


def _dropped(raw: pd.DataFrame, mapping: Mapping) -> Counter[str]:
    there = [
        header
        for header in map(str, raw.columns)
        if header.partition(BETWEEN)[0] in mapping.protected
    ]
    return Counter({header: int((raw[header].str.strip() != "").sum()) for header in there})


def _rejects(raw: pd.DataFrame, reason: pd.Series, plan: _Plan) -> pd.DataFrame:
    """Return rows that cannot be used, in the words of the file, without private columns."""
    rows = raw[reason.notna()]
    shown = [header for name, header in plan.headers.items() if name not in PRIVATE]
    parts = [header + "=" + rows[header] for header in dict.fromkeys(shown)]
    return pd.DataFrame(
        {"row": rows[ROW], "reason": reason[reason.notna()], "text": _joined(parts, "; ")}
    )
