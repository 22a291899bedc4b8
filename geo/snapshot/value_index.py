"""Inverted index of a column: which rows hold a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Rows = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

UNKNOWN: Final = -1  # the code of null
MOST_VALUES: Final = 5_000  # of a column that repeats itself
_SAMPLE: Final = 50_000


def is_repetitive(column: pa.ChunkedArray) -> bool:
    """Check whether a column has few different values, so that an index of them pays."""
    if pa.types.is_floating(column.type):
        return False
    sample = column.slice(0, _SAMPLE)
    if pa.types.is_list(column.type):
        sample = pc.list_flatten(sample)
    return len(pc.unique(sample)) <= min(MOST_VALUES, 20 + len(sample) // 4)


@dataclass(frozen=True)
class DictionaryIndex:
    """A dictionary-encoded column and its inverted index.

    Attributes:
        values: the different values, without null, ascending.
        codes: one for each value of the column, the place of that value in `values`; -1 for null.
            Of a list column, one for each member of each list.
        parents: the row that each code belongs to; None where that is its place.
        count: rows of the column.
        mapped: whether the codes are mapped from disk: rows are then found by a look at all codes,
            which takes a millisecond for half a million and no memory.
    """

    values: tuple[Any, ...]
    codes: Codes
    parents: Rows | None
    count: int
    mapped: bool = False

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {value: place for place, value in enumerate(self.values)} | {None: UNKNOWN}

    @cached_property
    def _turned(self) -> tuple[Codes, Rows]:
        """Row numbers by value, those of null first, and where each value's rows begin."""
        # Small numbers are sorted by counting, in a tenth of the time.
        small = np.int16 if len(self.values) < np.iinfo(np.int16).max else np.int32
        order = np.argsort(self.codes.astype(small), kind="stable").astype(np.int32)
        counts = np.bincount(self.codes + 1, minlength=len(self.values) + 1)
        starts: Rows = np.concatenate([[0], np.cumsum(counts)])
        return (order if self.parents is None else self.parents[order].astype(np.int32)), starts

    def warm(self) -> None:
        """Compute what the first question would compute."""
        self._places, self._turned  # noqa: B018 - cached properties

    def place(self, value: Any) -> int | None:
        """Return the code of a value (-1 for null), or None if the column does not hold it."""
        return self._places.get(value)

    def runs(self, places: Rows) -> list[Codes]:
        """Return the rows of each value whose code is among some places (-1: null), ascending."""
        order, starts = self._turned
        bounds = zip(starts[places + 1].tolist(), starts[places + 2].tolist(), strict=True)
        return [order[begin:end] for begin, end in bounds]

    def _looked_up(self, places: Rows) -> Rows:
        accepted = np.zeros(len(self.values) + 1, dtype=bool)
        accepted[places] = True  # -1, the code of null, is the last
        found: Rows = np.flatnonzero(accepted.take(self.codes, mode="wrap"))
        return found if self.parents is None else self.parents[found].astype(np.int64)

    @property
    def is_turned(self) -> bool:
        """Whether the rows of a value are known without any work."""
        return "_turned" in self.__dict__

    def rows(self, values: Sequence[Any]) -> Rows:
        """Return the rows that hold one of the values (None: null), ascending."""
        held = {self._places[value] for value in values if value in self._places}
        places = np.array(list(held), dtype=np.int64)
        rows = self._looked_up(places) if self.mapped else merge_runs(self.runs(places))
        # A list may hold several of the values.
        return rows if self.parents is None else np.unique(rows)


def merge_runs(runs: Sequence[Codes]) -> Rows:
    """Merge runs of rows, each of which ascends."""
    if not runs:
        return np.empty(0, dtype=np.int64)
    rows = runs[0] if len(runs) == 1 else np.sort(np.concatenate(runs), kind="stable")
    return rows.astype(np.int64)


def narrow(codes: Codes, values: int) -> Codes:
    """Return codes of so many values as the smallest whole numbers that hold them and one more."""
    for kind in (np.int8, np.int16):
        if values < np.iinfo(kind).max:
            return codes.astype(kind)
    return codes.astype(np.int32)


def merge_indexes(indexes: Sequence[DictionaryIndex]) -> DictionaryIndex:
    """Merge the indexes of parts of a column that follow each other."""
    values = sorted(set[Any]().union(*(index.values for index in indexes)))
    ranks = {value: rank for rank, value in enumerate(values)}
    codes, parents, count = [], [], 0
    for index in indexes:
        own = narrow(np.array([*(ranks[value] for value in index.values), UNKNOWN]), len(values))
        codes.append(own.take(index.codes, mode="wrap"))  # -1, the code of null, is the last
        if index.parents is not None:
            parents.append(index.parents.astype(np.int64) + count)
        count += index.count
    owners = np.concatenate(parents) if parents else None
    return DictionaryIndex(tuple(values), np.concatenate(codes), owners, count)


def dictionary_index(column: pa.ChunkedArray) -> DictionaryIndex:
    """Encode a column for which `is_repetitive` holds as a dictionary index."""
    array, parents = column.combine_chunks(), None
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], column.type)
    if pa.types.is_list(array.type):
        parents, array = pc.list_parent_indices(array).to_numpy(), pc.list_flatten(array)
    dictionary = array.dictionary_encode()
    members = dictionary.dictionary.to_pylist()
    order = sorted(range(len(members)), key=members.__getitem__)
    ranks = np.empty(len(members) + 1, dtype=np.int32)
    ranks[order] = np.arange(len(members))
    ranks[-1] = UNKNOWN
    codes = ranks[dictionary.indices.fill_null(len(members)).to_numpy(zero_copy_only=False)]
    return DictionaryIndex(tuple(members[place] for place in order), codes, parents, len(column))


def rows_holding(column: pa.ChunkedArray, values: Sequence[Any]) -> Rows:
    """Return the rows of a column without an index that hold one of the values, ascending."""
    if pa.types.is_list(column.type):
        flat = column.combine_chunks()
        hits = pc.is_in(flat.flatten(), value_set=pa.array(values, pa.string()))
        return np.unique(pc.list_parent_indices(flat).filter(hits).to_numpy())
    hits = pc.is_in(column, value_set=pa.array(values, column.type))
    rows: Rows = np.flatnonzero(hits.to_numpy())
    return rows


def intersect_rows(rows: Rows, others: Rows) -> Rows:
    """Intersect rows, which ascend, with others, which need not."""
    places = np.searchsorted(rows, others)
    common = others[np.take(rows, places, mode="clip") == others] if len(rows) else rows
    return np.sort(common)
