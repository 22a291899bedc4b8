"""The places of the visitors' map as columns: all that its script needs to list and mark them."""

from collections.abc import Sequence
from typing import Any

from maps.i18n import Words
from maps.pages.place_entries import Entry


def place_rows(entries: Sequence[Entry], words: Words) -> dict[str, list[Any]]:
    """Columns of equal length, one row per entry.

    Returns:
        `id`, `name`, `other` (name in the other script, ""), `korean` (whether the name is
        Korean), `address`, `detail`, `lon`, `lat`, `pinned`; of businesses `category`, `cuisine`
        (codes parted by spaces) and `halal`, of centres `kind` in the reader's words.
    """
    return {
        "id": [one.id for one in entries],
        "name": [one.name for one in entries],
        "other": [one.other_name or "" for one in entries],
        "korean": [int(one.lang == "ko") for one in entries],
        "address": [one.address or "" for one in entries],
        "detail": [one.facts["address_detail"] or "" for one in entries],
        "lon": [round(one.lon, 6) for one in entries],
        "lat": [round(one.lat, 6) for one in entries],
        "pinned": [int(one.pinned) for one in entries],
        **_kinds(entries, words),
    }


def _kinds(entries: Sequence[Entry], words: Words) -> dict[str, list[Any]]:
    if entries and "kind" in entries[0].facts:
        return {"kind": [words.phrase(one.facts["kind"]) for one in entries]}
    return {
        "category": [one.facts["category"] for one in entries],
        "cuisine": [" ".join(one.facts["cuisine"]) for one in entries],
        "halal": [one.facts["halal"] for one in entries],
    }
