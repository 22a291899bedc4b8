"""MapPlace marks on the drawn ground; numbers that would overlap become one mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from maps.pages.eat.plane import metres
from maps.pages.eat.spots import Spot
from maps.pages.eat.walking import Origin

WIDE: Final = 390  # pixels of a phone, for which the page is drawn without a script
TALL: Final = 260
APART: Final = 46  # pixels between the middles of two marks: a finger
LEAST_M: Final = 420.0  # width of the closest view
PAD: Final = 0.16
BESIDE_M: Final = 700  # results nearer than this share their map with the start


@dataclass(frozen=True)
class Mark:
    """A mark with the number of a result, or of several.

    Attributes:
        x: metres east of the ground's corner.
        y: metres south of it.
        numbers: places in the list, from 1.
        spots: the results.
    """

    x: int
    y: int
    numbers: tuple[int, ...]
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class MarkedMap:
    """What the map shows.

    Attributes:
        box: x, y, width, height in metres of the ground.
        unit: metres of a pixel on a phone.
        marks: in the order of the list.
        origin: where minutes are counted from.
    """

    box: tuple[float, float, float, float]
    unit: float
    marks: Sequence[Mark]
    origin: tuple[int, int] | None


def mark_map(spots: Sequence[Spot], origin: Origin | None, first: int = 1) -> MarkedMap | None:
    """Draw marks for results; None where none of them has a point.

    Args:
        spots: results as the list shows them.
        origin: where minutes are counted from.
        first: number of the first result.
    """
    placed = [
        (number, spot, metres(spot.lon, spot.lat))
        for number, spot in enumerate(spots, first)
        if spot.lon is not None and spot.lat is not None
    ]
    if not placed:
        return None
    start = metres(origin.lon, origin.lat) if origin else None
    box = _box([at for _, _, at in placed], start)
    unit = box[2] / WIDE
    marks: list[Mark] = []
    for number, spot, (x, y) in placed:
        near = next((i for i, mark in enumerate(marks) if _close(mark, x, y, unit * APART)), None)
        if near is None:
            marks.append(Mark(x, y, (number,), (spot,)))
        else:
            old = marks[near]
            marks[near] = Mark(old.x, old.y, (*old.numbers, number), (*old.spots, spot))
    return MarkedMap(box, unit, marks, start)


def _close(mark: Mark, x: int, y: int, apart: float) -> bool:
    return (mark.x - x) ** 2 + (mark.y - y) ** 2 < apart**2


def _box(
    points: Sequence[tuple[int, int]], start: tuple[int, int] | None
) -> tuple[float, float, float, float]:
    """Fit a box of the map's shape around points, and the start where it is near them."""
    if start and min(abs(x - start[0]) + abs(y - start[1]) for x, y in points) < BESIDE_M:
        points = [*points, start]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    north, south = min(y for _, y in points), max(y for _, y in points)
    wide = max(
        LEAST_M, (east - west) * (1 + 2 * PAD), (south - north) * (1 + 2 * PAD) * WIDE / TALL
    )
    high = wide * TALL / WIDE
    x, y = (west + east - wide) / 2, (north + south - high) / 2
    return round(x, 1), round(y, 1), round(wide, 1), round(high, 1)
