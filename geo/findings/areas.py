"""What places are made of, and how far people walk: told as findings."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson
import shapely

from geo.access import BANDS_MIN, SPEEDS_M_S, Streets, share_of_area
from geo.crs import in_metres
from geo.errors import BadParameterError
from geo.findings.cells import cells, zone_now
from geo.findings.finding import Column, Finding
from geo.findings.population import Population
from geo.layer import Layer
from geo.mix import LEAST, diversity, location_quotient
from geo.store import Snapshot
from geo.vocab import CENSUS, CENSUS_YEARS

KINDS: Final = ("category", "cuisine")
SAMPLE: Final = 20  # businesses to which places are rarefied
NEAR_M: Final = 25.0  # a centre whose place is vaguer than this is not walked to
_UNIT: Final = Column("unit", "hexagon (H3 index), square (its corner in km) or dong code")


def quotients(snapshot: Snapshot, people: Population, given: Mapping[str, str]) -> Finding:
    """Location quotients of every category in every unit."""
    scale = given.get("scale", "dong")
    units = cells(snapshot, scale, people.lonlat, zone_now(snapshot))
    kinds = np.array(people.values("category"), dtype=str)
    whole, here = Counter(kinds.tolist()), units.counts()
    rows = []
    for kind in sorted(whole):
        counts = units.counts(kinds == kind)
        for n in np.flatnonzero(here):
            found = location_quotient(int(counts[n]), int(here[n]), whole[kind], people.n)
            rows.append(
                {
                    "unit": units.ids[n],
                    "category": kind,
                    "count": int(counts[n]),
                    "n": int(here[n]),
                    "quotient": _rounded(found.value),
                    "low": _rounded(found.low),
                    "high": _rounded(found.high),
                    "unusual": found.unusual,
                }
            )
    return Finding(
        basis=people.basis,
        measure="quotients",
        title="Of which categories a place has more than its share",
        method="Share of a category in a unit over its share in all, with the 95 % interval of the "
        "delta method on its logarithm (Beyene and Moineddin 2005).",
        parameters={"scale": scale, "least": LEAST},
        caveats=(f"quotients of fewer than {LEAST} businesses are not given",),
        columns=(
            _UNIT,
            Column("category", "category of the businesses"),
            Column("count", "businesses of the category in the unit"),
            Column("n", "all businesses in the unit"),
            Column("quotient", "share here over share everywhere; empty with too few"),
            Column("low", "lower end of the 95 % interval"),
            Column("high", "upper end of the 95 % interval"),
            Column("unusual", "whether the interval leaves out 1"),
        ),
        rows=rows,
    )


def mix(snapshot: Snapshot, people: Population, given: Mapping[str, str]) -> Finding:
    """Diversity of categories or cuisines in every unit."""
    scale, kind = given.get("scale", "hex"), given.get("kind", "category")
    if kind not in KINDS:
        raise BadParameterError("kind", kind, KINDS)
    units = cells(snapshot, scale, people.lonlat, zone_now(snapshot))
    held: list[Counter[str]] = [Counter() for _ in units.ids]
    for place, value in zip(units.cell_of.tolist(), people.values(kind), strict=True):
        if place >= 0:
            held[place].update([value] if isinstance(value, str) else value or [])
    rows, shapes = [], []
    for one, counts, shape in zip(units.ids, held, units.geojson(), strict=True):
        found = diversity(list(counts.values()), sample=SAMPLE)
        if found is not None:
            rows.append(
                {
                    "unit": one,
                    "n": found.n,
                    "kinds": found.richness,
                    "hill_1": _rounded(found.shannon),
                    "hill_2": _rounded(found.simpson),
                    "rarefied": _rounded(found.rarefied),
                }
            )
            shapes.append(shape)
    return Finding(
        basis=people.basis,
        measure="diversity",
        title=f"How mixed places are, by {kind}",
        method="Hill numbers of order 0, 1 and 2 (Hill 1973), and the kinds expected among "
        f"{SAMPLE} businesses (Hurlbert 1971), by which places of different size compare.",
        parameters={"scale": scale, "kind": kind, "sample": SAMPLE},
        caveats=("kinds alone (order 0) grow with n: compare the rarefied number",),
        columns=(
            _UNIT,
            Column("n", f"businesses counted; one with several values of {kind} counts for each"),
            Column("kinds", "different kinds (order 0)"),
            Column("hill_1", "exponential of Shannon's entropy"),
            Column("hill_2", "inverse of Simpson's concentration"),
            Column("rarefied", f"kinds expected among {SAMPLE}; empty where there are fewer"),
        ),
        rows=rows,
        shapes=shapes,
    )


def access(snapshot: Snapshot, people: Population, given: Mapping[str, str]) -> Finding:
    """Walking from businesses and homes to the centres, and to each service and language."""
    centres = snapshot.layers["centres"]
    everyone = np.arange(centres.count)
    records = centres.records(everyone, ["accuracy_m", "services", "languages", "kind"])
    exact = np.array([one["accuracy_m"] <= NEAR_M for one in records], dtype=bool)
    doors = in_metres(shapely.get_coordinates(centres.geometries(everyone)))
    streets = Streets(_lines(snapshot))
    rows = []
    for what, name, serves in _aims(records):
        mask = serves & exact
        targets = doors[mask]
        walk = streets.walk(people.xy, targets)
        for speed in SPEEDS_M_S:
            near = walk.within(speed) if len(targets) else dict.fromkeys(BANDS_MIN)
            homes = {band: _residents(snapshot, targets, 60 * speed * band) for band in BANDS_MIN}
            rows.append(
                {
                    "to": what,
                    "name": name,
                    "centres": int(mask.sum()),
                    "centres_without_point": int((serves & ~exact).sum()),
                    "speed_m_s": speed,
                    **{f"businesses_{band}_min": _rounded(near[band]) for band in BANDS_MIN},
                    **{f"residents_{band}_min": _rounded(homes[band]) for band in BANDS_MIN},
                    "by_street": _rounded(float(walk.by_street.mean())) if people.n else None,
                }
            )
    return Finding(
        basis=people.basis,
        measure="access",
        title="Who can walk to a centre, and in how many minutes",
        method="Shortest way along the streets that are known (Dijkstra 1959), straight where "
        "either end lies more than 60 m from one; 1.0 m/s, and 0.8 m/s for slow walkers.",
        parameters={"speeds_m_s": list(SPEEDS_M_S), "bands_min": list(BANDS_MIN)},
        caveats=(
            f"{int((~exact).sum())} of {len(exact)} centres are known to a dong or the city only "
            "and are not walked to: shares are what is at least within reach",
            "residents are taken as spread evenly over their dong, and walk in straight lines",
        ),
        columns=_WALKS,
        rows=rows,
    )


def _aims(records: list[dict[str, Any]]) -> list[tuple[str, str | None, Any]]:
    """What people walk to: any centre, each kind of service, each language; with who serves."""
    aims: list[tuple[str, str | None, Any]] = [("any", None, np.ones(len(records), dtype=bool))]
    for what, held in (("kind", "kind"), ("language", "languages")):
        values = [one[held] or [] if held != "kind" else [one["kind"]] for one in records]
        for name in sorted({value for each in values for value in each}):
            aims.append((what, name, np.array([name in each for each in values])))
    return aims


def _lines(snapshot: Snapshot) -> list[Any]:
    """Streets in metres: those of the atlas, and the roads of a loaded ground."""
    layer: Layer = snapshot.layers["streets"]
    lines = list(layer.geometries(np.arange(layer.count)))
    if snapshot.ground:
        roads = orjson.loads(snapshot.ground).get("road", [])
        lines += [shapely.geometry.shape(one["geometry"]) for one in roads]
    return [shapely.transform(one, in_metres) for one in lines]


def _residents(snapshot: Snapshot, targets: Any, metres: float) -> float:
    """Share of the city's residents within a straight distance, spread evenly over their dong."""
    layer = snapshot.layers["residents"]
    rows = layer.select({"year": [max(CENSUS_YEARS)], "definition": [CENSUS]})
    totals = np.array([one["total"] for one in layer.records(rows, ["total"])], dtype=float)
    areas = shapely.transform(layer.geometries(rows), in_metres)
    return float((share_of_area(areas, targets, metres=metres) * totals).sum() / totals.sum())


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


_WALKS: Final = (
    Column("to", "any centre, a service, or a language"),
    Column("name", "which one; empty for any"),
    Column("centres", "centres that offer it and whose place is known"),
    Column("centres_without_point", "those whose place is not known"),
    Column("speed_m_s", "metres a second"),
    *(Column(f"businesses_{b}_min", f"share within {b} minutes") for b in BANDS_MIN),
    *(Column(f"residents_{b}_min", f"share within {b} minutes") for b in BANDS_MIN),
    Column("by_street", "share of the businesses whose way follows streets"),
)
