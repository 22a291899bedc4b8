"""Distinct members of list properties."""

from typing import Any, Final

import numpy as np

from geo.snapshot.value_index import DictionaryIndex

_LONG: Final = 16  # members of a list that are compared one with another before all are sorted


def member_keys(rows: Any, codes: Any, size: int) -> Any:
    """Combine row and code into one number, `row * size + code`, for each distinct list member.

    Args:
        rows: the row of each member, ascending.
        codes: the value of each member, from 0 to `size - 1`.
        size: how many values there are.

    Returns:
        The numbers; those of a row stand together, and rows ascend.
    """
    pairs = rows.astype(np.int64) * size + codes
    first = np.ones(len(pairs), dtype=bool)
    for apart in range(1, _LONG):  # the members of a list are neighbours: nothing is sorted
        if not (rows[apart:] == rows[:-apart]).any():
            return pairs[first]
        first[apart:] &= pairs[apart:] != pairs[:-apart]
    return np.unique(pairs)


def members(column: DictionaryIndex) -> tuple[Any, Any]:
    """List the row and the code of each distinct member of a list column, -1 for null."""
    size = len(column.values) + 1
    rows, codes = np.divmod(member_keys(column.parents, column.codes + 1, size), size)
    return rows, codes - 1
