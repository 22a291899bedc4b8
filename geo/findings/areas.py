"""What places are made of, told as findings."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from geo.errors import BadParameterError
from geo.findings.cells import cells, zone_now
from geo.findings.finding import Column, Finding
from geo.findings.population import Population
from geo.mix import LEAST, diversity, location_quotient
from geo.store import Snapshot

KINDS: Final = ("category", "cuisine")
SAMPLE: Final = 20  # businesses to which places are rarefied
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


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)
