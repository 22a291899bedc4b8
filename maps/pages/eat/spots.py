"""Spots: whatever a visitor can be sent to or can ring, with the tags that a search looks for.

A tag is a class and a code: `t:` task, `k:` category, `c:` cuisine, `h:` halal class, `s:` service,
`l:` language spoken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.schema.claims import claimed_names
from maps.i18n import Words
from maps.pages.eat.walking import Origin, find_origin
from maps.pages.place_entries import Entry, businesses, centres
from maps.pages.view_state import FOOD

TASKS: Final = ("eat", "halal", "groceries", "visa", "money", "health")
HALAL_ORDER: Final = ("certified", "self-declared", "muslim-friendly", "pork-free", "unknown")
EMERGENCY: Final = ("119", "112", "1345")  # one tap away on every page
_VISA: Final = {"visa", "work", "legal", "documents", "nationality", "refugee", "counselling"}
_MONEY: Final = {"remittance", "bank"}
_HEALTH: Final = {"medical", "police", "shelter"}
_LINES: Final[Mapping[str, str]] = {
    "emergency": "health", "crisis": "health", "health": "health", "interpreting": "health",
    "migration": "visa", "work": "visa", "public-office": "visa",
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A place, a desk or a helpline.

    Attributes:
        id: feature id.
        layer: businesses, centres or helplines.
        ko: Korean name, "" where there is none.
        en: name in Latin script, "" where there is none.
        tags: what it is and has.
        address: street and number in Hangul.
        detail: floor or building, in Hangul.
        phone: telephone.
        hours: opening hours in OpenStreetMap's notation.
        lon: degrees; None where no source knows the point well enough for a pin.
        lat: likewise.
        minutes: on foot from exit 1.
        entry: all that is known of a place; None for a helpline.
        facts: the feature's properties.
        other_names: names in further languages, as open lists of places give them.
    """

    id: str
    layer: str
    ko: str
    en: str
    tags: tuple[str, ...]
    address: str
    detail: str
    phone: str
    hours: str
    lon: float | None
    lat: float | None
    minutes: int | None
    entry: Entry | None
    facts: Mapping[str, Any]
    other_names: Sequence[str] = ()

    def codes(self, kind: str) -> list[str]:
        """List its codes of one class of tags, such as `c` for cuisines."""
        return [tag[2:] for tag in self.tags if tag.startswith(f"{kind}:")]

    @property
    def halal(self) -> str:
        """Its halal class."""
        return next(iter(self.codes("h")), "unknown")

    @property
    def hangul(self) -> str:
        """The name that signs and Korean maps carry."""
        return self.ko or self.en


@dataclass(frozen=True)
class Directory:
    """All spots of a snapshot, nearest first.

    Attributes:
        spots: in this order.
        origin: where minutes are counted from.
        merged: ids of other entries of the same office, with the id that it is listed under.
    """

    spots: Sequence[Spot]
    origin: Origin | None
    merged: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Spot]:
        """Spots by their ids, and by those of their other entries."""
        listed = {spot.id: spot for spot in self.spots}
        return listed | {other: listed[name] for other, name in self.merged.items()}

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags that can be asked for: all in use, every task and every halal class."""
        used = {tag for spot in self.spots for tag in spot.tags}
        asked = [*(f"t:{task}" for task in TASKS), *(f"h:{halal}" for halal in HALAL_ORDER)]
        return frozenset(used.union(asked))

    def tagged(self, *tags: str) -> list[Spot]:
        """List the spots that have all these tags."""
        return [spot for spot in self.spots if set(tags) <= set(spot.tags)]


def read_directory(snapshot: Snapshot) -> Directory:
    """Collect everything visitors may be sent to; no simulated business is among it."""
    words, origin = Words("en"), find_origin(snapshot)
    found = [_place(entry, "businesses", origin) for entry in businesses(snapshot, words)]
    found += [_place(entry, "centres", origin) for entry in centres(snapshot, words)]
    found += _helplines(snapshot.layers.get("helplines"))
    return Directory(sorted(found, key=nearness), origin)


def nearness(spot: Spot) -> tuple[bool, int, float, str]:
    """Sort key: by minutes on foot, what has no point last."""
    if spot.lon is None or spot.minutes is None:
        return True, EMERGENCY.index(spot.id) if spot.id in EMERGENCY else 99, 0.0, spot.id
    return False, spot.minutes, spot.lon, spot.id


def _place(entry: Entry, layer: str, origin: Origin | None) -> Spot:
    facts = entry.facts
    at = (entry.lon, entry.lat) if entry.pinned else None
    return Spot(
        id=entry.id,
        layer=layer,
        ko=facts["name_ko"] or "",
        en=facts["name_en"] or "",
        tags=tuple(_desk_tags(facts) if layer == "centres" else _shop_tags(facts)),
        address=entry.address or "",
        detail=facts["address_detail"] or "",
        phone=facts["phone"] or facts.get("helpline") or "",
        hours=facts["opening_hours"] or "",
        lon=round(at[0], 6) if at else None,
        lat=round(at[1], 6) if at else None,
        minutes=origin.minutes_to(*at) if origin and at else None,
        entry=entry,
        facts=facts,
        other_names=claimed_names(facts.get("claims") or ()),
    )


def _shop_tags(facts: Mapping[str, Any]) -> Iterable[str]:
    category, halal = facts["category"], facts["halal"]
    if category in FOOD:
        yield "t:eat"
    if halal != "unknown":
        yield "t:halal"
    if category == "grocery":
        yield "t:groceries"
    if category == "remittance":
        yield "t:money"
    yield f"k:{category}"
    yield from (f"c:{code}" for code in facts["cuisine"])
    if category in FOOD or category == "grocery":
        yield f"h:{halal}"


def _desk_tags(facts: Mapping[str, Any]) -> Iterable[str]:
    services = set(facts["services"] or ())
    for task, wanted in (("visa", _VISA), ("money", _MONEY), ("health", _HEALTH)):
        if services & wanted:
            yield f"t:{task}"
    yield from (f"s:{code}" for code in facts["services"] or ())
    yield from (f"l:{code}" for code in facts["languages"] or ())


def _helplines(layer: Layer | None) -> list[Spot]:
    if layer is None:
        return []
    names = ["name_ko", "name_en", "kind", "what_for", "languages", "opening_hours", "source_date"]
    return [_line(row) for row in layer.records(np.arange(layer.count), ["id", *names])]


def _line(row: Mapping[str, Any]) -> Spot:
    tags = (
        f"t:{_LINES.get(row['kind'], 'visa')}",
        f"s:{row['kind']}",
        *(f"l:{code}" for code in row["languages"] or ()),
    )
    return Spot(
        id=row["id"],
        layer="helplines",
        ko=row["name_ko"] or "",
        en=row["name_en"] or "",
        tags=tags,
        address="",
        detail="",
        phone=row["id"],
        hours=row["opening_hours"] or "",
        lon=None,
        lat=None,
        minutes=None,
        entry=None,
        facts=row,
    )
