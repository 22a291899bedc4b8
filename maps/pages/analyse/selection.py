"""What the analysts' page counts: a category, a kitchen or halal food, in the city or a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.vocab import ALL
from geo.serving.analysis.kinds import kind_filters
from geo.serving.analysis.measures import MEASURES
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import SIMULATED, PointSample, drop_simulated, point_sample
from geo.serving.analysis.testing import withhold_verdicts
from geo.snapshot.reader import Snapshot
from maps.pages.analyse.choices import CITY, ZONE


@dataclass(frozen=True)
class Selection:
    """The businesses that an answer counts, as filters.

    Attributes:
        kinds: of the parameter `kind`; several only of categories, which are counted together.
        within: city, zone, or the code of a dong.
        simulated: whether simulated businesses count, too.
        only_simulated: whether they count alone.
    """

    kinds: tuple[str, ...] = (ALL,)
    within: str = CITY
    simulated: bool = False
    only_simulated: bool = False

    @property
    def filters(self) -> dict[str, tuple[Any, ...]]:
        """The values that properties of a business may have."""
        where: dict[str, tuple[Any, ...]] = {**kind_filters(self.kinds[0])}
        if len(self.kinds) > 1:
            where["category"] = self.kinds
        if self.within == ZONE:
            where["in_zone"] = (True,)
        elif self.within != CITY:
            where["dong_code"] = (self.within,)
        if self.only_simulated:
            where["provenance"] = (SIMULATED,)
        return where

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of a measure."""
        asked = {
            name: ",".join(str(value).lower() if value is True else value for value in values)
            for name, values in self.filters.items()
        }
        is_added = self.simulated and not self.only_simulated
        return asked | ({"with": SIMULATED} if is_added else {})


def sample_of(snapshot: Snapshot, selection: Selection) -> PointSample:
    """Select the businesses that an answer counts."""
    layer = snapshot.layers["businesses"]
    rows = layer.select({name: list(values) for name, values in selection.filters.items()})
    return point_sample(layer, rows if selection.simulated else drop_simulated(layer, rows))


def compute_measure(
    snapshot: Snapshot, name: str, selection: Selection, parameters: Mapping[str, str]
) -> MeasureResult:
    """Compute a measure of the businesses of a selection, as `/analysis/{name}` answers it."""
    measure, sample = MEASURES[name], sample_of(snapshot, selection)
    assert measure.of is not None  # noqa: S101 # this page asks measures of businesses alone
    result = measure.of(snapshot, sample, parameters)
    return withhold_verdicts(result, measure.verdicts, made_up=sample.made_up, demonstration=False)
