"""A register of the whole country, read and checked on the machines of a Spark cluster.

A task reads one table of the files by the register's own adapter. The rows of other cities stay on
the cluster, which joins, checks and sorts them; the rows of Ansan, those set aside and the counts
come back to the machine that loads, which treats them as if it had read the files itself.

Files and home must have the same paths on every machine, and the atlas must be installed there.
"""

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.core.errors import GeoError
from geo.core.progress import OnStep, Step
from geo.pipeline.adapters.records import ParsedRecords
from geo.pipeline.country.beyond import Beyond, describe_rows, write_rows
from geo.pipeline.country.engines.spark import SparkEngine
from geo.pipeline.country.joins import check_loaded_points, country_dong, draw_dong, statement
from geo.pipeline.country.layer import AT_ONCE
from geo.pipeline.country.rows import BEYOND, SPOOLED, asked_rows, to_rejects, to_rows
from geo.pipeline.geocoding.geocode import LoadedArea
from geo.pipeline.registers.release import CollectedRecords, Source, collect
from geo.readers import open_tables
from geo.readers.input_files import identify_file

_READ: Final = pa.schema(
    [("row", pa.int64()), ("file", pa.string()), ("payload", pa.binary()), *SPOOLED]
)
_ROWS: Final = 2**40  # more than one table has


@dataclass(frozen=True)
class TableReader:
    """Reads one table of files on an executor.

    Attributes:
        parse_table: as in `Source`.
        files: files, folders and zips.
        here: what is loaded on the machine that loads.
        area: what is loaded of other cities: `all`, or the 5-digit code of one.
        source: id of the register.
        release: date of rows that bear none.
    """

    parse_table: Callable[[Sequence[Path], int], Iterator[ParsedRecords]]
    files: tuple[Path, ...]
    here: LoadedArea
    area: str
    source: str
    release: str

    def __call__(self, place: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows of other cities, and what goes back to the machine that loads."""
        payloads = count(place * _ROWS)
        try:
            for batch in self.parse_table(self.files, place):
                collected, rows = self._divided(batch)
                if len(rows):
                    yield _rows(place, batch.file, rows)
                yield _payload(next(payloads), (collected, len(rows)))
        except GeoError as error:
            yield _payload(next(payloads), error)

    def _divided(self, batch: ParsedRecords) -> tuple[CollectedRecords, pa.Table]:
        """Tell what goes back from the rows of other cities that were asked for."""
        others: dict[str, pd.DataFrame] = {}
        collected = collect([batch], self.here, others.__setitem__)
        asked = asked_rows(self.area, others[batch.file])
        left_out = collected.outside - len(asked)
        return replace(collected, outside=left_out), to_rows(self.source, self.release, asked)


def _rows(place: int, file: str, rows: pa.Table) -> pa.RecordBatch:
    numbers = pc.add(rows["number"], place * _ROWS)
    known = {"row": numbers, "file": pa.array([file] * len(rows)), "payload": pa.nulls(len(rows))}
    columns = [known[field.name] if field.name in known else rows[field.name] for field in _READ]
    return pa.table(columns, names=_READ.names).cast(_READ).combine_chunks().to_batches()[0]


def _payload(row: int, what: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"row": row, "payload": pickle.dumps(what)}], _READ)


class Cluster:
    """Reads a register on the executors, and keeps there the rows of other cities asked for.

    Attributes:
        area: `all`, or the 5-digit code of a city.
        rows: rows of other cities that were asked for.
        left_out: rows of cities that were not.
    """

    def __init__(self, address: str, area: str, release: str, folder: Path) -> None:
        """Prepare for a load.

        Args:
            address: of a Spark master.
            area: `all`, or the 5-digit code of a city.
            release: date of rows that bear none, "" where it is not known.
            folder: where files may lie for a while, at the same path on every machine.

        Raises:
            GeoError: the boundaries of Korea are not installed.
        """
        self.area, self.rows, self.left_out = area, 0, 0
        self._dong, self._address = country_dong(), address
        self._release, self._folder, self._source = release, folder, ""

    def collect(self, source: Source, files: Sequence[Path], here: LoadedArea) -> CollectedRecords:
        """Read all tables of the files, each in a task of its own.

        Raises:
            GeoError: the files cannot be used, or the cluster gave up.
        """
        if source.parse_table is None:
            raise GeoError(f"{source.id} holds no tables; load it without --engine")
        self._source = source.id
        paths = tuple(path.absolute() for path in files)
        before = _identities(paths)
        tables = sum(1 for _ in open_tables(paths))
        read = TableReader(source.parse_table, paths, here, self.area, source.id, self._release)
        with closing(SparkEngine(self._address)) as engine:
            engine.run(tables, read, _READ, self._folder / "read")
            engine.read("read", self._folder / "read")
            payloads = engine.collect(statement("payloads"))["payload"].to_pylist()
        if _identities(paths) != before:
            raise GeoError("the files changed while they were read; wait until they are whole")
        return self._collected(payloads)

    def _collected(self, payloads: list[bytes]) -> CollectedRecords:
        every = CollectedRecords()
        for payload in payloads:
            what = pickle.loads(payload)  # noqa: S301 # what TableReader of this load wrote
            if isinstance(what, GeoError):
                raise what
            collected, rows = what
            every.add(collected)
            self.rows += rows
        self.left_out = every.outside
        return every

    def finish(self, before: Path | None, on_step: OnStep = lambda _: None) -> Beyond:
        """Join with the dong of Korea, check and sort on the cluster; keep the rows inside one.

        Raises:
            GeoError: the cluster gave up.
            ShrunkError: most rows known before are missing.
        """
        on_step("joining with the dong of Korea")
        usable, checked = self._folder / "usable", self._folder / "checked.parquet"
        with closing(SparkEngine(self._address)) as engine:
            engine.read("read", self._folder / "read")
            engine.view("points", statement("points"))
            draw_dong(engine, self._dong)
            check_loaded_points(engine, checked)
            engine.read("checked", checked)
            engine.write(statement("usable_rows"), usable)
            rejects = to_rejects(engine.collect(statement("unusable_rows")))
        path = self._folder / "beyond.parquet"
        write_rows(
            path,
            _parts(usable),
            lambda rows: on_step(Step("joining and sorting", rows, self.rows)),
        )
        return describe_rows(self._source, path, before, [rejects])


def _parts(folder: Path) -> Iterator[pa.Table]:
    """Yield the rows of sorted part files."""
    for part in sorted(folder.glob("*.parquet")):
        for batch in pq.ParquetFile(part).iter_batches(AT_ONCE):
            yield pa.Table.from_batches([batch]).cast(BEYOND)


def _identities(paths: Sequence[Path]) -> list[tuple[int, int, int, int]]:
    inside = [sorted(path.iterdir()) if path.is_dir() else [path] for path in paths]
    return [identify_file(file).identity for files in inside for file in files if file.is_file()]
