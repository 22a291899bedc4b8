"""Clustering of a category, and colocation of categories."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter
from geo.core.vocab import CATEGORIES
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import FDR, Column, MeasureResult, rounded
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics import local_autocorrelation, point_pattern

KIND: Final = ChoiceParameter("kind", CATEGORIES)


def clusters(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Test whether a category clusters among all businesses."""
    kind = KIND.read(parameters)
    if sample.n > point_pattern.MOST_POINTS:
        raise _too_many(sample)
    mask = np.array([category == kind for category in sample.values("category")], dtype=bool)
    try:
        result = point_pattern.clustering(sample.xy, mask)
    except point_pattern.TooManyPairsError as error:
        allowed = "filters that leave fewer businesses near each other, such as in_zone=true"
        raise BadParameterError("filter", f"{sample.n:,} businesses", allowed) from error
    rows = [
        {
            "distance_m": metres,
            "share": rounded(result.found[n]),
            "low": rounded(result.low[n]),
            "high": rounded(result.high[n]),
        }
        for n, metres in enumerate(result.distances_m)
    ]
    return MeasureResult(
        basis=sample.basis,
        measure="clustering",
        title=f"Whether businesses of the category {kind} keep together among all",
        method="Share of the category among the neighbours of its members, against "
        f"{result.runs} runs of random labelling (Diggle and Chetwynd 1991); the p-value is for "
        "all distances together (Myllymäki et al. 2017).",
        parameters={
            "kind": kind,
            "of_kind": result.kind,
            "p": rounded(result.p),
            "runs": result.runs,
        },
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


def colocation(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute colocation quotients of all pairs of categories."""
    if sample.n > point_pattern.MOST_POINTS:
        raise _too_many(sample)
    pairs = point_pattern.colocation(sample.xy, sample.values("category"))
    p = local_autocorrelation.benjamini_hochberg(np.array([pair.p for pair in pairs]))
    rows = [
        {
            "of": pair.of,
            "to": pair.to,
            "n": pair.n,
            "quotient": rounded(pair.quotient),
            "p": pair.p,
            "unusual": bool(p[n]),
        }
        for n, pair in enumerate(pairs)
    ]
    return MeasureResult(
        basis=sample.basis,
        measure="colocation",
        title="Which categories stand next to which",
        method="Colocation quotients of nearest neighbours (Leslie and Kronenfeld 2011), "
        f"two-sided p from {point_pattern.RUNS} runs of random labelling, {FDR}.",
        parameters={"runs": point_pattern.RUNS},
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


def _too_many(sample: PointSample) -> BadParameterError:
    allowed = f"filters that leave at most {point_pattern.MOST_POINTS:,}, such as in_zone=true"
    return BadParameterError("filter", f"{sample.n:,} businesses", allowed)


MEASURES: Final[Mapping[str, Measure]] = {
    "clustering": Measure(
        title="Whether a category keeps together among all",
        parameters=(KIND,),
        of=clusters,
        verdicts=("p", "low", "high"),
    ),
    "colocation": Measure(
        title="Which categories stand next to which",
        of=colocation,
        verdicts=("p", "unusual"),
    ),
}
