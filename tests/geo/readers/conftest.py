"""Small files, and what became of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from geo.readers import BrokenRow, Table, open_tables


class Reading(NamedTuple):
    """One table read to its end: cells by row number, and what was set aside."""

    table: Table
    rows: dict[int, tuple[str, ...]]
    broken: list[BrokenRow]


def read_all(*paths: Path, **options: Any) -> list[Reading]:
    return [_read(table) for table in open_tables(paths, **options)]


def _read(table: Table) -> Reading:
    rows: dict[int, tuple[str, ...]] = {}
    for batch in table.batches:
        for record in batch.to_pylist():
            number = record.pop("_row")
            rows[number] = tuple(record.values())
    return Reading(table, rows, table.broken)


@pytest.fixture
def read_bytes(tmp_path) -> Callable[..., Reading]:
    """Reads bytes as a file of a name; the only table in it."""

    def read(data: bytes, name: str = "register.csv", **options: Any) -> Reading:
        path = tmp_path / name
        path.write_bytes(data)
        (reading,) = read_all(path, **options)
        return reading

    return read


@pytest.fixture(scope="session")
def read_files() -> Callable[..., list[Reading]]:
    return read_all
