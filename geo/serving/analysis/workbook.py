"""Tables as a workbook (XLSX) that can be read and printed as it comes.

Every text is written as a text, so that none runs as a formula. A sheet prints one page wide with
its header on each page.
"""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any, Final

from geo.serving.analysis.tables import Datatype, Sheet, datatype

_LONGEST: Final = 32_767  # characters of a cell in a workbook
_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_A4: Final = 9
_UPRIGHT: Final = 100  # characters; a sheet that is wider prints on its side
_NARROWEST: Final = 7
_WIDEST: Final = 42  # characters of a column; longer texts are wrapped
_HEADING: Final = 16  # characters of a line of a heading
_MANY: Final = 12  # columns; of more, headings have shorter lines
_SHORT_HEADING: Final = 9
_LINE_PT: Final = 15.5
_SHARE: Final = "0.0%"
_COUNT: Final = "#,##0"
_AMOUNT: Final = "#,##0.0"
_LARGE: Final = 1000  # numbers from which thousands are set apart
_MOST: Final = 1e15  # beyond it a workbook does not hold every digit
_DATE: Final = "yyyy-mm-dd"
_PAGES: Final = "&L&A&R&P / &N"  # name of the sheet, page and pages
_HEADING_LETTERS: Final = 120  # of 255 that a workbook takes, where each "&" counts as two
_DAY_ZERO: Final = datetime.date(1899, 12, 30)
_FIRST_DAYS: Final = 60  # up to 29 February 1900, a day that there is in workbooks alone


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook."""
    import xlsxwriter  # only for a workbook

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **_PLAIN}) as book:
        for sheet in sheets:
            _write_sheet(book, sheet)
    return file.getvalue()


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    columns = list(_columns(sheet))
    types = [datatype(values) for values in columns] if sheet.header else []
    shown = [_number_format(sheet, place, kind, columns[place]) for place, kind in enumerate(types)]
    widths = _widths(sheet, columns, shown)
    _write_header(book, page, sheet, widths)
    for place, values in enumerate(columns):
        form = _cell_format(book, sheet, place, shown, widths)
        day = bool(types) and types[place] == "date"
        page.set_column(place, place, widths[place])
        for number, value in enumerate(values, bool(sheet.header)):
            _write(page, (number, place), _day_number(value) if day else value, form)
    _set_print(page, sheet, sum(widths))


def _columns(sheet: Sheet) -> Iterator[list[Any]]:
    count = len(sheet.header) or max((len(row) for row in sheet.rows), default=0)
    for place in range(count):
        yield [row[place] if place < len(row) else None for row in sheet.rows]


def _number_format(sheet: Sheet, place: int, kind: Datatype, values: Sequence[Any]) -> str:
    """Choose how the numbers of a column are shown; "" for as they are."""
    if place in sheet.shares:
        return _SHARE
    if kind == "date":
        return _DATE
    if place in sheet.labels:
        return ""
    if kind == "number":
        known = [value for value in values if value is not None]
        tenths = all(abs(value) < _MOST and round(value, 1) == value for value in known)
        return _AMOUNT if tenths and max(map(abs, known)) >= _LARGE else ""
    return _COUNT if kind == "integer" else ""


def _cell_format(
    book: Any, sheet: Sheet, place: int, shown: Sequence[str], widths: Sequence[int]
) -> Any:
    if not sheet.header:
        return book.add_format({"valign": "top", "text_wrap": True, "bold": place == 0})
    if shown[place]:
        return book.add_format({"num_format": shown[place]})
    wrapped = widths[place] >= _WIDEST
    return book.add_format({"text_wrap": True, "valign": "top"}) if wrapped else None


def _widths(sheet: Sheet, columns: Sequence[Sequence[Any]], shown: Sequence[str]) -> list[int]:
    """Measure the columns: what was set, or as wide as the longest cell or word of the header."""
    set_widths = sheet.widths[: len(columns)]
    rest = range(len(set_widths), len(columns))
    return [*set_widths, *(_width(sheet, place, columns[place], shown) for place in rest)]


def _width(sheet: Sheet, place: int, values: Sequence[Any], shown: Sequence[str]) -> int:
    form = shown[place] if shown else ""
    cells = max((_letters(_as_shown(value, form)) for value in values), default=0)
    title = sheet.header[place] if sheet.header else ""
    line = _SHORT_HEADING if len(sheet.header) > _MANY else _HEADING
    heading = min(line, _letters(title))
    longest_word = max((_letters(word) for word in re.split(r"[\s/]+", title)), default=0)
    return min(_WIDEST, max(_NARROWEST, cells, heading, longest_word) + 2)


def _as_shown(value: Any, form: str) -> str:
    """Write a value about as long as a spreadsheet shows it."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if form == _SHARE:
        return f"{value:.1%}"
    if form == _AMOUNT:
        return f"{value:,.1f}"
    return f"{value:,}" if form == _COUNT else f"{value:.10g}"


def _letters(text: str) -> int:
    """Count the columns of a text: a letter of Korean is as wide as two digits."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _write_header(book: Any, page: Any, sheet: Sheet, widths: Sequence[int]) -> None:
    if not sheet.header:
        return
    form = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    lines = 1
    for place, title in enumerate(sheet.header):
        page.write_string(0, place, title, form)
        lines = max(lines, ceil(_letters(title) / max(1, widths[place] - 2)))
    page.set_row(0, lines * _LINE_PT)
    page.freeze_panes(1, 0)


def _set_print(page: Any, sheet: Sheet, width: int) -> None:
    """Let a sheet print on A4, one page wide and as many long as it needs, header on each."""
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    page.set_footer(_PAGES)
    if sheet.heading:
        page.set_header("&L" + sheet.heading[:_HEADING_LETTERS].replace("&", "&&"))
    if width > _UPRIGHT:
        page.set_landscape()
    if sheet.header:
        page.repeat_rows(0)


def _day_number(value: Any) -> Any:
    """Convert a day to the number by which workbooks know it; those before 1900 stay texts."""
    if value is None:
        return None
    days = (datetime.date.fromisoformat(value) - _DAY_ZERO).days
    return days if days > _FIRST_DAYS else value


def _write(page: Any, at: tuple[int, int], value: Any, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value, form)
    elif isinstance(value, int | float):
        page.write_number(*at, value, form)
    else:
        page.write_string(*at, str(value)[:_LONGEST], form)
