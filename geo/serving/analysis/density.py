"""Densities of businesses by unit."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import unit_coverage
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shared_parameters import MIN_DENSITY, SCALE
from geo.snapshot.reader import Snapshot

UNIT: Final = Column(
    "unit", "hexagon (H3 index), square (its corner in km, EPSG:5186) or dong code"
)
COUNT: Final = Column("count", "businesses")
_DENSITY: Final = (
    UNIT,
    COUNT,
    Column("area_ha", "true area of what is counted on, hectares"),
    Column("per_ha", "businesses per hectare; empty where the unit is not wholly covered"),
)
_OF_RESIDENTS: Final = (
    Column(
        "per_1000_residents",
        "businesses per 1,000 residents of the last census; empty where nobody lives, or the "
        "unit is not wholly covered",
    ),
)


def density(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Count businesses by unit, per hectare of its true area and per 1,000 residents in dong.

    A unit that the lists do not cover wholly has no density.
    """
    scale, minimum = SCALE.read(parameters), MIN_DENSITY.read(parameters)
    units = cells(snapshot, scale, sample.lonlat, zone_in_force(snapshot))
    counts, residents = units.counts(), _residents(snapshot, units)
    covered = unit_coverage(snapshot, units.shapes, sample)
    per_ha = np.where(covered.whole, units.per_ha(), np.nan)
    passing = per_ha >= minimum if minimum else np.ones(len(units.ids), dtype=bool)
    # Where no business matches, zeros would say what nobody knows.
    shown = np.flatnonzero(passing & (sample.n > 0))
    rows = [
        {
            "unit": units.ids[n],
            "count": covered.count(n, counts[n]),
            "area_ha": round(float(units.area_ha[n]), 4),
            "per_ha": None if np.isnan(per_ha[n]) else round(float(per_ha[n]), 3),
            **_by_residents(residents, n, counts[n] if covered.whole[n] else None),
            **covered.row(n),
        }
        for n in shown.tolist()
    ]
    shapes = units.geojson()
    return MeasureResult(
        basis=sample.basis,
        measure="density",
        title="How densely businesses stand",
        method=f"Counts over the true area of {units.denominator}; an H3 cell of resolution 10 has "
        "about 1.03 ha at Ansan, not the 1.50 ha of the table of averages.",
        parameters={"scale": scale, "min_density": minimum, "clipped": units.clipped},
        caveats=covered.caveats,
        columns=(*_DENSITY, *(_OF_RESIDENTS if residents else ()), *COVERAGE),
        rows=rows,
        shapes=[shapes[n] for n in shown],
    )


def _residents(snapshot: Snapshot, units: Cells) -> dict[int, int]:
    """Read residents of the last census by unit, where the units are dong."""
    if units.scale != "dong":
        return {}
    layer = snapshot.layers["residents"]
    rows = layer.select({"definition": ["census"]})
    records = layer.records(rows, ["dong_code", "year", "total"])
    last = max(record["year"] for record in records)
    totals = {record["dong_code"]: record["total"] for record in records if record["year"] == last}
    return {n: totals.get(code, 0) for n, code in enumerate(units.ids)}


def _by_residents(
    residents: Mapping[int, int], n: int, count: int | None
) -> dict[str, float | None]:
    """Compute businesses per 1,000 residents of a unit, where residents are known."""
    if not residents:
        return {}
    known = count is not None and residents[n]
    return {
        "per_1000_residents": round(1000 * float(count or 0) / residents[n], 3) if known else None
    }


MEASURES: Final[Mapping[str, Measure]] = {
    "density": Measure(
        title="How densely businesses stand",
        parameters=(SCALE, MIN_DENSITY),
        of=density,
        classed=True,
        rests_on=("businesses", "residents"),
    ),
}
