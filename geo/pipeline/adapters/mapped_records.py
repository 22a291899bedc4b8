"""The records of one batch while they are made from the cells of a table."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from geo.pipeline.adapters.mapping import Mapping
from geo.pipeline.adapters.records import PRIVATE

# Beside the name of a business these are never written into a reason or a remark.


class MappedRecords:
    """Columns of a batch by the mapping, and what is wrong with its rows.

    Attributes:
        index: of the rows.
        reason: why a row cannot be used, null where it can; what is found first counts.
        unknown: spellings that the mapping does not have, as "column: spelling".
    """

    def __init__(self, cells: pd.DataFrame, mapping: Mapping) -> None:
        """Begin with clean cells, one column per column of a record that the file has."""
        self._cells, self._mapping = cells, mapping
        self.index = cells.index
        self.reason: pd.Series[Any] = pd.Series(np.nan, index=cells.index, dtype="str")
        self.unknown: Counter[str] = Counter()

    def refuse(self, rows: pd.Series, reason: str | pd.Series) -> None:
        """Set rows aside."""
        first = rows.astype(bool) & self.reason.isna()
        reasons = reason if isinstance(reason, pd.Series) else pd.Series(reason, index=self.index)
        self.reason = self.reason.where(~first, reasons).astype("str")

    def raw(self, column: str) -> pd.Series:
        """Return the cells of a column; null where a cell is empty or the column is missing."""
        if column in self._cells:
            return self._cells[column]
        return pd.Series(np.nan, index=self.index, dtype="str")

    def fill_missing(self, column: str, values: pd.Series) -> pd.Series:
        """Fill missing values with the constant of the mapping."""
        constant = self._mapping.constants.get(column)
        return values.fillna(constant) if constant else values

    def text(self, column: str) -> pd.Series:
        """Return the cells of a column, or the constant of the mapping."""
        return self.fill_missing(column, self.raw(column))

    def look_up(self, column: str, find: Callable[[str], str | None]) -> pd.Series:
        """Look up the value of every cell; a row with an unmapped spelling is set aside.

        Args:
            column: of a record.
            find: the value of a spelling, "" where it says that there is none, None if unknown.
        """
        values = self._found(column, find, self._mapping.default.get(column))
        return values.where(values != "").astype("str")

    def lists(self, column: str, find: Callable[[str], tuple[str, ...] | None]) -> list[Any]:
        """Look up as `look_up` does, for a column of lists."""
        values, fallback = self._mapping.constants, self._mapping.default.get(column)
        nothing = (values[column],) if column in values else ()
        default = None if fallback is None else (fallback,) if fallback else ()
        return [value or nothing for value in self._found(column, find, default).fillna("")]

    def read(self, column: str, parse: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """Convert the cells of a column; others are reported and left out."""
        texts = self.text(column)
        values = parse(texts)
        self._report(column, texts[texts.notna() & values.isna()])
        return values

    def _found(self, column: str, find: Callable[[str], Any], fallback: Any) -> pd.Series:
        raw = self.raw(column)
        known = {spelling: find(spelling) for spelling in raw.dropna().unique()}
        strange = raw.isin([spelling for spelling, value in known.items() if value is None])
        self._report(column, raw[strange])
        if fallback is None:
            self.refuse(strange, _unmapped(column, raw))
        values = {
            spelling: fallback if value is None else value for spelling, value in known.items()
        }
        return raw.astype(object).map(values.get)

    def _report(self, column: str, spellings: pd.Series) -> None:
        self.unknown.update(f"{column}: {spelling}" for spelling in spellings)


def _unmapped(column: str, raw: pd.Series) -> str | pd.Series:
    where = f"is not in [lookup.{column}] of the mapping"
    return f"its {column} {where}" if column in PRIVATE else f"{column} '" + raw + f"' {where}"
