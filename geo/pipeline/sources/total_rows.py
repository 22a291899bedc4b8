"""Rows of a table that add up other rows: 합계, 소계, 계, 총계. They are no businesses."""

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.pipeline.adapters.mapping import LOCATING

TOTAL: Final = "it is a total of other rows (합계, 소계, 계)"
_WORD: Final = re.compile(r"(?:\S.*\s)?(?:총?합계|[소총누]계|계)(?:[\s(:].*)?|(?:sub)?total", re.I)
_PLACED: Final = (*LOCATING, "y")


def totals(cells: pd.DataFrame, headers: Mapping[str, str]) -> pd.Series:
    """Return a mask of the rows that are totals.

    A row is one where its first filled cell, other than the name, says so; or where any cell does
    and the row names no place. A shop that has such a name and an address stays a shop.

    Args:
        cells: clean text by header, in the order of the file, null where empty.
        headers: header by column of a record.
    """
    says = pd.DataFrame({header: _says_total(cells[header]) for header in cells}, index=cells.index)
    placed = [headers[name] for name in _PLACED if name in headers]
    nowhere = cells[placed].isna().all(axis="columns")
    leads = _first_filled(cells.drop(columns=headers["name_ko"]), says)
    total: pd.Series = leads | (says.any(axis="columns") & nowhere)
    return total


def _first_filled(cells: pd.DataFrame, says: pd.DataFrame) -> pd.Series:
    """Return the flag of the first filled cell of each row; False for a row without one."""
    total = pd.Series(data=False, index=cells.index)
    for name in reversed(cells.columns):
        total = total.mask(cells[name].notna(), says[name])
    return total


def _says_total(texts: pd.Series) -> pd.Series:
    """Return a mask of the cells that say total, however spaced: 합 계, 식당 소계, 합계(9)."""
    words = [text for text in texts.dropna().unique() if _WORD.fullmatch(_closed(text))]
    return texts.isin(words)


def _closed(text: str) -> str:
    """Remove the blanks between the letters of such a word."""
    return re.sub(
        r"(?<!\S)(총|소|누|합|총\s*합)\s+계", lambda match: re.sub(r"\s", "", match[0]), text
    )
