"""Categories of the register of shops, in both of its schemes, as categories of the atlas."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.readers.normalize.spellings import fold_spelling

# Code and name of each level, the most telling first; `trade` may be either.
_LEVELS: Final = (
    "trade", "trade", "small_code", "small_name", "middle_code", "middle_name", "large_code",
    "large_name",
)  # fmt: skip
LONGEST: Final = 80  # characters of a cell that is no category
# What decided, in the order of `_LEVELS`: a reduced file has one column for whichever level it is.
DECIDED: Final = ("one column for all classes", "small class", "middle class", "large class")
NOT_DECIDED: Final = "no class that is known"
Meaning = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Kind:
    """What the cells of a category mean.

    Attributes:
        code: the most telling cell, as written.
        category: of the atlas; "" where no level is known.
        cuisine: countries or regions, as far as the category says them.
        decided: which cell the category comes from, one of `DECIDED`, or `NOT_DECIDED`.
        unknown: classes more telling than that which are not in the table, with their names, the
            most telling first.
    """

    code: str
    category: str
    cuisine: tuple[str, ...]
    decided: str
    unknown: tuple[str, ...] = ()

    def reported(self) -> list[str]:
        """Return the unknown classes, each with what its rows are taken for."""
        return [f"{name} → {self.category or 'set aside'}" for name in self.unknown]


def kinds(cells: pd.DataFrame) -> tuple[list[Kind], Any]:
    """Return the kinds that occur, and the kind of each row."""
    few, which = distinct(cells, _LEVELS)
    levels = few.reindex(columns=[*dict.fromkeys(_LEVELS)], fill_value="")[list(_LEVELS)]
    return [_kind(row) for row in levels.itertuples(index=False, name=None)], which


def distinct(cells: pd.DataFrame, roles: Sequence[str]) -> tuple[pd.DataFrame, Any]:
    """Return the distinct rows of some columns, and which of them each row is."""
    present = [role for role in dict.fromkeys(roles) if role in cells]
    if not present:
        return cells.iloc[:1][present], np.zeros(len(cells), dtype=np.int64)
    which = cells.groupby(present, sort=False).ngroup().to_numpy()
    firsts = ~pd.Series(which).duplicated().to_numpy()
    return cells.loc[firsts, present].reset_index(drop=True), which


@lru_cache(maxsize=10_000)
def _kind(cells: tuple[str, ...]) -> Kind:
    tidy = ["".join(filter(str.isprintable, cell)).strip() for cell in cells]
    levels = zip(DECIDED, tidy[::2], tidy[1::2], strict=True)
    filled = [(level, code, name) for level, code, name in levels if code or name]
    cells_told = [(code or name)[:LONGEST] for _, code, name in filled]
    unknown: dict[str, str] = {}
    for (level, code, name), cell in zip(filled, cells_told, strict=True):
        meaning, listed = _meaning(code, name)
        if not listed:
            unknown.setdefault(cell, _named(code, name)[:LONGEST])
        if meaning:
            return Kind(cells_told[0], *meaning, level, tuple(unknown.values()))
    return Kind("".join(cells_told[:1]), "", (), NOT_DECIDED, tuple(unknown.values()))


def _named(code: str, name: str) -> str:
    return code if name in {"", code} else f"{code} {name}".strip()


def _meaning(code: str, name: str) -> tuple[Meaning | None, bool]:
    """Return what a class means, and whether it is listed as it stands.

    The name speaks where the code is not listed; then the class is not, but its meaning is known.
    """
    codes, names = categories()
    if code in codes:
        return codes[code], True
    meaning = names.get(fold_spelling(name))
    return meaning, meaning is not None and code in {"", name}


@cache
def categories() -> tuple[Mapping[str, Meaning], Mapping[str, Meaning]]:
    """Read category and cuisine of every code and of every name, both schemes.

    Codes of the two schemes never look alike; where they share a name, it means the same.
    """
    path = Path(__file__).with_name("semas-categories.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    meanings = [(row["category"], tuple(filter(None, [row["cuisine"]]))) for row in rows]
    coded = list(zip(rows, meanings, strict=True))
    codes = {row["code"]: meaning for row, meaning in coded if row["code"]}
    return codes, {fold_spelling(row["name"]): meaning for row, meaning in coded}
