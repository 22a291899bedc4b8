"""Entries of businesses and centres, the same for list and popup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlsplit

import numpy as np
import orjson

from geo.core.vocab import PINNED
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from maps.i18n import Words
from maps.pages.view_state import FoodStreets

NAMED: Final = "places"  # the list of places known by name, wherever they are


@cache
def _city() -> str:
    """Return the name of the city in Hangul, as addresses are shown to all readers."""
    return Words("ko").coded("address", "city")


@dataclass(frozen=True)
class Entry:
    """A place with its names in reading order.

    Attributes:
        id: feature id.
        name: the name for this reader.
        other_name: the name in the other script; None where there is only one.
        lang: language of `name`; `other_lang` that of the other.
        other_lang: see `lang`.
        gu: name of the gu in Korean and for this reader.
        lon: degrees.
        lat: degrees.
        facts: the feature's properties.
    """

    id: str
    name: str
    other_name: str | None
    lang: str
    other_lang: str
    gu: tuple[str, str]
    lon: float
    lat: float
    facts: Mapping[str, Any]

    @property
    def pinned(self) -> bool:
        """Whether its location is known well enough for a pin."""
        return self.facts["located_by"] in PINNED

    @property
    def address(self) -> str | None:
        """City, gu and street in Hangul, to show to someone; None where no source has one."""
        street = self.facts["address"]
        return f"{_city()} {self.gu[0]} {street}" if street else None

    @property
    def hangul(self) -> str:
        """The name that signs and Korean maps carry."""
        return str(self.facts["name_ko"] or self.facts["name_en"])

    @property
    def search(self) -> str:
        """Text of a search by name or address, lower case."""
        parts = [self.name, self.other_name, self.facts["address"], self.facts["address_detail"]]
        return " ".join(part for part in parts if part).casefold()

    @property
    def directions(self) -> dict[str, str | None]:
        """Routes on two Korean map services (plain links, nothing is loaded from them)."""
        # A comma would end the name in Kakao's link.
        name = quote(self.hangul.replace(",", " "), safe="")
        looked_for = quote(self.address or f"{_city()} {self.hangul}", safe="")
        there = f"https://map.kakao.com/link/to/{name},{self.lat},{self.lon}"
        return {
            "naver": f"https://map.naver.com/p/search/{looked_for}",
            "kakao": there if self.pinned else None,
        }

    @property
    def sources(self) -> list[tuple[str, str | None]]:
        """Sources of the facts: text, and its address where it is one."""
        return [(part, _link(part)) for part in self.facts["source"].split(" | ") if part.strip()]


def entries_of(snapshot: Snapshot, ids: Sequence[str], words: Words) -> list[Entry]:
    """Read businesses and centres by their ids, in that order."""
    by_id: dict[str, Entry] = {}
    for name in ("centres", "businesses"):
        layer = snapshot.layers[name]
        rows = [row for row in map(layer.row_of, ids) if row is not None]
        entries = _entries(snapshot, _features(layer, np.asarray(sorted(rows), dtype=int)), words)
        by_id |= {entry.id: entry for entry in entries}
    return [by_id[entry_id] for entry_id in ids]


def businesses(snapshot: Snapshot, words: Words) -> list[Entry]:
    """List the businesses that may be visited, by name; never a simulated one.

    These are the places known by name, wherever they are, and of the registers what lies in the
    zone.
    """
    layer, real = snapshot.layers["businesses"], {"for_visitors": [True]}
    named = layer.select({**real, "registers": [NAMED]})
    inside = layer.select({**real, "in_zone": [True]})
    return _entries(snapshot, _features(layer, np.union1d(named, inside)), words)


def centres(snapshot: Snapshot, words: Words) -> list[Entry]:
    """List the support centres that may be visited, those with a street address first."""
    layer = snapshot.layers["centres"]
    rows = layer.select({"for_visitors": [True]})
    entries = _entries(snapshot, _features(layer, rows), words)
    return sorted(entries, key=lambda entry: not entry.pinned)


def matches(entry: Entry, view: FoodStreets) -> bool:
    """Tell whether the view's filters let a business through."""
    facts = entry.facts
    return (
        (not view.category or facts["category"] in view.category)
        and (not view.cuisine or not set(view.cuisine).isdisjoint(facts["cuisine"]))
        and (not view.halal or facts["halal"] in view.halal)
    )


def _all(layer: Layer) -> list[dict[str, Any]]:
    return _features(layer, np.arange(layer.count))


def _features(layer: Layer, rows: Rows) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = orjson.loads(b"".join((b"[", layer.features(rows), b"]")))
    return records


def _entries(snapshot: Snapshot, features: list[dict[str, Any]], words: Words) -> list[Entry]:
    gu = {
        feature["id"]: (feature["properties"]["name_ko"], _name(feature["properties"], words)[0])
        for feature in _all(snapshot.layers["gu"])
    }
    entries = []
    for feature in features:
        facts = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        entries.append(
            Entry(feature["id"], *_name(facts, words), gu[facts["gu_code"]], lon, lat, facts)
        )
    return sorted(entries, key=lambda entry: entry.name.casefold())


def _name(facts: Mapping[str, Any], words: Words) -> tuple[str, str | None, str, str]:
    """Choose the name for the reader, the other name, and their languages."""
    names = [(facts["name_ko"], "ko"), (facts["name_en"], "en")]
    if words.lang != "ko":
        names.reverse()
    (first, lang), (second, other_lang) = names
    if not first:
        return second, None, other_lang, lang
    return first, second if second != first else None, lang, other_lang


def _link(text: str) -> str | None:
    """Return the text itself where it is a web address."""
    return text if urlsplit(text).scheme in ("http", "https") and " " not in text else None
