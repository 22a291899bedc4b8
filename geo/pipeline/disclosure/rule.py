"""What may be published of a protected count: the rules, the areas and the published count."""

from dataclasses import dataclass, field
from typing import Final, Literal

State = Literal["shown", "hidden", "zero", "missing"]

# Too few people, or others could be worked out from it: which of the two would tell too much.
PROTECTED: Final = "protected"
NONE_HERE: Final = "none"  # there is no business at all
NOT_COLLECTED: Final = "not-collected"


@dataclass(frozen=True)
class Rule:
    """How counts are protected.

    Attributes:
        threshold: smallest count that may be shown.
        base: shown counts are rounded to its multiples.
        width: a hidden count must be left uncertain by at least so much.
        denominator: smallest denominator of a rate.
    """

    threshold: int
    base: int
    width: int
    denominator: int


PUBLIC: Final = Rule(threshold=5, base=5, width=6, denominator=20)  # 6: give or take 3
STAFF: Final = Rule(threshold=3, base=1, width=0, denominator=1)


@dataclass(frozen=True)
class Area:
    """A fixed area for which counts go out.

    Attributes:
        id: such as `dong:4127354500`.
        atoms: places of its atoms in the arrays of counts.
    """

    id: str
    atoms: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A count as it may be published.

    Attributes:
        state: shown, hidden, zero or missing; never to be taken for each other.
        value: the rounded count; 0 where zero, None where hidden or missing.
        reason: why it is not shown: protected, none, not-collected; None where shown.
        around: the least and the most that a shown count may be, given its value.
    """

    state: State
    value: int | None
    reason: str | None = None
    around: tuple[int, int] | None = field(default=None, compare=False)


def share_band(cell: Cell, whole: int, *, rule: Rule = PUBLIC) -> tuple[float, float] | None:
    """Return the bounds of the share of a published count; None where it is not disclosed.

    Args:
        cell: the count as published.
        whole: all businesses of the area.
        rule: how counts are protected.
    """
    if cell.around is None or whole < rule.denominator:
        return None
    low, high = cell.around
    return max(0.0, low / whole), min(1.0, high / whole)
