"""The header said by a mapping: which sheet, how many rows above it, one row or two."""

import pytest
import xlsxwriter

from geo.readers.errors import EmptyFileError, HeaderError, WorkbookError
from geo.readers.layout import Layout

# The third row is the header; the row above it looks more like one than it does.
MISLEADING = "가나다,라마바,사아자\n구분,내용,비고\n상호,업종,\n가게하나,한식,1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_header_is_where_the_layout_says(read_bytes, encoding):
    raw = MISLEADING.encode(encoding)
    assert read_bytes(raw).table.header == ("가나다", "라마바", "사아자")
    reading = read_bytes(raw, layout=Layout(skip=2))
    assert reading.table.header == ("상호", "업종", "column_3")
    assert reading.rows == {1: ("가게하나", "한식", "1")}
    assert reading.table.positions.of(1) == 4


def test_blank_rows_and_rows_over_several_lines_count_once(read_bytes):
    raw = '"제목\n둘째 줄",\n\n"상호\n이름",업종\n가게하나,한식\n'.encode()
    assert read_bytes(raw, layout=Layout(skip=2)).table.header == ("상호\n이름", "업종")


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_text_file_may_have_a_header_of_two_rows(read_bytes, encoding):
    raw = "상호,종사자수,\n,내국인,외국인\n가게하나,1,2\n".encode(encoding)
    reading = read_bytes(raw, layout=Layout(header_rows=2))
    assert reading.table.header == ("상호", "종사자수/내국인", "종사자수/외국인")
    assert list(reading.rows.values()) == [("가게하나", "1", "2")]
    assert reading.table.positions.of(1) == 3


def test_more_rows_than_there_are_cannot_be_skipped(read_bytes):
    with pytest.raises(HeaderError, match="below the first 9"):
        read_bytes(MISLEADING.encode(), layout=Layout(skip=9))


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("표지", "목록"):
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(MISLEADING.splitlines()):
                sheet.write_row(place + 1, 0, row.split(","))
    return path


def test_one_sheet_of_a_workbook_is_read(book, read_files):
    (reading,) = read_files(book, layout=Layout(sheet="목록", skip=3))
    assert (reading.table.name, reading.table.header) == (
        "list.xlsx",
        ("상호", "업종", "column_3"),
    )
    assert reading.table.positions.of(1) == 5


def test_two_rows_of_a_workbook_are_its_header(book, read_files):
    (reading,) = read_files(book, layout=Layout(sheet="목록", skip=3, header_rows=2))
    assert reading.table.header == ("상호/가게하나", "업종/한식", "업종/1")


def test_a_sheet_that_there_is_not_is_named_with_those_that_there_are(book, read_files):
    with pytest.raises(WorkbookError, match=r"no sheet '명단'.*표지, 목록"):
        read_files(book, layout=Layout(sheet="명단"))
    with pytest.raises(EmptyFileError, match="below the first 50"):
        read_files(book, layout=Layout(sheet="목록", skip=50))


def test_merged_cells_are_filled_down_in_a_sheet_that_begins_in_another_column(
    tmp_path, read_files
):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(3, 2, ["구분", "상호", "주소"])
        sheet.merge_range(4, 2, 6, 2, "음식점")
        for k in range(3):
            sheet.write_row(4 + k, 3, [f"가게{k}", f"다문화길 {k + 1}"])
    (reading,) = read_files(path)
    assert [cells[0] for cells in reading.rows.values()] == ["음식점"] * 3
