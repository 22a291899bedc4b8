"""Parameters of map pages whose values are those of the data."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.core.parameters import Parameter
from geo.serving.query.property_parameter import PropertyParameter
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

MOST_PLACES: Final = 60  # more do not share one address
_PLACE: Final = {"type": "string", "example": "samarkand"}


class DataParameter(ABC):
    """A parameter that is complete once the data are known.

    Attributes:
        name: in the query.
    """

    name: str

    @abstractmethod
    def bind(self, snapshot: Snapshot) -> Parameter:
        """Return the parameter with the values of a snapshot."""


def bind_parameters(
    parameters: Iterable[Parameter | DataParameter], snapshot: Snapshot
) -> list[Parameter]:
    """Complete parameters with the values of a snapshot.

    Args:
        parameters: as a page declares them.
        snapshot: the data.
    """
    return [
        parameter.bind(snapshot) if isinstance(parameter, DataParameter) else parameter
        for parameter in parameters
    ]


@dataclass(frozen=True)
class BusinessProperty(DataParameter):
    """A filter on a property of the businesses.

    Attributes:
        name: of the property.
        everything: a word that accepts every value; empty for none.
    """

    name: str
    everything: str = ""

    def bind(self, snapshot: Snapshot) -> PropertyParameter:
        """Take what the property may be from the contract of the layer."""
        return PropertyParameter(snapshot.layers["businesses"].fields[self.name], self.everything)


@dataclass(frozen=True)
class BusinessCuisines(DataParameter):
    """Kitchens that some business has.

    Attributes:
        name: of the property that is a list of them.
    """

    name: str = "cuisine"

    def bind(self, snapshot: Snapshot) -> Parameter:
        """Take the layer that has the kitchens."""
        return _Cuisines(self.name, snapshot.layers["businesses"])


@dataclass(frozen=True)
class _Cuisines(Parameter):
    name: str
    businesses: Layer = field(repr=False)
    description: str = "kitchens"
    default: tuple[str, ...] = ()
    repeatable: ClassVar[bool] = True

    @property
    def json_schema(self) -> dict[str, Any]:
        member = {"type": "string", "enum": self._cooked()}
        return {"type": "array", "items": member, "minItems": 1}

    def parse(self, text: str) -> tuple[str, ...]:
        cooked = self._cooked()
        return tuple(one_of(self.name, word, cooked) for word in text.split(","))

    def _cooked(self) -> list[str]:
        return list(self.businesses.distinct(self.name))


@dataclass(frozen=True)
class VisitorPlace(DataParameter):
    """The id of a place that visitors are sent to.

    Attributes:
        name: in the query.
        description: what it means.
        layers: of the places.
    """

    name: str
    description: str
    layers: tuple[str, ...] = ("businesses",)

    def bind(self, snapshot: Snapshot) -> Parameter:
        """Take the layers of the places."""
        return _PlaceId(self.name, self.description, _layers(snapshot, self.layers))


@dataclass(frozen=True)
class VisitorPlaces(VisitorPlace):
    """The ids of some places that visitors are sent to."""

    def bind(self, snapshot: Snapshot) -> Parameter:
        """Take the layers of the places."""
        return _PlaceIds(self.name, self.description, _layers(snapshot, self.layers))


@dataclass(frozen=True)
class _PlaceId(Parameter):
    name: str
    description: str
    layers: Sequence[Layer] = field(repr=False)

    @property
    def default(self) -> Any:
        return None

    @property
    def json_schema(self) -> dict[str, Any]:
        return dict(_PLACE)

    def parse(self, text: str) -> Any:
        if not any(_is_for_visitors(layer, text) for layer in self.layers):
            raise BadParameterError(self.name, text, "the id of a business that visitors are shown")
        return text


@dataclass(frozen=True)
class _PlaceIds(_PlaceId):
    repeatable: ClassVar[bool] = True

    @property
    def default(self) -> tuple[str, ...]:
        return ()

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": dict(_PLACE), "minItems": 1, "maxItems": MOST_PLACES}

    def parse(self, text: str) -> tuple[str, ...]:
        ids = tuple(dict.fromkeys(text.split(",")))
        for place in ids:
            if not any(_is_for_visitors(layer, place) for layer in self.layers):
                allowed = "ids of businesses or centres visitors are shown"
                raise BadParameterError(self.name, place, allowed)
        if len(ids) > MOST_PLACES:
            raise BadParameterError(self.name, len(ids), f"at most {MOST_PLACES} ids")
        return ids


def _layers(snapshot: Snapshot, names: Iterable[str]) -> list[Layer]:
    return [snapshot.layers[name] for name in names]


def _is_for_visitors(layer: Layer, place: str) -> bool:
    """Tell whether visitors may be sent to a place: not to a simulated, doubtful or closed one."""
    row = layer.row_of(place)
    return row is not None and bool(layer.columns["for_visitors"][row].as_py())
