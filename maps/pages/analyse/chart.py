"""The chart of an answer: a bar for each row, with its interval where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geo.serving.analysis.result import Row
from maps.i18n import Words
from maps.style.number_format import amount_format

SHOWN: Final = 15  # bars; the table and the files have the other rows
_SCALE: Final = 100.0  # width of a drawing


@dataclass(frozen=True)
class Bar:
    """A bar of the chart.

    Attributes:
        name: of the row.
        unit: of the row, which a press selects; "" for none.
        width: of the bar, 0 to 100.
        interval: ends of the interval, 0 to 100; None where there is none.
        text: value and interval in words.
    """

    name: str
    unit: str
    width: float
    interval: tuple[float, float] | None
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        column: that is drawn, whose title is that of the chart.
        bars: the largest first, as the table has them.
        reference: where the value is that others are compared with, 0 to 100; None for none.
        left_out: rows with a value that are not drawn.
    """

    column: str
    bars: Sequence[Bar]
    reference: float | None
    left_out: int


@dataclass(frozen=True)
class Charted:
    """What of the rows is drawn.

    Attributes:
        column: the value.
        low: column of the lower end of its interval; "" for none.
        high: column of the upper end.
        reference: value that others are compared with; None for none.
        share: whether values are shares.
    """

    column: str
    low: str = ""
    high: str = ""
    reference: float | None = None
    share: bool = False


def draw_chart(rows: Sequence[Row], charted: Charted, words: Words) -> Chart | None:
    """Draw the rows that have a value; None where none has."""
    known = [row for row in rows if row[charted.column] is not None]
    drawn = known[:SHOWN]
    if not drawn:
        return None
    ends = [row[charted.high] for row in drawn if charted.high and row[charted.high] is not None]
    most = max(*(row[charted.column] for row in drawn), *ends, charted.reference or 0.0) or 1.0
    values = [row[charted.column] for row in drawn]
    write = words.percent if charted.share else amount_format(values, words)

    def at(value: float) -> float:
        return round(_SCALE * value / most, 1)

    bars = []
    for row in drawn:
        low, high = row.get(charted.low), row.get(charted.high)
        text, interval = write(row[charted.column]), None
        if low is not None and high is not None:
            interval = (at(low), at(high))
            text = f"{text} ({write(low)}–{write(high)})"
        bars.append(Bar(row["name"], row["unit"], at(row[charted.column]), interval, text))
    reference = None if charted.reference is None else at(charted.reference)
    return Chart(charted.column, bars, reference, len(known) - len(drawn))
