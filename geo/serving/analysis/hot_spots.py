"""Hot spots of businesses, and whether they depend on the units."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import unit_coverage
from geo.serving.analysis.density import COUNT, UNIT
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import FDR, Column, MeasureResult, rounded
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.testing import NOT_TESTED
from geo.snapshot.reader import Snapshot
from geo.statistics import local_autocorrelation

SCALE: Final = ChoiceParameter("scale", ("hex", "grid"))
LEAST_UNITS: Final = 30  # fewer areas make no map of hot spots
AGREE: Final = 0.6  # Cohen's kappa from which two scales tell the same ("substantial")
Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
_SCALES: Final = (
    Column("scale", "hex, grid or dong"),
    Column("units", "units, empty ones included"),
    Column("covered_units", "units that the lists cover wholly, which alone are compared"),
    Column("densest_per_ha", "businesses per hectare of the densest covered unit"),
    Column(
        "share_hot",
        "share of the businesses that lie in hot spots; none for dong",
        share=True,
    ),
)


def hot_spots(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute Getis-Ord Gi* of densities over hexagons or squares."""
    scale = SCALE.read(parameters)
    if scale == "dong":
        raise BadParameterError("scale", scale, "hex or grid: 25 dong are too few for hot spots")
    units = cells(snapshot, scale, sample.lonlat, zone_in_force(snapshot))
    counts, per_ha = units.counts(), units.per_ha()
    covered = unit_coverage(snapshot, units.shapes, sample)
    tested = np.flatnonzero(covered.whole).tolist()
    place = {n: k for k, n in enumerate(tested)}
    band_m = local_autocorrelation.choose_band(units.xy[tested]) if len(tested) > 1 else 0.0
    pattern = _hot(units, band_m, tested)
    rows = [
        {
            "unit": units.ids[n],
            "count": covered.count(n, counts[n]),
            **_verdict(pattern, place.get(n), per_ha[n]),
            **covered.row(n),
        }
        for n in range(len(units.ids))
    ]
    few = 0 < len(tested) < LEAST_UNITS
    caveats = (f"{len(tested)} units are fewer than {LEAST_UNITS}: exploratory",) if few else ()
    return MeasureResult(
        basis=sample.basis,
        measure="hot-spots",
        title="Where businesses are unusually many or few",
        method=f"Getis-Ord Gi* (Ord and Getis 1995) of businesses per hectare of "
        f"{units.denominator}, with binary weights within {band_m:.0f} m, two-sided p from "
        f"{pattern.drawn}, {FDR}. An area whose verdict more of them could turn is undecided.",
        parameters={
            "scale": scale,
            "band_m": round(band_m, 1),
            "permutations": pattern.permutations,
        },
        caveats=(*caveats, *covered.caveats),
        columns=(
            UNIT,
            COUNT,
            Column("per_ha", "businesses per hectare, which is what is compared"),
            Column("z", "Gi*, a standard score"),
            Column("p", "two-sided pseudo p-value"),
            Column("spot", "hot, cold, none or undecided, with the false discovery rate held"),
            *COVERAGE,
        ),
        rows=rows,
        shapes=units.geojson(),
    )


