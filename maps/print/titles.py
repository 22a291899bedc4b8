"""Titles of pictures: what is drawn, of whom and where, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from geo.core.vocab import CATEGORIES, HALAL
from geo.serving.analysis.result import MeasureResult
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.print.dong_names import dong_names

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
    "year", "base", "edition", "cuisine", "nationality", "halal", "unknown",
    "foreign_run true", "foreign_run false", "in_zone true", "in_zone false",
    "in_food_street true", "in_food_street false",
)  # fmt: skip


def title_of(finding: MeasureResult, snapshot: Snapshot, words: Words) -> str:
    """Say what a finding counts, of whom and where.

    Args:
        finding: what is drawn.
        snapshot: for the names of dong.
        words: of the reader.
    """
    parts = [*_parameters(finding, words), *_filters(finding.chosen, snapshot, words)]
    head = _measure(finding, words)
    return f"{head}: {BETWEEN.join(parts)}" if parts else head


def said(words: Words, code: str, **values: str) -> str:
    """A title or a part of one, with its values; a percent sign is doubled in the catalogues."""
    return words.coded(CONTEXT, code) % values


def _measure(finding: MeasureResult, words: Words) -> str:
    """The title of the measure, by what is counted where that can be chosen."""
    deciding = DECIDING.get(finding.measure, "")
    code = f"{finding.measure} {finding.parameters.get(deciding, '')}".strip()
    if code in TITLES:
        return said(words, code)
    told = words.coded("measure", finding.measure)
    return finding.title if told == finding.measure else told


def _parameters(finding: MeasureResult, words: Words) -> list[str]:
    """What the parameters choose: category, units, year and base."""
    given, found = finding.parameters, []
    if finding.measure == "clustering" and given.get("kind") in CATEGORIES:
        found.append(words.coded("category", given["kind"]))
    if f"scale {given.get('scale')}" in PARTS:
        found.append(said(words, f"scale {given['scale']}"))
    for name in ("year", "base", "edition"):
        if str(given.get(name, "none")) not in ("none", "all"):
            found.append(said(words, name, what=str(given[name])))
    return found


def _filters(chosen: Mapping[str, str], snapshot: Snapshot, words: Words) -> list[str]:
    """What the filters leave; one that has no words of its own is written as it was asked."""
    names = dong_names(snapshot, words)
    listed: dict[str, Callable[[str], str]] = {
        "category": lambda one: words.coded("category", one) if one in CATEGORIES else one,
        "cuisine": words.cuisine,
        "operator_nationality": words.cuisine,
        "dong_code": lambda one: names.get(one, one),
        "halal": lambda one: words.coded("halal", one) if one in HALAL else one,
    }
    within = {"cuisine": "cuisine", "operator_nationality": "nationality", "halal": "halal"}
    found = []
    for name, value in chosen.items():
        if f"{name} {value}" in PARTS:
            found.append(said(words, f"{name} {value}"))
        elif name in listed:
            text = _each(value, listed[name], words)
            part = within.get(name)
            found.append(said(words, part, what=text) if part else text)
        else:
            found.append(f"{name} = {value}")
    return found


def _each(value: Any, write: Callable[[str], str], words: Words) -> str:
    unknown = said(words, "unknown")
    parts = [one.strip() for one in str(value).split(",")]
    return words.listed([unknown if one == "null" else write(one) for one in parts])
