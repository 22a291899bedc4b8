"""Years in long tables, which hold a row for each dong and year."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.core.errors import BadParameterError
from geo.serving.table_join.table import Cells

_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:\.0+|년)?(?:[-./ ]?(?:0?[1-9]|1[0-2])월?)?")
_SHOWN: Final = 40  # years that a message lists


@dataclass(frozen=True)
class YearColumn:
    """The column of a long table that tells the year of a row, and the year that is joined.

    Attributes:
        name: of the column.
        years: its texts, in ascending order.
        year: the one that is joined.
    """

    name: str
    years: tuple[str, ...]
    year: str


def find_year_column(
    rows: Mapping[int, Cells], places: Sequence[Sequence[int]], key: str
) -> str | None:
    """Find the column of years of a long table; None where no dong occurs twice, or none is found.

    Args:
        rows: of the table, by number.
        places: numbers of the rows of each dong.
        key: the column that names the dong; it never tells the year.
    """
    if all(len(numbers) < 2 for numbers in places):
        return None
    header = [name for name in next(iter(rows.values())) if name != key]
    named = [rows[number] for numbers in places for number in numbers]
    fitting = [
        name
        for name in header
        if all(_YEAR.fullmatch(cells[name]) for cells in named)
        and all(len({rows[n][name] for n in numbers}) == len(numbers) for numbers in places)
    ]
    return next(iter(fitting), None)


def choose_year(rows: Mapping[int, Cells], column: str, year: str | None) -> YearColumn:
    """Choose the year that is joined; the last one where none is asked for.

    Raises:
        BadParameterError: the table has no such column, or the column has no such year.
    """
    header = next(iter(rows.values()))
    if column not in header:
        raise BadParameterError("year_column", column[:_SHOWN], list(header))
    years = tuple(sorted({cells[column] for cells in rows.values()} - {""}))
    if (year is not None and year not in years) or not years:
        raise BadParameterError("year", (year or "")[:_SHOWN], years[:_SHOWN] or "years")
    dated = [text for text in years if _YEAR.fullmatch(text)]
    return YearColumn(column, years, year or (dated or years)[-1])
