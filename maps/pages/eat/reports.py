"""What visitors and staff say of places: recent notes that one is closed, and checks by staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

RECENT_DAYS: Final = 30


@dataclass(frozen=True)
class Reports:
    """Counts of visitors' notes, and staff's answers.

    Attributes:
        closed: by id, for places with two or more recent notes that they are closed: how many
            there are, and how many that the place is there.
        verified: by id, the day on which staff found a place as the atlas says.
    """

    closed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)

    def of_list(self) -> tuple[object, ...]:
        """Return what the list says of it, to key a cache."""
        return tuple(self.closed.items())

    def of_card(self, spot: str) -> tuple[object, ...]:
        """Return what the card of a place says of it, to key a cache."""
        return self.closed.get(spot), self.verified.get(spot)


NO_REPORTS: Final = Reports()


@dataclass(frozen=True)
class SpotNotes:
    """Notes on one place that staff have not answered.

    Attributes:
        spot: id of the place.
        yes: notes that it is there.
        closed: notes that it is closed.
        wrong: notes that something about it is wrong.
        recently_closed: those of `closed` from the last 30 days.
        last: day of the newest note.
        verified_on: when staff last verified the place; None for never.
    """

    spot: str
    yes: int
    closed: int
    wrong: int
    recently_closed: int
    last: str
    verified_on: str | None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def verified_day(reports: Reports, spot: str, facts: Mapping[str, Any]) -> str | None:
    """Find the newest day on which a place was checked; None for never.

    Args:
        reports: with the days of staff's answers.
        spot: id of the place.
        facts: properties of the feature.
    """
    days = (facts.get("verified_on"), reports.verified.get(spot))
    return max(filter(None, days), default=None)
