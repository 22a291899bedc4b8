"""The classes of a map that a reader chooses: their declaration, and the bounds that follow."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, Parameter
from geo.serving.table_join.cells import parse_number, short_text
from geo.statistics.class_methods import CLASSES as MOST
from geo.statistics.class_methods import METHODS, method_bounds, round_bounds, round_up

ROUND: Final = "round"
OWN: Final = "own"
_LONGEST: Final = 120
_WRITTEN: Final = "[-+0-9.,; ]*"
_ONE_SIDE: Final = 3  # classes below zero, or above it, that colours tell apart
_ALLOWED: Final = (
    f"upper bounds in ascending order, between spaces or semicolons; at most {MOST} classes, "
    f"and where zero is a bound at most {_ONE_SIDE} on each side"
)
_DIGITS: Final = 2  # decimals of bounds, more where they are needed to tell them apart
_OF_SHARES: Final = 3


@dataclass(frozen=True)
class OwnBounds(Parameter):
    """Upper bounds of classes, as typed; the figures decide whether they fit.

    Attributes:
        name: in the query.
        description: what it means.
        default: none.
    """

    name: str = "breaks"
    description: str = "upper bounds of classes=own, ascending; of shares in percent"
    default: str = ""

    @property
    def json_schema(self) -> dict[str, Any]:
        """A short text."""
        return {"type": "string", "maxLength": _LONGEST, "pattern": f"^{_WRITTEN}$"}

    def parse(self, text: str) -> str:
        """Check that a text is made of digits and signs, no more than a few numbers have."""
        if len(text) > _LONGEST or not re.fullmatch(_WRITTEN, text):
            raise BadParameterError(self.name, text, "up to five numbers")
        return text.strip()


CLASSES: Final = ChoiceParameter(
    "classes",
    (ROUND, *METHODS, OWN),
    "classes of the map: round or equal steps, quantiles, Fisher-Jenks, or own bounds (`breaks`)",
)
BREAKS: Final = OwnBounds()


def check_class_choice(given: Mapping[str, str]) -> None:
    """Check that bounds are typed in for own classes, and for no others.

    Raises:
        BadParameterError: they are not.
    """
    method, breaks = CLASSES.read(given), BREAKS.read(given)
    if method == OWN and not breaks:
        raise BadParameterError(BREAKS.name, "", _ALLOWED)
    if method != OWN and breaks:
        raise BadParameterError(BREAKS.name, breaks, "none without classes=own")


def choose_bounds(
    values: Sequence[float], method: str, breaks: str = "", *, share: bool = False
) -> list[float]:
    """Compute the upper bounds of the classes of a map.

    Bounds are rounded up to what a legend writes, so that no value lies beyond what is written.

    Args:
        values: of all maps that share the classes, at least one.
        method: one of the values of `CLASSES`.
        breaks: own bounds, as typed.
        share: whether the values are shares, whose bounds are typed in percent.

    Raises:
        BadParameterError: own bounds are no ascending numbers.
    """
    if method == OWN:
        typed = own_bounds([100 * value for value in values] if share else values, breaks)
        return [bound / 100 for bound in typed] if share else typed
    if method in METHODS:
        return round_up(method_bounds(values, method), _OF_SHARES if share else _DIGITS)
    return round_bounds(values)


def own_bounds(values: Sequence[float], text: str) -> list[float]:
    """Parse upper bounds of classes as typed; the largest value is added where it is beyond them.

    Raises:
        BadParameterError: they are no ascending numbers, or too many.
    """
    typed = [parse_number(part) for part in re.split(r"[;\s]+", text.strip())]
    bounds = [bound for bound in typed if bound is not None]
    ascending = all(low < high for low, high in itertools.pairwise(bounds))
    if len(bounds) != len(typed) or not ascending or not bounds:
        raise BadParameterError(BREAKS.name, short_text(text), _ALLOWED)
    most = max(values, default=bounds[-1])
    bounds = [*bounds, most] if most > bounds[-1] else bounds
    below = bounds.index(0.0) + 1 if 0.0 in bounds else 0
    if len(bounds) > MOST or max(below, len(bounds) - below if below else 0) > _ONE_SIDE:
        raise BadParameterError(BREAKS.name, short_text(text), _ALLOWED)
    return bounds


def write_bounds(bounds: Sequence[float], *, share: bool = False) -> dict[str, str]:
    """Write bounds as the parameters that ask for them, so that one map shares those of another.

    Args:
        bounds: upper bounds, ascending.
        share: whether they are shares, which are written in percent.
    """
    texts = (f"{100 * bound if share else bound:.12g}" for bound in bounds)
    return {CLASSES.name: OWN, BREAKS.name: " ".join(texts)}
