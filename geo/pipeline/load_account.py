"""Where the rows of a register went, as the command prints it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from geo.core.errors import ContractError
from geo.pipeline.adapters.catalogue import COPIES
from geo.pipeline.build import SnapshotDraft
from geo.pipeline.country.beyond import Beyond
from geo.pipeline.registers.businesses import CLOSED_ELSEWHERE
from geo.pipeline.registers.register import Difference
from geo.pipeline.registers.release import CollectedRecords, Release


@dataclass(frozen=True)
class Account:
    """Where the rows of the files went; the sum is exact."""

    read: int
    new: int
    changed: int
    unchanged: int
    merged: int
    outside: int
    set_aside: int

    def __post_init__(self) -> None:
        """Refuse an account that does not add up.

        Raises:
            ContractError: the parts are not the whole.
        """
        parts = (self.new, self.changed, self.unchanged, self.merged, self.outside, self.set_aside)
        if self.read != sum(parts):
            raise ContractError(f"the account does not add up: {self}")


def account_of(
    collected: CollectedRecords,
    release: Release,
    compared: Difference,
    into: Mapping[str, str],
    beyond: Beyond | None,
) -> Account:
    """Account for all rows of a load.

    Args:
        collected: the rows of the files.
        release: those of the area, geocoded.
        compared: the release beside the one before.
        into: ids of rows that became one business with another, and the id of that business.
        beyond: the rows of other cities, where they are loaded.

    Raises:
        ContractError: the parts are not the whole.
    """
    merged = int(compared.new.isin({*into, *into.values()}).sum())
    return Account(
        read=collected.read,
        new=len(compared.new) - merged + (beyond.new if beyond else 0),
        changed=len(compared.changed) + (beyond.changed if beyond else 0),
        unchanged=len(compared.unchanged) + (beyond.unchanged if beyond else 0),
        merged=merged + release.repeated,
        outside=release.outside + collected.outside,
        set_aside=len(release.rejects) + (len(beyond.rejects) if beyond else 0),
    )


def count_details(
    collected: CollectedRecords,
    release: Release,
    compared: Difference,
    composed: SnapshotDraft,
    name: str,
) -> dict[str, Mapping[str, int]]:
    """Count what people ask about a load beside its account.

    Args:
        collected: the rows of the files.
        release: those of the area, geocoded.
        compared: the release beside the one before.
        composed: all layers with it.
        name: of the register.

    Returns:
        Counts by value, by what they count.
    """
    categories: Counter[str] = Counter()
    for (_, category), count in collected.codes.items():
        categories[category] += count
    features = next(features for features in composed.all_features if features.source == name)
    closed = sum(len(part.ids) for part in features.exclusions if part.reason == CLOSED_ELSEWHERE)
    return {
        "set aside because": Counter(release.rejects["reason"]),
        "category": dict(categories.most_common()),
        "dong": _by_dong(composed, name),
        "category decided by": dict(collected.decided.most_common()),
        "filled cells of protected columns, not taken": dict(+collected.dropped),
        "unknown code": dict(collected.unknown.most_common()),
        "changed since before": Counter(compared.changes["kind"]),
        "doubt": {"open here, closed says another list": closed} if closed else {},
        **_copied(composed, name),
    }


def _by_dong(composed: SnapshotDraft, name: str) -> dict[str, int]:
    """Count the businesses of a register by the code of their dong, most first."""
    businesses = composed.layers["businesses"]
    listed = businesses["registers"].map(lambda names: name in names)
    counted = businesses.loc[listed.astype(bool), "dong_code"].value_counts()
    return {str(code): int(count) for code, count in counted.items()}


def _copied(composed: SnapshotDraft, name: str) -> dict[str, Mapping[str, int]]:
    """Count how much of the copy of a register it has replaced, where `data/` has one."""
    if name not in COPIES:
        return {}
    copy = COPIES[name]
    read = next(features.read for features in composed.all_features if features.source == copy)
    both = sum({name, copy} <= set(ids) for ids in composed.layers["businesses"]["registers"])
    return {copy: {"replaced by this register": both, "not named by it": read - both}}
