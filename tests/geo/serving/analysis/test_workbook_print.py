"""Workbooks on paper: one page wide, a header on each page, and cells that can be read."""

import datetime
import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from geo.serving.analysis.tables import Sheet, datatype
from geo.serving.analysis.workbook import as_xlsx


def sheet_xml(*sheets):
    return zipfile.ZipFile(io.BytesIO(as_xlsx(sheets))).read("xl/worksheets/sheet1.xml").decode()


def widths(xml):
    """The width of each column, as set in the sheet."""
    found = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', xml)
    return {n: float(w) for first, last, w in found for n in range(int(first), int(last) + 1)}


NARROW = Sheet("자료", ("구역", "업소 수"), [("8a30e0222d0ffff", 1)])


def test_a_sheet_prints_one_page_wide_on_a4_with_its_header_on_each_page():
    book = zipfile.ZipFile(io.BytesIO(as_xlsx([NARROW])))
    xml, whole = (book.read(f"xl/{n}.xml").decode() for n in ("worksheets/sheet1", "workbook"))
    setup = re.search(r"<pageSetup[^>]*>", xml)[0]
    assert 'paperSize="9"' in setup
    assert 'fitToHeight="0"' in setup  # as many pages long as it takes; one wide is the default
    assert 'orientation="portrait"' in setup
    assert '<pageSetUpPr fitToPage="1"/>' in xml
    assert "<oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter>" in xml
    titles = re.search(r'<definedName name="_xlnm.Print_Titles"[^>]*>([^<]*)<', whole)[1]
    assert titles.endswith("$1:$1")


def test_the_heading_above_each_page_is_no_code_and_not_too_long():
    xml = sheet_xml(Sheet("data", ("a",), [(1,)], heading="n = 3 · A&B " + "&" * 300))
    header = re.search(r"<oddHeader>(.*?)</oddHeader>", xml)[1].replace("&amp;", "&")
    assert header.startswith("&Ln = 3 · A&&B ")
    assert len(header) <= 255
    assert re.fullmatch(r"&L(?:[^&]|&&)*", header)


def test_a_wide_sheet_prints_on_its_side():
    wide = Sheet("data", tuple(f"column {n}" for n in range(29)), [tuple(range(29))])
    assert 'orientation="landscape"' in sheet_xml(wide)


def test_columns_are_as_wide_as_what_they_hold():
    text = "가" * 10  # as wide as twenty digits
    held = Sheet("data", ("unit", "name", "long"), [("8a30e0222d0ffff", text, "x" * 500)])
    found = widths(sheet_xml(held))
    assert 15 < found[1] < 20
    assert 20 < found[2] < 26
    assert 40 < found[3] < 46  # and its text is wrapped


def test_counts_years_and_days_are_shown_as_such():
    header = ("count", "year", "checked on")
    held = Sheet("data", header, [(12461, 2015, "2026-03-14")], labels=frozenset({1}))
    book = zipfile.ZipFile(io.BytesIO(as_xlsx([held])))
    xml, styles = (book.read(f"xl/{n}.xml").decode() for n in ("worksheets/sheet1", "styles"))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    own = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    count, day = (re.search(rf'<c r="{at}2" s="(\d+)"', xml)[1] for at in "AC")
    assert own[used[int(count)]] == "#,##0"
    assert own[used[int(day)]] == "yyyy-mm-dd"
    assert '<c r="B2"><v>2015</v>' in xml
    (row,) = (
        CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx([held])))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=True)[1:]
    )
    assert row == [12461, 2015, datetime.date(2026, 3, 14)]


def test_days_that_no_calendar_has_and_those_before_1900_stay_texts():
    held = Sheet("data", ("a", "b"), [("2026-02-30", "1899-05-01")])
    (row,) = (
        CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx([held])))
        .get_sheet_by_index(0)
        .to_python()[1:]
    )
    assert row == ["2026-02-30", "1899-05-01"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, None], "integer"),
        ([1, 2.5], "number"),
        ([True, None], "boolean"),
        ([True, 1], "string"),
        (["2026-02"], "gYearMonth"),
        (["2026-13"], "string"),
        (["2026-02-28", "2026-02-30"], "string"),
        ([None], "string"),
    ],
)
def test_a_datatype_is_one_that_all_values_have(values, found):
    assert datatype(values) == found


def test_many_columns_are_narrow_enough_to_be_read_on_paper():
    titles = tuple(f"share of homes {n}" for n in range(16))
    held = Sheet("data", titles, [tuple(n / 100 for n in range(16))], frozenset(range(16)))
    assert sum(widths(sheet_xml(held)).values()) < 200  # of 11 points, about 8 on A4


def test_numbers_with_a_decimal_are_grouped_where_they_are_large():
    held = Sheet("data", ("per km²", "p"), [(22869.4, 0.0021), (146.0, 0.88)])
    book = zipfile.ZipFile(io.BytesIO(as_xlsx([held])))
    xml, styles = (book.read(f"xl/{n}.xml").decode() for n in ("worksheets/sheet1", "styles"))
    assert 'formatCode="#,##0.0"' in styles
    assert re.search(r'<c r="A2" s="\d+"', xml)
    assert '<c r="B2"><v>0.0021</v>' in xml
