"""Walking times to the support centres."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson
import shapely

from geo.core.crs import in_metres
from geo.core.vocab import CENSUS, CENSUS_YEARS
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics.accessibility import (
    BANDS_MIN,
    DETOURS,
    SPEEDS_M_S,
    Bounds,
    Floats,
    Streets,
    Walk,
    share_of_area,
)

NEAR_M: Final = 50.0  # under a minute; a centre whose place is vaguer is not walked to


def access(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute walking times from businesses and homes to centres, services and languages."""
    centres = snapshot.layers["centres"]
    everyone = np.arange(centres.count)
    records = centres.records(everyone, ["accuracy_m", "services", "languages", "kind"])
    exact = np.array([record["accuracy_m"] <= NEAR_M for record in records], dtype=bool)
    doors = in_metres(shapely.get_coordinates(centres.geometries(everyone)))
    streets, homes = Streets(_lines(snapshot)), _Homes(snapshot)
    rows: list[dict[str, Any]] = []
    for what, name, serves in _aims(records):
        targets = np.unique(doors[serves & exact], axis=0)
        aim = {"to": what, "name": name, "centres": int((serves & exact).sum())}
        aim |= {"centres_without_point": int((serves & ~exact).sum())}
        walk = streets.walk(sample.xy, targets)
        rows += [aim | _row(walk, homes, targets, speed) for speed in SPEEDS_M_S]
    vague = f"{int((~exact).sum())} of {len(exact)} centres are known to a dong or the city only"
    return MeasureResult(
        basis=sample.basis,
        measure="access",
        title="Who can walk to a centre, and in how many minutes",
        method=_WALKED[any(row["by_street"] for row in rows)],
        parameters={
            "speeds_m_s": list(SPEEDS_M_S),
            "bands_min": list(BANDS_MIN),
            "detours": list(DETOURS),
        },
        caveats=(
            f"{vague} and are not walked to: with them more would be within reach. Where no centre "
            "has a known door, shares are empty",
            "residents are taken as spread evenly over their dong, and walk straight with a detour",
        ),
        columns=_WALKS,
        rows=rows,
    )


def _row(walk: Walk, homes: "_Homes", targets: Floats, speed: float) -> dict[str, Any]:
    near = {band: walk.within(band, speed) for band in BANDS_MIN}
    lived = {band: homes.within(targets, 60 * speed * band) for band in BANDS_MIN}
    return {
        "speed_m_s": speed,
        **_bounds("minutes", walk.median_min(speed)),
        **_of_bands("businesses", near),
        **_of_bands("residents", lived),
        "by_street": walk.by_street,
    }


def _aims(records: list[dict[str, Any]]) -> list[tuple[str, str | None, Any]]:
    """List the destinations: any centre, each kind of service, each language; with who serves."""
    aims: list[tuple[str, str | None, Any]] = [("any", None, np.ones(len(records), dtype=bool))]
    for what, column in (("kind", "kind"), ("language", "languages")):
        values = [
            record[column] or [] if column != "kind" else [record["kind"]] for record in records
        ]
        for name in sorted({value for each in values for value in each}):
            aims.append((what, name, np.array([name in each for each in values])))
    return aims


def _lines(snapshot: Snapshot) -> list[Any]:
    """Read the roads of a loaded base map, in metres.

    The streets of the atlas are eight of many and do not meet: they do not form a network.
    """
    roads = orjson.loads(snapshot.ground).get("road", []) if snapshot.ground else []
    lines = [shapely.geometry.shape(road["geometry"]) for road in roads]
    return [shapely.transform(line, in_metres) for line in lines]


class _Homes:
    """Residents of the last census, spread evenly over their dong."""

    def __init__(self, snapshot: Snapshot) -> None:
        layer = snapshot.layers["residents"]
        rows = layer.select({"year": [max(CENSUS_YEARS)], "definition": [CENSUS]})
        records = layer.records(rows, ["total"])
        self._totals = np.array([record["total"] for record in records], dtype=float)
        self._areas = shapely.transform(layer.geometries(rows), in_metres)
        self._cache: dict[tuple[bytes, float], float] = {}

    def within(self, targets: Floats, reach_m: float) -> Bounds:
        """Compute lower and upper share of residents within a distance; NaN without a target."""
        low, high = DETOURS
        return self._share(targets, reach_m / high), self._share(targets, reach_m / low)

    def _share(self, targets: Floats, metres: float) -> float:
        key = (targets.tobytes(), metres)  # many services are offered behind one door
        if key not in self._cache:
            shares = share_of_area(self._areas, targets, metres=metres)
            self._cache[key] = float((shares * self._totals).sum() / self._totals.sum())
        return self._cache[key]


def _of_bands(who: str, shares: Mapping[int, Bounds]) -> dict[str, float | None]:
    """Format lower and upper share of each band of minutes."""
    return {
        name: value
        for band, share in shares.items()
        for name, value in _bounds(f"{who}_{band}_min", share).items()
    }


def _bounds(name: str, of: Bounds) -> dict[str, float | None]:
    return {f"{name}_from": _round(of[0]), f"{name}_to": _round(of[1])}


def _round(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


def _walk_columns(who: str) -> list[Column]:
    text = f"share of the {who} within %d minutes, %s; empty where no door is known"
    return [
        Column(f"{who}_{band}_min_{end}", text % (band, least), share=True)
        for band in BANDS_MIN
        for end, least in (("from", "at least"), ("to", "at most"))
    ]


_SLOW: Final = "1.0 m/s, and 0.8 m/s for slow walkers."
_WALKED: Final = {
    False: f"Straight line times a detour of {DETOURS[0]} (upper shares) to {DETOURS[1]} (lower "
    f"shares), because no known street network connects all of them; {_SLOW}",
    True: "Shortest way along the streets of the loaded ground (Dijkstra 1959) where everybody and "
    "every door stand on one connected part of them, else straight lines times a detour of "
    f"{DETOURS[0]} to {DETOURS[1]}; {_SLOW}",
}
_WALKS: Final = (
    Column("to", "any centre, a service, or a language"),
    Column("name", "which one; empty for any"),
    Column("centres", "centres that offer it and whose place is known"),
    Column("centres_without_point", "those whose place is not known"),
    Column("speed_m_s", "metres a second"),
    Column("minutes_from", "minutes that half of the businesses need, at least"),
    Column("minutes_to", "minutes that half of the businesses need, at most"),
    *_walk_columns("businesses"),
    *_walk_columns("residents"),
    Column("by_street", "whether ways of businesses follow streets; else they are straight lines"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "access": Measure(
        title="Who can walk to a centre, and in how many minutes",
        of=access,
    ),
}
