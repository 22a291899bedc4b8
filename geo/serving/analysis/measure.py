"""The declaration of a measure: what it answers, its parameters, and the function of it."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import Field, field_validator, model_validator

from geo.core.declarations import Declaration
from geo.core.parameters import Parameter, check_names
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot

Parameters = Mapping[str, str]
# What the query of a measure means by these names, beside the properties that filters name.
RESERVED: Final = (
    "bbox", "bbox-crs", "breaks", "classes", "datetime", "demonstration", "f", "filter",
    "filter-crs", "filter-lang", "lang", "with",
)  # fmt: skip


class Measure(Declaration):
    """A measure and its parameters; its name is the key under which its module declares it.

    Attributes:
        title: what it answers, in a line.
        parameters: its own, beside the filters.
        of: computes it for businesses, which filters may choose; None where it needs none.
        alone: computes it without businesses; None where it needs some.
        rests_on: layers, whose sources are named with it, or sources.
        classed: whether the colours of its map are classes of numbers, which a reader may choose.
        verdicts: columns and parameters that follow from a test, withheld of simulated rows.
    """

    title: str = Field(min_length=1)
    parameters: tuple[Parameter, ...] = ()
    of: Callable[[Snapshot, PointSample, Parameters], MeasureResult] | None = None
    alone: Callable[[Snapshot, Parameters], MeasureResult] | None = None
    rests_on: tuple[str, ...] = ("businesses",)
    classed: bool = False
    verdicts: tuple[str, ...] = ()

    @field_validator("parameters")
    @classmethod
    def _check_names(cls, parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        check_names([parameter.name for parameter in parameters], RESERVED)
        return parameters

    @model_validator(mode="after")
    def _check_function(self) -> "Measure":
        if (self.of is None) == (self.alone is None):
            raise ValueError("`of` for a measure of businesses or `alone`, one of the two")
        return self
