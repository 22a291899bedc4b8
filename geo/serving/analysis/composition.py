"""Measures of composition: location quotients, and diversity (Hill numbers)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import UnitCoverage, unit_coverage
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shared_parameters import SCALE
from geo.serving.analysis.testing import NOT_TESTED
from geo.snapshot.reader import Snapshot
from geo.statistics.composition import LEAST, diversity, hypergeometric_p, location_quotient
from geo.statistics.local_autocorrelation import benjamini_hochberg

KIND: Final = ChoiceParameter("kind", ("category", "cuisine"))
SAMPLE: Final = 20  # businesses to which places are rarefied
OF_THE_PART: Final = (
    "a unit that the lists cover in part (covered_share) is described by that part alone"
)
UNTESTED: Final = (
    "%s rows are left out of the test, because the lists do not cover their unit or their category "
    "(state: not-tested); what is not listed there is not zero"
)
_NO_QUOTIENT: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("quotient", "low", "high", "p", "unusual")),
    "state": NOT_TESTED,
}
_UNIT: Final = Column("unit", "hexagon (H3 index), square (its corner in km) or dong code")
_QUOTIENT: Final = (
    Column("category", "category of the businesses"),
    Column("count", "businesses of the category in the unit"),
    Column("n", "all businesses in the unit"),
    Column("quotient", "share here over share everywhere; empty with too few"),
    Column("low", "lower end of the 95 % interval"),
    Column("high", "upper end of the 95 % interval"),
    Column("p", "two-sided p-value, also of too few for a quotient; empty if not tested"),
    Column("unusual", "whether it stands out with the false discovery rate held"),
)


def quotients(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute location quotients of every category in every unit."""
    scale = SCALE.read(parameters)
    units = cells(snapshot, scale, sample.lonlat, zone_in_force(snapshot))
    covered = unit_coverage(snapshot, units.shapes, sample)
    rows = _quotients(units, np.array(sample.values("category"), dtype=str), covered)
    stands_out = benjamini_hochberg(np.array([row["p"] for row in rows], dtype=np.float64))
    table = [
        {**row, "p": float(f"{row['p']:.3g}"), "unusual": bool(unusual)} if tested else row
        for row, unusual in zip(rows, stands_out, strict=True)
        for tested in [row["p"] is not None]
    ]
    untested = sum(row["p"] is None for row in rows)
    unit_count = len({row["unit"] for row in rows})
    alone = ("all lie in one unit, which is compared with itself: take a smaller scale",)
    return MeasureResult(
        basis=sample.basis,
        measure="quotients",
        title="Of which categories a place has more than its share",
        method="Share of a category in a unit over its share in all, with the 95 % interval of the "
        "delta method on its logarithm (Beyene and Moineddin 2005). Two-sided p from the "
        "hypergeometric distribution, exact; over the whole table a false discovery rate of 5 % "
        "(Benjamini and Hochberg 1995).",
        parameters={
            "scale": scale,
            "least": LEAST,
            "tests": len(rows) - untested,
            "unusual": int(stands_out.sum()),
        },
        caveats=(
            f"quotients of fewer than {LEAST} businesses are not given",
            *(alone if unit_count == 1 else ()),
            *((UNTESTED % untested,) if untested else ()),
            *of_the_part(covered),
        ),
        columns=(_UNIT, *_QUOTIENT, *COVERAGE),
        rows=table,
    )


def of_the_part(covered: UnitCoverage) -> tuple[str, ...]:
    """List the caveats of units covered in part: only that part is described."""
    if not covered.caveats or not covered.listed or covered.whole.all():
        return covered.caveats
    return (OF_THE_PART,)


def _quotients(units: Cells, kinds: Any, covered: UnitCoverage) -> list[dict[str, Any]]:
    """Compute one row for each category and each unit that holds a business."""
    here, quotient = units.counts(), cache(quotient_figures)  # many units have the same numbers
    rows: list[dict[str, Any]] = []
    for kind in sorted(set(kinds.tolist())):
        mask = kinds == kind
        counts, whole = units.counts(mask), int(mask.sum())
        for n in np.flatnonzero(here).tolist():
            numbers = int(counts[n]), int(here[n]), whole, len(kinds)
            figures = quotient(numbers) if covered.tests(n, kind) else _NO_QUOTIENT
            row = {"unit": units.ids[n], "category": kind, "n": numbers[1], **figures}
            rows.append({**row, "count": covered.count(n, numbers[0]), **covered.row(n)})
    return rows


def quotient_figures(numbers: tuple[int, int, int, int]) -> dict[str, Any]:
    """Compute a location quotient with its interval and p-value."""
    estimate = location_quotient(*numbers)
    return {
        "quotient": _round(estimate.value),
        "low": _round(estimate.low),
        "high": _round(estimate.high),
        "p": hypergeometric_p(*numbers),
    }


def category_mix(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute the diversity of categories or cuisines in every unit."""
    scale, kind = SCALE.read(parameters), KIND.read(parameters)
    units = cells(snapshot, scale, sample.lonlat, zone_in_force(snapshot))
    covered = unit_coverage(snapshot, units.shapes, sample)
    counters: list[Counter[str]] = [Counter() for _ in units.ids]
    for place, value in zip(units.cell_of.tolist(), sample.values(kind), strict=True):
        if place >= 0:
            counters[place].update([value] if isinstance(value, str) else value or [])
    rows, shapes = _mixes(units, counters, covered)
    return MeasureResult(
        basis=sample.basis,
        measure="diversity",
        title=f"How mixed places are, by {kind}",
        method="Hill numbers of order 0, 1 and 2 (Hill 1973), and the kinds expected among "
        f"{SAMPLE} businesses (Hurlbert 1971), by which places of different size compare.",
        parameters={"scale": scale, "kind": kind, "sample": SAMPLE},
        caveats=(
            "kinds alone (order 0) grow with n: compare the rarefied number",
            *of_the_part(covered),
        ),
        columns=(
            _UNIT,
            Column("n", f"businesses counted; one with several values of {kind} counts for each"),
            Column("kinds", "different kinds (order 0)"),
            Column("hill_1", "exponential of Shannon's entropy"),
            Column("hill_2", "inverse of Simpson's concentration"),
            Column("rarefied", f"kinds expected among {SAMPLE}; empty where there are fewer"),
            *COVERAGE,
        ),
        rows=rows,
        shapes=shapes,
    )


def _mixes(
    units: Cells, counters: Sequence[Counter[str]], covered: UnitCoverage
) -> tuple[list[dict[str, Any]], list[Any]]:
    """Compute the diversity of the units that hold anything, and their outlines as GeoJSON."""
    rows, shapes = [], []
    for n, (counts, shape) in enumerate(zip(counters, units.geojson(), strict=True)):
        numbers = diversity(list(counts.values()), sample=SAMPLE)
        if numbers is None:
            continue
        figures = {
            "unit": units.ids[n],
            "n": numbers.n,
            "kinds": numbers.richness,
            "hill_1": _round(numbers.shannon),
            "hill_2": _round(numbers.simpson),
            "rarefied": _round(numbers.rarefied),
        }
        rows.append({**figures, **covered.row(n)})
        shapes.append(shape)
    return rows, shapes


def _round(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


MEASURES: Final[Mapping[str, Measure]] = {
    "quotients": Measure(
        title="Of which categories a place has more than its share",
        parameters=(SCALE,),
        of=quotients,
        verdicts=("low", "high", "p", "unusual"),
    ),
    "diversity": Measure(
        title="How mixed places are",
        parameters=(SCALE, KIND),
        of=category_mix,
        classed=True,
    ),
}
