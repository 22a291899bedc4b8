"""Whether dong are like their neighbours: local Moran's I, told as a finding."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.core.errors import BadParameterError
from geo.core.vocab import CENSUS
from geo.serving.analysis.cells import Cells, cells, zone_now
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import UnitCoverage, unit_coverage
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics import local_autocorrelation

VALUES: Final = ("foreign_share", "per_1000_residents", "per_km2")
ISLANDS: Final = ("alone", "pooled", "nearest")
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


def neighbours(snapshot: Snapshot, people: PointSample, given: Mapping[str, str]) -> MeasureResult:
    """Local Moran's I of every dong.

    Raises:
        BadParameterError: no such value, or no such way to treat islands.
    """
    value, island = given.get("value", VALUES[0]), given.get("island", ISLANDS[0])
    for name, text, allowed in (("value", value, VALUES), ("island", island, ISLANDS)):
        if text not in allowed:
            raise BadParameterError(name, text, allowed)
    units = cells(snapshot, "dong", people.lonlat, zone_now(snapshot))
    year, census = _census(snapshot)
    values = _values(value, units.counts(), units.area_ha, [census.get(one) for one in units.ids])
    covered = None if value == "foreign_share" else unit_coverage(snapshot, units.shapes, people)
    if covered:
        values = np.where(covered.whole, values, np.nan)
    shapes, names = shapely.transform(units.shapes, in_metres), _names(snapshot)
    every = {one: moran(shapes, values, island=one) for one in ISLANDS}
    joined, found = every[island]
    verdicts = {one: held.significant for one, (_, held) in every.items()}
    rows = [
        {
            "dong_code": one,
            **names[one],
            **_row(values[n], found, n, len(joined[n])),
            "stands_out_with": ",".join(name for name, held in verdicts.items() if held[n]),
            **(covered.row(n) if covered else {}),
        }
        for n, one in enumerate(units.ids)
    ]
    said = f" (census of {year})" if value != "per_km2" else ""
    return MeasureResult(
        basis=_of_residents(year, census) if value == "foreign_share" else people.basis,
        measure="neighbours",
        title="Whether dong are like their neighbours, or stand out among them",
        method=f"Local Moran's I (Anselin 1995) of {_UNITS[value]}{said}. Dong whose outlines "
        f"touch, at a corner too, are neighbours (queen; within {TOUCH_M:g} m), with weights that "
        f"add to one. {_ISLAND_SAYS[island]} Two-sided p from {found.drawn}; raw, and with a false "
        "discovery rate of 5 % (Benjamini and Hochberg 1995).",
        parameters={"value": value, "island": island, "permutations": found.permutations},
        caveats=(_expected(found), *_of_islands(verdicts), *_caveats(units, covered)),
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
) -> tuple[list[list[int]], local_autocorrelation.Pattern]:
    """Neighbours of each area, and local Moran's I over those that have a value.

    Args:
        shapes: outlines in metres.
        values: one for each; NaN where there is none, and then it is nobody's neighbour.
        island: one of `ISLANDS`.
        permutations: random arrangements of the other values.
    """
    known = np.flatnonzero(~np.isnan(values))
    near = adjoining(shapes[known], island=island)
    if island == "alone":
        known, near = _without_islands(known, near)
    joined: list[list[int]] = [[] for _ in values]
    for place, those in zip(known.tolist(), near, strict=True):
        joined[place] = known[those].tolist()
    z, p = np.full((2, len(values)), np.nan)
    significant, high, undecided = np.zeros((3, len(values)), dtype=bool)
    drawn = 0
    if len(known):
        found = local_autocorrelation.local_moran(values[known], near, permutations=permutations)
        z[known], p[known], drawn = found.z, found.p, found.permutations
        significant[known], high[known] = found.significant, found.high
        undecided[known] = found.undecided
    return joined, local_autocorrelation.Pattern(z, p, significant, high, drawn, undecided)


def _without_islands(known: Any, near: list[list[int]]) -> tuple[Any, list[list[int]]]:
    """The areas that have a neighbour, and these by their places among them."""
    kept = [n for n, those in enumerate(near) if those]
    place = {n: to for to, n in enumerate(kept)}
    return known[kept], [[place[one] for one in near[n]] for n in kept]


def adjoining(shapes: Any, *, island: str) -> list[list[int]]:
    """The areas that touch each, at a corner too, without itself.

    Args:
        shapes: outlines in metres.
        island: of an area that touches none: `nearest` gives it the `NEAREST` by distance of
            centroids, and them nothing; otherwise it has no neighbours.
    """
    tree = shapely.STRtree(shapes)
    ones, others = tree.query(shapes, predicate="dwithin", distance=TOUCH_M)
    found = [sorted({*others[ones == n].tolist()} - {n}) for n in range(len(shapes))]
    if island != "nearest":
        return found
    xy = shapely.get_coordinates(shapely.centroid(shapes))
    return [those or _nearest(xy, n) for n, those in enumerate(found)]


def quadrant(statistic: float, *, high: bool) -> str | None:
    """An area and its neighbours, each above or below the mean; None where there is no saying."""
    if np.isnan(statistic) or statistic == 0:
        return None
    own, other = ("high", "low") if high else ("low", "high")
    return f"{own}-{own if statistic > 0 else other}"


def _nearest(xy: Floats, n: int) -> list[int]:
    order = np.argsort(np.hypot(*(xy - xy[n]).T), kind="stable")
    return sorted([one for one in order.tolist() if one != n][:NEAREST])


def _values(
    value: str, counts: Any, area_ha: Floats, census: Sequence[Mapping[str, int] | None]
) -> Floats:
    """The value of each dong; NaN where nobody lives or was counted."""
    if value == "per_km2":
        return np.asarray(100 * counts / area_ha, dtype=np.float64)
    total, foreign = (
        np.array([one[name] if one else 0 for one in census], dtype=np.float64)
        for name in ("total", "foreign")
    )
    above = foreign if value == "foreign_share" else 1000.0 * counts
    values: Floats = np.divide(above, total, out=np.full(len(total), np.nan), where=total > 0)
    return values


def _census(snapshot: Snapshot) -> tuple[int, dict[str, Mapping[str, int]]]:
    """Year of the last census, and its residents by dong."""
    layer = snapshot.layers["residents"]
    rows = layer.select({"definition": [CENSUS]})
    held = layer.records(rows, ["dong_code", "year", "total", "foreign"])
    last = max(one["year"] for one in held)
    return last, {one["dong_code"]: one for one in held if one["year"] == last}


def _of_residents(year: int, census: Mapping[str, Mapping[str, int]]) -> Evidence:
    n = sum(one["total"] for one in census.values())
    return Evidence(n, {}, (str(year), str(year)), {"observed": 1.0})


def _names(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    layer = snapshot.layers["dong"]
    records = layer.records(np.arange(layer.count), ["id", "name_ko", "name_en"])
    return {one.pop("id"): one for one in records}


def _row(value: float, found: local_autocorrelation.Pattern, n: int, joined: int) -> dict[str, Any]:
    tested = not np.isnan(found.p[n])
    return {
        "value": _number(value),
        "neighbours": joined,
        "state": _state(value, joined, tested=tested, undecided=bool(found.undecided[n])),
        "I": _number(found.z[n]),
        "p": _number(found.p[n]),
        "stands_out_raw": bool(found.p[n] <= RAW) if tested else None,
        "stands_out": _verdict(found, n) if tested else None,
        "quadrant": quadrant(found.z[n], high=bool(found.high[n])),
    }


def _state(value: float, joined: int, *, tested: bool, undecided: bool) -> str:
    if tested:
        return "undecided" if undecided else "tested"
    if np.isnan(value):
        return "no value"
    return "all values alike" if joined else "no neighbours"


def _verdict(found: local_autocorrelation.Pattern, n: int) -> bool | None:
    """Whether an area stands out; None where more draws could turn it."""
    return None if found.undecided[n] else bool(found.significant[n])


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 5)


def _of_islands(verdicts: Mapping[str, Any]) -> tuple[str, ...]:
    """How many stand out by each way to treat islands, where the verdict depends on it."""
    if all((held == verdicts[ISLANDS[0]]).all() for held in verdicts.values()):
        return ()
    told = ", ".join(f"{int(held.sum())} with island={one}" for one, held in verdicts.items())
    return (
        "which dong stand out depends on how the island is treated (column stands_out_with): "
        f"{told}",
    )


def _expected(found: local_autocorrelation.Pattern) -> str:
    tested = int((~np.isnan(found.p)).sum())
    return (
        f"{len(found.p)} areas are exploratory only: of {tested} tested, {RAW * tested:.2f} would "
        "stand out at a raw 5 % by chance alone"
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
