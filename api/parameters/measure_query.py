"""The query of a measure: its parameters, classes, and the businesses that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from api.http.errors import NotFoundError, excerpt
from api.http.query_string import given_parameters
from api.parameters.declared import Schema
from api.parameters.described import described, selecting_parameters
from api.parameters.filters import Selection, parse_selection, selecting
from api.service.current_snapshot import snapshot_of
from geo.core.parameters import Parameter
from geo.serving.analysis.measures import MEASURES, Measure
from geo.serving.analysis.shared_parameters import DEMONSTRATION, WITH
from geo.serving.class_choice import BREAKS, CLASSES, check_class_choice
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

_CLASS_CHOICE: Final = (CLASSES, BREAKS)  # of measures whose map has classes
_RESTING: Final = (WITH, DEMONSTRATION)  # of measures that rest on businesses


@dataclass(frozen=True)
class MeasureQuery:
    """A checked question for a measure.

    Attributes:
        name: of the measure.
        given: the parameters as they were given.
        selection: the businesses that it rests on; None where it rests on none.
    """

    name: str
    given: Mapping[str, str]
    selection: Selection | None

    @property
    def measure(self) -> Measure:
        """Which measure it is."""
        return MEASURES[self.name]


def measure_query(request: Request, name: str, forms: Sequence[str]) -> MeasureQuery:
    """Parse a question for a measure.

    Args:
        request: with the question.
        name: of the measure.
        forms: names of parameters that say how the answer is written.

    Raises:
        NotFoundError: there is no such measure.
        BadParameterError: a parameter or a value is not allowed.
    """
    if name not in MEASURES:
        raise no_measure(name)
    measure, businesses = MEASURES[name], snapshot_of(request).layers["businesses"]
    filters = selecting(businesses) if measure.of else []
    parameters = _parameters(measure)
    names = [parameter.name for parameter in parameters]
    given = given_parameters(request, [*forms, *names, *filters])
    for parameter in parameters:
        parameter.read(given)
    check_class_choice(given)
    where = {k: v for k, v in given.items() if k in filters}
    return MeasureQuery(name, given, parse_selection(where, businesses) if measure.of else None)


def describe_question(
    measure: Measure, snapshot: Snapshot, layers: Sequence[Layer]
) -> list[Schema]:
    """Describe what a measure is asked by: all but the form of the answer."""
    own = [described(parameter) for parameter in _parameters(measure)]
    return [*own, *selecting_parameters(snapshot, layers)] if measure.of else own


def no_measure(name: str) -> NotFoundError:
    """Return the error that says which measures there are."""
    return NotFoundError(f"no measure {excerpt(name)}; there are {', '.join(MEASURES)}")


def _parameters(measure: Measure) -> list[Parameter]:
    classes = _CLASS_CHOICE if measure.classed else ()
    return [*measure.parameters, *classes, *(_RESTING if measure.of else ())]
