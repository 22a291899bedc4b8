"""Rows on disk, sorted a run at a time, and given back by id: what memory holds does not grow.

Each run is a batch of one Arrow file, which is mapped, not read. To give the rows back, the ids are
cut into ranges of about as many rows each; of every run, the rows of a range stand together.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SAMPLED: Final = 64  # one id in so many tells where ranges may end


class Runs:
    """Takes rows in any order and gives them back by id."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Open a file for rows.

        Args:
            path: the file; it can be deleted when the last row is given back.
            schema: of the rows; `id` is a column of text without nulls.
        """
        self._path = path
        self._file = pa.ipc.new_file(str(path), schema)
        self._samples: list[str] = []
        self.starts = [0]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.starts[-1]

    def add(self, table: pa.Table) -> pa.Table:
        """Write rows, and return them in the order in which they are stored."""
        if not len(table):
            return table
        run = table.take(pc.sort_indices(table["id"])).combine_chunks()
        self._file.write_table(run)
        self._samples += run["id"].take(pa.array(np.arange(0, len(run), _SAMPLED))).to_pylist()
        self.starts.append(self.rows + len(run))
        return run

    def close(self) -> None:
        """Close the file for further rows."""
        self._file.close()

    def by_id(self, more: pa.RecordBatch, at_once: int) -> Iterator[pa.Table]:
        """Yield all rows by id; those of the same id come together.

        Args:
            more: further columns, in the order in which rows are kept.
            at_once: about how many rows to give back at a time.
        """
        file = pa.ipc.open_file(pa.memory_map(str(self._path)))
        runs = [file.get_batch(number) for number in range(file.num_record_batches)]
        bounds = self._bounds(at_once)
        edges = [_edges(run["id"], bounds) for run in runs]
        schema = pa.schema([*file.schema, *more.schema])
        for place in range(len(bounds) + 1):
            parts = []
            for run, edge, start in zip(runs, edges, self.starts[:-1], strict=True):
                low, rows = edge[place], edge[place + 1] - edge[place]
                columns = [*run.slice(low, rows).columns, *more.slice(start + low, rows).columns]
                parts.append(pa.record_batch(columns, schema=schema))
            table = pa.Table.from_batches(parts, schema).combine_chunks()
            yield table.take(pc.sort_indices(table["id"]))

    def _bounds(self, at_once: int) -> list[str]:
        """Return the ids at which ranges of about so many rows begin, but for the first."""
        samples, ranges = sorted(self._samples), -(-self.rows // at_once)
        return sorted({samples[len(samples) * k // ranges] for k in range(1, ranges)})


def _edges(ids: pa.Array, bounds: list[str]) -> list[int]:
    """Return where the ranges begin in sorted ids, and where the last of them ends."""
    rows = range(len(ids))
    inner = (bisect_left(rows, bound, key=lambda row: ids[row].as_py()) for bound in bounds)
    return [0, *inner, len(ids)]


def evenly(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Rebatch rows to tables of exactly so many, but for the last; none is empty.

    What is written so does not tell how its rows came.
    """
    buffered: list[pa.Table] = []
    for table in tables:
        buffered.append(table)
        if sum(map(len, buffered)) >= rows:
            whole = pa.concat_tables(buffered).combine_chunks()
            for start in range(0, len(whole) - rows + 1, rows):
                yield whole.slice(start, rows)
            buffered = [whole.slice(len(whole) // rows * rows)]
    left = sum(map(len, buffered))
    if left:
        yield pa.concat_tables(buffered).combine_chunks()
