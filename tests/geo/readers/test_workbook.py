import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from geo.readers import errors, workbook


def made(**sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return out.getvalue()


HEADER = ["관리번호", "상호"]
ROW = [7, "고향만두"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (41273, "41273"),
        (-3.0, "-3"),
        (126.7951, "126.7951"),
        (0.1, "0.1"),
        (123456789012345, "123456789012345"),
        (True, "true"),
        (dt.datetime(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),
        ("007", "007"),
        (" 두 줄\n이름 ", " 두 줄\n이름 "),
    ],
)
def test_values_are_text_as_a_csv_would_hold_them(value, text, read_bytes):
    book = made(data=[HEADER, ["1", value]])
    assert read_bytes(book, "a.xlsx").rows == {1: ("1", text)}


def test_one_sheet_has_the_name_of_its_file(read_bytes):
    table = read_bytes(made(data=[HEADER, ROW]), "a.xlsx").table
    assert (table.name, table.encoding, table.delimiter) == ("a.xlsx", "utf-8", "")


def test_several_sheets_are_several_tables(tmp_path, read_files):
    (tmp_path / "a.xlsx").write_bytes(made(상록=[HEADER, ROW], 단원=[HEADER, ROW, ROW]))
    readings = read_files(tmp_path / "a.xlsx")
    assert [(reading.table.name, len(reading.rows)) for reading in readings] == [
        ("a.xlsx#상록", 1),
        ("a.xlsx#단원", 2),
    ]


def test_notes_and_empty_sheets_are_passed_over(read_bytes):
    book = made(설명=[["이 표는"], ["2026년 조사"]], 표=[HEADER, ROW], 빈=[], 틀=[HEADER])
    assert read_bytes(book, "a.xlsx").rows == {1: ("7", "고향만두")}


def test_a_hidden_sheet_is_passed_over(read_bytes):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in ("shown", "hidden"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, [name, "x"])
        sheet.hide()
    assert read_bytes(out.getvalue(), "a.xlsx").rows == {1: ("shown", "x")}


def test_a_workbook_of_notes_is_refused(read_bytes):
    with pytest.raises(errors.OneColumnError):
        read_bytes(made(설명=[["이 표는"], ["2026년 조사"]]), "a.xlsx")


def test_a_workbook_without_rows_is_refused(read_bytes):
    with pytest.raises(errors.EmptyFileError, match="no sheet with a row of data"):
        read_bytes(made(표=[HEADER]), "a.xlsx")


def test_blank_rows_are_no_rows(read_bytes):
    book = made(표=[[], HEADER, [], ROW, ["", ""], [8, "카페"]])
    assert read_bytes(book, "a.xlsx").rows == {1: ("7", "고향만두"), 2: ("8", "카페")}


def test_cells_beside_the_header_are_kept_under_a_number(read_bytes):
    reading = read_bytes(made(표=[HEADER, [*ROW, "덧붙임"]]), "a.xlsx")
    assert reading.table.header == ("관리번호", "상호", "column_3")


def test_a_workbook_in_a_zip_is_read(tmp_path, read_files):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as package:
        package.writestr("a.xlsx", made(표=[HEADER, ROW]))
    (reading,) = read_files(tmp_path / "all.zip")
    assert (reading.table.name, len(reading.rows)) == ("all.zip/a.xlsx", 1)


def test_a_workbook_too_large_to_hold_is_refused(read_bytes, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_PACKED", 1_000)
    with pytest.raises(errors.WorkbookError, match="is larger than 1,000 bytes; save it as CSV"):
        read_bytes(made(표=[HEADER, ROW]), "a.xlsx")
