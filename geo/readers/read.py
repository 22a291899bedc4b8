"""Open files of any supported format as tables of text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from geo.readers.delimited import read_delimited
from geo.readers.entries import zip_tables
from geo.readers.errors import MissingFileError, NoRowsError, OneColumnError
from geo.readers.features import features_table
from geo.readers.input_files import InputFile, list_input_files
from geo.readers.layout import FOUND, Layout
from geo.readers.row_account import RowAccount
from geo.readers.sniff import sniff
from geo.readers.table import Table
from geo.readers.workbook import workbook_tables


def open_tables(
    paths: Sequence[Path],
    encodings: Sequence[str] = ("utf-8-sig", "cp949"),
    layout: Layout = FOUND,
) -> Iterator[Table]:
    """Open the tables of some files, one after the other; read each before the next.

    A .txt file in a folder or zip that names no columns is a note, and skipped; so is a file
    without rows among others: publishers issue one per group, even for empty groups.

    Args:
        paths: CSV, TXT, TSV, XLSX and GeoJSON files, folders of them (not of folders), and zips.
        encodings: what text may be in, the more likely first.
        layout: where the header is, if that is known.

    Yields:
        Tables; their batches are read from the file as they are asked for.

    Raises:
        InputFileError: nothing to read, or not a table; here or from `Table.batches`.
    """
    files = list(list_input_files(paths, zip_tables))
    empty: list[str] = []
    for file in files:
        try:
            tables = _tables(file, encodings, layout)
        except OneColumnError:
            if file.named or file.suffix != ".txt":
                raise
            empty.append(file.name)
            continue
        except NoRowsError:
            if len(files) == 1:
                raise
            empty.append(file.name)
            continue
        yield from tables
    if len(empty) == len(files):
        raise MissingFileError(empty[0], "holds no row, nor does any file beside it", "name one")


def _tables(part: InputFile, encodings: Sequence[str], layout: Layout) -> Iterator[Table]:
    if part.suffix == ".xlsx":
        return workbook_tables(part, layout)
    if part.suffix in (".json", ".geojson"):
        return iter((features_table(part),))
    head, ledger = sniff(part, encodings, layout), RowAccount(part.name)
    batches = read_delimited(part, head, ledger)
    table = Table(
        part.name,
        head.encoding,
        head.delimiter,
        head.header,
        batches,
        ledger.broken,
        ledger.undecoded,
        positions=ledger.positions,
    )
    return iter((table,))
