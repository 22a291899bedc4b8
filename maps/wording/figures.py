"""Figures of a profile in the words and numbers of the reader."""

from typing import Final

from geo.serving.analysis.profiles import FIGURES
from geo.serving.analysis.result import Column
from maps.i18n import Words
from maps.wording.terms import column_title

_SMALL: Final = 10  # numbers below it are written with a decimal


def figure_title(name: str, words: Words) -> str:
    """Return what a figure is called."""
    return column_title(words, "profiles", Column(name, FIGURES[name].description))


def format_figure(name: str, value: float | None, words: Words) -> str:
    """Format a figure with its unit; "" where the census gives none."""
    if value is None:
        return ""
    if FIGURES[name].share:
        return words.percent(value)
    return words.number(value, 0 if value >= _SMALL or value == int(value) else 1)
