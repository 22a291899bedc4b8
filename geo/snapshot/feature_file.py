"""The file of a layer's features as ready GeoJSON, read by byte offsets."""

import os
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from geo.core.errors import SnapshotError
from geo.snapshot.integrity import Blocks, Digests
from geo.snapshot.value_index import Rows

_SMALL: Final = 32_000_000  # bytes
_FEW: Final = 400  # rows, for which Python is done before NumPy and Arrow have begun
_SPARSE: Final = 20  # a place read alone costs as much as so many times its bytes between others


class FeatureFile:
    """The features of a layer, read by byte offsets.

    They are not mapped into memory: what is read from a mapping counts as memory of the process
    in pieces of up to 2 MB, so that a thousand features here and there would hold 2 GB. A small
    file is held in memory from the first read on.
    """

    def __init__(self, path: Path, blocks: Digests = (), block_size: int | None = None) -> None:
        """Open a file of features.

        Args:
            path: of the file.
            blocks: SHA-256 of its blocks, where it is checked as it is read
                (`geo.snapshot.integrity`).
            block_size: bytes of a block; None for coarse ones.

        Raises:
            ValueError: it is empty.
            SnapshotError: it is not what its blocks say.
        """
        self._name, self._file = path.name, os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size
        if not self._size:
            raise ValueError(f"{path.name} is empty")
        self._blocks: Blocks | None = None
        if len(blocks):
            self._blocks = Blocks(self._name, self._file, blocks, block_size)
        self._array: pa.LargeBinaryArray | None = None  # of a file in memory, each with its comma

    def read(self, start: int, end: int) -> bytes | memoryview:
        """Read the bytes from one offset to another: a view of a file that is held in memory."""
        whole = self._whole
        return self._read(start, end) if whole is None else memoryview(whole)[start:end]

    @cached_property
    def _whole(self) -> bytes | None:
        """A small file and a comma; None of a large one, or of one that is checked by blocks."""
        small = self._size <= _SMALL and self._blocks is None
        return self._read(0, self._size) + b"," if small else None

    def _read(self, start: int, end: int) -> bytes:
        if self._blocks:
            self._blocks.check(start, end)
        data = os.pread(self._file, end - start, start)
        while len(data) < end - start:  # a system reads at most 2 GB at a time
            more = os.pread(self._file, end - start - len(data), start + len(data))
            if not more:
                raise SnapshotError(f"{self._name} is cut off: run `atlas build`")
            data += more
        return data

    def runs(self, rows: Rows, starts: Rows, ends: Rows) -> Sequence[bytes | memoryview]:
        """Read the features of some rows, to be joined by commas.

        Features of rows that follow each other are in one piece: they have commas between them.

        Args:
            rows: row numbers.
            starts: where each feature of the file begins.
            ends: and where it ends, before the comma.
        """
        if not len(rows):
            return []
        if _are_consecutive(rows):
            return [self.read(int(starts[rows[0]]), int(ends[rows[-1]]))]
        whole = self._whole
        if whole is None:
            breaks = rows[1:] - rows[:-1] != 1
            first, last = np.ones((2, len(rows)), dtype=bool)
            first[1:] = last[:-1] = breaks
            return self.pieces(starts[rows[first]], ends[rows[last]])
        if len(rows) > _FEW:
            return [self._gathered(rows, starts)]
        pairs = zip(starts[rows].tolist(), ends[rows].tolist(), strict=True)
        return [b",".join([whole[a:b] for a, b in pairs])]

    def _gathered(self, rows: Rows, starts: Rows) -> memoryview:
        """Copy features of a file in memory, with commas between them, in a single step."""
        if self._array is None:
            buffers = [
                pa.py_buffer(part) for part in (np.append(starts, self._size + 1), self._whole)
            ]
            kind = pa.large_binary()
            self._array = pa.LargeBinaryArray.from_buffers(kind, len(starts), [None, *buffers])
        _, offsets, data = self._array.take(pa.array(rows)).buffers()
        end = int(np.frombuffer(offsets, np.int64)[len(rows)])
        return memoryview(data)[: end - 1]

    def pieces(self, starts: Rows, ends: Rows) -> Sequence[bytes | memoryview]:
        """Read the bytes of many features: together where they lie close to each other."""
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        low, high = int(starts.min()), int(ends.max())
        if high - low > _SPARSE * int((ends - starts).sum()):
            return [self.read(a, b) for a, b in pairs]
        block = self.read(low, high)
        return [block[a - low : b - low] for a, b in pairs]


def _are_consecutive(rows: Rows) -> bool:
    """Check whether each row is the one after the row before it."""
    first, last = int(rows[0]), int(rows[-1])
    if last - first != len(rows) - 1:
        return False
    if len(rows) <= _FEW:
        return bool(rows.tolist() == list(range(first, last + 1)))
    return bool((rows[1:] - rows[:-1] == 1).all())
