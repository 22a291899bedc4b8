"""What a filter is evaluated on: rows of a layer, and truth in three values.

Truth is one small number per row: 0 false, 1 unknown, 2 true. Of two, AND is the smaller, OR the
larger, and NOT what is missing to 2: the truth tables of SQL and of CQL2 (OGC 21-065r2, 6.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.errors import BadParameterError
from geo.serving.query.periods import Days, days, spans
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import UNKNOWN as NULL
from geo.snapshot.value_index import DictionaryIndex, Rows, merge_runs

Truth = np.ndarray[Any, np.dtype[np.uint8]]
FALSE, UNKNOWN, TRUE = (np.uint8(value) for value in range(3))

GEOMETRY: Final = "geometry"
_FEW: Final = 4  # rows by an index pay up to a quarter of all
# Under a second: 1 is a number compared with a number, which takes about 1 ns.
MOST_WORK: Final = 700_000_000


@dataclass
class Work:
    """The work of one filter so far, limited so that no filter slows down others."""

    done: int = 0

    def spend(self, rows: int, cost: int) -> None:
        """Count work on some rows before it is done.

        Raises:
            BadParameterError: the filter is too much work on so many features.
        """
        self.done += rows * cost
        if self.done > MOST_WORK:
            allowed = (
                "fewer comparisons, patterns or shapes: this is too much work on a large layer"
            )
            raise BadParameterError("filter", f"{rows} features", allowed)


@dataclass
class Part:
    """A selection of rows of a layer, or all.

    Attributes:
        layer: the layer.
        rows: row numbers, ascending; None for all.
        work: what is counted.
    """

    layer: Layer
    rows: Rows | None = None
    work: Work = field(default_factory=Work)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.layer.count if self.rows is None else len(self.rows)

    def column(self, name: str) -> Any:
        """Read the values of a property as an Arrow array."""
        if self.rows is None:
            return self.layer.columns[name]
        return self.layer.take(self.rows, [name])[name]

    def floats(self, name: str) -> Any:
        """Read a property of known floating-point numbers as a NumPy array; None for any other."""
        values = self.layer.floats(name)
        return values if values is None or self.rows is None else values[self.rows]

    def spans(self, name: str) -> tuple[Days, Days]:
        """Compute first and last days of a date property."""
        return spans(self.layer, name, self.rows)


@dataclass
class Values:
    """The different values of one property, and null, each evaluated once for all its rows."""

    values: pa.Array
    work: Work

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.values)

    def column(self, _: str) -> Any:
        """Return the values."""
        return self.values

    def floats(self, _: str) -> None:
        """Return nothing: floating-point numbers have no index of values."""
        return

    def spans(self, _: str) -> tuple[Days, Days]:
        """Compute first and last days of the values, which are dates."""
        return days(self.values)


class Predicate(Protocol):
    """An expression that is true, false or unknown of a feature."""

    @property
    def names(self) -> frozenset[str]:
        """The properties that it reads."""
        ...

    @property
    def cost(self) -> int:
        """The cost of one row, where a comparison of two numbers costs 1 (about 1 ns)."""
        ...

    def truth(self, part: Any) -> Truth:
        """Evaluate for each row of a `Part`, or each of `Values` where one property is read."""
        ...


def truth_of(predicate: Predicate, part: Any) -> Truth:
    """Evaluate a predicate for each row, by different values of a property where those are few."""
    known = index_of(predicate, part.layer) if isinstance(part, Part) else None
    if known is None:
        part.work.spend(len(part), predicate.cost)
        return predicate.truth(part)
    small = _truth_of_values(predicate, part, known)
    codes = known.codes if part.rows is None else known.codes[part.rows]
    part.work.spend(len(part), 1)
    expanded: Truth = np.take(small, codes, mode="wrap")  # -1, the code of null, is the last
    return expanded


def true_rows(predicate: Predicate, part: Part, rows: Rows, known: DictionaryIndex | None) -> Rows:
    """Select the rows of a part for which a predicate is true.

    Args:
        predicate: what is asked.
        part: what is asked about.
        rows: its row numbers, ascending.
        known: what `index_of` finds.
    """
    if known is not None and part.rows is None and known.is_turned:
        runs = known.runs(_true_places(predicate, part, known))
        if sum(map(len, runs)) * _FEW <= len(part):  # else to look at all is faster
            return merge_runs(runs)
    selected: Rows = rows[truth_of(predicate, part) == TRUE]
    return selected


def index_of(predicate: Predicate, layer: Layer) -> DictionaryIndex | None:
    """Find the values of the only property that a predicate reads, if it holds few different."""
    names = predicate.names
    if len(names) != 1 or GEOMETRY in names:
        return None
    known = layer.codes(*names)
    return None if known is None or known.parents is not None else known


def _true_places(predicate: Predicate, part: Part, known: DictionaryIndex) -> Rows:
    """Find the codes of the values for which a predicate is true, each once."""
    accepted: frozenset[str] | None = getattr(predicate, "accepted", None)
    if accepted is not None:  # looked up, which takes less than any evaluation
        part.work.spend(len(accepted), 1)
        held = (known.place(value) for value in accepted)
        return np.array([place for place in held if place is not None], dtype=np.int64)
    places = np.flatnonzero(_truth_of_values(predicate, part, known) == TRUE)
    places[places == len(known.values)] = NULL
    return places


def _truth_of_values(predicate: Predicate, part: Part, known: DictionaryIndex) -> Truth:
    """Evaluate a predicate for each value of the one property that it reads; the last is null."""
    (name,) = predicate.names
    values = pa.array([*known.values, None], part.layer.columns.schema.field(name).type)
    return truth_of(predicate, Values(values, part.work))


def to_truth(result: Any, count: int) -> Truth:
    """Convert Arrow's truth, in which null is unknown: an array, or a scalar for all rows."""
    if isinstance(result, pa.Scalar):
        value = UNKNOWN if not result.is_valid else TRUE if result.as_py() else FALSE
        return np.full(count, value)
    if isinstance(result, pa.ChunkedArray):
        result = pa.concat_arrays(result.chunks) if result.num_chunks else pa.array([], pa.bool_())
    truth: Truth = (
        pc.fill_null(result, fill_value=False).to_numpy(zero_copy_only=False).view(np.uint8) << 1
    )
    if result.null_count:
        truth[result.is_null().to_numpy(zero_copy_only=False)] = UNKNOWN
    return truth


def three_valued(result: Any, unknown: Any, count: int) -> Truth:
    """Combine a mask, or one truth for all rows, with a mask of the rows where it is unknown."""
    truth = np.where(np.broadcast_to(result, count), TRUE, FALSE)
    truth[np.broadcast_to(unknown, count)] = UNKNOWN
    return truth


def names_in(parts: Iterable[Any]) -> frozenset[str]:
    """Collect all properties that some expressions read."""
    return frozenset[str]().union(*(part.names for part in parts))
