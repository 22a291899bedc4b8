"""Colours and classes of legends: one accent, ColorBrewer sequences."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

INK: Final = "#22303a"
ACCENT: Final = "#0b5c6e"
LAND: Final = "#f4f1ea"
LAND_EDGE: Final = "#b9b09c"
BUILDING: Final = "#e4ddd0"
ROAD: Final = "#fffdf8"
ROAD_EDGE: Final = "#d6cfc1"
STREET: Final = "#ffffff"
STREET_EDGE: Final = "#a9a294"
FOOD_STREET: Final = "#e0a458"
# Of up to five dong side by side: dark enough on paper for lines, dots and their numbers.
CHOSEN: Final = ("#0b5c6e", "#b3410c", "#6a3d9a", "#2d7a27", "#7a6000")
# SVG patterns of templates/map.html.
NO_DATA: Final = "url(#hatch)"
COVERED_IN_PART: Final = "url(#covered-in-part)"

# ColorBrewer YlGnBu, YlOrRd and PuOr (Brewer, C., colorbrewer2.org), light to dark.
SHARE: Final = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
DENSITY: Final = ("#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026")
FALL: Final = ("#fdb863", "#e08214", "#b35806")
RISE: Final = ("#b2abd2", "#8073ac", "#542788")


@dataclass(frozen=True)
class Class:
    """A class of a legend.

    Attributes:
        low: lower bound, not included unless it is the lowest class.
        high: upper bound, included.
        colour: fill.
        count: how many features fall into it.
    """

    low: float
    high: float
    colour: str
    count: int


def classes(
    values: Sequence[float | None],
    bounds: Sequence[float],
    shades: Sequence[str],
    *,
    lowest: float = 0.0,
) -> list[Class]:
    """Make the classes of a legend.

    Args:
        values: what is counted into them; None is not.
        bounds: upper bounds, ascending.
        shades: a colour for each class.
        lowest: where the first class begins.
    """
    lows = [lowest, *bounds[:-1]]
    members = [class_of(value, bounds) for value in values if value is not None]
    return [
        Class(low, high, shade, members.count(number))
        for number, (low, high, shade) in enumerate(zip(lows, bounds, shades, strict=True))
    ]


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Find the class of a value: the first whose upper bound is at or above it."""
    return min(bisect_left(bounds, value), len(bounds) - 1)


def spread_colours(colours: Sequence[str], count: int) -> list[str]:
    """Choose colours evenly from the first to the last; the darkest one for a single class."""
    if count == 1:
        return [colours[-1]]
    return [colours[round(k * (len(colours) - 1) / (count - 1))] for k in range(count)]
