"""AND, OR and NOT over predicates, and the predicates that are the same for every feature."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
class All:
    """AND: true where all are."""

    parts: tuple[Predicate, ...]
    cost: int = 1

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties asked for."""
        return names_in(self.parts)

    def truth(self, part: Any) -> Truth:
        """The smallest truth of the parts."""
        found = truth_of(self.parts[0], part)
        for one in self.parts[1:]:
            found = np.minimum(found, truth_of(one, part))
        return found


@dataclass(frozen=True)
class Some:
    """OR: true where one is."""

    parts: tuple[Predicate, ...]
    cost: int = 1

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties asked for."""
        return names_in(self.parts)

    def truth(self, part: Any) -> Truth:
        """The largest truth of the parts."""
        found = truth_of(self.parts[0], part)
        for one in self.parts[1:]:
            found = np.maximum(found, truth_of(one, part))
        return found


@dataclass(frozen=True)
class Not:
    """NOT: what is unknown stays unknown."""

    part: Predicate
    cost: int = 1

    @property
    def names(self) -> frozenset[str]:
        """The properties asked for."""
        return self.part.names

    def truth(self, part: Any) -> Truth:
        """What is missing to true."""
        return TRUE - truth_of(self.part, part)


@dataclass(frozen=True)
class Always:
    """TRUE or FALSE."""

    value: bool
    names: frozenset[str] = frozenset()
    cost: int = 1

    def truth(self, part: Any) -> Truth:
        """The same truth for every row."""
        return np.full(len(part), TRUE if self.value else FALSE)


@dataclass(frozen=True)
class Undecided:
    """IS NULL of what is true or false: whether that is unknown."""

    part: Predicate
    cost: int = 1

    @property
    def names(self) -> frozenset[str]:
        """The properties asked for."""
        return self.part.names

    def truth(self, part: Any) -> Truth:
        """True where unknown."""
        return np.where(truth_of(self.part, part) == UNKNOWN, TRUE, FALSE)


def heaviest(predicate: Predicate) -> int:
    """The cost of the dearest part, by which what is cheap can go first."""
    if isinstance(predicate, All | Some):
        return max(heaviest(part) for part in predicate.parts)
    return heaviest(predicate.part) if isinstance(predicate, Not | Undecided) else predicate.cost
