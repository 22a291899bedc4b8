"""Where the lists of businesses agree and where they do not; nothing is averaged."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from geo.pipeline.registers.businesses import CLOSED_ELSEWHERE
from geo.snapshot.reader import Snapshot


@dataclass(frozen=True)
class RegisterSummary:
    """One list on its own.

    Attributes:
        id: of the list.
        rows: rows it holds.
        closed_elsewhere: open rows of it that another list reports closed.
        verified: businesses it lists that somebody checked at the door.
    """

    id: str
    rows: int
    closed_elsewhere: int
    verified: int


@dataclass(frozen=True)
class RegisterOverlap:
    """Two lists side by side.

    Attributes:
        left: id of one list.
        right: id of the other.
        both: businesses in both.
        only_left: businesses in the one and not in the other.
        only_right: the other way round.
        differ: for each property, in how many of both they say different things.
    """

    left: str
    right: str
    both: int
    only_left: int
    only_right: int
    differ: Mapping[str, int]


@dataclass(frozen=True)
class Comparison:
    """All lists of a snapshot, alone and in pairs."""

    lists: tuple[RegisterSummary, ...]
    pairs: tuple[RegisterOverlap, ...]

    def plain(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return asdict(self)


def compare_registers(snapshot: Snapshot) -> Comparison:
    """Compare the lists of businesses in a snapshot with each other."""
    rows = snapshot.layers["businesses"].columns
    members = [set(names) for names in rows["registers"].to_pylist()]
    claims = rows["claims"].to_pylist()
    verified = rows["verified_on"].to_pylist()
    names = [
        account["source"]
        for account in snapshot.manifest["accounts"]
        if account["layer"] == "businesses" and account["source"] != "simulated"
    ]
    return Comparison(
        tuple(_listed(snapshot, name, members, verified) for name in names),
        tuple(_shared(left, right, members, claims) for left, right in combinations(names, 2)),
    )


def _listed(
    snapshot: Snapshot, name: str, members: list[set[str]], verified: list[str | None]
) -> RegisterSummary:
    account = next(
        account for account in snapshot.manifest["accounts"] if account["source"] == name
    )
    reasons = {exclusion["reason"]: exclusion["count"] for exclusion in account["set_aside"]}
    seen = sum(
        name in known and day is not None for known, day in zip(members, verified, strict=True)
    )
    return RegisterSummary(name, account["read"], reasons.get(CLOSED_ELSEWHERE, 0), seen)


def _shared(
    left: str, right: str, members: list[set[str]], claims: list[list[str]]
) -> RegisterOverlap:
    both = [k for k, known in enumerate(members) if {left, right} <= known]
    differ: dict[str, int] = {}
    for k in both:
        for claim in claims[k]:
            name, values = claim.split(": ", 1)
            if f"({left})" in values and f"({right})" in values:
                differ[name] = differ.get(name, 0) + 1
    return RegisterOverlap(
        left,
        right,
        len(both),
        sum(left in known and right not in known for known in members),
        sum(right in known and left not in known for known in members),
        dict(sorted(differ.items())),
    )
