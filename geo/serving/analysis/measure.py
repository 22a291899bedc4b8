"""The declaration of a measure: what it answers, its parameters, and the function of it."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pydantic import Field, field_validator, model_validator

from geo.core.declarations import Declaration
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.snapshot.reader import Snapshot

Parameters = Mapping[str, str]
# What the query of a measure means by these names, beside the properties that filters name.
RESERVED: Final = (
    "bbox", "bbox-crs", "datetime", "demonstration", "f", "filter", "filter-crs", "filter-lang",
    "lang", "with",
)  # fmt: skip


class Number(NamedTuple):
    """The range of a numeric parameter: from `least` to `most`, both included."""

    default: float
    least: float = 0.0
    most: float | None = None


class Measure(Declaration):
    """A measure and its parameters; its name is the key under which its module declares it.

    Attributes:
        title: what it answers, in a line.
        options: its own parameters: the values each may have, the default first.
        numbers: its own parameters that are numbers.
        of: computes it for businesses, which filters may choose; None where it needs none.
        alone: computes it without businesses; None where it needs some.
        rests_on: layers, whose sources are named with it, or sources.
        verdicts: columns and parameters that follow from a test, withheld of simulated rows.
    """

    title: str = Field(min_length=1)
    options: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    numbers: Mapping[str, Number] = Field(default_factory=dict)
    of: Callable[[Snapshot, PointSample, Parameters], MeasureResult] | None = None
    alone: Callable[[Snapshot, Parameters], MeasureResult] | None = None
    rests_on: tuple[str, ...] = ("businesses",)
    verdicts: tuple[str, ...] = ()

    @field_validator("options", "numbers")
    @classmethod
    def _check_names(cls, parameters: Mapping[str, object]) -> Mapping[str, object]:
        for name in parameters:
            if name in RESERVED or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(
                    f"names of small letters, digits and _, none of {', '.join(RESERVED)}"
                )
        return parameters

    @field_validator("options")
    @classmethod
    def _check_values(cls, options: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        if not all(options.values()):
            raise ValueError("for each option at least one value, the default first")
        return options

    @field_validator("numbers")
    @classmethod
    def _check_ranges(cls, numbers: Mapping[str, Number]) -> Mapping[str, Number]:
        for name, (default, least, most) in numbers.items():
            if default < least or (most is not None and default > most):
                raise ValueError(f"a default of {name} from {least:g} to its maximum")
        return numbers

    @model_validator(mode="after")
    def _check_function(self) -> "Measure":
        if (self.of is None) == (self.alone is None):
            raise ValueError("`of` for a measure of businesses or `alone`, one of the two")
        return self
