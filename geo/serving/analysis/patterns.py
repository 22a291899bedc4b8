"""Densities, hot spots and their scale, clustering and co-location, told as findings."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.core.vocab import CATEGORIES
from geo.serving.analysis.cells import Cells, cells, zone_now
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import unit_coverage
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.testing import NOT_TESTED
from geo.snapshot.reader import Snapshot
from geo.statistics import local_autocorrelation
from geo.statistics import point_pattern as clustering

LEAST_UNITS: Final = 30  # fewer areas make no map of hot spots
AGREE: Final = 0.6  # Cohen's kappa from which two scales tell the same ("substantial")
Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

_UNIT: Final = Column(
    "unit", "hexagon (H3 index), square (its corner in km, EPSG:5186) or dong code"
)
_COUNT: Final = Column("count", "businesses")
_FDR: Final = "false discovery rate of 5 % (Benjamini and Hochberg 1995)"


def density(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Count businesses by unit, per hectare of its true area and per 1,000 residents in dong.

    A unit that the lists do not cover wholly has no density.
    """
    scale, minimum = given.get("scale", "hex"), float(given.get("min_density", 0))
    units = cells(snapshot, scale, people.lonlat, zone_now(snapshot))
    counts, residents = units.counts(), _residents(snapshot, units)
    covered = unit_coverage(snapshot, units.shapes, people)
    per_ha = np.where(covered.whole, units.per_ha(), np.nan)
    passing = per_ha >= minimum if minimum else np.ones(len(units.ids), dtype=bool)
    # Where no business matches, zeros would say what nobody knows.
    shown = np.flatnonzero(passing & (people.n > 0))
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
    columns = [
        _UNIT,
        _COUNT,
        Column("area_ha", "true area of what is counted on, hectares"),
        Column("per_ha", "businesses per hectare; empty where the unit is not wholly covered"),
    ]
    if residents:
        text = (
            "businesses per 1,000 residents of the last census; empty where nobody lives, or the "
            "unit is not wholly covered"
        )
        columns.append(Column("per_1000_residents", text))
    shapes = units.geojson()
    return MeasureResult(
        basis=people.basis,
        measure="density",
        title="How densely businesses stand",
        method=f"Counts over the true area of {units.said}; an H3 cell of resolution 10 has about "
        "1.03 ha at Ansan, not the 1.50 ha of the table of averages.",
        parameters={"scale": scale, "min_density": minimum, "clipped": units.clipped},
        caveats=covered.caveats,
        columns=(*columns, *COVERAGE),
        rows=rows,
        shapes=[shapes[n] for n in shown],
    )


