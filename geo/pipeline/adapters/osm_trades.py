"""What an element of OpenStreetMap trades in, by the tables of the source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.core.source import load_spec

SPEC = load_spec(__file__, "osm")
_TRADES: Final[Mapping[str, Mapping[str, str]]] = {
    key: {value: category for category, values in table.items() for value in values}
    for key, table in SPEC.numbers["trades"].items()
}
_PASSED: Final = {key: frozenset(values) for key, values in SPEC.numbers["passed"].items()}
_REST: Final[Mapping[str, str]] = SPEC.numbers["rest"]
ONCE: Final[Sequence[str]] = SPEC.numbers["closed"]
_PREFIXES: Final = ("", *(f"{prefix}:" for prefix in ONCE))
KEYS: Final = tuple(prefix + key for prefix in _PREFIXES for key in _TRADES)


@dataclass(frozen=True, slots=True)
class Trade:
    """What an element trades in.

    Attributes:
        code: key and value, such as "shop=bakery".
        category: of the atlas.
        known: whether the value is in a table.
        status: open or closed.
        refused: why it is no business after all; "" where it is one.
    """

    code: str
    category: str
    known: bool
    status: str = "open"
    refused: str = ""


def trade_of(tags: Mapping[str, str]) -> Trade | None:
    """Return the present or former trade of an element; None where its tags name none."""
    for prefix in _PREFIXES:
        trades = sorted(_trades(tags, prefix), key=_rank)
        if trades:
            gone = bool(prefix) or any(tags.get(prefix) == "yes" for prefix in ONCE)
            best = trades[0]
            return Trade(best.code, best.category, best.known, "closed" if gone else "open")
    for code, reason in SPEC.lookup["no_business"].items():
        key, value = code.split("=")
        if tags.get(key) == value:
            return Trade(code, "", known=True, refused=reason)
    return None


def _trades(tags: Mapping[str, str], prefix: str) -> Iterator[Trade]:
    for key, table in _TRADES.items():
        for value in values(tags.get(prefix + key, "")):
            code = f"{key}={value}"
            category = table.get(value) or _REST.get(key)
            passed = value in _PASSED.get(key, ()) or code in SPEC.lookup["no_business"]
            if category and not passed:
                yield Trade(code, category, value in table)


def _rank(trade: Trade) -> tuple[bool, bool]:
    """Rank trades: specific before general ones, known values before unknown ones."""
    return trade.category.startswith("other-"), not trade.known


def values(text: str) -> list[str]:
    """Split a list at its semicolons, in lower case."""
    return [value.strip().lower() for value in text.split(";") if value.strip()]
