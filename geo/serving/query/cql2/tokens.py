"""CQL2 text cut into words, numbers, literals and signs (OGC 21-065r2, annex B)."""

import re
from typing import Final, NamedTuple

from geo.core.errors import BadParameterError

MOST_NESTED: Final = 100  # brackets within brackets

# A name may hold letters of every script; these are the ranges of the standard.
_FIRST: Final = (
    ":_A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
    "\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
    "\U00010000-\U000effff"
)
_MORE: Final = _FIRST + ".0-9\u0300-\u036f\u203f-\u2040"
# Nothing here is tried twice (++ and *+), so that a text without its last quote costs no more.
_TOKEN: Final = re.compile(
    rf"""\s*+(?:(?P<shape>(?i:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)
        \s*+(?i:ZM|Z|M)?+\s*+(?=\())
    | (?P<text>'(?:[^'\\]++|\\.|'')*+')
    | (?P<quoted>"(?:[^"]++|"")*+")
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+)
    | (?P<name>[{_FIRST}][{_MORE}]*+)
    | (?P<sign><>|<=|>=|[-+*/%^=<>(),])
    | (?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)
_BRACKET: Final = re.compile(r"[()]")
_ESCAPED: Final = re.compile(r"''|\\(.)", re.DOTALL)
_CONTROLS: Final = {
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "'": "'",
    "\\": "\\",
}
_SHOWN: Final = 40  # characters of a filter that a refusal quotes


class Token(NamedTuple):
    """A token of a filter.

    Attributes:
        kind: shape, text, quoted, number, name, sign or end.
        text: what stands there, of texts and names without their quotes.
        at: where it begins.
    """

    kind: str
    text: str
    at: int


def syntax_error(text: str, at: int, expected: str) -> BadParameterError:
    """Create the error about a filter that cannot be parsed from some character on."""
    where = f"CQL2 text; at character {at + 1}: {expected}"
    return BadParameterError("filter", text[at : at + _SHOWN], where)


def tokens(text: str) -> list[Token]:
    """Split a filter into tokens; the last one marks its end.

    Raises:
        BadParameterError: a character begins nothing, or a literal does not end.
    """
    found: list[Token] = []
    at = 0
    while not found or found[-1].kind != "end":
        match = _TOKEN.match(text, at)
        if match is None:
            at = len(text) - len(text[at:].lstrip())
            what = {"'": "a text that ends with '", '"': 'a name that ends with "'}
            raise syntax_error(
                text, at, what.get(text[at], "a property, value, operator or bracket")
            )
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        at = _closing_bracket(text, end) if kind == "shape" else end
        found.append(Token(kind, _plain(kind, text[start:at]), start))
    return found


def _plain(kind: str, text: str) -> str:
    if kind == "text":
        return _ESCAPED.sub(_unescape, text[1:-1])
    return text[1:-1].replace('""', '"') if kind == "quoted" else text


def _unescape(match: re.Match[str]) -> str:
    """Unescape a quote or control character; escapes of LIKE stay, which reads them itself."""
    return "'" if match[1] is None else _CONTROLS.get(match[1], match[0])


def _closing_bracket(text: str, at: int) -> int:
    """Find the closing bracket of the bracket at a position."""
    depth = 0
    for match in _BRACKET.finditer(text, at):
        depth += 1 if match.group() == "(" else -1
        if depth > MOST_NESTED:
            raise syntax_error(text, match.start(), f"brackets at most {MOST_NESTED} deep")
        if not depth:
            return match.end()
    raise syntax_error(text, at, "a geometry whose brackets are closed")
