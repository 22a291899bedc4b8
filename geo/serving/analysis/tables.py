"""Tables as sheets, and as CSV. No text in them runs as a formula."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import pyarrow as pa

from geo.serving.formats.delimited import table_as_csv

Datatype = Literal["boolean", "integer", "number", "date", "gYearMonth", "string"]
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook.

    Attributes:
        name: of its tab.
        header: of its columns; empty where the first cell of each row says what the row holds.
        rows: cells: text, numbers, truth values or None.
        shares: numbers of the columns whose numbers are shown as percentages.
        labels: numbers of the columns whose numbers are no amounts, as years.
        widths: of the first columns, in characters; others are as wide as what they hold.
        heading: printed above each page; "" for none.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    shares: frozenset[int] = frozenset()
    labels: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()
    heading: str = ""


def as_csv(sheet: Sheet) -> bytes:
    """Write a table as CSV, quoted as all CSV of the atlas."""
    places = range(len(sheet.header))
    columns = [pa.array([row[place] for row in sheet.rows]) for place in places]
    return table_as_csv(pa.table(columns, names=list(sheet.header)))


def datatype(values: Sequence[Any]) -> Datatype:
    """Find the datatype (XML Schema, by its name in CSVW) that all values of a column have."""
    known = [value for value in values if value is not None]
    if not known:
        return "string"
    if all(isinstance(value, bool) for value in known):
        return "boolean"
    if any(isinstance(value, bool) for value in known):
        return "string"
    if all(isinstance(value, int) for value in known):
        return "integer"
    if all(isinstance(value, int | float) for value in known):
        return "number"
    texts = [str(value) for value in known]
    if all(map(_is_day, texts)):
        return "date"
    return "gYearMonth" if all(map(_MONTH.fullmatch, texts)) else "string"


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
