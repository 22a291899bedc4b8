"""Local spatial autocorrelation of dong: local Moran's I."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.core.parameters import ChoiceParameter
from geo.core.vocab import CENSUS
from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import UnitCoverage, unit_coverage
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult, rounded
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics import local_autocorrelation

VALUES: Final = ("foreign_share", "per_1000_residents", "per_km2")
ISLANDS: Final = ("alone", "pooled", "nearest")
VALUE: Final = ChoiceParameter("value", VALUES)
ISLAND: Final = ChoiceParameter("island", ISLANDS)
NEAREST: Final = 4  # dong that an island is joined to
TOUCH_M: Final = 5.0  # outlines closer than this touch; at Ansan any up to 10 m says the same
RAW: Final = 0.05
_UNITS: Final = {
    "per_1000_residents": "businesses per 1,000 residents of the last census",
    "per_km2": "businesses per km² of true area",
    "foreign_share": "foreign among all residents of the last census, 0 to 1",
}
_ISLAND_SAYS: Final = {
    "alone": "A dong that touches no other is left out: it has no statistic, and is neither in the "
    "mean nor among the values that neighbours are drawn from.",
    "pooled": "A dong that touches no other has no statistic, but is in the mean and among the "
    "values that neighbours are drawn from.",
    "nearest": f"A dong that touches no other is joined to the {NEAREST} whose centres are "
    "nearest; these are not joined to it in return.",
}

Floats = np.ndarray[Any, np.dtype[np.float64]]


def neighbours(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute local Moran's I of every dong.

    Raises:
        BadParameterError: no such value, or no such way to treat islands.
    """
    value, island = VALUE.read(parameters), ISLAND.read(parameters)
    units = cells(snapshot, "dong", sample.lonlat, zone_in_force(snapshot))
    year, census = _census(snapshot)
    values = _values(value, units.counts(), units.area_ha, [census.get(code) for code in units.ids])
    covered = None if value == "foreign_share" else unit_coverage(snapshot, units.shapes, sample)
    if covered:
        values = np.where(covered.whole, values, np.nan)
    shapes, names = shapely.transform(units.shapes, in_metres), _names(snapshot)
    every = {treatment: moran(shapes, values, island=treatment) for treatment in ISLANDS}
    joined, pattern = every[island]
    verdicts = {treatment: result.significant for treatment, (_, result) in every.items()}
    rows = [
        {
            "dong_code": code,
            **names[code],
            **_row(values[n], pattern, n, len(joined[n])),
            "stands_out_with": ",".join(name for name, mask in verdicts.items() if mask[n]),
            **(covered.row(n) if covered else {}),
        }
        for n, code in enumerate(units.ids)
    ]
    census_note = f" (census of {year})" if value != "per_km2" else ""
    return MeasureResult(
        basis=_of_residents(year, census) if value == "foreign_share" else sample.basis,
        measure="neighbours",
        title="Whether dong are like their neighbours, or stand out among them",
        method=f"Local Moran's I (Anselin 1995) of {_UNITS[value]}{census_note}. Dong whose "
        f"outlines touch, at a corner too, are neighbours (queen; within {TOUCH_M:g} m), with "
        f"weights that add to one. {_ISLAND_SAYS[island]} Two-sided p from {pattern.drawn}; raw, "
        "and with a false discovery rate of 5 % (Benjamini and Hochberg 1995).",
        parameters={"value": value, "island": island, "permutations": pattern.permutations},
        caveats=(_chance_caveat(pattern), *_of_islands(verdicts), *_caveats(units, covered)),
        columns=(*_columns(value), *(COVERAGE if covered else ())),
        rows=rows,
        shapes=units.geojson(),
    )


