"""Shops and services of OpenStreetMap as records."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.core.source import load_spec
from geo.pipeline.adapters.adapter import RegisterAdapter
from geo.pipeline.adapters.osm_elements import Element, Flaw, point_inside
from geo.pipeline.adapters.osm_files import read_elements
from geo.pipeline.adapters.osm_trades import KEYS, ONCE, Trade, trade_of, values
from geo.pipeline.adapters.records import ParsedRecords, records
from geo.pipeline.geocoding.road_address import RoadAddress, parse_address
from geo.pipeline.registers.basemap import read_basemap
from geo.readers.normalize.dates import iso_days
from geo.readers.normalize.names import clean
from geo.readers.normalize.phones import parse_phones

SPEC = load_spec(__file__, "osm")
PART: Final = "all"
AT_ONCE: Final = 20_000  # elements of a batch
NAMELESS: Final = "has no name"
_NAMES: Final = ("name:ko", "name", "name:en", *(f"{prefix}:name" for prefix in ONCE), "old_name")
_PLACE: Final = ("addr:province", "addr:city", "addr:district")
_ADDRESS: Final = (*_PLACE, "addr:street", "addr:housenumber", "addr:floor", "addr:unit")
# Rows set aside are reported by these; who runs a shop and its telephone are not.
_TOLD: Final = (*KEYS, *_NAMES, *_ADDRESS, "addr:full")
_NUMBER: Final = re.compile(r"\d{1,5}(?:-\d{1,4})?")
_HANGUL: Final = re.compile(r"[가-힣\s]+")
_LATIN: Final = r"(?=.*[A-Za-z])[\x20-\x7e\u00c0-\u024f\u1e00-\u1eff]+"


@dataclass(frozen=True, slots=True)
class _Shop:
    """An element with a trade, and its number among those of the file."""

    row: int
    element: Element
    trade: Trade


def parse_register(path: Path) -> Iterator[ParsedRecords]:
    """Parse the shops and services of a file.

    An element counts as read when one of its tags names a trade. Benches, schools and what else
    bears the same keys are passed over.

    Args:
        path: Overpass JSON, .osm.pbf or .osm.

    Raises:
        SourceChangedError: the file is none of these, or damaged.
    """
    traded = ((element, trade_of(element.tags)) for element in read_elements(path, KEYS))
    known_trades = ((element, trade) for element, trade in traded if trade is not None)
    shops = (
        _Shop(row, element, trade) for row, (element, trade) in enumerate(known_trades, start=1)
    )
    while batch := list(islice(shops, AT_ONCE)):
        yield _parsed_records(path.name, batch)


def _parsed_records(file: str, shops: Sequence[_Shop]) -> ParsedRecords:
    tags = [shop.element.tags for shop in shops]
    places = [point_inside(shop.element) for shop in shops]
    made = _records(shops, tags, places)
    flaws = [place.reason if isinstance(place, Flaw) else "" for place in places]
    reason = pd.Series([shop.trade.refused for shop in shops], dtype="str")
    reason = reason.mask(reason == "", pd.Series(flaws, dtype="str"))
    reason = reason.mask((reason == "") & made["name_ko"].isna(), NAMELESS)
    frame = made[reason == ""]
    return ParsedRecords(
        file=file,
        frame=frame,
        rejects=_rejects(shops, reason),
        crs=SPEC.crs,
        codes=Counter(zip(frame["code"], frame["category"], strict=True)),
        unknown=_unknown(shops, tags),
    )


def _records(
    shops: Sequence[_Shop],
    tags: Sequence[Mapping[str, str]],
    places: Sequence[tuple[float, float] | Flaw],
) -> pd.DataFrame:
    points = [(np.nan, np.nan) if isinstance(place, Flaw) else place for place in places]
    closed = pd.Series([shop.trade.status == "closed" for shop in shops])
    name_ko, name_en = _names(tags, closed)
    halal = _column(tags, "diet:halal")
    basis = halal.map(SPEC.lookup["halal"])
    return records(
        key=[shop.element.key for shop in shops],
        part=PART,
        row=[shop.row for shop in shops],
        name_ko=name_ko,
        name_en=name_en,
        category=[shop.trade.category for shop in shops],
        code=clean(pd.Series([shop.trade.code for shop in shops], dtype="str")),
        cuisine=[_cuisine(tagged) for tagged in tags],
        halal=basis.notna().map({True: "self-declared", False: ""}),
        halal_basis=basis,
        address_road=clean(pd.Series([_road(tagged) for tagged in tags], dtype="str")),
        address_detail=clean(pd.Series([_detail(tagged) for tagged in tags], dtype="str")),
        phone=parse_phones(_first(tags, ("phone", "contact:phone"))),
        x=[lon for lon, _ in points],
        y=[lat for _, lat in points],
        status=closed.map({True: "closed", False: "open"}),
        verified_on=_latest_day(tags),
        updated_on=iso_days(pd.Series([shop.element.edited[:10] for shop in shops], dtype="str")),
    )


def _column(tags: Sequence[Mapping[str, str]], key: str) -> pd.Series:
    return clean(pd.Series([tagged.get(key, "") for tagged in tags], dtype="str"))


def _first(tags: Sequence[Mapping[str, str]], keys: Iterable[str]) -> pd.Series:
    """Return the first of several tags that has a value, per element."""
    first, *others = (_column(tags, key) for key in keys)
    for other in others:
        first = first.fillna(other)
    return first


def _names(tags: Sequence[Mapping[str, str]], closed: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return names in Korean and in Latin letters; a closed shop may have kept its old one."""
    now, once = _first(tags, _NAMES[:3]), _first(tags, _NAMES[3:])
    korean = now.fillna(once.where(closed))
    written = korean.where(korean.str.fullmatch(_LATIN).fillna(value=False).astype(bool))
    latin = _first(tags, ("name:en", "int_name", "name:ko-Latn")).fillna(written)
    branch = _column(tags, "branch")
    add_branch = [
        isinstance(name, str) and isinstance(part, str) and part not in name
        for name, part in zip(korean, branch, strict=True)
    ]
    return korean.where(~np.array(add_branch, dtype=bool), korean + " " + branch), latin


