"""The filter on one property of a layer, as a parameter of a query."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from geo.core.errors import BadParameterError
from geo.core.parameter_values import number, one_of, truth, whole_number
from geo.core.parameters import Parameter
from geo.snapshot.layer import Field

_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_TEXT: Final = {"type": "string", "pattern": r"^[^,]*[^,\s][^,]*$"}
_MEMBERS: Final[dict[str, dict[str, Any]]] = {
    "string": _TEXT,
    "list": _TEXT,
    "date": {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$", "example": "2025-11-01"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
}


@dataclass(frozen=True)
class PropertyParameter(Parameter):
    """Accepted values of a property: a comma list, `null` where it may be unknown.

    Attributes:
        field: the property, as the contract of its layer states it.
        everything: a word that accepts every value; empty for none.
    """

    field: Field
    everything: str = ""
    default: tuple[Any, ...] = ()
    repeatable: ClassVar[bool] = True

    @property
    def name(self) -> str:  # type: ignore[override] # a property of the layer names it
        """The name of the property."""
        return self.field.name

    @property
    def description(self) -> str:  # type: ignore[override]
        """The meaning of the property, and how several values are given."""
        null = "; `null` for unknown" if self.field.nullable else ""
        every = f"; `{self.everything}` for every one" if self.everything else ""
        member = " (any member)" if self.field.type == "list" else ""
        return f"{self.field.description}{member}; several joined by commas{null}{every}"

    @property
    def json_schema(self) -> dict[str, Any]:
        """A list, with the values that are allowed."""
        member = dict(_MEMBERS[self.field.type])
        if self.field.allowed:
            member["enum"] = [*self.field.allowed, *self._everything]
        return {"type": "array", "items": member, "minItems": 1}

    def parse(self, text: str) -> tuple[Any, ...]:
        """Parse a comma list; the word for everything is the empty tuple."""
        words = [word.strip() for word in text.split(",")]
        values = tuple(self._value(word) for word in words if word not in self._everything)
        return values if len(values) == len(words) else ()

    @property
    def _everything(self) -> tuple[str, ...]:
        return (self.everything,) if self.everything else ()

    def _value(self, text: str) -> Any:
        field = self.field
        if text == "null" and field.nullable:
            return None
        if field.allowed:
            one_of(field.name, text, self._allowed())
        if field.type == "boolean":
            return truth(field.name, text)
        if field.type == "integer":
            return whole_number(field.name, text, least=0)
        if field.type == "number":
            return number(field.name, text)
        if field.type == "date" and not _DATE.fullmatch(text):
            raise BadParameterError(field.name, text, "a day, month or year, such as 2025-11-01")
        if not text:
            raise BadParameterError(field.name, text, "a value, or several joined by commas")
        return text

    def _allowed(self) -> list[str]:
        null = ["null"] if self.field.nullable else []
        return [*map(str, self.field.allowed), *null, *self._everything]
