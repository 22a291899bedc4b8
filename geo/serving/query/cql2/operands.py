"""The operands of a filter: properties, values and what is computed from them, with their types."""

from collections.abc import Mapping
from sys import float_info
from typing import Any, Final

import orjson

from geo.serving.query.cql2.arrays import ListProperty, TextArray
from geo.serving.query.cql2.evaluation import GEOMETRY
from geo.serving.query.cql2.literals import end_of_interval, operand_error, parse_day, parse_instant
from geo.serving.query.cql2.scalars import (
    ARITHMETIC,
    Arithmetic,
    FoldedText,
    Literal,
    Property,
    Scalar,
)
from geo.serving.query.cql2.strings import FOLDS, normalise
from geo.serving.query.cql2.temporal import DatePeriod, FixedPeriod, Interval, Period
from geo.snapshot.layer import Field

MOST_IN_ARRAY: Final = 1_000
_LARGEST: Final = float_info.max
_EXACT: Final = 2**53  # whole numbers up to here are the same as floating ones
_NUMBERS: Final = (int, float)
_TYPES: Final = {"integer": "number"}
_WANTED: Final = {
    "string": "a text in single quotes",
    "number": "a number",
    "boolean": "TRUE or FALSE",
    "date": "DATE('2025-11-03'), or '2025', '2025-11' or '2025-11-03'",
}
_VALUE: Final = "a property, a text in single quotes, a number, TRUE, FALSE, or DATE('2025-11-03')"


