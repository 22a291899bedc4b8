"""The chart of foreign shares in three censuses: a line for each dong or comparable unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.changes import residents
from geo.snapshot.reader import Snapshot

WIDTH: Final = 640
HEIGHT: Final = 340
LEFT: Final = 56  # of the first census
RIGHT: Final = 420  # of the last one; names stand beyond it
_TOP, _BOTTOM = 28, 300
LINE_HEIGHT: Final = 21  # between two names, or two lines of one


@dataclass(frozen=True)
class Line:
    """The foreign share of one unit over the censuses.

    Attributes:
        codes: dong of today that the unit is made of.
        numbers: places of the chosen dong among these, from 1; empty for a unit nobody chose.
        names: Korean names of its dong.
        shares: for each census, 0 to 1; None where nobody lived there.
        estimated: whether the first share is shared out and not counted.
        points: x and y of each known share.
        label_y: where the first line of its name stands, clear of the others.
    """

    codes: tuple[str, ...]
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    shares: tuple[float | None, ...]
    estimated: bool
    points: tuple[tuple[float, float], ...]
    label_y: float = 0.0


@dataclass(frozen=True)
class SlopeChart:
    """Lines of all units, and the ticks of both axes.

    Attributes:
        others: units that nobody chose, drawn below.
        chosen: units with a chosen dong.
        years: x of each census.
        ticks: y and share of each line of the grid.
    """

    others: Sequence[Line]
    chosen: Sequence[Line]
    years: Sequence[tuple[float, int]]
    ticks: Sequence[tuple[float, float]]


def slope_chart(snapshot: Snapshot, scale: str, chosen: Sequence[str]) -> SlopeChart:
    """Draw the shares of all units of a scale.

    Args:
        snapshot: the data.
        scale: dong, or unit for those that can be compared without estimates.
        chosen: codes of dong, in the reader's order.
    """
    counts = {
        group: residents(snapshot, {"group": group, "scale": scale}).rows
        for group in ("foreign", "total")
    }
    shares = [
        tuple(_share(foreign[f"y{year}"], total[f"y{year}"]) for year in CENSUS_YEARS)
        for foreign, total in zip(counts["foreign"], counts["total"], strict=True)
    ]
    top = _round_up(max(share for each in shares for share in each if share is not None))
    lines = [
        _line(row, each, chosen, top) for row, each in zip(counts["foreign"], shares, strict=True)
    ]
    return SlopeChart(
        [line for line in lines if not line.numbers],
        _label([line for line in lines if line.numbers]),
        [(_x(number), year) for number, year in enumerate(CENSUS_YEARS)],
        [(_y(top * part / 4, top), top * part / 4) for part in range(5)],
    )


def _line(
    row: Mapping[str, Any], shares: tuple[float | None, ...], chosen: Sequence[str], top: float
) -> Line:
    codes = tuple(row["unit"].split("+"))
    points = tuple(
        (_x(number), _y(share, top)) for number, share in enumerate(shares) if share is not None
    )
    numbers = tuple(number for number, code in enumerate(chosen, 1) if code in codes)
    names = tuple(row["name_ko"].split("+"))
    return Line(codes, numbers, names, shares, row["estimated"], points)


def _label(lines: Sequence[Line]) -> list[Line]:
    """Place the names of lines from top to bottom so that none covers another.

    A unit of several dong has a line of its name for each.
    """
    ordered = sorted(lines, key=lambda line: line.points[-1][1])
    tall = [LINE_HEIGHT * len(line.codes) for line in ordered]
    places, free = [], float("-inf")
    for line, height in zip(ordered, tall, strict=True):
        places.append(max(line.points[-1][1], free))
        free = places[-1] + height
    end = HEIGHT + LINE_HEIGHT / 2
    for number in reversed(range(len(places))):  # those that would leave the chart move up
        places[number] = end = min(places[number], end - tall[number])
    return [
        Line(**{**vars(line), "label_y": round(y, 1)})
        for line, y in zip(ordered, places, strict=True)
    ]


def _share(foreign: float, total: float) -> float | None:
    return round(foreign / total, 4) if total else None


def _round_up(share: float) -> float:
    """Round up to a share whose quarters are plain percentages."""
    return -(-share * 100 // 4) * 4 / 100


def _x(number: int) -> float:
    first, last = min(CENSUS_YEARS), max(CENSUS_YEARS)
    at = (CENSUS_YEARS[number] - first) / (last - first)
    return round(LEFT + at * (RIGHT - LEFT), 1)


def _y(share: float, top: float) -> float:
    return round(_BOTTOM - share / top * (_BOTTOM - _TOP), 1)
