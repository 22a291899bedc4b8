"""Values of a feature and comparisons between them, over whole columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.serving.query.cql2.evaluation import UNKNOWN, Truth, names_in, to_truth
from geo.serving.query.cql2.strings import FOLDS, compile_like

# What a row costs, where a number compared with a number is 1.
_NUMBER, _TEXT, _FOLDED, _PATTERN = 1, 8, 60, 40

_COMPARE: Final = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    ">": pc.greater,
    "<=": pc.less_equal,
    ">=": pc.greater_equal,
}
_COMPARE_FLOATS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "div": lambda left, right: np.trunc(np.divide(left, right)),
    "^": np.float_power,
}


class Scalar(Protocol):
    """A single value of each feature."""

    @property
    def type(self) -> str:
        """One of string, number, boolean, and date: a string that is a day, month or year."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The properties that it reads."""
        ...

    @property
    def cost(self) -> int:
        """The cost of one row."""
        ...

    def values(self, part: Any) -> Any:
        """Compute an Arrow array with a value for each row, or a scalar for all of them."""
        ...


@dataclass(frozen=True)
class Literal:
    """A value that is the same for every feature."""

    value: Any
    type: str
    names: frozenset[str] = frozenset()
    cost: int = 0

    def values(self, _: Any) -> Any:
        """Return the value."""
        return pa.scalar(self.value)


@dataclass(frozen=True)
class Property:
    """A property of the layer."""

    name: str
    type: str

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return frozenset((self.name,))

    @property
    def cost(self) -> int:
        """The cost of a row; texts cost more than numbers."""
        return _NUMBER if self.type in ("number", "boolean") else _TEXT

    def values(self, part: Any) -> Any:
        """Read the column."""
        return part.column(self.name)


@dataclass(frozen=True)
class FoldedText:
    """CASEI or ACCENTI of a property."""

    argument: Scalar
    function: str
    type: str = "string"

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return self.argument.names

    @property
    def cost(self) -> int:
        """The cost of folding each text."""
        return self.argument.cost + _FOLDED

    def values(self, part: Any) -> Any:
        """Fold the column."""
        _, fold = FOLDS[self.function]
        return fold(self.argument.values(part))


@dataclass(frozen=True)
class Arithmetic:
    """Arithmetic on numbers; a result that is undefined, such as 1 / 0, is unknown."""

    sign: str
    left: Scalar
    right: Scalar
    type: str = "number"

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties of both operands."""
        return names_in((self.left, self.right))

    @cached_property
    def cost(self) -> int:
        """The cost of both operands, and of as many floats."""
        return self.left.cost + self.right.cost + 5

    def values(self, part: Any) -> Any:
        """Compute the results as floats."""
        with np.errstate(all="ignore"):
            results = ARITHMETIC[self.sign](
                _floats(self.left.values(part)), _floats(self.right.values(part))
            )
        results = np.broadcast_to(results, len(part))
        return pa.array(results, mask=~np.isfinite(results))


@dataclass(frozen=True)
class Comparison:
    """A comparison of two values of one type; unknown where one of them is."""

    sign: str
    left: Scalar
    right: Scalar

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties compared."""
        return names_in((self.left, self.right))

    @cached_property
    def cost(self) -> int:
        """The cost of both operands."""
        return 1 + self.left.cost + self.right.cost

    @cached_property
    def accepted(self) -> frozenset[str] | None:
        """Return the one text for which it is true; None where it does not ask for a text."""
        if self.sign != "=" or not isinstance(self.left, Property):
            return None
        return _texts(self.left, self.right.value) if isinstance(self.right, Literal) else None

    def truth(self, part: Any) -> Truth:
        """Evaluate the comparison for each row."""
        if isinstance(self.left, Property) and isinstance(self.right, Literal):
            floats = part.floats(self.left.name)
            if floats is not None:  # NumPy begins much sooner than Arrow
                result = _COMPARE_FLOATS[self.sign](floats, float(self.right.value))
                truth: Truth = result.view(np.uint8) << 1
                return truth
        left, right = _alike(self.left.values(part), self.right.values(part))
        return to_truth(_COMPARE[self.sign](left, right), len(part))


@dataclass(frozen=True)
class Like:
    """A pattern match: % stands for any text, _ for one character."""

    text: Scalar
    pattern: str

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return self.text.names

    @property
    def cost(self) -> int:
        """The cost of matching each text."""
        return self.text.cost + _PATTERN

    def truth(self, part: Any) -> Truth:
        """Evaluate the match for each row."""
        return to_truth(compile_like(self.pattern)(self.text.values(part)), len(part))


@dataclass(frozen=True)
class InList:
    """Membership of a value in a list (IN)."""

    value: Scalar
    members: tuple[Any, ...]

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return self.value.names

    @property
    def cost(self) -> int:
        """The cost of looking each value up."""
        return self.value.cost + 10

    @cached_property
    def accepted(self) -> frozenset[str] | None:
        """Return the texts for which it is true; None where it is not about a property of text."""
        return _texts(self.value, *self.members)

    def truth(self, part: Any) -> Truth:
        """Evaluate for each row; unknown where the value is."""
        values = self.value.values(part)
        values, members = _alike(values, pa.array(_plain(self.members)))
        truth = to_truth(pc.is_in(values, value_set=members), len(part))
        truth[to_truth(pc.is_null(values), len(part)) > UNKNOWN] = UNKNOWN
        return truth


@dataclass(frozen=True)
class IsNull:
    """IS NULL: never unknown itself."""

    value: Scalar

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return self.value.names

    @property
    def cost(self) -> int:
        """The cost of the value."""
        return 1 + self.value.cost

    def truth(self, part: Any) -> Truth:
        """Evaluate for each row."""
        return to_truth(pc.is_null(self.value.values(part)), len(part))


def _texts(scalar: Scalar, *values: Any) -> frozenset[str] | None:
    """Return the values that a property of text is compared with; None for anything else."""
    if not isinstance(scalar, Property) or scalar.type != "string":
        return None
    return frozenset(values) if all(isinstance(value, str) for value in values) else None


def _plain(members: Sequence[Any]) -> list[Any]:
    """Convert members to one type, of which Arrow can make an array."""
    if any(isinstance(member, float) for member in members):
        return [float(member) for member in members]
    return list(members)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Convert integers to floats where they stand beside floats, the largest rounded."""
    if left.type == right.type or not {left.type, right.type} & {pa.float64()}:
        return left, right
    return (
        left.cast(pa.float64(), safe=False),
        right.cast(pa.float64(), safe=False),
    )


def _floats(values: Any) -> Any:
    """Convert numbers for NumPy, NaN where unknown."""
    if isinstance(values, pa.Scalar):
        return np.float64(values.as_py())
    if isinstance(values, pa.ChunkedArray):
        return values.cast(pa.float64(), safe=False).to_numpy()
    return values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
