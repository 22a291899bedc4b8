"""Coverage of the units of a measure: how much of each the lists of businesses cover.

Inside the coverage, what is not listed is not there. Outside nothing is known, so a unit that is
not wholly covered has a count of what the lists have, and no density.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.result import Column
from geo.serving.analysis.sample import SIMULATED, PointSample
from geo.snapshot.coverage import WHOLE, covered_share
from geo.snapshot.reader import Snapshot

COVERED: Final = "covered"
PARTLY_COVERED: Final = "partly-covered"
NOT_COVERED: Final = "not-covered"
OUTSIDE: Final = "outside"
CATEGORY: Final = "category"
SOURCE: Final = "source"
COLUMNS: Final = (
    Column(
        "covered_share", "share of the unit that the lists of businesses cover, 0 to 1", share=True
    ),
    Column(
        "coverage",
        f"{COVERED}, {PARTLY_COVERED} (counts of the part, no density) or {NOT_COVERED} (nothing "
        "is known)",
    ),
    Column(
        "uncovered_because",
        f"why not all is covered: {OUTSIDE} (no list looks there), {CATEGORY} (no list covers "
        f"these kinds) or {SOURCE} (what is counted is from collections of single places); empty "
        "where covered",
    ),
)
UNCOVERED: Final = (
    "the lists cover %(covered)s of %(all)s units wholly, %(partly)s in part and %(none)s not at "
    "all; a unit that is not wholly covered has no density and is not tested"
)
OTHER_SECTORS: Final = (
    "no list covers these categories (%s): what is counted of them are single places, so no unit "
    "is covered"
)
COLLECTED: Final = (
    "what is counted comes from collections of single places, which cover nothing, so no unit is "
    "covered"
)
SINGLE_PLACES: Final = "of these categories the lists have single places only: %s"

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class UnitCoverage:
    """The share of each unit that the lists cover.

    Attributes:
        shares: 0 to 1, one for each unit.
        unlisted: categories counted that no list covers.
        listed: whether any category counted is covered.
        reason: why what is not covered is not: `OUTSIDE`, `CATEGORY` or `SOURCE`.
    """

    shares: Floats
    unlisted: tuple[str, ...]
    listed: bool
    reason: str = OUTSIDE

    @property
    def whole(self) -> Mask:
        """Mask of the units that are covered wholly, so that a density may be given."""
        mask: Mask = self.shares >= WHOLE
        return mask

    def state(self, n: int) -> str:
        """Classify a unit as covered, covered in part or not covered."""
        share = self.shares[n]
        return COVERED if share >= WHOLE else PARTLY_COVERED if share > 1 - WHOLE else NOT_COVERED

    def tests(self, n: int, category: str) -> bool:
        """Tell whether a category may be tested on a unit: not where lists have single places."""
        return self.listed and category not in self.unlisted and self.state(n) != NOT_COVERED

    def count(self, n: int, number: int) -> int | None:
        """Return the count of a unit; None where no list covers it and none has a business."""
        return None if not number and self.state(n) == NOT_COVERED else int(number)

    def row(self, n: int) -> dict[str, Any]:
        """Compute the values of `COLUMNS` for a unit."""
        state = self.state(n)
        return {
            "covered_share": round(float(self.shares[n]), 4),
            "coverage": state,
            "uncovered_because": None if state == COVERED else self.reason,
        }

    @property
    def caveats(self) -> tuple[str, ...]:
        """Caveats on the units and categories that are not covered."""
        if self.reason == SOURCE:
            return (COLLECTED,)
        if not self.listed:
            return (OTHER_SECTORS % ", ".join(self.unlisted),)
        single = (SINGLE_PLACES % ", ".join(self.unlisted),) if self.unlisted else ()
        states = [self.state(n) for n in range(len(self.shares))]
        if all(state == COVERED for state in states):
            return single
        numbers = {
            "covered": states.count(COVERED),
            "all": len(states),
            "partly": states.count(PARTLY_COVERED),
            "none": states.count(NOT_COVERED),
        }
        return (UNCOVERED % numbers, *single)


def unit_coverage(snapshot: Snapshot, shapes: Any, sample: PointSample) -> UnitCoverage:
    """Measure how much of each unit the lists cover, for the categories that are counted.

    Simulated businesses fill the zone up to its published total, so that it is covered with them.

    Args:
        snapshot: for the coverage of its sources.
        shapes: outlines of the units on which businesses are counted, lon/lat.
        sample: the businesses counted.
    """
    every = snapshot.manifest["coverage"]["businesses"]
    covers = [entry for entry in every if entry["complete"]]
    kinds = {category for category in sample.values("category") if category}
    used = _relied_on(sample, {entry["source"] for entry in every if not entry["complete"]})
    complete = [
        entry
        for entry in covers
        if (entry["source"] in used or not sample.n)
        and (not kinds or any(_lists([entry], kind) for kind in kinds))
    ]
    unlisted = tuple(sorted(kind for kind in kinds if not _lists(complete, kind)))
    simulated = SIMULATED in sample.sources
    listed = not kinds or len(unlisted) < len(kinds)
    beside = zone_in_force(snapshot) if simulated else None
    shares = covered_share(shapes, complete if listed else [], beside)
    if listed or simulated:
        return UnitCoverage(shares, () if simulated else unlisted, listed=True)
    known = any(_lists(covers, kind) for kind in kinds)
    return UnitCoverage(shares, unlisted, listed=False, reason=SOURCE if known else CATEGORY)


def _relied_on(sample: PointSample, collections: set[str]) -> set[str]:
    """Return the lists that hold a business which no collection of single places holds.

    Where a filter asks for what collections alone say (halal food, most cuisines), the businesses
    that a list has as well do not make that list one of, say, halal kitchens.
    """
    lists = (set(names or ()) for names in sample.values("registers"))
    return {name for names in lists if names.isdisjoint(collections) for name in names}


def _lists(complete: list[Mapping[str, Any]], category: str) -> bool:
    return any(not entry["categories"] or category in entry["categories"] for entry in complete)
