"""Sets of values compared (OGC 21-065r2, 7.9): list properties and arrays. Order does not count."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.serving.query.cql2.evaluation import Part, Truth, names_in, three_valued
from geo.serving.query.cql2.scalars import Scalar
from geo.serving.query.members import member_keys, members
from geo.snapshot.value_index import dictionary_index

_COST: Final = 60  # of a row, where a number compared with a number is 1

# From the numbers of members of the one, of the other, and of those that both have.
RELATIONS: Final[dict[str, Callable[[Any, Any, Any], Any]]] = {
    "a_equals": lambda left, right, both: (both == left) & (both == right),
    "a_contains": lambda left, right, both: both == right,
    "a_containedby": lambda left, right, both: both == left,
    "a_overlaps": lambda left, right, both: both > 0,
}


@dataclass(frozen=True)
class ListProperty:
    """A list property."""

    name: str

    @property
    def names(self) -> frozenset[str]:
        """The property."""
        return frozenset((self.name,))

    def members(self, part: Any) -> tuple[Any, Any, Any]:
        """Read row and text of each member, and a mask of the rows whose list is unknown."""
        column = part.column(self.name)
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks)
        rows = pc.list_parent_indices(column).to_numpy()
        return rows, pc.list_flatten(column), column.is_null().to_numpy(zero_copy_only=False)


@dataclass(frozen=True)
class TextArray:
    """An array of text values and text properties."""

    parts: tuple[Scalar, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties in it."""
        return names_in(self.parts)

    @property
    def fixed(self) -> frozenset[str] | None:
        """The texts, if no property is among them."""
        return None if self.names else frozenset(part.value for part in self.parts)  # type: ignore[attr-defined]

    def members(self, part: Any) -> tuple[Any, Any, Any]:
        """Read row and text of each member, and a mask of the rows with an unknown member."""
        count = len(part)
        values = [_expand(text.values(part), count) for text in self.parts]
        texts = pa.concat_arrays([pa.array([], pa.string()), *values])
        rows = np.tile(np.arange(count), len(values))
        unknown = np.zeros(count, dtype=bool)
        unknown[rows[texts.is_null().to_numpy(zero_copy_only=False)]] = True
        return rows, texts, unknown


@dataclass(frozen=True)
class ArrayComparison:
    """A comparison of two sets of texts; unknown where one of them is."""

    relation: str
    left: ListProperty | TextArray
    right: ListProperty | TextArray
    cost: int = _COST

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties compared."""
        return names_in((self.left, self.right))

    def truth(self, part: Any) -> Truth:
        """Evaluate the comparison for each row."""
        numbers, unknown = self._numbers(part)
        return three_valued(RELATIONS[self.relation](*numbers), unknown, len(part))

    def _numbers(self, part: Any) -> tuple[tuple[Any, Any, Any], Any]:
        """Count members of the left set, of the right and of both; mask unknown rows."""
        left, right = self.left, self.right
        if (
            isinstance(left, ListProperty)
            and isinstance(right, TextArray)
            and right.fixed is not None
        ):
            sizes, both, unknown = _count_in_list(part, left.name, right.fixed)
            return (sizes, len(right.fixed), both), unknown
        if (
            isinstance(right, ListProperty)
            and isinstance(left, TextArray)
            and left.fixed is not None
        ):
            sizes, both, unknown = _count_in_list(part, right.name, left.fixed)
            return (len(left.fixed), sizes, both), unknown
        return _count_in_sets(left.members(part), right.members(part), len(part))


def _count_in_list(part: Part, name: str, texts: frozenset[str]) -> tuple[Any, Any, Any]:
    """Count members of each list, and those among the texts; mask unknown lists."""
    layer = part.layer
    known = layer.codes(name) or dictionary_index(layer.columns[name])
    rows, codes = members(known)
    in_texts = np.array([value in texts for value in (*known.values, None)])
    sizes = np.bincount(rows, minlength=layer.count)
    both = np.bincount(rows[in_texts[codes]], minlength=layer.count)
    unknown = layer.columns[name].is_null().to_numpy()
    chosen = slice(None) if part.rows is None else part.rows
    return sizes[chosen], both[chosen], unknown[chosen]


def _count_in_sets(first: Any, other: Any, count: int) -> tuple[tuple[Any, Any, Any], Any]:
    """Count members of each set, and of their intersection; mask unknown rows."""
    texts = pa.concat_arrays([first[1], other[1]]).dictionary_encode("encode")
    size = len(texts.dictionary)
    codes = texts.indices.to_numpy(zero_copy_only=False)
    left = member_keys(first[0], codes[: len(first[0])], size)
    right = member_keys(other[0], codes[len(first[0]) :], size)
    both = np.intersect1d(left, right, assume_unique=True)
    numbers = [np.bincount(keys // size, minlength=count) for keys in (left, right, both)]
    return (numbers[0], numbers[1], numbers[2]), first[2] | other[2]


def _expand(values: Any, count: int) -> Any:
    """Expand values of a column, or one value for all rows, to one array."""
    if isinstance(values, pa.Scalar):
        return pa.repeat(values, count)
    return pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