class Operands:
    """Reads operands of one layer."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields

    def field(self, name: Any) -> tuple[str, str]:
        """Look up name and type of a property.

        Raises:
            BadParameterError: the layer has no such property.
        """
        if not isinstance(name, str) or name not in self._fields:
            known = ", ".join((*self._fields, GEOMETRY))
            raise operand_error(name, f"a property: {known}; texts need single quotes")
        kind = self._fields[name].require_public().type
        return name, _TYPES.get(kind, kind)

    def scalar(self, node: Any) -> Scalar:
        """Read an operand that has a single value for each feature.

        Raises:
            BadParameterError: it is something else.
        """
        if isinstance(node, dict):
            return self._compound(node)
        if isinstance(node, bool):
            return Literal(node, "boolean")
        if isinstance(node, str):
            return Literal(normalise(node), "string")
        if isinstance(node, _NUMBERS):
            return _number(node)
        raise operand_error(node, _VALUE)

    def text(self, node: Any) -> Scalar | None:
        """Read an operand that is a text or a date property; None where it is another value."""
        scalar = self.scalar(node)
        dated = scalar.type == "date" and not isinstance(scalar, Literal)
        return scalar if dated or scalar.type == "string" else None

    def _compound(self, node: Mapping[str, Any]) -> Scalar:
        if "property" in node:
            return self._property(node)
        if "date" in node or "timestamp" in node:
            return Literal(parse_instant(node), "date")
        sign, args = node.get("op"), node.get("args")
        if not isinstance(sign, str) or not isinstance(args, list):
            raise operand_error(node, _VALUE)
        if sign.lower() in FOLDS:
            return self._fold(sign.lower(), args)
        if sign.lower() in ARITHMETIC:
            return self._arithmetic(sign.lower(), args)
        raise operand_error(sign, f"{_VALUE}, CASEI, ACCENTI, {', '.join(ARITHMETIC)}")

    def _property(self, node: Mapping[str, Any]) -> Scalar:
        name, kind = (
            (GEOMETRY, "geometry") if node["property"] == GEOMETRY else self.field(node["property"])
        )
        if kind == "geometry":
            raise operand_error(
                name, "a property; geometries are compared by s_intersects and its like"
            )
        if kind == "list":
            raise operand_error(name, f"a single value; a_contains({name}, ('…')) asks for members")
        return Property(name, kind)

    def _fold(self, function: str, args: list[Any]) -> Scalar:
        argument = self.text(args[0]) if len(args) == 1 else None
        if argument is None:
            raise operand_error(args, f"one text for {function}")
        if isinstance(argument, Literal):
            fold, _ = FOLDS[function]
            return Literal(fold(argument.value), "string")
        return FoldedText(argument, function)

    def _arithmetic(self, sign: str, args: list[Any]) -> Scalar:
        parts = [self.scalar(arg) for arg in args]
        if len(parts) != 2 or any(part.type != "number" for part in parts):
            raise operand_error(args, f"two numbers for {sign}")
        return Arithmetic(sign, parts[0], parts[1])

    def common_type(self, left: Scalar, right: Scalar) -> tuple[Scalar, Scalar]:
        """Convert two operands to a common type, so that they can be compared.

        Raises:
            BadParameterError: they are of different types.
        """
        if left.type == right.type:
            return left, right
        first, other = _as(left, right.type), _as(right, left.type)
        if first.type == right.type:
            return first, right
        if other.type == left.type:
            return left, other
        if {left.type, right.type} == {"date", "string"} and not _is_day(left, right):
            return left, right  # dates are texts too
        raise _unlike(left, right)

    def as_period(self, scalar: Scalar) -> Period:
        """Convert a date to a period."""
        if isinstance(scalar, Literal):
            span: FixedPeriod = scalar.value
            return span
        (name,) = scalar.names
        return DatePeriod(name)

    def period(self, node: Any) -> Period:
        """Read a date or an interval.

        Raises:
            BadParameterError: it is something else, or runs backwards.
        """
        if isinstance(node, dict) and "interval" in node:
            return self._interval(node["interval"])
        scalar = self.scalar(node)
        if isinstance(scalar, Literal) and scalar.type == "string":
            scalar = _as(scalar, "date")
        if scalar.type != "date":
            raise operand_error(
                node, f"a date property, {_WANTED['date']}, TIMESTAMP(…) or INTERVAL(…)"
            )
        return self.as_period(scalar)

    def _interval(self, ends: Any) -> Period:
        if not isinstance(ends, list) or len(ends) != 2:
            raise operand_error(ends, "INTERVAL(start, end)")
        start, end = (
            end_of_interval(end, which) if isinstance(end, str) else self._dated_property(end)
            for end, which in zip(ends, ("start", "end"), strict=True)
        )
        if (
            isinstance(start, FixedPeriod)
            and isinstance(end, FixedPeriod)
            and start.first > end.last
        ):
            raise operand_error(ends, "an interval that ends after its start")
        return Interval(start, end)

    def _dated_property(self, node: Any) -> Period:
        name = node.get("property") if isinstance(node, dict) else None
        if name is None or self.field(name)[1] != "date":
            raise operand_error(node, "a date property, '2025-11-03' or '..'")
        return DatePeriod(name)

    def array(self, node: Any) -> ListProperty | TextArray | frozenset[bytes]:
        """Read a set: of a list property, of texts and text properties, or of any other values.

        Raises:
            BadParameterError: it is something else.
        """
        if isinstance(node, dict) and "property" in node:
            name, kind = self.field(node["property"])
            if kind != "list":
                raise operand_error(name, "a list property, for a_contains and its like")
            return ListProperty(name)
        if not isinstance(node, list) or len(node) > MOST_IN_ARRAY:
            raise operand_error(
                node, f"a list property, or an array of at most {MOST_IN_ARRAY} values"
            )
        if any(isinstance(member, dict) and "property" in member for member in node):
            return TextArray(tuple(self.scalar(member) for member in node))
        return frozenset(orjson.dumps(member, option=orjson.OPT_SORT_KEYS) for member in node)

    def texts(
        self, operand: ListProperty | TextArray | frozenset[bytes], node: Any
    ) -> ListProperty | TextArray:
        """Convert a set to one of texts.

        Args:
            operand: what `array` made of it.
            node: how it is written.

        Raises:
            BadParameterError: a member is not a text.
        """
        array = (
            TextArray(tuple(map(self.scalar, node))) if isinstance(operand, frozenset) else operand
        )
        if isinstance(array, TextArray) and any(part.type != "string" for part in array.parts):
            raise operand_error(node, "an array of texts, as the members of the list are")
        return array


def _number(value: float) -> Literal:
    """Read a number; integers beyond 2^53 are rounded to floats."""
    if abs(value) > _LARGEST:
        raise operand_error(str(value), f"numbers up to {_LARGEST}")
    return Literal(float(value) if abs(value) > _EXACT else value, "number")


def _as(scalar: Scalar, kind: str) -> Scalar:
    """Convert a literal to another type, where it can be one."""
    if not isinstance(scalar, Literal):
        return scalar
    if kind == "date" and scalar.type == "string":
        days = parse_day(scalar.value)
        return scalar if days is None else Literal(days, "date")
    if kind == "boolean" and scalar.type == "number" and scalar.value in (0, 1):
        return Literal(bool(scalar.value), "boolean")  # GDAL writes a truth as a number
    return scalar


def _is_day(left: Scalar, right: Scalar) -> bool:
    """Tell whether one of them is a calendar day, which is not a text."""
    return any(isinstance(scalar, Literal) and scalar.type == "date" for scalar in (left, right))


def _unlike(left: Scalar, right: Scalar) -> Exception:
    """Create the error about two operands of different types."""
    first, other = (right, left) if isinstance(right, Literal) else (left, right)
    value = first.value if isinstance(first, Literal) else ", ".join(sorted(first.names))
    if isinstance(value, FixedPeriod):
        value = str(value.first)
    what = ", ".join(sorted(other.names)) or "the other side"
    return operand_error(value, f"{_WANTED[other.type]}, to compare with {what}")
