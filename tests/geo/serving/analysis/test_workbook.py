"""Workbooks of findings: how cells are shown, and what they hold."""

import io
import re
import zipfile

from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.tables import as_xlsx


def test_cells_of_shares_are_shown_as_percentages_and_stay_fractions():
    columns = (Column("count", "counted"), Column("share", "of all, 0 to 1", share=True))
    basis = Evidence(1, {}, ("2025", "2025"), {"observed": 1.0})
    rows = [{"count": 3, "share": 0.125}]
    held = MeasureResult("own", "", "", basis, {}, columns, rows)
    book = zipfile.ZipFile(io.BytesIO(as_xlsx(held, (), "")))
    sheet, styles = (book.read(f"xl/{one}.xml").decode() for one in ("worksheets/sheet1", "styles"))
    formats = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    assert re.search(r'<c r="A2"><v>3</v>', sheet)
    style, value = re.search(r'<c r="B2" s="(\d+)"><v>([\d.]+)</v>', sheet).groups()
    assert formats[used[int(style)]] == "0.0%"
    assert float(value) == 0.125
