"""What staff decided on pairs of rows: one business, or two. It lasts over later loads.

A pair is known by the register and the id of either side, so a newer release of a register leaves
it in force; it counts for nothing while one of its rows is in no list.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import pandas as pd

DECISIONS: Final = "decisions"
SAME: Final = "same"
NOT_SAME: Final = "not same"
UNSURE: Final = "unsure"
ANSWERS: Final = (SAME, NOT_SAME, UNSURE)
KOREAN: Final = {"같음": SAME, "다름": NOT_SAME, "모름": UNSURE}
KEY: Final = ("register_1", "id_1", "register_2", "id_2")
COLUMNS: Final = (*KEY, "answer")

Ids = tuple[str, str]


class Decisions(NamedTuple):
    """Pairs of ids that staff decided on."""

    same: tuple[Ids, ...] = ()
    apart: tuple[Ids, ...] = ()


NONE: Final = Decisions()


def no_decisions() -> pd.DataFrame:
    """Return a table of decisions without rows."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})


def decisions_of(table: pd.DataFrame) -> Decisions:
    """Return the pairs of a table of decisions, in its order."""
    return Decisions(*(_pairs(table, answer) for answer in (SAME, NOT_SAME)))


def _pairs(table: pd.DataFrame, answer: str) -> tuple[Ids, ...]:
    rows = table[table["answer"] == answer]
    return tuple(zip(rows["id_1"].astype(str), rows["id_2"].astype(str), strict=True))


def positions(pairs: Iterable[Ids], index: pd.Index) -> list[tuple[int, int]]:
    """Return the positions of the pairs of which both rows are in an index."""
    pairs = list(pairs)
    if not pairs:
        return []
    at = {str(name): k for k, name in enumerate(index)}
    return [(at[left], at[right]) for left, right in pairs if left in at and right in at]
