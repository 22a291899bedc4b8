"""Legend entries of a map, and the rows that each stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Final, NamedTuple

from geo.serving.analysis.coverage import CATEGORY, NOT_COVERED, PARTLY_COVERED, SOURCE
from geo.serving.analysis.result import Row
from geo.serving.analysis.testing import NOT_TESTED
from geo.statistics.class_methods import round_bounds
from maps.i18n import Words
from maps.print import labels
from maps.print.encodings import Encoding, number
from maps.style.colours import DENSITY, FALL, RISE, class_of, spread_colours
from maps.style.number_format import number_format


class Fill(NamedTuple):
    """The fill of an area: face and edge colours, and matplotlib's hatch."""

    face: str
    edge: str
    hatch: str = ""


HIDDEN: Final = Fill("#ffffff", "#5c5c5c", "////")
ZERO: Final = Fill("#ffffff", "#9a9a9a")
MISSING: Final = Fill("#f3f3f3", "#a8a8a8", "....")
IN_PART: Final = Fill("#f7f2e6", "#8a7f63", "\\\\")
UNCOVERED: Final = Fill("#f1eee8", "#b5aa92", "xxx")
_STATES: Final = (
    ("zero", ZERO),
    (PARTLY_COVERED, IN_PART),
    (NOT_COVERED, UNCOVERED),
    ("hidden", HIDDEN),
    ("missing", MISSING),
)

_UNCOVERED: Final = {CATEGORY: labels.NO_LIST, SOURCE: labels.COLLECTED}


_FEW: Final = 20  # counts up to it


@dataclass(frozen=True)
class Entry:
    """An entry of a legend.

    Attributes:
        label: what it stands for.
        look: how it is drawn.
        rows: numbers of the rows drawn so.
        amount: what stands behind the label: areas, or hectares of rows that are classes.
    """

    label: str
    look: Fill
    rows: tuple[int, ...]
    amount: str


def legend_entries(
    rows: Sequence[Row], encoding: Encoding, column: str, words: Words
) -> list[Entry]:
    """Sort rows into entries of a legend: classes first, then rows without a value."""
    states = [_state(row, encoding, column) for row in rows]
    shown = [n for n, state in enumerate(states) if state == "shown"]
    legend = _class_entries(rows, shown, encoding, column, words)
    for state, look in _STATES:
        members = tuple(n for n, other in enumerate(states) if other == state)
        if members:
            label = labels.label_text(words, _label(state, [rows[n] for n in members], encoding))
            legend.append(Entry(label, look, members, _amount(rows, members, encoding, words)))
    return legend


def add_uncovered(legend: Sequence[Entry], words: Words) -> list[Entry]:
    """Add the entry of uncovered areas where no row has it: the map hatches them all the same.

    Args:
        legend: entries of the rows.
        words: of the reader.
    """
    if any(entry.look == UNCOVERED for entry in legend):
        return list(legend)
    return [*legend, Entry(labels.label_text(words, labels.NOT_COVERED), UNCOVERED, (), "")]


def _state(row: Row, encoding: Encoding, column: str) -> str:
    """Classify a row as shown, zero, covered in part, not covered, hidden or missing."""
    state = row.get("state")
    if state in ("zero", "hidden", "missing"):
        return str(state)
    value = _value(row, encoding, column)
    if value is None:
        known = row.get("coverage")
        return str(known) if known in (PARTLY_COVERED, NOT_COVERED) else "missing"
    return "zero" if value == 0 and not encoding.upper else "shown"


def _value(row: Row, encoding: Encoding, column: str) -> Any:
    """Read the word or number to draw; None where there is none."""
    value = row.get(column)
    if not encoding.kinds:
        return number(value)
    if encoding.only:
        value = None if row.get(encoding.only) is None else value if row[encoding.only] else "none"
    return value if value in encoding.kinds else None


def _label(state: str, rows: Sequence[Row], encoding: Encoding) -> str:
    if state == "zero":
        return labels.ZERO
    if state == PARTLY_COVERED:
        return labels.PARTLY_COVERED
    if state == NOT_COVERED:
        why = {row.get("uncovered_because") for row in rows}
        reason = str(why.pop()) if len(why) == 1 else ""
        return _UNCOVERED.get(reason, labels.NOT_COVERED)
    if state == "missing":
        if all(row.get("state") == NOT_TESTED for row in rows):
            return labels.NOT_TESTED
        return labels.NO_STATISTIC if encoding.only else labels.MISSING
    reasons = {row.get("reason") for row in rows}
    return labels.PROTECTED if reasons <= {"protected", None} else labels.TOO_FEW


def _class_entries(
    rows: Sequence[Row], shown: Sequence[int], encoding: Encoding, column: str, words: Words
) -> list[Entry]:
    if not shown:
        return []
    if encoding.kinds:
        return _of_kinds(rows, shown, encoding, column, words)
    if encoding.upper:
        return _of_bands(rows, shown, encoding, column, words)
    return _of_numbers([(n, rows[n][column]) for n in shown], encoding, words)


