"""Tables of planners as files, and joined to the dong."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from geo.serving.table_join.join import JoinedTable, join_to_dong

ROWS = Sequence[Sequence[object]]


@pytest.fixture
def csv_file(tmp_path) -> Callable[..., Path]:
    """A table as CSV; cells hold no commas or quotes unless the test writes the quotes."""

    def write(rows: ROWS, encoding: str = "utf-8-sig") -> Path:
        path = tmp_path / "표.csv"
        text = "".join(",".join(map(str, row)) + "\r\n" for row in rows)
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def xlsx_file(tmp_path) -> Callable[..., Path]:
    def write(*sheets: ROWS) -> Path:
        path = tmp_path / "표.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
            for rows in sheets:
                sheet = book.add_worksheet()
                for place, row in enumerate(rows):
                    sheet.write_row(place, 0, row)
        return path

    return write


@pytest.fixture
def join(csv_file, snapshot) -> Callable[..., JoinedTable]:
    """Joins rows as CSV."""
    return lambda rows, **options: join_to_dong(csv_file(rows), snapshot, **options)
