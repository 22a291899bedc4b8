"""Results as CSV, and as XLSX with a sheet of data and one of method."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from geo.serving.analysis.result import MeasureResult
from geo.serving.formats.delimited import table_as_csv

ESTIMATED: Final = (
    "rows whose `estimated` is true: a split dong is shared out by residents, so that the value "
    "and its index are estimates and no counts; pictures mark them with ≈"
)
_LONGEST: Final = 32_767  # characters of a cell in a workbook


def as_csv(result: MeasureResult) -> bytes:
    """Write the rows of a measure as CSV, quoted as all CSV of the atlas."""
    names = [column.name for column in result.columns]
    columns = [pa.array([row.get(name) for row in result.rows]) for name in names]
    return table_as_csv(pa.table(columns, names=names))


def as_xlsx(result: MeasureResult, notices: Sequence[str], address: str) -> bytes:
    """Write a workbook of the rows and the evidence of a measure.

    Every text is written as a text, so that none runs as a formula.

    Args:
        result: what to write.
        notices: attributions of the sources.
        address: where the result can be had again.
    """
    import xlsxwriter  # only for a workbook

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **_PLAIN})
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    data, method = book.add_worksheet("data"), book.add_worksheet("method and sources")
    for place, column in enumerate(result.columns):
        data.write_string(0, place, column.name, bold)
        for row, values in enumerate(result.rows, 1):
            form = percent if column.share else None
            _write(data, row, place, values.get(column.name), form)
    data.freeze_panes(1, 0)
    for row, (name, value) in enumerate(evidence_rows(result, notices, address)):
        method.write_string(row, 0, name, bold)
        _write(method, row, 1, value)
    method.set_column(0, 0, 24)
    method.set_column(1, 1, 100)
    book.close()
    return file.getvalue()


_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def evidence_rows(
    result: MeasureResult, notices: Sequence[str], address: str
) -> Iterator[tuple[str, Any]]:
    """List the evidence of a measure as names and values."""
    basis = result.basis
    yield "title", result.title
    yield "address", address
    yield "n", basis.n
    yield "dates", " to ".join(date or "unknown" for date in basis.dates)
    yield "provenance", ", ".join(f"{name} {share:.1%}" for name, share in basis.provenance.items())
    for reason, count in basis.left_out.items():
        yield "left out", f"{count}: {reason}"
    yield "method", result.method
    for name, value in result.parameters.items():
        yield f"parameter {name}", str(value)
    for caveat in (*basis.caveats, *result.caveats):
        yield "caveat", caveat
    if any(row.get("estimated") for row in result.rows):
        yield "≈", ESTIMATED
    for column in result.columns:
        yield f"column {column.name}", column.description
    for text in notices:
        yield "source", text


def _write(sheet: Any, row: int, place: int, value: Any, form: Any = None) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_string(row, place, str(value)[:_LONGEST])
