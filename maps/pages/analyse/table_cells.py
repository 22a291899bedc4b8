"""The cells of the table: how each kind of column is written, and what stands for none."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from geo.serving.analysis.result import Row
from maps.i18n import Words
from maps.style.number_format import amount_format
from maps.wording.terms import value_text

CONTEXT: Final = "analyse table"
WITH_INTERVAL: Final = "%(what)s (95 %% interval)"
NOT_GIVEN: Final = "not given"  # where it would say more than is known
NOT_TESTED: Final = "not tested"
REAL: Final = "real only"
WITH_SIMULATED: Final = "with simulated"
CODES: Final = (WITH_INTERVAL, NOT_GIVEN, NOT_TESTED, REAL, WITH_SIMULATED)
WORD: Final = "word"
INTERVAL: Final = "interval"  # a value with the ends of its interval, columns `low` and `high`
_TO: Final = "\N{WORD JOINER}–\N{WORD JOINER}"  # no line ends within an interval
_MISSING: Final = {
    "density": NOT_GIVEN,
    "quotient": NOT_GIVEN,
    INTERVAL: NOT_GIVEN,
    "p": NOT_TESTED,
    WORD: NOT_TESTED,
}
_SIGNIFICANT: Final = 0.001  # smaller p-values are written as less than this
Writer = Callable[[Row], str]


def cell_writer(rows: Sequence[Row], name: str, kind: str, words: Words) -> Writer:
    """Create the function that writes the cells of a column.

    Args:
        rows: of the table: a column has as many decimals as its values need.
        name: of the column.
        kind: how it is written (`Answer.columns`).
        words: of the reader.
    """
    missing = words.coded(CONTEXT, _MISSING[kind]) if kind in _MISSING else words.phrase("no data")
    write = _value_writer(rows, name, kind, words)

    def cell(row: Row) -> str:
        if row[name] is None:
            return missing
        text = write(row[name])
        if kind != INTERVAL or row["low"] is None:
            return text
        return f"{text} ({write(row['low'])}{_TO}{write(row['high'])})"

    return cell


def write_signed(number: float, words: Words) -> str:
    """Write a difference with its sign."""
    return "+" * (number > 0) + words.number(number)


def _value_writer(rows: Sequence[Row], name: str, kind: str, words: Words) -> Callable[[Any], str]:
    if kind == "density":
        return amount_format([row[name] for row in rows if row[name] is not None], words)
    return {
        WORD: lambda value: str(value_text(words, name, value)),
        "count": words.number,
        "difference": lambda value: write_signed(value, words),
        "share": words.percent,
        "p": lambda value: _write_p(value, words),
    }.get(kind, lambda value: words.number(value, 2))


def _write_p(p: float, words: Words) -> str:
    if p < _SIGNIFICANT:
        return f"< {words.number(_SIGNIFICANT, 3)}"
    return words.number(p, 3)
