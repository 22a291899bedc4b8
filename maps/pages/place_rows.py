"""Columns of the visitors' map: all that its script needs to list and mark places."""

from collections.abc import Sequence
from typing import Any

from maps.i18n import Words
from maps.pages.place_entries import Entry


def place_rows(entries: Sequence[Entry], words: Words) -> dict[str, list[Any]]:
    """Convert entries to columns of equal length, one row per entry.

    Returns:
        `id`, `name`, `other` (name in the other script, ""), `korean` (whether the name is
        Korean), `address`, `detail`, `lon`, `lat`, `pinned`; of businesses `category`, `cuisine`
        (codes separated by spaces) and `halal`, of centres `kind` in the reader's words.
    """
    return {
        "id": [entry.id for entry in entries],
        "name": [entry.name for entry in entries],
        "other": [entry.other_name or "" for entry in entries],
        "korean": [int(entry.lang == "ko") for entry in entries],
        "address": [entry.address or "" for entry in entries],
        "detail": [entry.facts["address_detail"] or "" for entry in entries],
        "lon": [round(entry.lon, 6) for entry in entries],
        "lat": [round(entry.lat, 6) for entry in entries],
        "pinned": [int(entry.pinned) for entry in entries],
        **_kinds(entries, words),
    }


def _kinds(entries: Sequence[Entry], words: Words) -> dict[str, list[Any]]:
    if entries and "kind" in entries[0].facts:
        return {"kind": [words.phrase(entry.facts["kind"]) for entry in entries]}
    return {
        "category": [entry.facts["category"] for entry in entries],
        "cuisine": [" ".join(entry.facts["cuisine"]) for entry in entries],
        "halal": [entry.facts["halal"] for entry in entries],
    }
