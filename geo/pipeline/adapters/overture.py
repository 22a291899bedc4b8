"""Places of Overture Maps (GeoParquet) as records, from nested names, categories and sources."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec
from geo.pipeline.adapters.adapter import RegisterAdapter
from geo.pipeline.adapters.records import ParsedRecords, no_rows, records
from geo.pipeline.geocoding.road_address import RoadAddress, parse_address
from geo.readers.normalize.dates import iso_days
from geo.readers.normalize.names import clean
from geo.readers.normalize.phones import parse_phones
from geo.snapshot.schema.claims import name_claim

SPEC = load_spec(__file__, "overture")
PART: Final = "places"
AT_ONCE: Final = 20_000
NO_ID: Final = "it has no id"
NAMELESS: Final = "it has no name"
NO_POINT: Final = "its geometry is no point"
DOUBTFUL: Final = f"its confidence is below {SPEC.numbers['least_confidence']}, or not stated"
NO_BUSINESS: Final = "it is a place, but no business"
NO_CATEGORY: Final = "it has no category, or one that no table has"
ABROAD: Final = "its address is in another country"
_REQUIRED: Final = ("id", "geometry", "names", "categories", "confidence", "sources")
_OPTIONAL: Final = ("addresses", "phones", "operating_status", "taxonomy")
_CATEGORY: Final[Mapping[str, str]] = {
    value: category for category, values in SPEC.numbers["categories"].items() for value in values
}
_NO_BUSINESS: Final = frozenset(SPEC.numbers["no_business"])
_LONGEST: Final = 200  # characters of a name
_LATIN: Final = re.compile(r"(?=.*[A-Za-z])[\x20-\x7e\u00c0-\u024f\u1e00-\u1eff]+")
_HANGUL: Final = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class _Names:
    """Names of a place: in Korean, in Latin letters, and the others by language."""

    ko: str
    en: str
    others: tuple[str, ...]


def parse_register(path: Path) -> Iterator[ParsedRecords]:
    """Parse the places of a file as `overturemaps download -f geoparquet` writes it.

    Raises:
        SourceChangedError: it is no GeoParquet file of places.
    """
    try:
        with pq.ParquetFile(path) as file:
            present = set(file.schema_arrow.names)
            _check_columns(path.name, present)
            columns = [name for name in (*_REQUIRED, *_OPTIONAL) if name in present]
            row = 1
            for batch in file.iter_batches(AT_ONCE, columns=columns):
                places = batch.to_pylist()
                yield _parsed_records(path.name, places, row)
                row += len(places)
    except (pa.ArrowException, OSError) as error:
        raise SourceChangedError(
            f"{path.name}: it cannot be read as GeoParquet ({error}); download the places with "
            "`overturemaps download -f geoparquet -t place`"
        ) from error


def _check_columns(file: str, present: set[str]) -> None:
    missing = [name for name in _REQUIRED if name not in present]
    if missing:
        raise SourceChangedError(
            f"{file}: it has no column {', '.join(missing)} and is no file of Overture's places"
        )


def _parsed_records(file: str, places: Sequence[Mapping[str, Any]], first: int) -> ParsedRecords:
    rows = [_row(place, first + k) for k, place in enumerate(places)]
    reasons = pd.Series([_problem(place, row) for place, row in zip(places, rows, strict=True)])
    made = _records(rows) if rows else records(key=[], row=[])
    frame = made[(reasons == "").to_numpy()] if rows else made
    rejects = [
        (row["row"], reason, f"{row['key']}; {row['names'].ko or row['names'].en}; {row['code']}")
        for row, reason in zip(rows, reasons, strict=True)
        if reason
    ]
    kept = [row for row, reason in zip(rows, reasons, strict=True) if not reason]
    return ParsedRecords(
        file=file,
        frame=frame,
        rejects=pd.DataFrame(rejects, columns=["row", "reason", "text"]) if rejects else no_rows(),
        crs=SPEC.crs,
        codes=Counter((row["code"], row["category"]) for row in kept),
        unknown=Counter(row["code"] for row in rows if row["code"] and not row["known"]),
        decided=Counter(source for row in kept for source in row["sources"]),
    )


def _row(place: Mapping[str, Any], row: int) -> dict[str, Any]:
    code = str((place["categories"] or {}).get("primary") or "")
    category, known = _category(code, place)
    point = _point(place["geometry"])
    address = next(iter(place.get("addresses") or ()), None) or {}
    return {
        "key": str(place["id"] or ""),
        "row": row,
        "names": _names(place["names"] or {}),
        "code": code,
        "category": category,
        "known": known,
        "cuisine": _cuisine(place["categories"] or {}),
        "x": point[0],
        "y": point[1],
        "address": _address(address),
        "phone": next(iter(place.get("phones") or ()), ""),
        "closed": place.get("operating_status") in SPEC.numbers["permanent"],
        "sources": _sources(place["sources"] or ()),
        "updated_on": _updated(place["sources"] or ()),
        "country": address.get("country") or "KR",
    }


def _problem(place: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return why a row cannot be used; "" where it can."""
    confidence = place["confidence"]
    checks = (
        (not row["key"], NO_ID),
        (not (row["names"].ko or row["names"].en), NAMELESS),
        (not np.isfinite(row["x"]), NO_POINT),
        (row["country"] != "KR", ABROAD),
        (row["code"] in _NO_BUSINESS, NO_BUSINESS),
        (not row["category"], NO_CATEGORY),
        (confidence is None or not confidence >= SPEC.numbers["least_confidence"], DOUBTFUL),
    )
    return next((reason for failed, reason in checks if failed), "")


