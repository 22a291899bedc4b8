"""The rows of a map sorted into the entries of its legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from geo.serving.analysis.coverage import CATEGORY, NOT_COVERED, PARTLY_COVERED, SOURCE
from geo.serving.analysis.result import Row
from geo.serving.analysis.testing import NOT_TESTED
from geo.statistics.kernel_density import count_breaks, round_breaks
from maps.i18n import Words
from maps.print import labels
from maps.print.encodings import Drawn, number
from maps.style.colours import DENSITY, FALL, RISE, class_of, spread
from maps.style.number_format import figures

CLASSES: Final = 5


class Look(NamedTuple):
    """How areas are filled: face and edge colours, and matplotlib's hatch."""

    face: str
    edge: str
    hatch: str = ""


HIDDEN: Final = Look("#ffffff", "#5c5c5c", "////")
ZERO: Final = Look("#ffffff", "#9a9a9a")
MISSING: Final = Look("#f3f3f3", "#a8a8a8", "....")
IN_PART: Final = Look("#f7f2e6", "#8a7f63", "\\\\")
UNCOVERED: Final = Look("#f1eee8", "#b5aa92", "xxx")
_STATES: Final = (
    ("zero", ZERO),
    (PARTLY_COVERED, IN_PART),
    (NOT_COVERED, UNCOVERED),
    ("hidden", HIDDEN),
    ("missing", MISSING),
)

_UNCOVERED: Final = {CATEGORY: labels.NO_LIST, SOURCE: labels.COLLECTED}


@dataclass(frozen=True)
class Entry:
    """One entry of a legend.

    Attributes:
        label: what it stands for.
        look: how it is drawn.
        rows: numbers of the rows drawn so.
        amount: what stands behind the label: areas, or hectares of rows that are classes.
    """

    label: str
    look: Look
    rows: tuple[int, ...]
    amount: str


def entries(rows: Sequence[Row], drawn: Drawn, column: str, words: Words) -> list[Entry]:
    """Sort rows into entries of a legend, each into one: classes, then what has no value."""
    states = [_state(row, drawn, column) for row in rows]
    shown = [n for n, state in enumerate(states) if state == "shown"]
    found = _shown(rows, shown, drawn, column, words)
    for state, look in _STATES:
        members = tuple(n for n, one in enumerate(states) if one == state)
        if members:
            label = labels.said(words, _label(state, [rows[n] for n in members], drawn))
            found.append(Entry(label, look, members, _amount(rows, members, drawn, words)))
    return found


def with_uncovered(found: Sequence[Entry], words: Words) -> list[Entry]:
    """Add the entry of what no list covers, where no row has it: the map hatches it all the same.

    Args:
        found: entries of the rows.
        words: of the reader.
    """
    if any(one.look == UNCOVERED for one in found):
        return list(found)
    return [*found, Entry(labels.said(words, labels.NOT_COVERED), UNCOVERED, (), "")]


def _state(row: Row, drawn: Drawn, column: str) -> str:
    """One of shown, zero, the two of coverage, hidden and missing."""
    said = row.get("state")
    if said in ("zero", "hidden", "missing"):
        return str(said)
    value = _value(row, drawn, column)
    if value is None:
        known = row.get("coverage")
        return str(known) if known in (PARTLY_COVERED, NOT_COVERED) else "missing"
    return "zero" if value == 0 and not drawn.upper else "shown"


def _value(row: Row, drawn: Drawn, column: str) -> Any:
    """A word or a number to draw; None where there is none."""
    value = row.get(column)
    if not drawn.kinds:
        return number(value)
    if drawn.only:
        value = None if row.get(drawn.only) is None else value if row[drawn.only] else "none"
    return value if value in drawn.kinds else None


def _label(state: str, rows: Sequence[Row], drawn: Drawn) -> str:
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
        return labels.NO_STATISTIC if drawn.only else labels.MISSING
    reasons = {row.get("reason") for row in rows}
    return labels.PROTECTED if reasons <= {"protected", None} else labels.TOO_FEW


def _shown(
    rows: Sequence[Row], shown: Sequence[int], drawn: Drawn, column: str, words: Words
) -> list[Entry]:
    if not shown:
        return []
    if drawn.kinds:
        return _of_kinds(rows, shown, drawn, column, words)
    if drawn.upper:
        return _of_bands(rows, shown, drawn, column, words)
    return _of_numbers([(n, float(rows[n][column])) for n in shown], drawn, words)


def _of_kinds(
    rows: Sequence[Row], shown: Sequence[int], drawn: Drawn, column: str, words: Words
) -> list[Entry]:
    found = []
    for kind, (label, colour) in drawn.kinds.items():
        members = tuple(n for n in shown if _value(rows[n], drawn, column) == kind)
        text = labels.said(words, label)
        found.append(Entry(text, Look(colour, "#ffffff"), members, words.number(len(members))))
    return found


def _of_bands(
    rows: Sequence[Row], shown: Sequence[int], drawn: Drawn, column: str, words: Words
) -> list[Entry]:
    """Rows that are classes themselves, each with its area."""
    ends = {
        n: (float(rows[n][column]), number(rows[n].get(drawn.upper or "")) or 0.0) for n in shown
    }
    order = sorted(shown, key=ends.__getitem__)
    write = figures([end for pair in ends.values() for end in pair], words, percent=drawn.percent)
    return [
        Entry(
            words.phrase("%(low)s to %(high)s")
            % {"low": write(ends[n][0]), "high": write(ends[n][1])},
            Look(shade, shade),
            (n,),
            _amount(rows, (n,), drawn, words),
        )
        for n, shade in zip(order, spread(DENSITY, len(order)), strict=True)
    ]


def _of_numbers(pairs: Sequence[tuple[int, float]], drawn: Drawn, words: Words) -> list[Entry]:
    bounds = drawn.bounds or bounds_of([value for _, value in pairs])
    least = min(value for _, value in pairs)
    lows = [least if least < 0 else 0.0, *bounds[:-1]]
    write = figures([*lows, *bounds], words, percent=drawn.percent)
    members: list[list[int]] = [[] for _ in bounds]
    for n, value in pairs:
        members[class_of(value, bounds)].append(n)
    shades = shades_of(bounds)
    return [
        Entry(
            write(high)
            if low == high
            else labels.said(words, labels.UP_TO, low=write(low), high=write(high)),
            Look(shade, "#ffffff"),
            tuple(those),
            words.number(len(those)),
        )
        for low, high, shade, those in zip(lows, bounds, shades, members, strict=True)
    ]


def shades_of(bounds: Sequence[float]) -> list[str]:
    """A colour for each class; where one ends at zero, falls and rises have their own."""
    if 0.0 not in bounds:
        return spread(DENSITY, len(bounds))
    falls = list(bounds).index(0.0) + 1
    return [*reversed(spread(FALL, falls)), *spread(RISE, len(bounds) - falls)]


def bounds_of(values: Sequence[float]) -> list[float]:
    """Upper bounds of at most five equal classes; round ones where nothing is below zero."""
    low, high = min(values), max(values)
    if low >= 0:
        counts = all(float(one).is_integer() for one in values)
        return count_breaks(high) if counts else round_breaks(high)
    step = (high - low) / CLASSES
    return [low + step * k for k in range(1, CLASSES)] + [high] if step > 0 else [high]


def _amount(rows: Sequence[Row], members: Sequence[int], drawn: Drawn, words: Words) -> str:
    if not drawn.upper:
        return words.number(len(members))
    return words.number(sum(number(rows[n].get("area_ha")) or 0.0 for n in members), 1)
