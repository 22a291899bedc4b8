"""Declarations of the parameters of a query.

A declaration is the only place that knows what a parameter may be: it parses a text, refuses it
with what is allowed, and describes itself for the OpenAPI document.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from geo.core.parameter_values import number, one_of, truth

_DEFAULT_FIRST: Final = "the first is the default"


class Parameter(ABC):
    """What every declaration of a parameter has.

    Attributes:
        name: in the query.
        description: what it means, in English.
        default: the value of a request that does not give it.
        repeatable: whether forms may send it several times; its values are then a tuple.
    """

    name: str
    description: str
    default: Any
    repeatable: ClassVar[bool] = False

    @property
    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Its schema in the OpenAPI document, valid in 3.0 and 3.1."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Parse a text.

        Raises:
            BadParameterError: it is not allowed.
        """

    def read(self, given: Mapping[str, str]) -> Any:
        """Return the value in the parameters of a request, or the default.

        Raises:
            BadParameterError: it is not allowed.
        """
        return self.parse(given[self.name]) if self.name in given else self.default


@dataclass(frozen=True)
class ChoiceParameter(Parameter):
    """One of a closed list of texts.

    Attributes:
        name: in the query.
        values: what is allowed, the default first.
        description: what it means.
        optional: whether the default is None instead.
    """

    name: str
    values: tuple[str, ...]
    description: str = _DEFAULT_FIRST
    optional: bool = False

    def __post_init__(self) -> None:
        """Check the declaration."""
        if isinstance(self.values, str) or not self.values:
            raise ValueError(f"{self.name}: at least one value, the default first")

    @property
    def default(self) -> str | None:
        """The first value, or None."""
        return None if self.optional else self.values[0]

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its values, and its default."""
        default = {} if self.optional else {"default": self.default}
        return {"type": "string", "enum": list(self.values), **default}

    def parse(self, text: str) -> str:
        """Check that a text is one of the values."""
        return one_of(self.name, text, self.values)


@dataclass(frozen=True)
class IntegerChoiceParameter(Parameter):
    """One of a closed list of whole numbers, such as years.

    Attributes:
        name: in the query.
        values: what is allowed, the default first.
        description: what it means.
    """

    name: str
    values: tuple[int, ...]
    description: str = _DEFAULT_FIRST

    @property
    def default(self) -> int:
        """The first value."""
        return self.values[0]

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its values, and its default."""
        return {"type": "integer", "enum": list(self.values), "default": self.default}

    def parse(self, text: str) -> int:
        """Parse one of the values."""
        return int(one_of(self.name, text, map(str, self.values)))


@dataclass(frozen=True)
class NumberParameter(Parameter):
    """A number within bounds, both included.

    Attributes:
        name: in the query.
        default: of a request that does not give it.
        least: lowest value.
        most: highest value; None for any.
        description: what it means, with its unit.
    """

    name: str
    default: float
    least: float = 0.0
    most: float | None = None
    description: str = "a number"

    def __post_init__(self) -> None:
        """Check the declaration."""
        for bound in (self.default, self.least, self.most):
            if bound is not None and not isinstance(bound, (int, float)):
                raise ValueError(f"{self.name}: {bound!r} is not a number")
        if self.default < self.least or (self.most is not None and self.default > self.most):
            upper = "its maximum" if self.most is None else f"{self.most:g}"
            raise ValueError(f"{self.name}: a default from {self.least:g} to {upper}")

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its bounds, and its default."""
        upper = {} if self.most is None else {"maximum": self.most}
        return {"type": "number", "minimum": self.least, **upper, "default": self.default}

    def parse(self, text: str) -> float:
        """Parse a number within the bounds."""
        return number(self.name, text, self.least, self.most)


@dataclass(frozen=True)
class BooleanParameter(Parameter):
    """True or false.

    Attributes:
        name: in the query.
        description: what it means.
        default: of a request that does not give it; None for neither.
    """

    name: str
    description: str
    default: bool | None = False

    @property
    def json_schema(self) -> dict[str, Any]:
        """Its default, where it has one."""
        return {"type": "boolean"} | ({} if self.default is None else {"default": self.default})

    def parse(self, text: str) -> bool:
        """Parse `true` or `false`."""
        return truth(self.name, text)


def check_names(names: Iterable[str], reserved: Collection[str]) -> None:
    """Check the names of the parameters that a declaration lists.

    Args:
        names: of its parameters.
        reserved: names that every query of its kind has.

    Raises:
        ValueError: a name is reserved, is declared twice, or is not one of a query.
    """
    known = set(reserved)
    for name in names:
        if name in known or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(
                f"names of small letters, digits and _, each once, none of {', '.join(reserved)}"
            )
        known.add(name)
