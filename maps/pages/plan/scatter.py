"""The chart of two figures against each other: a dot for each dong."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

WIDTH: Final = 640
HEIGHT: Final = 420
_MOST_STEPS: Final = 5
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
LEFT, RIGHT, TOP, BOTTOM = 80, 600, 46, 362  # of the plot, between its titles


@dataclass(frozen=True)
class Dot:
    """A dong of the chart.

    Attributes:
        code: of the dong.
        x: from the left.
        y: from the top.
        values: both figures.
        number: place among the chosen dong, from 1; 0 for one nobody chose.
    """

    code: str
    x: float
    y: float
    values: tuple[float, float]
    number: int


@dataclass(frozen=True)
class Scatter:
    """Dots and ticks of the chart.

    Attributes:
        dots: a dot for each dong that has both figures, the chosen ones last.
        missing: codes of dong that lack one of them.
        x_ticks: place and value.
        y_ticks: place and value.
        rank_correlation: Spearman's rank correlation of the dots; None of fewer than three.
    """

    dots: Sequence[Dot]
    missing: Sequence[str]
    x_ticks: Sequence[tuple[float, float]]
    y_ticks: Sequence[tuple[float, float]]
    rank_correlation: float | None


def scatter(rows: Sequence[Mapping[str, Any]], x: str, y: str, chosen: Sequence[str]) -> Scatter:
    """Draw one figure of each dong against another one.

    Args:
        rows: profiles of all dong.
        x: figure from left to right.
        y: figure from bottom to top.
        chosen: codes of dong, in the reader's order.
    """
    known = [row for row in rows if row[x] is not None and row[y] is not None]
    x_ticks, y_ticks = (_ticks([row[name] for row in known]) for name in (x, y))
    dots = [
        Dot(
            row["code"],
            _place(row[x], x_ticks, LEFT, RIGHT),
            _place(row[y], y_ticks, BOTTOM, TOP),
            (row[x], row[y]),
            chosen.index(row["code"]) + 1 if row["code"] in chosen else 0,
        )
        for row in known
    ]
    return Scatter(
        sorted(dots, key=lambda dot: dot.number),
        [row["code"] for row in rows if row not in known],
        [(_place(tick, x_ticks, LEFT, RIGHT), tick) for tick in x_ticks],
        [(_place(tick, y_ticks, BOTTOM, TOP), tick) for tick in y_ticks],
        _spearman([dot.values for dot in dots]),
    )


def _ticks(values: Sequence[float]) -> list[float]:
    """List round numbers, at most six steps apart, from below the values to above them."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    span = max(high - low, abs(high) * 1e-6, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / _MOST_STEPS))
    step = next(step * power for step in _STEPS if step * power >= span / _MOST_STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [float(f"{number * step:.10g}") for number in range(first, max(last, first + 1) + 1)]


def _place(value: float, ticks: Sequence[float], start: float, end: float) -> float:
    return round(start + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (end - start), 1)


def _spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Compute Spearman's rank correlation (Spearman 1904), ties by their mean rank."""
    if len(pairs) < 3 or any(len(set(each)) == 1 for each in zip(*pairs, strict=True)):
        return None
    first, second = (_mean_ranks(np.array(each)) for each in zip(*pairs, strict=True))
    return round(float(np.corrcoef(first, second)[0, 1]), 2)


def _mean_ranks(values: Any) -> Any:
    below = (values[:, None] > values[None, :]).sum(axis=1)
    return below + ((values[:, None] == values[None, :]).sum(axis=1) + 1) / 2
