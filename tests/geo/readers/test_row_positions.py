"""The row of a spreadsheet, as a program shows it beside each row of a file."""

import csv
import io

import pytest
import xlsxwriter

from geo.readers import delimited

TITLED = """안산시 음식점 현황,,

(단위: 개),,
"상호
이름",업종,주소
가게하나,한식,"다문화길 1
1층"

가게둘,한식
가게셋,중식,다문화길 3


가게넷,중식,다문화길 4
"""


def positions(reading) -> dict[str, int]:
    """Rows of the spreadsheet by the first cell of the rows that were read."""
    of = reading.table.positions.of
    return {cells[0]: of(number) for number, cells in reading.rows.items()}


@pytest.fixture(params=[60, 8_000_000], ids=["small blocks", "one block"])
def block_bytes(request, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", request.param)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_titles_blank_rows_and_cells_of_several_lines_are_counted_as_a_program_does(
    read_bytes, line_end, mark
):
    reading = read_bytes(mark + TITLED.replace("\n", line_end).encode())
    assert positions(reading) == {"가게하나": 5, "가게셋": 8, "가게넷": 11}
    assert [reading.table.positions.of(row.row) for row in reading.broken] == [7]


@pytest.mark.usefixtures("block_bytes")
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_blocks_do_not_change_the_count(read_bytes, line_end):
    rows = [[f"가게{number}", "a\nb" if number % 3 else "", "주소"] for number in range(20)]
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(
        [["상호", "업종", "주소"], *rows]
    )
    text = out.getvalue() + line_end + f'"끝","","주소"{line_end}'
    found = positions(read_bytes(text.encode()))
    assert found == {**{f"가게{number}": number + 2 for number in range(20)}, "끝": 23}


def test_rows_of_a_workbook_stand_where_the_program_shows_them(tmp_path, read_files):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("단원구", "상록구"):
            sheet = book.add_worksheet(name)
            sheet.write(1, 0, "음식점 현황")
            sheet.write_row(3, 0, ["상호", "주소", "종사자수", ""])
            sheet.write_row(4, 2, ["내국인", "외국인"])
            sheet.write_row(5, 0, [f"{name}하나", "다문화길 1", 1, 2])
            sheet.write_row(8, 0, [f"{name}둘", "다문화길 2", 1, 2])
    first, second = read_files(path)
    assert positions(first) == {"단원구하나": 6, "단원구둘": 9}
    assert positions(second) == {"상록구하나": 6, "상록구둘": 9}
