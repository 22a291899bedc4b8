"""Where the lists of businesses agree and where they do not; nothing is averaged."""

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from geo.pipeline.registers.businesses import CLOSED_ELSEWHERE
from geo.snapshot.reader import Snapshot
from geo.snapshot.schema.claims import differing_values
from geo.statistics.list_agreement import ListAgreement, list_agreement


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
class Comparison:
    """All lists of a snapshot, alone and in pairs."""

    lists: tuple[RegisterSummary, ...]
    pairs: tuple[ListAgreement, ...]

    def plain(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return asdict(self)


def compare_registers(snapshot: Snapshot) -> Comparison:
    """Compare the lists of businesses in a snapshot with each other."""
    rows = snapshot.layers["businesses"].columns
    members = [set(names) for names in rows["registers"].to_pylist()]
    values = [
        differing_values(claims, known)
        for claims, known in zip(rows["claims"].to_pylist(), members, strict=True)
    ]
    verified = rows["verified_on"].to_pylist()
    names = [
        account["source"]
        for account in snapshot.manifest["accounts"]
        if account["layer"] == "businesses" and account["source"] != "simulated"
    ]
    return Comparison(
        tuple(_listed(snapshot, name, members, verified) for name in names),
        tuple(list_agreement(*pair, members, values) for pair in combinations(names, 2)),
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
