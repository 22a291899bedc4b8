"""Normalize spellings to values of the atlas: countries, cuisines, numbers."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import pandas as pd
from babel import Locale

from geo.core.source import load_spec

KOREA: Final = "kr"
FOREIGN: Final = "foreign"  # a foreigner of an unstated nationality
_NO_COUNTRY: Final = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
_LANGUAGES: Final = ("ko", "en")
# How tables write the people of a country. "(한국계)" tells ancestry; only the country is kept.
_PEOPLE: Final = ("{}인", "{}국적", "{}(한국계)", "한국계{}", "한국계{}인")
_DISH: Final = re.compile(r"(?:음식점|전문점|음식|요리|식당|식)$")
_BETWEEN: Final = re.compile(r"\s*(?:[;,/·ㆍ‧+&、|]|및)\s*")
_NO_VALUE: Final = r"(?i)^(?:[+-]?(?:nan|inf|infinity|∞)|null|none|-)$"
_THOUSANDS: Final = r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"


def fold_spelling(text: str) -> str:
    """Fold a spelling: without white space and case."""
    return "".join(text.split()).casefold()


@cache
def country_codes() -> Mapping[str, str]:
    """Map folded names of countries and their people to ISO 3166 alpha-2 codes, lower case.

    Names are those of CLDR, everyday ones, and what tables call the people.
    """
    names = {
        fold_spelling(name): code
        for name, code in load_spec(__file__, "table").lookup["country"].items()
    }
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code.isalpha() and code not in _NO_COUNTRY:
                names.setdefault(fold_spelling(name), code.lower())
    people = {form.format(name): code for form in _PEOPLE for name, code in names.items()}
    return {**people, **names}


@cache
def _dishes() -> Mapping[str, str]:
    own = {
        fold_spelling(name): slug
        for name, slug in load_spec(__file__, "table").lookup["cuisine"].items()
    }
    return {**country_codes(), **own}


def parse_cuisines(text: str, own: Mapping[str, str]) -> tuple[str, ...] | None:
    """Parse the cuisines that a cell names, in order and without duplicates.

    Args:
        text: one or several, separated by a comma, slash, middle dot, …
        own: cuisine by `fold_spelling` spelling, before all others; "" where a spelling names none.

    Returns:
        None where a part of the text is not a known cuisine.
    """
    named = [
        _cuisines(fold_spelling(spelling), own) for spelling in _BETWEEN.split(text) if spelling
    ]
    if None in named:
        return None
    return tuple(dict.fromkeys(slug for slugs in named for slug in slugs or () if slug))


def _cuisines(key: str, own: Mapping[str, str]) -> tuple[str, ...] | None:
    """Parse one name, or two written together, as in 네팔인도식."""
    whole = _cuisine(key, own)
    if whole is not None:
        return (whole,)
    for cut in range(2, len(key) - 1):
        both = _cuisine(key[:cut], own), _cuisine(key[cut:], own)
        if both[0] and both[1]:
            return both[0], both[1]
    return None


def _cuisine(key: str, own: Mapping[str, str]) -> str | None:
    for spelling in (key, _DISH.sub("", key)):
        for table in (own, _dishes()):
            if spelling in table:
                return table[spelling]
    return None


def is_missing(texts: pd.Series) -> pd.Series:
    """Return a mask of the texts by which programs write a missing number, such as nan."""
    return texts.isna() | texts.str.match(_NO_VALUE).fillna(value=False).astype(bool)


def parse_numbers(texts: pd.Series) -> pd.Series:
    """Parse numbers, with or without thousands separators; NaN where a text is none."""
    texts = texts.mask(is_missing(texts))
    grouped = texts.str.match(_THOUSANDS).fillna(value=False).astype(bool)
    without = texts.mask(grouped, texts.str.replace(",", "", regex=False))
    return pd.to_numeric(without, errors="coerce").astype("float64")
