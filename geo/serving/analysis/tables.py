"""Tables as CSV and as workbooks. No text in them runs as a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from geo.serving.formats.delimited import table_as_csv

_LONGEST: Final = 32_767  # characters of a cell in a workbook
_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook.

    Attributes:
        name: of its tab.
        header: of its columns; empty where the first cell of each row says what the row holds.
        rows: cells: text, numbers, truth values or None.
        shares: numbers of the columns whose numbers are shown as percentages.
        widths: of the first columns, in characters.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    shares: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


def as_csv(sheet: Sheet) -> bytes:
    """Write a table as CSV, quoted as all CSV of the atlas."""
    places = range(len(sheet.header))
    columns = [pa.array([row[place] for row in sheet.rows]) for place in places]
    return table_as_csv(pa.table(columns, names=list(sheet.header)))


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook; every text is written as a text, so that none runs as a formula."""
    import xlsxwriter  # only for a workbook

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **_PLAIN})
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for place, title in enumerate(sheet.header):
            page.write_string(0, place, title, bold)
        if sheet.header:
            page.freeze_panes(1, 0)
        for number, row in enumerate(sheet.rows, bool(sheet.header)):
            for place, value in enumerate(row):
                head = bold if not sheet.header and place == 0 else None
                _write(page, number, place, value, percent if place in sheet.shares else head)
        for place, width in enumerate(sheet.widths):
            page.set_column(place, place, width)
    book.close()
    return file.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any, form: Any = None) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_string(row, place, str(value)[:_LONGEST], form)
