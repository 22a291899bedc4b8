"""Words for tags in the reader's language, the same for pages and for the script."""

from collections.abc import Iterable, Mapping
from typing import Final

from maps.i18n import Words
from maps.pages.eat.concepts import SPOKEN
from maps.pages.eat.spots import Directory, Spot

_BELONGS: Final[Mapping[str, str]] = {"ur": "pk", "bn": "bd", "ko": "kr"}


def label(tag: str, words: Words) -> str:
    """Find the word for a tag.

    Args:
        tag: class and code, such as `c:vn`.
        words: the reader's language.
    """
    kind, code = tag.split(":", 1)
    if kind == "c":
        return words.cuisine(code)
    if kind == "l":
        return words.language(code)
    if kind == "s":
        return words.phrase(code)
    context = {"t": "task", "k": "category", "h": "halal"}[kind]
    return words.coded(context, code)


def labels(directory: Directory, words: Words) -> dict[str, str]:
    """Find the words for all tags that can be asked for."""
    return {tag: label(tag, words) for tag in sorted(directory.tags)}


def kind_line(spot: Spot, words: Words) -> str:
    """Describe a spot in one line: kind and kitchens, or the first services of a desk."""
    return " · ".join(label(tag, words) for tag in kind_tags(spot))


def kind_tags(spot: Spot) -> list[str]:
    """List the tags of the line that describes a spot."""
    if spot.layer == "businesses":
        return [tag for tag in spot.tags if tag[:2] in ("k:", "c:")]
    return [tag for tag in spot.tags if tag.startswith("s:")][:3]


def own_country(lang: str) -> str | None:
    """Find the country whose kitchen a reader is shown first; None for English.

    Args:
        lang: language code.
    """
    if lang in _BELONGS:
        return _BELONGS[lang]
    return next((country for country, spoken in SPOKEN.items() if spoken == lang != "en"), None)


def names_of(spot: Spot, lang: str) -> list[tuple[str, str]]:
    """List names with their languages, the reader's first; Hangul is always among them.

    Args:
        spot: whose names.
        lang: the reader's language.
    """
    latin = [(spot.en, "en")] if spot.en and spot.en != spot.ko else []
    hangul = [(spot.ko, "ko")] if spot.ko else []
    return [*hangul, *latin] if lang == "ko" else [*latin, *hangul]


def count_tags(spots: Iterable[Spot], kind: str) -> dict[str, int]:
    """Count spots by the codes of one class of tags.

    Args:
        spots: which ones.
        kind: class, such as `c`.
    """
    counts: dict[str, int] = {}
    for spot in spots:
        for code in spot.codes(kind):
            counts[code] = counts.get(code, 0) + 1
    return counts