def _of_kinds(
    rows: Sequence[Row], shown: Sequence[int], encoding: Encoding, column: str, words: Words
) -> list[Entry]:
    legend = []
    for kind, (label, colour) in encoding.kinds.items():
        members = tuple(n for n in shown if _value(rows[n], encoding, column) == kind)
        text = labels.label_text(words, label)
        legend.append(Entry(text, Fill(colour, "#ffffff"), members, words.number(len(members))))
    return legend


def _of_bands(
    rows: Sequence[Row], shown: Sequence[int], encoding: Encoding, column: str, words: Words
) -> list[Entry]:
    """Make an entry of each row that is a class itself, with its area."""
    ends = {
        n: (float(rows[n][column]), number(rows[n].get(encoding.upper or "")) or 0.0) for n in shown
    }
    order = sorted(shown, key=ends.__getitem__)
    write = number_format(
        [end for pair in ends.values() for end in pair], words, percent=encoding.percent
    )
    return [
        Entry(
            words.phrase("%(low)s to %(high)s")
            % {"low": write(ends[n][0]), "high": write(ends[n][1])},
            Fill(shade, shade),
            (n,),
            _amount(rows, (n,), encoding, words),
        )
        for n, shade in zip(order, spread_colours(DENSITY, len(order)), strict=True)
    ]


def _of_numbers(
    pairs: Sequence[tuple[int, int | float]], encoding: Encoding, words: Words
) -> list[Entry]:
    values = [value for _, value in pairs]
    bounds = encoding.bounds or round_bounds(values)
    members: list[list[int]] = [[] for _ in bounds]
    for n, value in pairs:
        members[class_of(value, bounds)].append(n)
    least, are_counts = min(values), all(isinstance(value, int) for value in values)
    are_few = are_counts and max(bounds[-1], -least) <= _FEW
    named = (
        _of_counts(least, bounds, words)
        if are_counts
        else _of_amounts(least, bounds, encoding, words)
    )
    entries = zip(named, bounds, shades_of(bounds), members, strict=True)
    return [
        Entry(label, Fill(shade, "#ffffff"), tuple(rows), words.number(len(rows)))
        for label, high, shade, rows in entries
        if rows or not (are_few or high < min(least, 0))  # of few, no class that holds none
    ]


def _of_amounts(
    least: float, bounds: Sequence[float], encoding: Encoding, words: Words
) -> list[str]:
    """Write between which amounts each class lies, its upper bound included.

    Zero is in no class: it has an entry of its own.
    """
    lows = [min(least, 0.0, bounds[0]), *bounds[:-1]]
    write = number_format([*lows, *bounds], words, percent=encoding.percent)

    def label(low: float, high: float) -> str:
        text = labels.UP_TO if high else labels.BETWEEN
        return labels.label_text(words, text, low=write(low), high=write(high))

    def first(low: float, high: float) -> str:
        if low == high:
            return write(high)
        if low == least < high == 0:
            return labels.label_text(words, labels.BELOW, high=write(high))
        if low == least < 0:  # the least value is in its class
            return words.phrase("%(low)s to %(high)s") % {"low": write(low), "high": write(high)}
        return label(low, high)

    return [first(lows[0], bounds[0]), *map(label, lows[1:], bounds[1:])]


def _of_counts(least: float, bounds: Sequence[float], words: Words) -> list[str]:
    """Write the first and the last count of each class; zero has an entry of its own."""
    firsts = [min(floor(least), 1), *(floor(bound) + 1 for bound in bounds[:-1])]
    lasts = [
        -1 if first < 0 and bound == 0 else floor(bound)
        for first, bound in zip(firsts, bounds, strict=True)
    ]

    def label(first: int, last: int) -> str:
        if first >= last:
            return words.number(last)
        low, high = words.number(first), words.number(last)
        return words.phrase("%(low)s to %(high)s") % {"low": low, "high": high}

    return [label(first, last) for first, last in zip(firsts, lasts, strict=True)]


def shades_of(bounds: Sequence[float]) -> list[str]:
    """Choose a colour for each class; where a class ends at zero, falls and rises differ."""
    if 0.0 not in bounds:
        return spread_colours(DENSITY, len(bounds))
    falls = list(bounds).index(0.0) + 1
    return [*reversed(spread_colours(FALL, falls)), *spread_colours(RISE, len(bounds) - falls)]


def _amount(rows: Sequence[Row], members: Sequence[int], encoding: Encoding, words: Words) -> str:
    if not encoding.upper:
        return words.number(len(members))
    return words.number(sum(number(rows[n].get("area_ha")) or 0.0 for n in members), 1)