def moran(
    shapes: Any,
    values: Floats,
    *,
    island: str,
    permutations: int = local_autocorrelation.PERMUTATIONS,
) -> tuple[list[list[int]], local_autocorrelation.LocalStatistic]:
    """Find the neighbours of each area, and compute local Moran's I over those that have a value.

    Args:
        shapes: outlines in metres.
        values: one for each; NaN where there is none, and then it is nobody's neighbour.
        island: one of `ISLANDS`.
        permutations: random arrangements of the other values.
    """
    known = np.flatnonzero(~np.isnan(values))
    near = adjacency(shapes[known], island=island)
    if island == "alone":
        known, near = _without_islands(known, near)
    joined: list[list[int]] = [[] for _ in values]
    for place, adjacent in zip(known.tolist(), near, strict=True):
        joined[place] = known[adjacent].tolist()
    z, p = np.full((2, len(values)), np.nan)
    significant, high, undecided = np.zeros((3, len(values)), dtype=bool)
    runs = 0
    if len(known):
        result = local_autocorrelation.local_moran(values[known], near, permutations=permutations)
        z[known], p[known], runs = result.z, result.p, result.permutations
        significant[known], high[known] = result.significant, result.high
        undecided[known] = result.undecided
    return joined, local_autocorrelation.LocalStatistic(z, p, significant, high, runs, undecided)


def _without_islands(known: Any, near: list[list[int]]) -> tuple[Any, list[list[int]]]:
    """Drop areas without neighbours, and renumber the neighbours of the others."""
    connected = [n for n, adjacent in enumerate(near) if adjacent]
    place = {n: to for to, n in enumerate(connected)}
    return known[connected], [[place[other] for other in near[n]] for n in connected]


def adjacency(shapes: Any, *, island: str) -> list[list[int]]:
    """Find the areas that touch each area, at a corner too (queen contiguity).

    Args:
        shapes: outlines in metres.
        island: of an area that touches none: `nearest` gives it the `NEAREST` by distance of
            centroids, and them nothing; otherwise it has no neighbours.
    """
    tree = shapely.STRtree(shapes)
    areas, others = tree.query(shapes, predicate="dwithin", distance=TOUCH_M)
    touching = [sorted({*others[areas == n].tolist()} - {n}) for n in range(len(shapes))]
    if island != "nearest":
        return touching
    xy = shapely.get_coordinates(shapely.centroid(shapes))
    return [adjacent or _nearest(xy, n) for n, adjacent in enumerate(touching)]


def quadrant(statistic: float, *, high: bool) -> str | None:
    """Classify an area and its neighbours as high or low against the mean; None if undefined."""
    if np.isnan(statistic) or statistic == 0:
        return None
    own, other = ("high", "low") if high else ("low", "high")
    return f"{own}-{own if statistic > 0 else other}"


def _nearest(xy: Floats, n: int) -> list[int]:
    order = np.argsort(np.hypot(*(xy - xy[n]).T), kind="stable")
    return sorted([other for other in order.tolist() if other != n][:NEAREST])


def _values(
    value: str, counts: Any, area_ha: Floats, census: Sequence[Mapping[str, int] | None]
) -> Floats:
    """Compute the value of each dong; NaN where nobody lives or was counted."""
    if value == "per_km2":
        return np.asarray(100 * counts / area_ha, dtype=np.float64)
    total, foreign = (
        np.array([figures[name] if figures else 0 for figures in census], dtype=np.float64)
        for name in ("total", "foreign")
    )
    above = foreign if value == "foreign_share" else 1000.0 * counts
    values: Floats = np.divide(above, total, out=np.full(len(total), np.nan), where=total > 0)
    return values


def _census(snapshot: Snapshot) -> tuple[int, dict[str, Mapping[str, int]]]:
    """Read the year of the last census, and its residents by dong."""
    layer = snapshot.layers["residents"]
    rows = layer.select({"definition": [CENSUS]})
    records = layer.records(rows, ["dong_code", "year", "total", "foreign"])
    last = max(record["year"] for record in records)
    return last, {record["dong_code"]: record for record in records if record["year"] == last}


def _of_residents(year: int, census: Mapping[str, Mapping[str, int]]) -> Evidence:
    n = sum(figures["total"] for figures in census.values())
    return Evidence(n, {}, (str(year), str(year)), {"observed": 1.0})


