"""The measure that compares two kinds of business: where the first has more than its share."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from geo.core.parameters import ChoiceParameter
from geo.core.vocab import KINDS
from geo.serving.analysis.cells import Cells, cells, zone_in_force
from geo.serving.analysis.composition import of_the_part, quotient_figures
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import NOT_COVERED, UnitCoverage, unit_coverage
from geo.serving.analysis.kinds import Mask, of_kind
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shared_parameters import SCALE
from geo.serving.analysis.testing import NOT_TESTED
from geo.snapshot.reader import Snapshot
from geo.statistics.local_autocorrelation import benjamini_hochberg

FIRST: Final = ChoiceParameter("first", ("restaurant", *(k for k in KINDS if k != "restaurant")))
SECOND: Final = ChoiceParameter("second", KINDS)
TITLE: Final = "Where one kind of business has more than its share beside another"
DISJOINT: Final = "a business of both kinds counts for the first alone"


def contrast(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute the share of the first kind among both in each unit over its share in all."""
    first, second, scale = (each.read(parameters) for each in (FIRST, SECOND, SCALE))
    masks = of_kind(sample, first), of_kind(sample, second)
    is_first, either = masks[0], masks[0] | masks[1]
    both = _part(sample, either)
    units = cells(snapshot, scale, both.lonlat, zone_in_force(snapshot))
    covers = [unit_coverage(snapshot, units.shapes, _part(sample, mask)) for mask in masks]
    covered = min(covers, key=lambda cover: float(cover.shares.sum()))
    is_listed = all(
        cover.listed and kind not in cover.unlisted
        for cover, kind in zip(covers, (first, second), strict=True)
    )
    rows = _rows(units, is_first[either], covered, is_listed=is_listed)
    shapes = units.geojson()
    known = [row["p"] for row in rows if row["p"] is not None]
    stands_out = iter(benjamini_hochberg(np.array(known, dtype=float)).tolist() if known else ())
    table = [
        row if row["p"] is None else {**row, "unusual": bool(next(stands_out))} for row in rows
    ]
    return MeasureResult(
        measure="contrast",
        title=TITLE,
        method="Share of the first kind among both in a unit over its share among both in all, "
        "with the 95 % interval of the delta method on its logarithm (Beyene and Moineddin 2005). "
        "Two-sided p from the hypergeometric distribution, exact; over all units a false discovery "
        "rate of 5 % (Benjamini and Hochberg 1995).",
        basis=both.basis,
        parameters={"first": first, "second": second, "scale": scale},
        columns=(*_COLUMNS, *COVERAGE),
        rows=table,
        caveats=(DISJOINT, *of_the_part(covered)),
        shapes=[shapes[place] for place in np.flatnonzero(units.counts())],
    )


def _part(sample: PointSample, mask: Mask) -> PointSample:
    points = sample.rows[mask], sample.lonlat[mask], sample.xy[mask]
    return PointSample(sample.layer, *points, sample.left_out)


def _rows(
    units: Cells, is_first: Mask, covered: UnitCoverage, *, is_listed: bool
) -> list[dict[str, Any]]:
    """Compute a row for each unit that holds any; no test where it or a kind is not covered."""
    counts, here = units.counts(is_first), units.counts()
    whole = int(is_first.sum())
    rows: list[dict[str, Any]] = []
    for place in np.flatnonzero(here).tolist():
        count, n = int(counts[place]), int(here[place])
        row = {"unit": units.ids[place], "count": count, "other": n - count}
        is_tested = is_listed and covered.state(place) != NOT_COVERED
        figures = quotient_figures((count, n, whole, len(is_first))) if is_tested else _UNTESTED
        rows.append({**row, **figures, **covered.row(place)})
    return rows


_UNTESTED: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("quotient", "low", "high", "p", "unusual")),
    "state": NOT_TESTED,
}
_COLUMNS: Final = (
    Column("unit", "hexagon (H3 index), square (its corner in km) or dong code"),
    Column("count", "businesses of the first kind in the unit"),
    Column("other", "businesses of the second kind in the unit"),
    Column("quotient", "share here over share everywhere; empty with too few"),
    Column("low", "lower end of the 95 % interval"),
    Column("high", "upper end of the 95 % interval"),
    Column("p", "two-sided p-value, also of too few for a quotient; empty if not tested"),
    Column("unusual", "whether it stands out with the false discovery rate held"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "contrast": Measure(
        title=TITLE,
        parameters=(FIRST, SECOND, SCALE),
        of=contrast,
        verdicts=("low", "high", "p", "unusual"),
    ),
}
