"""Where the header of a table is, for files in which it is not found by itself."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Layout:
    """Which sheet to read, and which of its rows are the header.

    Attributes:
        sheet: name of the sheet of a workbook; "" for all that are tables.
        skip: rows of the spreadsheet above the header, blank ones too; None to find it.
        header_rows: rows of the header, 1 or 2; None to find out (of text files, 1).
    """

    sheet: str = ""
    skip: int | None = None
    header_rows: int | None = None


FOUND: Final = Layout()  # nothing is said: all of it is found
