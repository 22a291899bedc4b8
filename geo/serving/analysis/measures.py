"""The catalogue of measures and their parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M, CATEGORIES, INDICATORS
from geo.serving.analysis import changes, composition, point_patterns, walks
from geo.serving.analysis.cells import SCALES
from geo.serving.analysis.census import YEARS, census, establishments
from geo.serving.analysis.density import density
from geo.serving.analysis.hot_spots import hot_spots, scales
from geo.serving.analysis.isolines import isolines
from geo.serving.analysis.neighbours import ISLANDS, VALUES, neighbours
from geo.serving.analysis.operators import COUNTED, operators
from geo.serving.analysis.operators import SCALES as FIXED
from geo.serving.analysis.outlines import EDITIONS, outlines
from geo.serving.analysis.places import places
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.shares import shares
from geo.snapshot.reader import Snapshot

Parameters = Mapping[str, str]


class Number(NamedTuple):
    """The range of a numeric parameter: from `least` to `most`, both included."""

    default: float
    least: float = 0.0
    most: float | None = None


@dataclass(frozen=True)
class Measure:
    """A measure and its parameters.

    Attributes:
        title: what it answers, in a line.
        options: its own parameters: the values each may have, the default first.
        numbers: its own parameters that are numbers.
        of: computes it for businesses, which filters may choose; None where it needs none.
        alone: computes it without businesses; None where it needs some.
        rests_on: layers, whose sources are named with it, or sources.
        verdicts: columns and parameters that follow from a test, withheld of simulated rows.
    """

    title: str
    options: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, Number]
    of: Callable[[Snapshot, PointSample, Parameters], MeasureResult] | None = None
    alone: Callable[[Snapshot, Parameters], MeasureResult] | None = None
    rests_on: tuple[str, ...] = ("businesses",)
    verdicts: tuple[str, ...] = ()


def _scale(*names: str) -> dict[str, tuple[str, ...]]:
    return {"scale": names}


MEASURES: Final[Mapping[str, Measure]] = {
    "density": Measure(
        "How densely businesses stand",
        _scale(*SCALES),
        {"min_density": Number(0)},
        density,
        rests_on=("businesses", "residents"),
    ),
    "isolines": Measure(
        "Lines of equal density of businesses",
        {},
        {"bandwidth_m": Number(BANDWIDTH_M, *BANDWIDTHS_M), "min_density": Number(0)},
        isolines,
    ),
    "shares": Measure(
        "Which share of the businesses foreigners run, from place to place",
        {},
        {"bandwidth_m": Number(BANDWIDTH_M, *BANDWIDTHS_M)},
        shares,
    ),
    "hot-spots": Measure(
        "Where businesses are unusually many or few",
        _scale("hex", "grid"),
        {},
        hot_spots,
        verdicts=("z", "p", "spot"),
    ),
    "neighbours": Measure(
        "Whether dong are like their neighbours, or stand out among them",
        {"value": VALUES, "island": ISLANDS},
        {},
        neighbours,
        rests_on=("businesses", "residents"),
        verdicts=("p", "stands_out", "stands_out_raw", "stands_out_with", "quadrant"),
    ),
    "scales": Measure(
        "Whether the answer depends on the units",
        {},
        {},
        scales,
        verdicts=("share_hot", "kappa", "stands"),
    ),
    "clustering": Measure(
        "Whether a category keeps together among all",
        {"kind": CATEGORIES},
        {},
        point_patterns.clusters,
        verdicts=("p", "low", "high"),
    ),
    "colocation": Measure(
        "Which categories stand next to which",
        {},
        {},
        point_patterns.colocation,
        verdicts=("p", "unusual"),
    ),
    "quotients": Measure(
        "Of which categories a place has more than its share",
        _scale(*SCALES),
        {},
        composition.quotients,
        verdicts=("low", "high", "p", "unusual"),
    ),
    "diversity": Measure(
        "How mixed places are",
        {**_scale(*SCALES), "kind": composition.KINDS},
        {},
        composition.category_mix,
    ),
    "access": Measure("Who can walk to a centre, and in how many minutes", {}, {}, walks.access),
    "surveys": Measure(
        "Shops of the zone by survey, 2008 to 2022",
        {"series": changes.SERIES, "base": changes.BASES},
        {},
        alone=changes.surveys,
        rests_on=("series",),
    ),
    "operators": Measure(
        "How many businesses are run by foreigners, in fixed areas",
        {"of": COUNTED, "scale": FIXED},
        {},
        alone=operators,
    ),
    "residents": Measure(
        "How residents changed, 2015 to 2025",
        {"group": ("foreign", "total", "domestic"), "scale": ("dong", "unit")},
        {},
        alone=changes.residents,
        rests_on=("residents",),
    ),
    "census": Measure(
        "Residents by dong, one census",
        {"year": YEARS, "indicator": INDICATORS},
        {},
        alone=census,
        rests_on=("residents",),
    ),
    "establishments": Measure(
        "Establishments by dong, census of 2020",
        {},
        {"min_density": Number(0)},
        alone=establishments,
        rests_on=("dong",),
    ),
    "places": Measure("Real places, by kind", {}, {}, places),
    "outlines": Measure(
        "How dong were redrawn between the censuses of 2010, 2015 and 2020",
        {"edition": EDITIONS},
        {},
        alone=outlines,
        rests_on=("dong",),
    ),
}
