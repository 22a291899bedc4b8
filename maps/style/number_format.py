"""Number formats of legends, axes and labels: as many decimals as they need, and no more."""

from collections.abc import Callable, Sequence
from typing import Final

from maps.i18n import Words

MOST_DIGITS: Final = 12
TINY: Final = 1e-6  # numbers that are all smaller are written with an exponent


def number_format(
    values: Sequence[float], words: Words, *, percent: bool = False
) -> Callable[[float], str]:
    """Create a number format with as many decimals as these numbers need to be told apart.

    Args:
        values: bounds of classes, ticks or the like.
        words: of the reader.
        percent: whether the numbers are shares, to be written as percentages.
    """
    times = 100 if percent else 1
    numbers = sorted({float(f"{times * value:.12g}") for value in values})
    if numbers and max(map(abs, numbers)) < TINY and any(numbers):
        return lambda value: words.scientific(times * value) + "%" * percent
    digits = _digits(numbers)
    while digits < MOST_DIGITS and _repeats(numbers, digits):
        digits += 1
    write = words.percent if percent else words.number
    return lambda value: write(round(value, digits + 2) + 0.0, digits)


def amount_format(
    values: Sequence[float], words: Words, *, percent: bool = False
) -> Callable[[float], str]:
    """Create a format with common decimals; labels may be equal, but none is a false zero.

    Args:
        values: what was measured.
        words: of the reader.
        percent: whether the numbers are shares, to be written as percentages.
    """
    times = 100 if percent else 1
    digits = _digits([times * value for value in values])
    write = words.percent if percent else words.number

    def amount(value: float) -> str:
        if value and not round(times * value, digits):
            return number_format([0.0, value], words, percent=percent)(value)
        return write(round(value, digits + 2) + 0.0, digits)

    return amount


def _digits(values: Sequence[float]) -> int:
    """Compute the decimals that numbers of this size need; fewer where fewer are exact."""
    largest = max((abs(value) for value in values), default=0.0)
    most = 0 if largest >= 1000 else 1 if largest >= 20 else 2 if largest >= 1 else 3
    exact = (d for d in range(most) if all(abs(value - round(value, d)) < 1e-9 for value in values))
    return next(exact, most)


def _repeats(values: Sequence[float], digits: int) -> bool:
    """Tell whether two numbers look the same with these decimals, or one looks like zero."""
    shown = {round(value, digits) for value in values}
    return len(shown) < len(values) or any(value and not round(value, digits) for value in values)
