"""How many businesses have which halal grade."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from geo.core.parameters import NumberParameter
from geo.core.vocab import HALAL
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot

LEAST: Final = NumberParameter("least", 0, 0, 1000)


def halal_grades(
    snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]
) -> MeasureResult:
    """Count businesses by halal grade, from `least` businesses on."""
    least = LEAST.read(parameters)
    counts = Counter(sample.values("halal"))
    return MeasureResult(
        measure="halal-grades",
        title="How many businesses have which halal grade",
        method="Counts of the grade that the lists give.",
        basis=sample.basis,
        parameters={"least": least},
        columns=(Column("halal", "grade"), Column("businesses", "businesses of that grade")),
        rows=[
            {"halal": grade, "businesses": counts[grade]}
            for grade in HALAL
            if counts[grade] >= least
        ],
    )


MEASURES: Final[Mapping[str, Measure]] = {
    "halal-grades": Measure(
        title="How many businesses have which halal grade",
        parameters=(LEAST,),
        of=halal_grades,
    ),
}
