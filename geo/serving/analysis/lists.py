"""Measures of the lists of businesses: where two of them disagree, and how often.

The lists themselves are not served. What they state of a business that several of them know is
public with that business, in its `claims`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np
import shapely

from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.snapshot.schema.claims import COMPARED, differing_values
from geo.statistics.list_agreement import (
    Values,
    differing_properties,
    list_agreement,
    share_estimate,
)

ANY: Final = "any"
AGREEMENT_TITLE: Final = "How often two lists of businesses disagree"
DISAGREEMENTS_TITLE: Final = "Businesses of which two lists state different things"
AT_LEAST: Final = (
    "a property that one of two lists leaves out does not differ, so the shares are lower bounds"
)
MATCHED: Final = (
    "the same business in two lists is found by name, distance, address and category; pairs that "
    "were not found are counted in one list only"
)
NO_PAIR: Final = "no two lists hold the same business, so nothing can be compared; that is not zero"
_MERGED: Final = (
    "Lists are matched business by business; two lists differ in a property where they state no "
    "value in common. Neither list is taken for the truth."
)
_SHARED: Final = f"{_MERGED} Interval of a share: Wilson (1927), 95 %."


def agreement(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute for each two lists in how many of their common businesses each property differs."""
    members, values = _stated(sample)
    rows = [row for pair in _pairs(members) for row in _pair_rows(pair, members, values)]
    known = [row for row in rows if row["both"]]
    return MeasureResult(
        measure="list-agreement",
        title=AGREEMENT_TITLE,
        method=_SHARED,
        basis=sample.basis,
        parameters={},
        columns=_AGREEMENT,
        rows=sorted(known, key=lambda row: -row["both"]),
        caveats=(AT_LEAST, MATCHED) if known else (NO_PAIR,),
    )


def disagreements(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """List each property of each business in which two lists differ, with what both state."""
    members, values = _stated(sample)
    found = [
        (place, statement)
        for place, (known, stated) in enumerate(zip(members, values, strict=True))
        for statement in _statements(known, stated)
    ]
    places = np.array([place for place, _ in found], dtype=np.int64)
    names = sample.layer.records(sample.rows[places], ["id", "name_ko", "name_en", "dong_code"])
    shared = sum(len(known) > 1 for known in members)
    return MeasureResult(
        measure="disagreements",
        title=DISAGREEMENTS_TITLE,
        method=_MERGED,
        basis=replace(sample.basis, n=shared),
        parameters={},
        columns=_DISAGREEMENTS,
        rows=[{**record, **row} for record, (_, row) in zip(names, found, strict=True)],
        caveats=(MATCHED,) if shared else (NO_PAIR,),
        shapes=[shapely.geometry.mapping(point) for point in shapely.points(sample.lonlat[places])],
    )


def _stated(sample: PointSample) -> tuple[list[list[str]], list[Values]]:
    """Read the lists of each business, and what they state differently."""
    members: list[list[str]] = sample.values("registers")
    claims = sample.values("claims")
    return members, [
        differing_values(each, known) if len(known) > 1 else {}
        for each, known in zip(claims, members, strict=True)
    ]


def _pairs(members: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    names = sorted({name for known in members for name in known})
    return list(combinations(names, 2))


def _pair_rows(
    pair: tuple[str, str], members: Sequence[Sequence[str]], values: Sequence[Values]
) -> Iterator[dict[str, Any]]:
    """Describe two lists: any property first, then each that differs, the most frequent first."""
    found = list_agreement(*pair, members, values)
    counts = sorted(found.differ.items(), key=lambda item: -item[1])
    for name, count in [(ANY, found.differ_in_any), *counts]:
        share = share_estimate(count, found.both)
        yield {
            "left": found.left,
            "right": found.right,
            "property": name,
            "both": found.both,
            "only_left": found.only_left,
            "only_right": found.only_right,
            "differ": count,
            "share": _rounded(share.value),
            "low": _rounded(share.low),
            "high": _rounded(share.high),
        }


def _statements(known: Sequence[str], stated: Values) -> Iterator[dict[str, str]]:
    """Compare each two lists that know a business, in the order of the properties compared."""
    for left, right in combinations(sorted(known), 2):
        differing = differing_properties(stated, left, right)
        for name in sorted(differing, key=COMPARED.index):
            yield {
                "property": name,
                "left": left,
                "left_states": ", ".join(sorted(stated[name][left])),
                "right": right,
                "right_states": ", ".join(sorted(stated[name][right])),
            }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


_LEFT: Final = Column("left", "id of one list")
_RIGHT: Final = Column("right", "id of the other list")
_AGREEMENT: Final = (
    _LEFT,
    _RIGHT,
    Column("property", "name, category, address, telephone or halal grade; any: one or more"),
    Column("both", "businesses in both lists"),
    Column("only_left", "businesses in the one list and not in the other"),
    Column("only_right", "businesses in the other list and not in the one"),
    Column("differ", "businesses in both lists of which they state different things"),
    Column("share", "share of the businesses in both lists, at least", share=True),
    Column("low", "lower end of its 95 % interval", share=True),
    Column("high", "upper end of its 95 % interval", share=True),
)
_DISAGREEMENTS: Final = (
    Column("id", "id of the feature"),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
    Column("dong_code", "code of the dong"),
    Column("property", "in what they differ: name, category, address, telephone or halal grade"),
    _LEFT,
    Column("left_states", "what the one list states"),
    _RIGHT,
    Column("right_states", "what the other list states"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "list-agreement": Measure(title=AGREEMENT_TITLE, of=agreement),
    "disagreements": Measure(title=DISAGREEMENTS_TITLE, of=disagreements),
}