def hot_spots(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Getis-Ord Gi* of densities over hexagons or squares."""
    scale = given.get("scale", "hex")
    if scale == "dong":
        raise BadParameterError("scale", scale, "hex or grid: 25 dong are too few for hot spots")
    units = cells(snapshot, scale, people.lonlat, zone_now(snapshot))
    counts, per_ha = units.counts(), units.per_ha()
    covered = unit_coverage(snapshot, units.shapes, people)
    tested = np.flatnonzero(covered.whole).tolist()
    place = {n: k for k, n in enumerate(tested)}
    band_m = local_autocorrelation.band_for(units.xy[tested]) if len(tested) > 1 else 0.0
    found = _hot(units, band_m, tested)
    rows = [
        {
            "unit": units.ids[n],
            "count": covered.count(n, counts[n]),
            **_verdict(found, place.get(n), per_ha[n]),
            **covered.row(n),
        }
        for n in range(len(units.ids))
    ]
    few = len(tested) < LEAST_UNITS
    caveats = (f"{len(tested)} units are fewer than {LEAST_UNITS}: exploratory",) if few else ()
    return MeasureResult(
        basis=people.basis,
        measure="hot-spots",
        title="Where businesses are unusually many or few",
        method=f"Getis-Ord Gi* (Ord and Getis 1995) of businesses per hectare of "
        f"{units.said}, with binary weights within {band_m:.0f} m, two-sided p from "
        f"{found.drawn}, {_FDR}. An area whose verdict more of them could turn is undecided.",
        parameters={
            "scale": scale,
            "band_m": round(band_m, 1),
            "permutations": found.permutations,
        },
        caveats=(*caveats, *covered.caveats),
        columns=(
            _UNIT,
            _COUNT,
            Column("per_ha", "businesses per hectare, which is what is compared"),
            Column("z", "Gi*, a standard score"),
            Column("p", "two-sided pseudo p-value"),
            Column("spot", "hot, cold, none or undecided, with the false discovery rate held"),
            *COVERAGE,
        ),
        rows=rows,
        shapes=units.geojson(),
    )


def scales(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Whether what is found depends on the units: hexagons against squares, and dong beside."""
    zone = zone_now(snapshot)
    hot, rows = {}, []
    for scale in ("hex", "grid", "dong"):
        units = cells(snapshot, scale, people.lonlat, zone)
        row: dict[str, Any] = {
            "scale": scale,
            "units": len(units.ids),
            "densest_per_ha": None,
            "share_hot": None,
        }
        covered = unit_coverage(snapshot, units.shapes, people)
        row["covered_units"] = int(covered.whole.sum())
        if people.n and covered.whole.any():
            row["densest_per_ha"] = round(float(units.per_ha()[covered.whole].max()), 2)
        if scale != "dong" and row["covered_units"] > 1 and people.n:
            hot[scale] = _hot_businesses(units, covered.whole)
            row["share_hot"] = round(float(np.nanmean(hot[scale])), 4)
        rows.append(row)
    agreement = _kappa(hot["hex"], hot["grid"]) if len(hot) == 2 else None
    stands = agreement is not None and agreement >= AGREE
    said = (
        "the conclusion stands: hexagons and squares name the same businesses as in hot spots"
        if stands
        else "the conclusion depends on the units: hexagons and squares do not name the same "
        "businesses as in hot spots",
    )
    caveats = () if people.is_mostly_simulated else said
    return MeasureResult(
        basis=people.basis,
        measure="scales",
        title="Whether the answer depends on the units",
        method="The same counts on hexagons, squares of 100 m and dong (the modifiable areal unit "
        "problem, Openshaw 1984); agreement of hot spots business by business as Cohen's kappa, "
        f"which stands from {AGREE} on (Landis and Koch 1977).",
        parameters={"kappa": None if agreement is None else round(agreement, 3), "stands": stands},
        caveats=caveats,
        columns=(
            Column("scale", "hex, grid or dong"),
            Column("units", "units, empty ones included"),
            Column("covered_units", "units that the lists cover wholly, which alone are compared"),
            Column("densest_per_ha", "businesses per hectare of the densest covered unit"),
            Column(
                "share_hot",
                "share of the businesses that lie in hot spots; none for dong",
                share=True,
            ),
        ),
        rows=rows,
    )


def clusters(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Whether a category keeps together among all businesses."""
    kind = given.get("kind", "restaurant")
    if kind not in CATEGORIES:
        raise BadParameterError("kind", kind, CATEGORIES)
    if people.n > clustering.MOST_POINTS:
        raise _too_many(people)
    mask = np.array([one == kind for one in people.values("category")], dtype=bool)
    found = clustering.clustering(people.xy, mask)
    rows = [
        {
            "distance_m": metres,
            "share": _number(found.found[n]),
            "low": _number(found.low[n]),
            "high": _number(found.high[n]),
        }
        for n, metres in enumerate(found.distances_m)
    ]
    return MeasureResult(
        basis=people.basis,
        measure="clustering",
        title=f"Whether businesses of the category {kind} keep together among all",
        method="Share of the category among the neighbours of its members, against "
        f"{found.runs} runs of random labelling (Diggle and Chetwynd 1991); the p-value is for "
        "all distances together (Myllymäki et al. 2017).",
        parameters={"kind": kind, "of_kind": found.kind, "p": _number(found.p), "runs": found.runs},
        columns=(
            Column("distance_m", "within so many metres"),
            Column(
                "share",
                "share of the category among neighbours; empty without neighbours",
                share=True,
            ),
            Column("low", "smallest share over all runs", share=True),
            Column("high", "largest share over all runs", share=True),
        ),
        rows=rows,
    )


def colocation(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Which categories stand next to which."""
    if people.n > clustering.MOST_POINTS:
        raise _too_many(people)
    pairs = clustering.colocation(people.xy, people.values("category"))
    p = local_autocorrelation.discoveries(np.array([one.p for one in pairs]))
    rows = [
        {
            "of": one.of,
            "to": one.to,
            "n": one.n,
            "quotient": _number(one.quotient),
            "p": one.p,
            "unusual": bool(p[n]),
        }
        for n, one in enumerate(pairs)
    ]
    return MeasureResult(
        basis=people.basis,
        measure="colocation",
        title="Which categories stand next to which",
        method="Colocation quotients of nearest neighbours (Leslie and Kronenfeld 2011), "
        f"two-sided p from {clustering.RUNS} runs of random labelling, {_FDR}.",
        parameters={"runs": clustering.RUNS},
        caveats=("nearness is not mutual: the quotient of a pair depends on which comes first",),
        columns=(
            Column("of", "category whose nearest neighbour is looked at"),
            Column("to", "category of that neighbour"),
            Column("n", "businesses of the first"),
            Column("quotient", "observed over expected; above 1 they seek each other"),
            Column("p", "two-sided p-value"),
            Column("unusual", "whether it stands out with the false discovery rate held"),
        ),
        rows=rows,
    )


def _hot(units: Cells, band_m: float, tested: Sequence[int]) -> local_autocorrelation.Pattern:
    """Compute Gi* of the densities of the units that are tested."""
    near = local_autocorrelation.within_band(units.xy[tested], band_m)
    return local_autocorrelation.hot_spots(units.per_ha()[tested], near)


def _hot_businesses(units: Cells, whole: Mask) -> Floats:
    """Say for each business whether its unit is hot, 1 or 0; NaN where it is not tested."""
    tested = np.flatnonzero(whole).tolist()
    found = _hot(units, local_autocorrelation.band_for(units.xy[tested]), tested)
    spots = np.full(len(units.ids), np.nan)
    spots[tested] = found.significant & found.high
    return spots[units.cell_of]


def _verdict(
    found: local_autocorrelation.Pattern, place: int | None, per_ha: float
) -> dict[str, Any]:
    """Density and verdict of a unit by its place among those tested; empty for None."""
    if place is None:
        return {"per_ha": None, "z": None, "p": None, "spot": None, "state": NOT_TESTED}
    return {
        "per_ha": round(float(per_ha), 3),
        "z": _number(found.z[place]),
        "p": _number(found.p[place]),
        "spot": _spot(found, place),
    }


def _spot(found: local_autocorrelation.Pattern, n: int) -> str:
    if found.undecided[n]:
        return "undecided"
    if not found.significant[n]:
        return "none"
    return "hot" if found.high[n] else "cold"


def _kappa(one: Floats, other: Floats) -> float | None:
    """Compute Cohen's kappa of two judgements, 1 or 0 (Cohen 1960).

    What either does not judge (NaN) does not count; None where nothing is left, and 1 where both
    say the same of everything.
    """
    both = ~(np.isnan(one) | np.isnan(other))
    if not both.any():
        return None
    one, other = one[both], other[both]
    same = float((one == other).mean())
    chance = float(one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean()))
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def _residents(snapshot: Snapshot, units: Cells) -> dict[int, int]:
    """Residents of the last census by unit, where the units are dong."""
    if units.scale != "dong":
        return {}
    layer = snapshot.layers["residents"]
    rows = layer.select({"definition": ["census"]})
    held = layer.records(rows, ["dong_code", "year", "total"])
    last = max(one["year"] for one in held)
    totals = {one["dong_code"]: one["total"] for one in held if one["year"] == last}
    return {n: totals.get(one, 0) for n, one in enumerate(units.ids)}


def _by_residents(
    residents: Mapping[int, int], n: int, count: int | None
) -> dict[str, float | None]:
    """Businesses per 1,000 residents of a unit, where residents are known."""
    if not residents:
        return {}
    known = count is not None and residents[n]
    return {
        "per_1000_residents": round(1000 * float(count or 0) / residents[n], 3) if known else None
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 5)


def _too_many(people: PointSample) -> BadParameterError:
    wanted = f"filters that leave at most {clustering.MOST_POINTS:,}, such as in_zone=true"
    return BadParameterError("filter", f"{people.n:,} businesses", wanted)