def scales(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Compare the results on hexagons, squares and dong (modifiable areal unit problem)."""
    zone = zone_in_force(snapshot)
    hot, rows = {}, []
    for scale in ("hex", "grid", "dong"):
        units = cells(snapshot, scale, sample.lonlat, zone)
        row: dict[str, Any] = {
            "scale": scale,
            "units": len(units.ids),
            "densest_per_ha": None,
            "share_hot": None,
        }
        covered = unit_coverage(snapshot, units.shapes, sample)
        row["covered_units"] = int(covered.whole.sum())
        if sample.n and covered.whole.any():
            row["densest_per_ha"] = round(float(units.per_ha()[covered.whole].max()), 2)
        if scale != "dong" and row["covered_units"] > 1 and sample.n:
            hot[scale] = _hot_businesses(units, covered.whole)
            row["share_hot"] = round(float(np.nanmean(hot[scale])), 4)
        rows.append(row)
    agreement = _kappa(hot["hex"], hot["grid"]) if len(hot) == 2 else None
    stands = agreement is not None and agreement >= AGREE
    conclusion = (
        "the conclusion stands: hexagons and squares name the same businesses as in hot spots"
        if stands
        else "the conclusion depends on the units: hexagons and squares do not name the same "
        "businesses as in hot spots",
    )
    caveats = () if sample.is_mostly_simulated else conclusion
    return MeasureResult(
        basis=sample.basis,
        measure="scales",
        title="Whether the answer depends on the units",
        method="The same counts on hexagons, squares of 100 m and dong (the modifiable areal unit "
        "problem, Openshaw 1984); agreement of hot spots business by business as Cohen's kappa, "
        f"which stands from {AGREE} on (Landis and Koch 1977).",
        parameters={"kappa": None if agreement is None else round(agreement, 3), "stands": stands},
        caveats=caveats,
        columns=_SCALES,
        rows=rows,
    )


def _hot(
    units: Cells, band_m: float, tested: Sequence[int]
) -> local_autocorrelation.LocalStatistic:
    """Compute Gi* of the densities of the units that are tested."""
    near = local_autocorrelation.distance_neighbours(units.xy[tested], band_m)
    return _statistic(tuple(units.per_ha()[tested].tolist()), tuple(map(tuple, near)))


@lru_cache(maxsize=32)  # a table, its picture and the next choice on a page ask for the same one
def _statistic(
    per_ha: tuple[float, ...], near: tuple[tuple[int, ...], ...]
) -> local_autocorrelation.LocalStatistic:
    return local_autocorrelation.hot_spots(np.array(per_ha), near)


def _hot_businesses(units: Cells, whole: Mask) -> Floats:
    """Tell for each business whether its unit is hot, 1 or 0; NaN where it is not tested."""
    tested = np.flatnonzero(whole).tolist()
    pattern = _hot(units, local_autocorrelation.choose_band(units.xy[tested]), tested)
    spots = np.full(len(units.ids), np.nan)
    spots[tested] = pattern.significant & pattern.high
    return spots[units.cell_of]


def _verdict(
    pattern: local_autocorrelation.LocalStatistic, place: int | None, per_ha: float
) -> dict[str, Any]:
    """Format density and verdict of a unit by its position among those tested; empty for None."""
    if place is None:
        return {"per_ha": None, "z": None, "p": None, "spot": None, "state": NOT_TESTED}
    return {
        "per_ha": round(float(per_ha), 3),
        "z": rounded(pattern.z[place]),
        "p": rounded(pattern.p[place]),
        "spot": _spot(pattern, place),
    }


def _spot(pattern: local_autocorrelation.LocalStatistic, n: int) -> str:
    if pattern.undecided[n]:
        return "undecided"
    if not pattern.significant[n]:
        return "none"
    return "hot" if pattern.high[n] else "cold"


def _kappa(first: Floats, other: Floats) -> float | None:
    """Compute Cohen's kappa of two judgements, 1 or 0 (Cohen 1960).

    What either does not judge (NaN) does not count; None where nothing is left, and 1 where both
    say the same of everything.
    """
    both = ~(np.isnan(first) | np.isnan(other))
    if not both.any():
        return None
    first, other = first[both], other[both]
    same = float((first == other).mean())
    chance = float(first.mean() * other.mean() + (1 - first.mean()) * (1 - other.mean()))
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


MEASURES: Final[Mapping[str, Measure]] = {
    "hot-spots": Measure(
        title="Where businesses are unusually many or few",
        parameters=(SCALE,),
        of=hot_spots,
        verdicts=("z", "p", "spot"),
    ),
    "scales": Measure(
        title="Whether the answer depends on the units",
        of=scales,
        verdicts=("share_hot", "kappa", "stands"),
    ),
}
