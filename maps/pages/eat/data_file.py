"""The one file with which the browser searches and shows places, offline too."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.eat.concepts import concepts
from maps.pages.eat.listing import Guide, snapshot_day
from maps.pages.eat.plane import metres
from maps.pages.eat.spots import Spot


def data_file(guide: Guide, snapshot: Snapshot) -> dict[str, Any]:
    """Collect spots and words as columns, alike for all languages.

    Args:
        guide: what there is.
        snapshot: for its version and date.
    """
    spots, origin = guide.directory.spots, guide.directory.origin
    tags = sorted({tag for spot in spots for tag in spot.tags})
    return {
        "version": snapshot.version[:12],
        "date": snapshot_day(snapshot),
        "origin": metres(origin.lon, origin.lat) if origin else None,
        "tags": tags,
        "spots": _columns(spots, {tag: number for number, tag in enumerate(tags)}),
        "words": _words(),
    }


def manifest_of(lang: str) -> dict[str, Any]:
    """Describe the page as a program that a telephone can keep.

    Args:
        lang: the reader's language.
    """
    words = Words(lang)
    return {
        "name": words.phrase("Find food and help in Ansan"),
        "short_name": words.phrase("Ansan Atlas"),
        "lang": lang,
        "dir": words.direction,
        "id": "../eat",
        "start_url": f"../eat?lang={lang}",
        "scope": "../eat",
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#fbf6ec",
        "icons": [{"src": "../static/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }


def _columns(spots: Sequence[Spot], number: Mapping[str, int]) -> dict[str, list[Any]]:
    at = [
        metres(spot.lon, spot.lat) if spot.lon is not None and spot.lat is not None else (0, 0)
        for spot in spots
    ]
    return {
        "id": [spot.id for spot in spots],
        "layer": [spot.layer[0] for spot in spots],
        "ko": [spot.ko for spot in spots],
        "en": [spot.en for spot in spots],
        "others": ["\n".join(spot.other_names) for spot in spots],
        "tags": [" ".join(str(number[tag]) for tag in spot.tags) for spot in spots],
        "address": [spot.address for spot in spots],
        "detail": [spot.detail for spot in spots],
        "phone": [spot.phone for spot in spots],
        "hours": [spot.hours for spot in spots],
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "minutes": [spot.minutes or 0 for spot in spots],
    }


def _words() -> dict[str, str]:
    """Words by what they mean: tags joined by spaces to words joined by spaces."""
    by_tags: dict[str, list[str]] = {}
    for word, tags in concepts().items():
        by_tags.setdefault(" ".join(tags), []).append(word)
    return {tags: " ".join(words) for tags, words in by_tags.items()}
