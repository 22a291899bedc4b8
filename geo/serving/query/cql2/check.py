"""CQL2 JSON checked against the properties of a layer, and made into what can be evaluated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely

from geo.serving.query.cql2.arrays import RELATIONS, ArrayComparison
from geo.serving.query.cql2.evaluation import GEOMETRY, Predicate
from geo.serving.query.cql2.literals import MOST_VERTICES, operand_error, parse_geometry
from geo.serving.query.cql2.logic import And, Constant, IsUnknown, Not, Or
from geo.serving.query.cql2.operands import Operands
from geo.serving.query.cql2.scalars import (
    Comparison,
    InList,
    IsNull,
    Like,
    Literal,
    Property,
    Scalar,
)
from geo.serving.query.cql2.spatial import (
    TURNED,
    IsGeometryNull,
    SelfRelation,
    SpatialRelation,
    check_effort,
    matches_relation,
)
from geo.serving.query.cql2.temporal import (
    BETWEEN_INTERVALS,
    BETWEEN_PERIODS,
    DatePeriod,
    Period,
    TemporalComparison,
)
from geo.snapshot.layer import Field

MOST_MEMBERS: Final = 1_000  # of IN
MOST_PATTERN: Final = 500  # characters of LIKE

COMPARISONS: Final = ("=", "<>", "<", ">", "<=", ">=")
FUNCTIONS: Final = (
    "casei", "accenti", *TURNED, *BETWEEN_PERIODS, *BETWEEN_INTERVALS, *RELATIONS,
)  # fmt: skip
_OPERATORS: Final = ("and", "or", "not", *COMPARISONS, "like", "between", "in", "isNull")
_PREDICATE: Final = "a comparison, such as category = 'restaurant'"


@dataclass
class Checker:
    """Checks a filter against the properties of one layer.

    Attributes:
        fields: the properties of the layer.
        crs: the system of coordinates in the filter, one of `geo.core.crs.SERVED`.
        vertices: of the geometries read so far.
    """

    fields: Mapping[str, Field]
    crs: str
    vertices: int = 0

    def __post_init__(self) -> None:
        """Read operands of the same layer."""
        self.operands = Operands(self.fields)

    def predicate(self, node: Any) -> Predicate:
        """Read a predicate: what is true or false of a feature.

        Raises:
            BadParameterError: it is nothing that can be asked of the layer.
        """
        if isinstance(node, bool):
            return Constant(node)
        if not isinstance(node, dict) or "op" not in node:
            raise operand_error(node, _PREDICATE)
        sign, args = node["op"], node.get("args")
        if not isinstance(args, list):
            raise operand_error(node, "an operator with a list of args")
        if not self._asks(node):
            raise operand_error(sign, ", ".join((*_OPERATORS, *FUNCTIONS)))
        operator = _operator_of(sign)
        return _PREDICATES[operator](self, operator, args)

    def _logical(self, sign: str, args: list[Any]) -> Predicate:
        if not args:
            raise operand_error(sign, f"something to join by {sign}")
        parts = tuple(self.predicate(arg) for arg in args)
        return And(parts) if sign == "and" else Or(parts)

    def _not(self, sign: str, args: list[Any]) -> Predicate:
        (arg,) = _exactly(1, sign, args)
        return Not(self.predicate(arg))

    def _comparison(self, sign: str, args: list[Any]) -> Predicate:
        left, right = _exactly(2, sign, args)
        if sign in ("=", "<>") and (members := self._with_member(left, right)):
            return members if sign == "=" else Not(members)
        return self._pair(sign, self.operands.scalar(left), self.operands.scalar(right))

    def _with_member(self, left: Any, right: Any) -> Predicate | None:
        """A list property that has a text among its members, as the parameters read it."""
        for operand, other in ((left, right), (right, left)):
            if self._is_list(operand) and isinstance(other, str):
                return self._arrays("a_contains", [operand, [other]])
        return None

    def _is_list(self, node: Any) -> bool:
        name = node.get("property") if isinstance(node, dict) else None
        return name != GEOMETRY and name is not None and self.operands.field(name)[1] == "list"

    def _pair(self, sign: str, left: Scalar, right: Scalar) -> Predicate:
        """Read a comparison of two values, as periods where both are dates."""
        first, other = self.operands.common_type(left, right)
        if first.type == other.type == "date":
            return TemporalComparison(
                sign, self.operands.as_period(first), self.operands.as_period(other)
            )
        return Comparison(sign, first, other)

    def _like(self, sign: str, args: list[Any]) -> Predicate:
        node, pattern = _exactly(2, sign, args)
        text, pattern = self.operands.text(node), self.operands.scalar(pattern)
        if text is None:
            raise operand_error(args[0], "a text property, for LIKE")
        if not isinstance(pattern, Literal) or pattern.type != "string":
            raise operand_error(args[1], "a pattern of text, for LIKE")
        if len(pattern.value) > MOST_PATTERN:
            raise operand_error(pattern.value, f"a pattern of at most {MOST_PATTERN} characters")
        return Like(text, pattern.value)

    def _between(self, sign: str, args: list[Any]) -> Predicate:
        value, low, high = (self.operands.scalar(arg) for arg in _exactly(3, sign, args))
        return And((self._pair(">=", value, low), self._pair("<=", value, high)))

    def _among(self, sign: str, args: list[Any]) -> Predicate:
        node, members = _exactly(2, sign, args)
        if not isinstance(members, list) or not 1 <= len(members) <= MOST_MEMBERS:
            raise operand_error(members, f"a list of 1 to {MOST_MEMBERS} values, for IN")
        if self._is_list(node):
            return self._arrays("a_overlaps", [node, members])
        value = self.operands.scalar(node)
        pairs = [
            self.operands.common_type(value, self.operands.scalar(member)) for member in members
        ]
        plain = [literal.value for _, literal in pairs if isinstance(literal, Literal)]
        if value.type == "date" or len(plain) < len(pairs) or any(a is not value for a, _ in pairs):
            return Or(tuple(self._pair("=", *pair) for pair in pairs))
        return InList(value, tuple(plain))

    def _null(self, sign: str, args: list[Any]) -> Predicate:
        (node,) = _exactly(1, sign, args)
        if not isinstance(node, dict):
            return self._is_unknown(node) if isinstance(node, bool) else self._missing(node)
        if "bbox" in node or "type" in node or node == {"property": GEOMETRY}:
            self._shape(node)
            return IsGeometryNull()
        if "property" in node:
            return IsNull(Property(*self.operands.field(node["property"])))
        if "interval" in node:
            ends = [IsNull(Property(name, "date")) for name in self.operands.period(node).names]
            return Or((Constant(value=False), *ends))
        return self._is_unknown(node) if self._asks(node) else self._missing(node)

    def _asks(self, node: Mapping[str, Any]) -> bool:
        """Tell whether a node is a predicate and not a value."""
        sign = node.get("op")
        return isinstance(sign, str) and _operator_of(sign) in _PREDICATES

    def _is_unknown(self, node: Any) -> Predicate:
        return IsUnknown(self.predicate(node))

    def _missing(self, node: Any) -> Predicate:
        value = self.operands.scalar(node)
        return Constant(value=False) if isinstance(value, Literal) else IsNull(value)

    def _spatial(self, sign: str, args: list[Any]) -> Predicate:
        left, right = (self._shape(arg) for arg in _exactly(2, sign, args))
        for operand in (left, right):
            check_effort(sign, operand)
        if left is None and right is None:
            return SelfRelation(sign)
        if left is None:
            return SpatialRelation(sign, right)
        if right is None:
            return SpatialRelation(TURNED[sign], left)
        return Constant(bool(matches_relation(sign, left, right)))

    def _shape(self, node: Any) -> Any:
        """Read a geometry in lon/lat; None for that of the feature."""
        if node == {"property": GEOMETRY}:
            return None
        if not isinstance(node, dict) or not ("bbox" in node or "type" in node):
            raise operand_error(
                node, f"{GEOMETRY}, a geometry such as POINT(126.79 37.33), or BBOX(…)"
            )
        geometry = parse_geometry(node, self.crs)
        self.vertices += int(shapely.get_num_coordinates(geometry))
        if self.vertices > MOST_VERTICES:
            raise operand_error(node, f"geometries of at most {MOST_VERTICES} vertices")
        return geometry

    def _temporal(self, sign: str, args: list[Any]) -> Predicate:
        left, right = (self.operands.period(arg) for arg in _exactly(2, sign, args))
        if sign in BETWEEN_INTERVALS:
            _check_intervals(sign, (left, right), args)
        return TemporalComparison(sign, left, right)

    def _arrays(self, sign: str, args: list[Any]) -> Predicate:
        left, right = _exactly(2, sign, args)
        first, other = self.operands.array(left), self.operands.array(right)
        if isinstance(first, frozenset) and isinstance(other, frozenset):
            return Constant(bool(RELATIONS[sign](len(first), len(other), len(first & other))))
        return ArrayComparison(
            sign, self.operands.texts(first, left), self.operands.texts(other, right)
        )


_PREDICATES: Final[Mapping[str, Callable[[Checker, str, list[Any]], Predicate]]] = {
    **dict.fromkeys(("and", "or"), Checker._logical),
    "not": Checker._not,
    **dict.fromkeys(COMPARISONS, Checker._comparison),
    "like": Checker._like,
    "between": Checker._between,
    "in": Checker._among,
    "isNull": Checker._null,
    **dict.fromkeys(TURNED, Checker._spatial),
    **dict.fromkeys((*BETWEEN_PERIODS, *BETWEEN_INTERVALS), Checker._temporal),
    **dict.fromkeys(RELATIONS, Checker._arrays),
}


def _check_intervals(sign: str, periods: Sequence[Period], args: list[Any]) -> None:
    """Refuse instants: `t_during` and its like are defined between intervals only."""
    for period, arg in zip(periods, args, strict=True):
        if isinstance(period, DatePeriod) or "interval" not in arg:
            raise operand_error(
                arg, f"INTERVAL(start, end), for {sign}; t_intersects takes dates as well"
            )


def _operator_of(sign: str) -> str:
    """Normalise an operator; the standard writes both a_containedBy and a_containedby."""
    return sign.lower() if sign[1:2] == "_" else sign


def _exactly(count: int, sign: str, args: list[Any]) -> list[Any]:
    if len(args) != count:
        raise operand_error(args, f"{count} args for {sign}")
    return args
