"""Rows that a load set aside, as a file that a spreadsheet program opens.

Each row is there once: its file, its row as the program counts it, the reason, its own cells.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import pandas as pd

from geo.core.atomic_file import atomic_file
from geo.pipeline.registers.release import NothingUsableError
from geo.pipeline.written_table import check_table_file, write_table
from geo.readers import Table
from geo.readers.table import GEOMETRY, ROW

HEADER: Final = ("file", "row", "reason")
TEXT: Final = "text"  # the column of rows that have no cells
Reader = Callable[[Sequence[Path]], Iterator[Table]]


class Reject(NamedTuple):
    """A row set aside, with its cells by the header of its file."""

    file: str
    row: int
    reason: str
    cells: dict[str, str]


@contextmanager
def saving_rejects(
    to: Sequence[Path], files: Sequence[Path], opened: Reader | None
) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Yield what saves the rows set aside of a load; those of a refused load are saved too.

    Args:
        to: .csv and .xlsx files; none to save nothing.
        files: what is loaded.
        opened: opens them as tables; None where they are none.

    Raises:
        BadParameterError: the file has another ending, or cannot be written.
    """
    for path in to:
        check_table_file("rejects", path)

    def save(rejects: pd.DataFrame) -> None:
        rows = list_rejects(rejects, opened(files) if opened else ()) if to else []
        for path in to:
            with atomic_file(path) as file:
                write_rejects(rows, file, path.suffix.lower())

    try:
        yield save
    except NothingUsableError as refusal:
        save(refusal.rejects)
        raise


def list_rejects(rejects: pd.DataFrame, tables: Iterable[Table]) -> list[Reject]:
    """List the rows set aside with their cells.

    Args:
        rejects: `file`, `row` (of the data), `reason`, `text`.
        tables: the files, opened once more; `text` stands for the cells of rows in none of them.
    """
    wanted: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    columns = (rejects[name] for name in ("file", "row", "reason", "text"))
    for file, row, reason, text in zip(*columns, strict=True):
        wanted[str(file), int(row)].append((str(reason), "" if pd.isna(text) else str(text)))
    found = list(_rejected_in(tables, wanted)) if wanted else []
    found += [
        Reject(file, row, reason, {TEXT: text} if text else {})
        for (file, row), rows in wanted.items()
        for reason, text in rows
    ]
    return sorted(found, key=lambda reject: reject[:3])


def _rejected_in(
    tables: Iterable[Table], wanted: dict[tuple[str, int], list[tuple[str, str]]]
) -> Iterator[Reject]:
    """Yield the wanted rows of the tables, and remove them from those that are wanted."""
    for table in tables:
        numbers = {row for file, row in wanted if file == table.name}
        for batch in table.batches:
            rows = batch.to_pandas()
            for cells in rows[rows[ROW].isin(numbers)].to_dict("records"):
                number = int(cells.pop(ROW))
                shown = {str(name): str(cell) for name, cell in cells.items() if name != GEOMETRY}
                yield from _taken(table, number, shown, wanted)
        for broken in table.broken:
            yield from _taken(table, broken.row, _split(table, broken.text), wanted)


def _taken(
    table: Table,
    number: int,
    cells: dict[str, str],
    wanted: dict[tuple[str, int], list[tuple[str, str]]],
) -> Iterator[Reject]:
    for reason, _ in wanted.pop((table.name, number), []):
        yield Reject(table.name, table.positions.of(number), reason, cells)


def _split(table: Table, text: str) -> dict[str, str]:
    """Split a row that could not be read at the delimiters, as far as they go."""
    if not table.delimiter:
        return {TEXT: text}
    cells = next(csv.reader([text.replace("\0", "\ufffd")], delimiter=table.delimiter), [])
    beyond = (f"column_{place}" for place in range(len(table.header) + 1, len(cells) + 1))
    return dict(zip([*table.header, *beyond], cells, strict=False))


def write_rejects(rejects: Sequence[Reject], to: BinaryIO, ending: str) -> None:
    """Write rows set aside as CSV (UTF-8 with a byte order mark) or XLSX, without any formula."""
    names = list(dict.fromkeys(name for reject in rejects for name in reject.cells))
    rows = [
        [reject.file, reject.row, reject.reason, *(reject.cells.get(name, "") for name in names)]
        for reject in rejects
    ]
    write_table([*HEADER, *names], rows, to, ending)
