"""Query strings to checked values. Routes parse nothing."""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from geo.core.errors import BadParameterError

MOST_PARAMETERS: Final = 50
# Parameters with one value, on any path.
_ONCE: Final = frozenset(
    (
        "f", "lang", "limit", "offset", "cursor", "skipGeometry", "crs", "bbox-crs", "datetime",
        "filter", "filter-lang", "filter-crs", "with", "collection",
    )
)  # fmt: skip
_TRUTHS: Final = ("true", "false")
LARGEST: Final = 2**53  # what JSON readers count exactly
# float() would also take digits of other scripts, underscores, "nan" and "infinity".
_NUMBER: Final = re.compile(r"[+-]?(\d{1,20}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)


def given_parameters(
    request: Request,
    known: Iterable[str],
    lists: Iterable[str] = (),
    *,
    others_pass: bool = False,
) -> dict[str, str]:
    """The parameters of a request, each known.

    Args:
        request: the request.
        known: names of parameters; those of `_ONCE` appear once. Any other may be repeated, as
            clients send lists whose generator does not know `explode: false`; joined by commas.
        lists: names of further parameters that may be repeated, as forms send them.
        others_pass: pass over names that are not known.

    Raises:
        BadParameterError: a parameter is unknown and may not pass, appears twice or is not UTF-8.
    """
    once, several = list(known), list(lists)
    found: dict[str, str] = {}
    for name, value in _pairs(request.scope["query_string"]):
        if name in several:
            found[name] = f"{found[name]},{value}" if name in found else value
        elif name not in once and others_pass:
            continue
        elif name not in once:
            raise BadParameterError(name, value, ", ".join(once + several) or "no parameters")
        elif name in found and name in _ONCE:
            raise BadParameterError(name, value, "once; join several values by commas")
        else:
            found[name] = f"{found[name]},{value}" if name in found else value
    return found


def one_of(name: str, text: str, allowed: Iterable[str]) -> str:
    """The text, if it is on the list.

    Raises:
        BadParameterError: it is not.
    """
    values = list(allowed)
    if text not in values:
        raise BadParameterError(name, text, values)
    return text


def truth(name: str, text: str) -> bool:
    """`true` or `false`, in any case, or the 1 or 0 of GDAL; everywhere alike.

    Raises:
        BadParameterError: anything else.
    """
    plain = {"1": "true", "0": "false"}.get(text, text.lower())
    return one_of(name, plain if plain in _TRUTHS else text, _TRUTHS) == "true"


def whole_number(name: str, text: str, *, least: int) -> int:
    """A whole number from `least` on; one with more digits than any count is the largest count.

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
    """A finite decimal number, within bounds where there are any.

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


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(
            query.decode(),  # raw UTF-8 as well, where a server lets it through
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
        # As the layers hold texts: some systems send Hangul as separate letters (NFD).
        return [(name, unicodedata.normalize("NFC", value)) for name, value in pairs]
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadParameterError(
            "query", query.decode("latin-1"), f"UTF-8 text, at most {MOST_PARAMETERS} parameters"
        ) from error
