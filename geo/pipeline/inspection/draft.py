"""A mapping drafted for a table, which `atlas ingest table` accepts as it is."""

import hashlib
import json
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from geo.pipeline.adapters.mapping import ADDRESS, DERIVED
from geo.pipeline.inspection.inspection import Inspection
from geo.pipeline.inspection.values import LOOKED_UP

_KEYS: Final = ("관리번호", "상가업소번호", "인허가번호", "허가번호", "신고번호")
_WORDS: Final = {
    "restaurant": "맛집|음식|식당|식품접객|restaurant|food",
    "cafe": "카페|커피|cafe",
    "beauty": "미용|이용업|beauty",
    "grocery": "마트|슈퍼|식료|식자재",
    "real-estate": "부동산|중개",
    "karaoke": "노래",
}
_ORDER: Final = (
    "name_ko", "name_en", "category", "cuisine", "halal", ADDRESS, "address_road", "address_jibun",
    "address_detail", "phone", "x", "y", "operator_nationality", "foreign_run", "status",
    "opened_on", "closed_on", "verified_on", "updated_on",
)  # fmt: skip


def draft_mapping(found: Inspection) -> str:
    """Write a mapping for the inspected table, with a comment at all that people must decide."""
    parts = [_head(found), _columns(found), _constants(found)]
    parts += [_lookup(found, role) for role in LOOKED_UP if role in found.roles]
    parts += [_unknown(found, role) for role in ("operator_nationality", "cuisine")]
    return "\n".join(filter(None, [*parts, _default(found)]))


def _head(found: Inspection) -> str:
    stem = unicodedata.normalize("NFC", PurePosixPath(found.name.partition("#")[0]).stem)
    lines = [
        f"# Drafted by `atlas inspect` from {_plain(found.name)}.",
        "# Change what says CHANGE, read the rest, and load the table with",
        "#   atlas ingest table FILE --mapping THIS.toml",
        f"id = {_quoted(_slug(stem))} # CHANGE: a short name for this list, for good",
        f"title = {_quoted(stem)}",
        'publisher = "CHANGE: who publishes it"',
        'url = "https://www.ansan.go.kr" # CHANGE: where it is from',
        'licence = "CHANGE: what it may be used for"',
        'licence_url = "https://www.ansan.go.kr" # CHANGE',
        f"attribution = {_quoted(stem)} # CHANGE: the words that pages show beside it",
        f"crs = {_quoted(found.crs.crs)}{_about_crs(found)}",
        "accuracy_m = 30",
    ]
    if "#" in found.name:
        lines.append(f"sheet = {_quoted(found.name.partition('#')[2])}")
    return "\n".join([*lines, f"key = {_key(found)}"]) + "\n"


def _about_crs(found: Inspection) -> str:
    guessed = found.crs
    if not guessed.crs:
        return (
            " # addresses only" if "x" not in found.roles else " # CHANGE: none that is known fits"
        )
    others = (
        f"; so do {', '.join(guessed.others)}: CHANGE if you know better" if guessed.others else ""
    )
    return f" # {100 * guessed.share:.0f} % of the points fit{others}"


def _key(found: Inspection) -> str:
    rows = found.rows
    for column in found.columns:
        unique = column.filled == rows == len(column.values)
        if "".join(column.header.split()) in _KEYS and unique:
            return f"[{_quoted(column.header)}]"
    return f'"{DERIVED}" # from name and address'


def _columns(found: Inspection) -> str:
    named = [role for role in _ORDER if role in found.roles]
    lines = [f"{role} = [{_quoted(found.roles[role])}]" for role in named]
    others = [
        column.header for column in found.columns if column.header not in found.roles.values()
    ]
    left = [f"# not taken: {_plain(', '.join(others))}"] if others else []
    return "\n".join(["[columns]", *lines, *left]) + "\n"


def _constants(found: Inspection) -> str:
    lines = ["[constants]"]
    if "category" not in found.roles:
        category = "restaurant" if "cuisine" in found.roles else _category_of(found.name)
        lines.append(f"category = {_quoted(category)} # CHANGE: no column says the trade")
    if "status" not in found.roles:
        lines.append('status = "open"')
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _category_of(name: str) -> str:
    text = unicodedata.normalize("NFC", name)
    fitting = (category for category, words in _WORDS.items() if re.search(words, text, re.I))
    return next(fitting, "other-service")


def _lookup(found: Inspection, role: str) -> str:
    known = found.known.get(role, {})
    lines = [f"{_quoted(spelling)} = {_quoted(value)}" for spelling, value in known.items()]
    unknown = found.unknown.get(role, {})
    if unknown:
        lines.append(f"# CHANGE: nothing knows these {len(unknown)}; their rows are set aside.")
    lines += [f'# {_quoted(text)} = "" # rows: {count}' for text, count in unknown.items()]
    return "\n".join([f"[lookup.{role}]", *lines]) + "\n" if lines else ""


def _unknown(found: Inspection, role: str) -> str:
    unknown = found.unknown.get(role, {})
    if not unknown:
        return ""
    lines = [f'# {_quoted(text)} = "" # rows: {count}' for text, count in unknown.items()]
    return (
        "\n".join(
            [f"[lookup.{role}]", "# CHANGE: no country or region is known for these.", *lines]
        )
        + "\n"
    )


def _default(found: Inspection) -> str:
    roles = [role for role in ("cuisine", "operator_nationality") if found.unknown.get(role)]
    if not roles:
        return ""
    return "\n".join(["[default]", *(f'{role} = ""' for role in roles)]) + "\n"


def _slug(stem: str) -> str:
    letters = re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")
    if re.match(r"[a-z]", letters) and len(letters) > 2:
        return letters
    return f"list-{hashlib.sha256(stem.encode()).hexdigest()[:6]}"


def _quoted(text: str) -> str:
    """Quote a text as a basic string of TOML, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Return a text for a comment, on one line."""
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text)
