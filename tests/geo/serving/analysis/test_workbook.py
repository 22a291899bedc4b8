"""Workbooks of findings: how cells are shown, and what they hold."""

import io
import re
import zipfile

from geo.serving.analysis.tables import Sheet, as_csv
from geo.serving.analysis.workbook import as_xlsx


def test_cells_of_shares_are_shown_as_percentages_and_stay_fractions():
    held = Sheet("data", ("count", "share"), [(3, 0.125)], shares=frozenset({1}))
    book = zipfile.ZipFile(io.BytesIO(as_xlsx([held])))
    sheet, styles = (
        book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles")
    )
    formats = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    assert re.search(r'<c r="A2"(?: s="\d+")?><v>3</v>', sheet)
    style, value = re.search(r'<c r="B2" s="(\d+)"><v>([\d.]+)</v>', sheet).groups()
    assert formats[used[int(style)]] == "0.0%"
    assert float(value) == 0.125


FORMULAS = ("=1+1", "+1", "@a", "-1", "=HYPERLINK(1)")


def test_no_title_and_no_text_runs_as_a_formula():
    held = Sheet("data", ("=1+1", "업소 수"), [(text, 1) for text in FORMULAS])
    assert as_csv(held).decode("utf-8-sig").splitlines()[0] == '"\'=1+1","업소 수"'
    lines = as_csv(held).decode("utf-8-sig").splitlines()[1:]
    assert lines == [f'"\'{text}",1' for text in FORMULAS]
    book = zipfile.ZipFile(io.BytesIO(as_xlsx([held])))
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    assert "externalLink" not in " ".join(book.namelist())
