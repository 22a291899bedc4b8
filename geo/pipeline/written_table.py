"""Small tables as files that a spreadsheet program opens; no cell of them runs as a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from geo.core.atomic_file import check_place
from geo.core.errors import BadParameterError
from geo.core.formula import escape_formula

ENDINGS: Final = (".csv", ".xlsx")
_LONGEST: Final = 32_767  # characters of a cell in a workbook
_PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDEST: Final = 300  # pixels of a column


def check_table_file(option: str, to: Path) -> None:
    """Refuse a file of another kind, or in no folder.

    Raises:
        BadParameterError: it ends neither in .csv nor in .xlsx, or cannot be written there.
    """
    check_place(to)
    if to.suffix.lower() not in ENDINGS:
        raise BadParameterError(option, str(to), f"a name ending in {' or '.join(ENDINGS)}")


def write_table(
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    to: BinaryIO,
    ending: str,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write a table as CSV (UTF-8 with a byte order mark) or XLSX.

    Args:
        header: names of the columns.
        rows: their cells.
        to: the open file.
        ending: .csv or .xlsx.
        choices: values to choose from by column, offered as a list; in a workbook alone.
    """
    if ending == ".xlsx":
        _write_xlsx(header, rows, to, choices or {})
    else:
        _write_csv(header, rows, to)


def _write_csv(header: Sequence[str], rows: Sequence[Sequence[object]], to: BinaryIO) -> None:
    text = io.TextIOWrapper(to, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()


def _write_xlsx(
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    to: BinaryIO,
    choices: Mapping[str, Sequence[str]],
) -> None:
    import xlsxwriter  # only for a workbook

    with xlsxwriter.Workbook(to, _PLAIN) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, header, bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, str(cell)[:_LONGEST])
        for name, values in choices.items():
            offered = {"validate": "list", "source": list(values)}
            place = header.index(name)
            sheet.data_validation(1, place, max(len(rows), 1), place, offered)
        sheet.autofit(_WIDEST)
