"""The query of raster tiles: which measure, how it is counted, of which businesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from api.http.query_string import given_parameters
from api.parameters.declared import Schema
from api.parameters.described import described, selecting_parameters
from api.parameters.filters import Selection, parse_selection, selecting
from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, Parameter
from geo.serving.analysis.shared_parameters import BANDWIDTH, MIN_DENSITY, WITH
from geo.serving.tiles import cells as units
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

LAYER: Final = "businesses"
KERNEL: Final = "kernel"
SCALE: Final = ChoiceParameter("scale", (KERNEL, *units.SCALES))
# By measure: its own parameters, beside the filters.
PARAMETERS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "density": (SCALE, BANDWIDTH, MIN_DENSITY),
    "shares": (BANDWIDTH,),
}


@dataclass(frozen=True)
class RasterQuery:
    """A checked query of raster tiles.

    Attributes:
        measure: which one.
        scale: what densities are counted on; shares have a kernel only.
        bandwidth_m: standard deviation of the kernel, metres.
        min_density: densities below are hidden, per hectare.
        selection: which businesses.
        given: the parameters as they were given.
    """

    measure: str
    scale: str
    bandwidth_m: float
    min_density: float
    selection: Selection
    given: Mapping[str, str]


def describe(measure: str, snapshot: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    """Describe what the tiles of a measure take."""
    own = [described(parameter) for parameter in (*PARAMETERS[measure], WITH)]
    return [*own, *selecting_parameters(snapshot, layers)]


def given_of(request: Request, layer: Layer, measure: str) -> dict[str, str]:
    """Return the parameters of a request, each of which the measure has.

    Raises:
        BadParameterError: a parameter is unknown, or is given too often.
    """
    own = [parameter.name for parameter in (*PARAMETERS[measure], WITH)]
    return given_parameters(request, [*own, *selecting(layer)])


def raster_query(given: Mapping[str, str], layer: Layer, measure: str) -> RasterQuery:
    """Check the parameters of a request.

    Raises:
        BadParameterError: a value is not allowed.
        ProtectedError: the shares are of what is protected.
    """
    if measure == "shares":
        layer.fields["foreign_run"].require_public()
    for parameter in (*PARAMETERS[measure], WITH):
        parameter.read(given)
    scale = SCALE.read(given) if SCALE in PARAMETERS[measure] else KERNEL
    if scale != KERNEL and BANDWIDTH.name in given:
        raise BadParameterError(BANDWIDTH.name, given[BANDWIDTH.name], f"scale={KERNEL}")
    where = {name: text for name, text in given.items() if name in selecting(layer)}
    return RasterQuery(
        measure,
        scale,
        BANDWIDTH.read(given),
        MIN_DENSITY.read(given),
        parse_selection(where, layer),
        given,
    )
