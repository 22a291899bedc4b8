"""The fields of a form about a table, as choices of the join and of the map."""

import json
from collections.abc import Mapping
from typing import Final

from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.readers.header import HEAD_ROWS
from geo.readers.layout import Layout
from geo.serving.class_choice import ROUND
from geo.serving.table_join.join import JoinChoices
from geo.serving.table_join.joined_measure import MapChoices

# The most characters of each field.
LENGTHS: Final[Mapping[str, int]] = {
    "by": 100, "column": 100, "sheet": 100, "header_row": 4, "header_rows": 1,
    "year_column": 100, "year": 40, "title": 120, "unit": 40, "source": 200,
    "classes": 10, "breaks": 200, "seen": 500, "f": 10,
}  # fmt: skip
_OF_SHEET: Final = ("header_row", "header_rows")
_OF_LAYOUT: Final = ("by", "column", "year_column", "year")


def check_lengths(fields: Mapping[str, str]) -> None:
    """Check that no field is longer than it may be.

    Raises:
        BadParameterError: one is.
    """
    for name, most in LENGTHS.items():
        if len(fields.get(name, "")) > most:
            raise BadParameterError(name, fields[name][:most], f"at most {most} characters")


def join_choices(fields: Mapping[str, str]) -> JoinChoices:
    """Parse which rows and columns are joined.

    Raises:
        BadParameterError: a number is none.
    """
    row, rows = fields.get("header_row", ""), fields.get("header_rows", "")
    if row and not (row.isascii() and row.isdecimal() and 0 < int(row) <= HEAD_ROWS):
        raise BadParameterError("header_row", row, f"1 to {HEAD_ROWS}")
    if rows:
        one_of("header_rows", rows, ("1", "2"))
    layout = Layout(
        fields.get("sheet", ""), int(row) - 1 if row else None, int(rows) if rows else None
    )
    return JoinChoices(fields.get("by"), fields.get("year_column"), fields.get("year"), layout)


def map_choices(fields: Mapping[str, str]) -> MapChoices:
    """Collect what is written over the map, and its classes."""
    names = ("title", "unit", "source", "classes", "breaks")
    title, unit, source, classes, breaks = (fields.get(name, "").strip() for name in names)
    return MapChoices(title, unit, source, "" if classes == ROUND else classes, breaks)


def seen_choices(fields: Mapping[str, str]) -> str:
    """Write down which sheet, header and year column a page was made for."""
    return json.dumps([fields.get(name, "") for name in ("sheet", *_OF_SHEET, "year_column")])


def drop_stale(fields: Mapping[str, str]) -> dict[str, str]:
    """Drop choices that belong to another sheet, header or year column than the chosen one.

    A form carries the choices of the page that it was sent from in its field `seen`.
    """
    try:
        seen = json.loads(fields.get("seen", ""))
        sheet, row, rows, column = map(str, seen)
    except (ValueError, TypeError):
        return dict(fields)
    stale: tuple[str, ...] = ()
    if fields.get("sheet", "") != sheet:
        stale = (*_OF_SHEET, *_OF_LAYOUT)
    elif (fields.get("header_row", ""), fields.get("header_rows", "")) != (row, rows):
        stale = _OF_LAYOUT
    elif fields.get("year_column", "") != column:
        stale = ("year",)
    return {name: text for name, text in fields.items() if name not in stale}
