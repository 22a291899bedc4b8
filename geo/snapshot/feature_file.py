"""The file of a layer's features as ready GeoJSON, read by byte offsets."""

import os
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from geo.core.errors import SnapshotError
from geo.snapshot.integrity import Blocks
from geo.snapshot.value_index import Rows

_SMALL: Final = 32_000_000  # bytes
_COPIED: Final = 200_000  # bytes; views on fewer cost more than copies
_SPARSE: Final = 20  # a place read alone costs as much as so many times its bytes between others


class FeatureFile:
    """The features of a layer, read by byte offsets.

    They are not mapped into memory: what is read from a mapping counts as memory of the process
    in pieces of up to 2 MB, so that a thousand features here and there would hold 2 GB. A small
    file is held in memory from the first read on.
    """

    def __init__(self, path: Path, blocks: Sequence[str] = ()) -> None:
        """Open a file of features.

        Args:
            path: of the file.
            blocks: SHA-256 of its blocks, where it is checked as it is read
                (`geo.snapshot.integrity`).

        Raises:
            ValueError: it is empty.
            SnapshotError: it is not what its blocks say.
        """
        self._name, self._file = path.name, os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size
        if not self._size:
            raise ValueError(f"{path.name} is empty")
        self._blocks = Blocks(self._name, self._file, blocks) if blocks else None

    def read(self, start: int, end: int) -> bytes | memoryview:
        """Read the bytes from one offset to another: a view of a file that is held in memory."""
        whole = self._whole
        return self._read(start, end) if whole is None else memoryview(whole)[start:end]

    @cached_property
    def _whole(self) -> bytes | None:
        """All bytes of a small file; None of a large one, or of one that is checked by blocks."""
        small = self._size <= _SMALL and self._blocks is None
        return self._read(0, self._size) if small else None

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

    def pieces(self, starts: Rows, ends: Rows) -> Sequence[bytes | memoryview]:
        """Read the bytes of many features: together where they lie close to each other."""
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        whole = self._whole
        size = int((ends - starts).sum())
        if whole is not None:
            source = whole if size < _COPIED else memoryview(whole)
            return [source[a:b] for a, b in pairs]
        low, high = int(starts.min()), int(ends.max())
        if high - low > _SPARSE * size:
            return [self.read(a, b) for a, b in pairs]
        block = self.read(low, high)
        return [block[a - low : b - low] for a, b in pairs]
