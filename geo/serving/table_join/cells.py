"""Numbers in the cells of a table that a user hands in."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from geo.serving.table_join.dong_names import normalise_name

_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?\s*%?", re.ASCII | re.I
)
_MINUS: Final = str.maketrans({"\N{MINUS SIGN}": "-", "\N{WHITE UP-POINTING TRIANGLE}": "-"})
_SHOWN: Final = 80  # characters of a user's text that a message repeats
_NOTHING: Final = ("", "-", "–", "—", "nan", "null", "none", "n/a", "#n/a")  # by `normalise_name`


def is_numeric(texts: Sequence[str]) -> bool:
    """Tell whether a column holds numbers and, apart from empty cells, nothing else."""
    cells = [text for text in texts if normalise_name(text) not in _NOTHING]
    return bool(cells) and all(parse_number(cell) is not None for cell in cells)


def parse_number(text: str) -> float | None:
    """Parse the number in a cell without commas and percent sign; None where there is none.

    Korean offices write a fall as △3; ▲3 is a fall for some and a rise for others, and no number.
    """
    plain_text = unicodedata.normalize("NFKC", text).strip().translate(_MINUS)
    if not _NUMBER.fullmatch(plain_text):
        return None
    value = float(plain_text.replace(",", "").rstrip("%"))
    return value if abs(value) < float("inf") else None


def short_text(text: str) -> str:
    """Shorten a text of a user, so that a message can repeat it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
