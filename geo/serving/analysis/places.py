"""Places that visitors can find, by kind, as a map to print."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import shapely

from geo.core.vocab import CATEGORIES
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample, point_sample
from geo.snapshot.reader import Snapshot

_FOOD: Final = ("restaurant", "cafe", "bakery", "pub", "food-unknown")
_SHOPS: Final = ("grocery", "clothing", "mobile-phone", "other-retail")
KINDS: Final = {
    category: "food" if category in _FOOD else "shop" if category in _SHOPS else "service"
    for category in CATEGORIES
}


def places(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """List observed businesses with a door; nobody is sent to a simulated one."""
    real = [provenance == "observed" for provenance in sample.values("provenance")]
    known = point_sample(sample.layer, sample.rows[real])
    simulated = sample.n - known.n
    names = ["id", "name_ko", "name_en", "category", "address", "verified_on"]
    rows: list[dict[str, Any]] = [
        {**record, "kind": KINDS[record["category"]]}
        for record in sample.layer.records(known.rows, names)
    ]
    left_out = {**sample.left_out, **({"simulated": simulated} if simulated else {})}
    return MeasureResult(
        measure="places",
        title="Real places, by kind",
        method="Businesses that a public list or a register names, at their doors. "
        "Simulated businesses are left out.",
        basis=replace(known.basis, left_out=left_out),
        parameters={},
        columns=_COLUMNS,
        rows=rows,
        caveats=("a place may have closed since it was last seen: see its date",),
        shapes=[shapely.geometry.mapping(point) for point in shapely.points(known.lonlat)],
    )


_COLUMNS: Final = (
    Column("id", "id of the feature"),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
    Column("category", "kind of business"),
    Column("kind", "food, shop or service"),
    Column("address", "road address"),
    Column("verified_on", "day its existence was checked at the door; empty where never"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "places": Measure(
        title="Real places, by kind",
        of=places,
    ),
}
