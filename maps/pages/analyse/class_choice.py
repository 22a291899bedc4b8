"""The classes of a map that a reader chooses, and the histogram of what they part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geo.serving.class_choice import BREAKS, CLASSES, OWN, ROUND, choose_bounds, write_bounds
from maps.i18n import Words
from maps.pages.view_state import Analyse
from maps.print.legend_entries import shades_of
from maps.style.colours import class_of
from maps.style.number_format import number_format

BINS: Final = 24
WIDTH: Final = 320
HEIGHT: Final = 60


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, in units of the drawing.

    Attributes:
        x: left edge.
        y: upper edge.
        width: of the bar.
        height: of the bar.
        fill: colour of the class of its units; a step across a bound has a bar for each class.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True)
class Histogram:
    """How many units have which value.

    Attributes:
        bars: of equal steps.
        cuts: where classes end, units of the drawing.
        low: lowest value, for readers.
        high: highest value.
        most: how many units the highest bar stands for.
    """

    bars: Sequence[Bar]
    cuts: Sequence[float]
    low: str
    high: str
    most: int


def chosen_bounds(view: Analyse, values: Sequence[float], *, share: bool = False) -> list[float]:
    """Compute the upper bounds of the classes that a view asks for.

    Args:
        view: method, and own bounds as typed; round steps as long as none are.
        values: of all maps that share the classes, at least one.
        share: whether they are shares, written as percentages.

    Raises:
        BadParameterError: own bounds are no ascending numbers.
    """
    method = ROUND if view.classes == OWN and not view.breaks else view.classes
    return choose_bounds(values, method, view.breaks, share=share)


def class_query(
    view: Analyse, shared: Sequence[float] = (), *, share: bool = False
) -> dict[str, str]:
    """Write the classes of a map as parameters of its measure, so that its files have them, too.

    Args:
        view: method, and own bounds as typed.
        shared: bounds that several maps have in common; empty for one map alone.
        share: whether the bounds are shares.
    """
    if shared:
        return write_bounds(shared, share=share)
    if view.classes != OWN:
        return {CLASSES.name: view.classes}
    return {CLASSES.name: OWN, BREAKS.name: view.breaks} if view.breaks else {CLASSES.name: ROUND}


def histogram(
    values: Sequence[float], bounds: Sequence[float], words: Words, *, share: bool = False
) -> Histogram:
    """Draw how many units have which value, in the colours of their classes.

    Args:
        values: of one map; zeros count, too.
        bounds: upper bounds of the classes; the last is the right edge.
        words: of the reader.
        share: whether the values are shares.
    """
    low, high = min(0.0, *values, 0.0), max(*values, bounds[-1])
    step = (high - low) / BINS or 1.0
    places = [min(int((value - low) / step), BINS - 1) for value in values]
    most, wide = max(Counter(places).values()), WIDTH / BINS
    shades, bars = shades_of(bounds), []
    heights = dict.fromkeys(places, 0)  # by step, in units of the map
    classes = [class_of(value, bounds) for value in values]
    for (place, number), count in sorted(Counter(zip(places, classes, strict=True)).items()):
        heights[place] += count
        bars.append(
            Bar(
                round(place * wide, 1),
                round(HEIGHT * (1 - heights[place] / most), 1),
                round(wide - 1, 1),
                round(HEIGHT * count / most, 1),
                shades[number],
            )
        )
    write = number_format([low, high], words, percent=share)
    cuts = [round((bound - low) / (step * BINS) * WIDTH, 1) for bound in bounds[:-1]]
    return Histogram(bars, cuts, write(low), write(high), most)
