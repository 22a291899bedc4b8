"""Agreement of two lists of the same things: what both hold, and where their values differ.

Nothing is averaged, and no list is taken for the truth. The interval of a share is that of Wilson
(1927), which keeps its level for small numbers and for shares near 0.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from geo.statistics.chance import wilson_interval

Values = Mapping[str, Mapping[str, Collection[str]]]  # property, list, values


@dataclass(frozen=True)
class ListAgreement:
    """The agreement of two lists.

    Attributes:
        left: id of one list.
        right: id of the other.
        both: things in both.
        only_left: things in the one and not in the other.
        only_right: the other way round.
        differ: for each property, in how many of both the values differ.
        differ_in_any: in how many of both any value differs.
    """

    left: str
    right: str
    both: int
    only_left: int
    only_right: int
    differ: Mapping[str, int]
    differ_in_any: int


@dataclass(frozen=True)
class ShareEstimate:
    """A share and its 95 % interval; None where nothing is counted.

    Attributes:
        value: from 0 to 1.
        low: lower end.
        high: upper end.
    """

    value: float | None
    low: float | None
    high: float | None


def list_agreement(
    left: str, right: str, members: Sequence[Collection[str]], values: Sequence[Values]
) -> ListAgreement:
    """Compare two lists thing by thing.

    Args:
        left: id of one list.
        right: id of the other.
        members: for each thing, the lists that hold it.
        values: for each thing, the values of the properties of which any lists state different
            ones; a property that either list leaves out does not differ.
    """
    differ: dict[str, int] = {}
    both = any_of_them = 0
    for known, stated in zip(members, values, strict=True):
        if left not in known or right not in known:
            continue
        both += 1
        found = differing_properties(stated, left, right)
        any_of_them += bool(found)
        for name in found:
            differ[name] = differ.get(name, 0) + 1
    return ListAgreement(
        left=left,
        right=right,
        both=both,
        only_left=sum(left in known for known in members) - both,
        only_right=sum(right in known for known in members) - both,
        differ=dict(sorted(differ.items())),
        differ_in_any=any_of_them,
    )


def differing_properties(stated: Values, left: str, right: str) -> list[str]:
    """List the properties of a thing of which two lists share no value."""
    return [
        name
        for name, by_list in stated.items()
        if left in by_list and right in by_list and set(by_list[left]).isdisjoint(by_list[right])
    ]


def share_estimate(count: int, n: int) -> ShareEstimate:
    """Estimate a share of n things, with the 95 % interval of Wilson (1927)."""
    if not n:
        return ShareEstimate(None, None, None)
    low, high = wilson_interval(count / n, n)
    return ShareEstimate(count / n, low, high)