def _records(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    road = [row["address"] if _is_road(row["address"]) else "" for row in rows]
    lot = ["" if _is_road(row["address"]) else row["address"] for row in rows]
    return records(
        key=[row["key"] for row in rows],
        part=PART,
        row=[row["row"] for row in rows],
        name_ko=clean(pd.Series([row["names"].ko or row["names"].en for row in rows], dtype="str")),
        name_en=clean(pd.Series([row["names"].en for row in rows], dtype="str")),
        category=[row["category"] for row in rows],
        code=[row["code"] for row in rows],
        cuisine=[row["cuisine"] for row in rows],
        address_road=clean(pd.Series(road, dtype="str")),
        address_jibun=clean(pd.Series(lot, dtype="str")),
        phone=parse_phones(pd.Series([_national(row["phone"]) for row in rows], dtype="str")),
        x=[row["x"] for row in rows],
        y=[row["y"] for row in rows],
        status=["closed" if row["closed"] else "open" for row in rows],
        updated_on=iso_days(pd.Series([row["updated_on"] for row in rows], dtype="str")),
        claims=[
            (*row["names"].others, *(f"source: {source}" for source in row["sources"]))
            for row in rows
        ],
    )


def _names(names: Mapping[str, Any]) -> _Names:
    """Return the names by script: the languages of `common`, then the rules, then `primary`."""
    primary = _line(names.get("primary"))
    common = {_line(lang): _line(name) for lang, name in names.get("common") or () if name}
    for rule in names.get("rules") or ():
        if rule.get("language") and rule.get("value") and rule.get("variant") == "common":
            common.setdefault(_line(rule["language"]), _line(rule["value"]))
    ko = common.get("ko") or (primary if _HANGUL.search(primary) else "")
    en = common.get("en") or (primary if _LATIN.fullmatch(primary) else "")
    others = [(lang, name) for lang, name in sorted(common.items()) if lang not in ("ko", "en")]
    if primary not in (ko, en, *common.values(), ""):
        others.append(("und", primary))
    ko = ko or (primary if not en else "")
    texts = tuple(name_claim(lang, name) for lang, name in islice(others, 20))
    return _Names(ko, en, texts)


def _line(text: object) -> str:
    """Return a text on one line, at most 200 characters of it."""
    return " ".join(str(text or "").split())[:_LONGEST]


def _category(code: str, place: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the category of the atlas, "" for none, and whether a table has the code itself."""
    if code in _CATEGORY or code in _NO_BUSINESS:
        return _CATEGORY.get(code, ""), True
    ending = SPEC.numbers["endings"].get(code.rpartition("_")[2], "")
    hierarchy = (place.get("taxonomy") or {}).get("hierarchy") or ()
    top = next((SPEC.numbers["hierarchy"].get(step, "") for step in hierarchy), "")
    return ending or top, code.endswith("_restaurant")


def _cuisine(categories: Mapping[str, Any]) -> tuple[str, ...]:
    codes = [categories.get("primary"), *(categories.get("alternate") or ())]
    table = SPEC.lookup["cuisine"]
    found = (
        table.get(code.removesuffix("_restaurant"), "")
        for code in codes
        if code and code.endswith("_restaurant")
    )
    return tuple(dict.fromkeys(cuisine for cuisine in found if cuisine))


def _point(geometry: bytes | None) -> tuple[float, float]:
    shape = shapely.from_wkb(geometry, on_invalid="ignore") if geometry else None
    if isinstance(shape, shapely.Point) and not shape.is_empty:
        return float(shape.x), float(shape.y)
    return np.nan, np.nan


def _address(address: Mapping[str, Any]) -> str:
    """Return the free-form address, with the city in front where it has none itself."""
    text, place = str(address.get("freeform") or ""), str(address.get("locality") or "")
    return f"{place} {text}" if text and _HANGUL.search(place) and place not in text else text


def _is_road(address: str) -> bool:
    return isinstance(parse_address(address), RoadAddress)


def _national(phone: str) -> str:
    return re.sub(r"^\+82[\s-]*0?", "0", phone)


def _sources(sources: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return whose data a row is, and under which licence, as far as its sources say."""
    texts = (
        f"{_line(source['dataset'])} ({_line(source.get('license')) or 'CDLA-Permissive-2.0'})"
        for source in sources
        if source.get("dataset")
    )
    return tuple(dict.fromkeys(texts))


def _updated(sources: Sequence[Mapping[str, Any]]) -> str:
    return max((str(source.get("update_time") or "")[:10] for source in sources), default="")


def _records_of(files: Sequence[Path]) -> Iterator[ParsedRecords]:
    for path in files:
        yield from parse_register(path)


ADAPTER: Final = RegisterAdapter(spec=SPEC, parse_files=_records_of)
