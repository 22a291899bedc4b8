"""AND, OR and NOT over predicates, and the predicates that are the same for every feature."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from geo.serving.query.cql2.evaluation import (
    FALSE,
    TRUE,
    UNKNOWN,
    Predicate,
    Truth,
    names_in,
    truth_of,
)


@dataclass(frozen=True)
class And:
    """AND: true where all operands are."""

    parts: tuple[Predicate, ...]
    cost: int = 1

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties read."""
        return names_in(self.parts)

    def truth(self, part: Any) -> Truth:
        """Compute the smallest truth of the operands."""
        result = truth_of(self.parts[0], part)
        for predicate in self.parts[1:]:
            result = np.minimum(result, truth_of(predicate, part))
        return result


@dataclass(frozen=True)
class Or:
    """OR: true where one operand is."""

    parts: tuple[Predicate, ...]
    cost: int = 1

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties read."""
        return names_in(self.parts)

    def truth(self, part: Any) -> Truth:
        """Compute the largest truth of the operands."""
        result = truth_of(self.parts[0], part)
        for predicate in self.parts[1:]:
            result = np.maximum(result, truth_of(predicate, part))
        return result


@dataclass(frozen=True)
class Not:
    """NOT: what is unknown stays unknown."""

    part: Predicate
    cost: int = 1

    @property
    def names(self) -> frozenset[str]:
        """The properties read."""
        return self.part.names

    def truth(self, part: Any) -> Truth:
        """Negate the truth of the operand."""
        return TRUE - truth_of(self.part, part)


@dataclass(frozen=True)
class Constant:
    """TRUE or FALSE."""

    value: bool
    names: frozenset[str] = frozenset()
    cost: int = 1

    def truth(self, part: Any) -> Truth:
        """Return the same truth for every row."""
        return np.full(len(part), TRUE if self.value else FALSE)


@dataclass(frozen=True)
class IsUnknown:
    """IS NULL of a predicate: whether its truth is unknown."""

    part: Predicate
    cost: int = 1

    @property
    def names(self) -> frozenset[str]:
        """The properties read."""
        return self.part.names

    def truth(self, part: Any) -> Truth:
        """Return true where the predicate is unknown."""
        return np.where(truth_of(self.part, part) == UNKNOWN, TRUE, FALSE)


_JOINED: Final = (And, Or)
_TURNED: Final = (Not, IsUnknown)


def highest_cost(predicate: Predicate) -> int:
    """Return the cost of the most expensive operand, by which cheap ones go first."""
    if isinstance(predicate, _JOINED):
        return max(highest_cost(part) for part in predicate.parts)
    return highest_cost(predicate.part) if isinstance(predicate, _TURNED) else predicate.cost


def total_cost(predicate: Predicate) -> int:
    """Return the cost of one row with all operands, none of which may be spared."""
    if isinstance(predicate, _JOINED):
        return predicate.cost + sum(total_cost(part) for part in predicate.parts)
    below = total_cost(predicate.part) if isinstance(predicate, _TURNED) else 0
    return predicate.cost + below
