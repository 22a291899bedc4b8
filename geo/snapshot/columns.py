"""Columns of a layer: mapped from disk, those of a layer in parts checked as they are read."""

import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import pyarrow as pa

from geo.snapshot.integrity import column_blocks

BOUNDS: Final = ("_west", "_south", "_east", "_north")  # columns of each feature's box
_ENDS: Final = 2**14  # bytes at either end of a file, in which its schema and its footer lie


class Columns(Protocol):
    """The columns of a layer, one row per feature; a `pyarrow.Table` is one kind."""

    @property
    def column_names(self) -> list[str]:
        """Their names."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Their names and types."""
        ...

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return one column."""
        ...

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def select(self, names: list[str]) -> pa.Table:
        """Return some columns as a table."""
        ...


class MappedFile:
    """An Arrow file of one batch in memory, of which each column is checked before it is used."""

    def __init__(self, path: Path, blocks: Sequence[str]) -> None:
        """Map a file and check its ends, where all that is not values stands.

        Args:
            path: of the file.
            blocks: SHA-256 of its blocks, as `integrity.column_hashes` computes them.

        Raises:
            SnapshotError: it is not what its blocks say.
            ValueError: it is no Arrow file.
        """
        file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, file)
        size = os.fstat(file).st_size
        self._blocks = column_blocks(path.name, file, blocks)
        self._blocks.check(0, min(_ENDS, size))
        self._blocks.check(max(size - _ENDS, 0), size)
        with pa.memory_map(str(path)) as source:
            self._address = source.read_buffer(1).address
            source.seek(0)
            self.table = pa.ipc.open_file(source).read_all()
        self._checked: set[str] = set()

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column after checking its bytes.

        Raises:
            KeyError: there is none of this name.
            SnapshotError: it has been altered.
        """
        column = self.table[name]
        if name not in self._checked:
            for chunk in column.chunks:
                held = [buffer for buffer in chunk.buffers() if buffer is not None and buffer.size]
                starts = [buffer.address - self._address for buffer in held]
                for start, buffer in zip(starts, held, strict=True):
                    self._blocks.check(start, start + buffer.size)
            self._checked.add(name)
        return column


class CheckedColumns:
    """The columns of a part."""

    def __init__(self, path: Path, blocks: Sequence[str]) -> None:
        """Map a file of columns; the arguments are those of `MappedFile`."""
        self._file = MappedFile(path, blocks)

    @property
    def column_names(self) -> list[str]:
        """Their names."""
        return list(self._file.table.column_names)

    @property
    def schema(self) -> pa.Schema:
        """Their names and types."""
        return self._file.table.schema

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return one column."""
        return self._file.column(name)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._file.table)

    def select(self, names: list[str]) -> pa.Table:
        """Return some columns as a table."""
        return pa.table({name: self[name] for name in names})


class JoinedColumns:
    """The columns of several parts, one below the other; one is joined when it is asked for."""

    def __init__(self, rows: int, parts: Sequence[Callable[[], Columns]]) -> None:
        """Begin without opening any part.

        Args:
            rows: of all parts.
            parts: what opens the columns of each.
        """
        self._rows, self._readers = rows, parts

    @cached_property
    def _first(self) -> Columns:
        return self._readers[0]()

    def _parts(self) -> Iterator[Columns]:
        yield from (reader() for reader in self._readers)

    @property
    def column_names(self) -> list[str]:
        """Their names."""
        return self._first.column_names

    @property
    def schema(self) -> pa.Schema:
        """Their names and types."""
        return self._first.schema

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return one column."""
        chunks: list[Any] = []
        for part in self._parts():
            chunks += part[name].chunks
        return pa.chunked_array(chunks)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._rows

    def select(self, names: list[str]) -> pa.Table:
        """Return some columns as a table."""
        return pa.table({name: self[name] for name in names})