def _names(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    layer = snapshot.layers["dong"]
    records = layer.records(np.arange(layer.count), ["id", "name_ko", "name_en"])
    return {record.pop("id"): record for record in records}


def _row(
    value: float, pattern: local_autocorrelation.LocalStatistic, n: int, joined: int
) -> dict[str, Any]:
    tested = not np.isnan(pattern.p[n])
    return {
        "value": rounded(value),
        "neighbours": joined,
        "state": _state(value, joined, tested=tested, undecided=bool(pattern.undecided[n])),
        "I": rounded(pattern.z[n]),
        "p": rounded(pattern.p[n]),
        "stands_out_raw": bool(pattern.p[n] <= RAW) if tested else None,
        "stands_out": _verdict(pattern, n) if tested else None,
        "quadrant": quadrant(pattern.z[n], high=bool(pattern.high[n])),
    }


def _state(value: float, joined: int, *, tested: bool, undecided: bool) -> str:
    if tested:
        return "undecided" if undecided else "tested"
    if np.isnan(value):
        return "no value"
    return "all values alike" if joined else "no neighbours"


def _verdict(pattern: local_autocorrelation.LocalStatistic, n: int) -> bool | None:
    """Tell whether an area stands out; None where more draws could change the verdict."""
    return None if pattern.undecided[n] else bool(pattern.significant[n])


def _of_islands(verdicts: Mapping[str, Any]) -> tuple[str, ...]:
    """Count significant dong by treatment of islands, where the verdict depends on it."""
    if all((mask == verdicts[ISLANDS[0]]).all() for mask in verdicts.values()):
        return ()
    numbers = ", ".join(
        f"{int(mask.sum())} with island={treatment}" for treatment, mask in verdicts.items()
    )
    return (
        "which dong stand out depends on how the island is treated (column stands_out_with): "
        f"{numbers}",
    )


def _chance_caveat(pattern: local_autocorrelation.LocalStatistic) -> str:
    tested = int((~np.isnan(pattern.p)).sum())
    return (
        f"{len(pattern.p)} areas are exploratory only: of {tested} tested, {RAW * tested:.2f} "
        "would stand out at a raw 5 % by chance alone"
    )


def _caveats(units: Cells, covered: UnitCoverage | None) -> tuple[str, ...]:
    if covered is None:
        return ("the value is of residents: filters of businesses have no part in it",)
    nowhere = int((units.cell_of < 0).sum())
    lost = (f"{nowhere} businesses lie in none of the dong and do not count",) if nowhere else ()
    return (*covered.caveats, *lost)


def _columns(value: str) -> tuple[Column, ...]:
    return (
        Column("dong_code", "dong code"),
        Column("name_ko", "Korean name"),
        Column("name_en", "name in Latin letters"),
        Column(
            "value", f"{_UNITS[value]}; empty where there is none", share=value == "foreign_share"
        ),
        Column("neighbours", "how many dong it is compared with"),
        Column("state", "tested, undecided, no neighbours, no value or all values alike"),
        Column("I", "local Moran's I: above 0 like its neighbours, below 0 unlike them"),
        Column("p", "two-sided p-value"),
        Column("stands_out_raw", "whether p is at most 5 %, many tests not allowed for"),
        Column("stands_out", "whether it stands out with the false discovery rate held"),
        Column(
            "stands_out_with", "treatments of islands with which it does: " + ", ".join(ISLANDS)
        ),
        Column("quadrant", "the dong and its neighbours, each high or low against the mean"),
    )


MEASURES: Final[Mapping[str, Measure]] = {
    "neighbours": Measure(
        title="Whether dong are like their neighbours, or stand out among them",
        parameters=(VALUE, ISLAND),
        of=neighbours,
        rests_on=("businesses", "residents"),
        verdicts=("p", "stands_out", "stands_out_raw", "stands_out_with", "quadrant"),
    ),
}
