"""The text of a parameter to a checked value, or a refusal that says what is allowed."""

import math
import re
from collections.abc import Iterable
from typing import Final

from geo.core.errors import BadParameterError

_TRUTHS: Final = ("true", "false")
LARGEST: Final = 2**53  # what JSON readers count exactly
# float() would also take digits of other scripts, underscores, "nan" and "infinity".
_NUMBER: Final = re.compile(r"[+-]?(\d{1,20}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)


def one_of(name: str, text: str, allowed: Iterable[str]) -> str:
    """Check that a text is on a list.

    Raises:
        BadParameterError: it is not.
    """
    values = list(allowed)
    if text not in values:
        raise BadParameterError(name, text, values)
    return text


def truth(name: str, text: str) -> bool:
    """Parse `true` or `false`, in any case, or the 1 or 0 of GDAL; everywhere alike.

    Raises:
        BadParameterError: anything else.
    """
    plain = {"1": "true", "0": "false"}.get(text, text.lower())
    return one_of(name, plain if plain in _TRUTHS else text, _TRUTHS) == "true"


def whole_number(name: str, text: str, *, least: int) -> int:
    """Parse a whole number from `least` on; with more digits than any count, the largest count.

    Raises:
        BadParameterError: not a whole number, or too small.
    """
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise BadParameterError(name, text, f"a whole number from {least} on")
    value = int(digits) if len(digits) <= len(str(LARGEST)) else LARGEST
    if value < least:
        raise BadParameterError(name, text, f"a whole number from {least} on")
    return min(value, LARGEST)


def number(name: str, text: str, least: float | None = None, most: float | None = None) -> float:
    """Parse a finite decimal number, within bounds where there are any.

    Raises:
        BadParameterError: anything else.
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):  # 1e999 is written as a number, but is none
        raise BadParameterError(name, text, "a number such as 1.5")
    if (least is not None and value < least) or (most is not None and value > most):
        raise BadParameterError(
            name, text, f"{least:g} or more" if most is None else f"{least:g} to {most:g}"
        )
    return value
