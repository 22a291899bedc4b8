"""Exact counts of features by the values of one to three properties."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.serving.query.members import members
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import UNKNOWN, DictionaryIndex, Rows

MOST_PROPERTIES: Final = 3
MOST_GROUPS: Final = 100_000
_DENSE: Final = 4_000_000  # groups that are counted faster by a table than by sorting


def counts(layer: Layer, rows: Rows | None, by: Sequence[str]) -> list[dict[str, Any]]:
    """Count features by the values of one to three properties.

    A feature with several members in a list property counts in the group of each of them, so
    that the numbers may add to more than the features there are. One whose value is unknown, or
    whose list is empty, stands under null.

    Args:
        layer: whose features are counted.
        rows: those to count, ascending; None for all.
        by: names of one to three different properties that hold few different values.

    Returns:
        A dict for each group that is not empty: the value of each property, and `count`. Ordered
        by the values, null last.

    Raises:
        BadParameterError: a property cannot be grouped by, or there are too many groups.
    """
    columns = [_values(layer, name) for name in _check_properties(layer, by)]
    places = np.arange(layer.count) if rows is None else rows
    keys = np.zeros(len(places), dtype=np.int64)
    for column in columns:
        # A list makes several of a place; the keys so far go with them.
        again, codes = _codes(column, places)
        size = len(column.values) + 1
        keys = keys[again] * size + np.where(codes < 0, size - 1, codes)
        places = places[again]
    group_keys, numbers = _count_keys(keys, [len(column.values) + 1 for column in columns])
    if len(group_keys) > MOST_GROUPS:
        allowed = f"properties or filters that make at most {MOST_GROUPS} groups"
        raise BadParameterError("by", f"{','.join(by)} ({len(group_keys)} groups)", allowed)
    return _groups(by, columns, group_keys, numbers)


def countable(layer: Layer) -> list[str]:
    """List the properties that features can be counted by: those with few different values."""
    return [name for name in layer.fields if layer.repeats(name)]


def _check_properties(layer: Layer, by: Sequence[str]) -> Sequence[str]:
    if not 1 <= len(by) <= MOST_PROPERTIES or len(set(by)) < len(by):
        allowed = f"1 to {MOST_PROPERTIES} different properties"
        raise BadParameterError("by", ",".join(by), allowed)
    return by


def _values(layer: Layer, name: str) -> DictionaryIndex:
    known = layer.codes(layer.fields[name].require_public().name) if name in layer.fields else None
    if known is None:
        raise BadParameterError("by", name, countable(layer))
    return known


def _codes(column: DictionaryIndex, places: Rows) -> tuple[Any, Any]:
    """Look up the code of each row, -1 for null; of a list, each of its different members.

    Returns:
        Which of the places each code belongs to, and the codes.
    """
    if column.parents is None:
        return slice(None), column.codes[places]
    owners, held_codes = members(column)
    sizes = np.bincount(owners, minlength=column.count)
    start = np.cumsum(sizes) - sizes
    times = np.maximum(sizes[places], 1)
    again = np.repeat(np.arange(len(places)), times)
    # Where each place begins in what is repeated, to count its members from 0.
    within = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
    empty = sizes[places][again] == 0
    chosen = np.where(empty, 0, start[places][again] + within)
    codes = np.append(held_codes, UNKNOWN)
    return again, np.where(empty, UNKNOWN, codes[chosen])


def _count_keys(keys: Any, sizes: Sequence[int]) -> tuple[Any, Any]:
    """Count how often each key occurs; keys ascend."""
    room = int(np.prod(sizes))
    if room > _DENSE:
        return np.unique(keys, return_counts=True)
    numbers = np.bincount(keys, minlength=room)
    group_keys = np.flatnonzero(numbers)
    return group_keys, numbers[group_keys]


def _groups(
    by: Sequence[str], columns: Sequence[DictionaryIndex], group_keys: Any, numbers: Any
) -> list[dict[str, Any]]:
    """Decode the keys of the groups into property values."""
    value_lists: list[list[Any]] = []
    for column in reversed(columns):
        group_keys, code = np.divmod(group_keys, len(column.values) + 1)
        values = (*column.values, None)
        value_lists.append([values[index] for index in code.tolist()])
    rows = zip(*reversed(value_lists), numbers.tolist(), strict=True)
    return [dict(zip((*by, "count"), row, strict=True)) for row in rows]
