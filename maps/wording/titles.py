"""Titles of pictures: what is counted, of whom and where, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from geo.core.vocab import ALL, CATEGORIES, HALAL
from geo.serving.analysis.result import MeasureResult
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.wording.dong_names import dong_names
from maps.wording.prose import translate_sentence
from maps.wording.terms import kind_text, parameter_title, value_text

CONTEXT: Final = "title"
BETWEEN: Final = " · "
# The parameter of a measure that decides what is counted, and so has titles of its own.
DECIDING: Final[Mapping[str, str]] = {
    "census": "indicator",
    "diversity": "kind",
    "neighbours": "value",
    "operators": "of",
    "residents": "group",
    "surveys": "series",
}
OF_A_KIND: Final = ("clustering", "releases")  # whose parameter `kind` is what is counted
WITH_VALUE: Final = ("year", "base", "edition", "cuisine", "nationality", "halal")
TITLES: Final = (
    "shares", "isolines",
    "census foreign_share", "census foreign", "census domestic", "census density", "census change",
    "diversity category", "diversity cuisine",
    "neighbours foreign_share", "neighbours per_1000_residents", "neighbours per_km2",
    "operators foreign-run", "operators groups",
    "residents foreign", "residents domestic", "residents total",
    "surveys foreign_run", "surveys total_shops",
)  # fmt: skip
PARTS: Final = (
    "scale hex", "scale grid", "scale dong", "scale unit", "scale zone", "scale food-street",
    "scale gu", "scale city",
    "year", "base", "edition", "cuisine", "nationality", "halal", "unknown",
    "foreign_run true", "foreign_run false", "in_zone true", "in_zone false",
    "in_food_street true", "in_food_street false",
)  # fmt: skip


def title_of(result: MeasureResult, snapshot: Snapshot, words: Words) -> str:
    """Compose the title of a result: what it counts, of whom and where.

    Args:
        result: what is drawn.
        snapshot: for the names of dong.
        words: of the reader.
    """
    parts = [*_parameters(result, words), *_filters(result.filters, snapshot, words)]
    head = _measure(result, words)
    return f"{head}: {BETWEEN.join(parts)}" if parts else head


def title_text(words: Words, code: str, **values: str) -> str:
    """Translate a title or a part of one, with its values; catalogues double percent signs."""
    return words.coded(CONTEXT, code) % values


def _measure(result: MeasureResult, words: Words) -> str:
    """Title the measure by what is counted, where that can be chosen."""
    deciding = DECIDING.get(result.measure, "")
    code = f"{result.measure} {result.parameters.get(deciding, '')}".strip()
    if code in TITLES:
        return title_text(words, code)
    title = words.coded("measure", result.measure)
    return translate_sentence(words, result.title) if title == result.measure else title


def _parameters(result: MeasureResult, words: Words) -> list[str]:
    """Title the parameters: category, units, year and base."""
    parameters, parts = result.parameters, []
    if result.measure in OF_A_KIND and parameters.get("kind", ALL) != ALL:
        parts.append(kind_text(words, parameters["kind"]))
    if f"scale {parameters.get('scale')}" in PARTS:
        parts.append(title_text(words, f"scale {parameters['scale']}"))
    for name in ("year", "base", "edition"):
        if str(parameters.get(name, "none")) not in ("none", "all"):
            parts.append(title_text(words, name, what=str(parameters[name])))
    return parts


def _filters(filters: Mapping[str, str], snapshot: Snapshot, words: Words) -> list[str]:
    """Title the filters; one without a translation is written as in the request."""
    names = dong_names(snapshot, words)
    listed: dict[str, Callable[[str], str]] = {
        "category": lambda code: words.coded("category", code) if code in CATEGORIES else code,
        "cuisine": words.cuisine,
        "operator_nationality": words.cuisine,
        "dong_code": lambda code: names.get(code, code),
        "halal": lambda code: words.coded("halal", code) if code in HALAL else code,
    }
    within = {"cuisine": "cuisine", "operator_nationality": "nationality", "halal": "halal"}
    parts = []
    for name, value in filters.items():
        if f"{name} {value}" in PARTS:
            parts.append(title_text(words, f"{name} {value}"))
        elif name in listed:
            text = _each(value, listed[name], words)
            part = within.get(name)
            parts.append(title_text(words, part, what=text) if part else text)
        else:
            parts.append(f"{parameter_title(words, name)} = {value_text(words, name, value)}")
    return parts


def _each(value: Any, write: Callable[[str], str], words: Words) -> str:
    unknown = title_text(words, "unknown")
    parts = [part.strip() for part in str(value).split(",")]
    return words.listed([unknown if part == "null" else write(part) for part in parts])
