"""Numbers in the cells of a planner's table, as people write them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from geo.serving.table_join.dong_names import plain

_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?\s*%?", re.ASCII | re.I
)
_NOTHING: Final = ("", "-", "–", "—", "nan", "null", "none", "n/a", "#n/a")  # by `plain`


def numeric(texts: Sequence[str]) -> bool:
    """Whether a column holds numbers, and nothing else but empty cells."""
    given = [one for one in texts if plain(one) not in _NOTHING]
    return bool(given) and all(number(one) is not None for one in given)


def number(text: str) -> float | None:
    """The number in a cell, without its commas and percent sign; None where it is no number."""
    found = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip()
    if not _NUMBER.fullmatch(found):
        return None
    value = float(found.replace(",", "").rstrip("%"))
    return value if abs(value) < float("inf") else None