def _cuisine(tags: Mapping[str, str]) -> tuple[str, ...]:
    table = SPEC.lookup["cuisine"]
    cuisines = (table.get(_plain(dish), "") for dish in values(tags.get("cuisine", "")))
    return tuple(dict.fromkeys(cuisine for cuisine in cuisines if cuisine))


def _plain(cuisine: str) -> str:
    return cuisine.replace(" ", "_")


def _road(tags: Mapping[str, str]) -> str:
    """Return the road address in Korean, "" where a part is missing or not understood."""
    street = re.sub(r"\([^)]*\)", "", tags.get("addr:street", "")).strip()
    number = re.sub(r"\s", "", tags.get("addr:housenumber", ""))
    places = [tags[key] for key in _PLACE if _HANGUL.fullmatch(tags.get(key, ""))]
    text = " ".join([*places, street, number])
    if not (street and _NUMBER.fullmatch(number)):
        text = tags.get("addr:full", "")
    return text if isinstance(parse_address(text), RoadAddress) else ""


def _detail(tags: Mapping[str, str]) -> str:
    """Format floor and room as Korean addresses write them."""
    parts = ((tags.get("addr:floor", ""), "층"), (tags.get("addr:unit", ""), "호"))
    return " ".join(text + unit if text.isdecimal() else text for text, unit in parts if text)


def _latest_day(tags: Sequence[Mapping[str, str]]) -> pd.Series:
    """Return the last day of a check, by its tags."""
    days = [iso_days(_column(tags, key)) for key in SPEC.numbers["checked"]]
    latest: pd.Series = pd.concat(days, axis="columns").fillna("").max(axis="columns")
    return latest


def _unknown(shops: Sequence[_Shop], tags: Sequence[Mapping[str, str]]) -> Counter[str]:
    """Count the trades and cuisines that no table has."""
    known = SPEC.lookup["cuisine"].keys() | set(SPEC.numbers["dishes"])
    trades = (shop.trade.code for shop in shops if not shop.trade.known)
    cuisines = chain.from_iterable(values(tagged.get("cuisine", "")) for tagged in tags)
    strange = (f"cuisine={cuisine}" for cuisine in map(_plain, cuisines) if cuisine not in known)
    return Counter(chain(trades, strange))


def _rejects(shops: Sequence[_Shop], reason: pd.Series) -> pd.DataFrame:
    rows = [(shop, why) for shop, why in zip(shops, reason, strict=True) if why]
    return pd.DataFrame(
        {
            "row": pd.Series([shop.row for shop, _ in rows], dtype="int64"),
            "reason": pd.Series([why for _, why in rows], dtype="str"),
            "text": pd.Series([_as_text(shop.element) for shop, _ in rows], dtype="str"),
        }
    )


def _as_text(element: Element) -> str:
    texts = [f"{key}={element.tags[key]}" for key in _TOLD if key in element.tags]
    return "; ".join([element.key, *texts])


def _records_of(files: Sequence[Path]) -> Iterator[ParsedRecords]:
    for path in files:
        yield from parse_register(path)


ADAPTER: Final = RegisterAdapter(spec=SPEC, parse_files=_records_of, ground=read_basemap)
