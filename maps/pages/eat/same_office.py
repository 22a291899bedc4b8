"""Merge the entries that several layers have of one office, so that visitors see it once.

The layers stay as their sources have them; only the visitors' list is shortened.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from maps.pages.eat.folding import fold, squeeze
from maps.pages.eat.spots import Directory, Spot, nearness

_TOWN: Final = "안산"
_NO_DIGIT: Final = re.compile(r"\D")


def list_once(directory: Directory) -> Directory:
    """List every office of a directory once."""
    spots, merged = merge_offices(directory.spots)
    return Directory(sorted(spots, key=nearness), directory.origin, merged)


def merge_offices(spots: Sequence[Spot]) -> tuple[list[Spot], dict[str, str]]:
    """Merge spots of different layers that are one office.

    Two are one if they have the same Korean name, whatever its spaces, and no different telephones
    or addresses; or the same telephone, and every word of one name in the other's.

    Args:
        spots: of all layers.

    Returns:
        The spots, each office once, and the ids merged away with the ids that stay.
    """
    kept: dict[str, Spot] = {}
    merged: dict[str, str] = {}
    by_key: dict[str, list[str]] = {}
    for spot in sorted(spots, key=_rank):
        keys = [_name(spot), _digits(spot)]
        candidates = [kept[other] for key in keys if key for other in by_key.get(key, ())]
        office = next((other for other in candidates if _same_office(other, spot)), None)
        if office is None:
            kept[spot.id] = spot
            for key in keys:
                by_key.setdefault(key, []).append(spot.id)
        else:
            merged[spot.id] = office.id
            kept[office.id] = _merge(office, spot)
    return list(kept.values()), merged


def _rank(spot: Spot) -> int:
    """Sort key: a desk that can be visited stays, then a line, then other desks, then shops."""
    if spot.layer == "centres":
        return 0 if spot.address or spot.lon is not None else 2
    return 1 if spot.layer == "helplines" else 3


def _same_office(first: Spot, other: Spot) -> bool:
    if first.layer == other.layer:
        return False
    if _digits(first) and _digits(first) == _digits(other):
        return _one_within_the_other(_words(first), _words(other))
    return (
        _name(first) == _name(other)
        and _agree(_digits(first), _digits(other))
        and _agree(first.address, other.address)
    )


def _name(spot: Spot) -> str:
    return squeeze(fold(spot.ko))


def _agree(first: str, other: str) -> bool:
    """Tell whether two texts are alike where both are known."""
    return not first or not other or first == other


def _digits(spot: Spot) -> str:
    return _NO_DIGIT.sub("", spot.phone)


def _words(spot: Spot) -> set[str]:
    return set(fold(spot.ko).split()) - {_TOWN}


def _one_within_the_other(first: set[str], other: set[str]) -> bool:
    return bool(first and other) and (first <= other or other <= first)


def _merge(kept: Spot, other: Spot) -> Spot:
    """Fill what the entry that stays does not know from the other."""
    located = kept if kept.lon is not None or other.lon is None else other
    return replace(
        kept,
        en=kept.en or other.en,
        tags=tuple(dict.fromkeys((*kept.tags, *other.tags))),
        address=kept.address or other.address,
        detail=kept.detail or other.detail,
        phone=kept.phone or other.phone,
        hours=kept.hours or other.hours,
        lon=located.lon,
        lat=located.lat,
        minutes=located.minutes,
    )
