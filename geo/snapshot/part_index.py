"""The index of a part: what its first questions would compute, written once and mapped.

An array is checked when it is first read. `geo.snapshot.index_writer` says what is in the file.
"""

import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from geo.core.errors import SnapshotError
from geo.core.world_steps import Places, Steps
from geo.snapshot.columns import MappedFile
from geo.snapshot.integrity import Digests
from geo.snapshot.point_index import PointGrid
from geo.snapshot.value_index import DictionaryIndex, Rows

SUFFIX: Final = ".index"
FRAME, GRID_ROWS, GRID_STARTS = "grid.frame", "grid.rows", "grid.starts"
KEYS, CURVE_ROWS = "curve.keys", "curve.rows"
SUMS, ID_ROWS = "ids.sums", "ids.rows"
DIGESTS = "features.digests"
VALUES, CODES, PARENTS = "values", "codes", "parents"


class PartIndex:
    """The index of a part; its file is opened with the first question."""

    def __init__(
        self, path: Path, blocks: Sequence[str], indexed: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        """Begin without opening the file.

        Args:
            path: of the file.
            blocks: SHA-256 of its blocks.
            indexed: properties whose codes may be read.
            keys: the first and the last place on the curve, hexadecimal.
        """
        self._path, self._blocks = path, blocks
        self.indexed = frozenset(indexed)
        self._coded: dict[str, DictionaryIndex] = {}
        self.keys = None if keys is None else (int(keys[0], 16), int(keys[1], 16))

    @cached_property
    def _file(self) -> MappedFile:
        try:
            return MappedFile(self._path, self._blocks)
        except (OSError, ValueError) as error:
            raise SnapshotError(f"{self._path.name} cannot be read: run `atlas build`") from error

    def _list(self, name: str) -> pa.Array:
        return self._file.column(name).chunk(0).values

    def _array(self, name: str) -> Any:
        return self._list(name).to_numpy()

    @cached_property
    def grid(self) -> PointGrid:
        """The grid of the points."""
        west, south, width, height, side = self._array(FRAME).tolist()
        rows, starts = self._array(GRID_ROWS), self._array(GRID_STARTS)
        return PointGrid((west, south), (width, height), int(side), rows, starts)

    @cached_property
    def z_order(self) -> tuple[Steps, Places]:
        """The keys of the points along the curve, and their rows."""
        return self._array(KEYS), self._array(CURVE_ROWS)

    def values(self, name: str) -> tuple[Any, ...]:
        """Return the different values of a property, without null, ascending."""
        return tuple(self._list(f"{name}.{VALUES}").to_pylist())

    def codes(self, name: str, rows: int) -> DictionaryIndex:
        """Return the dictionary index of a property in so many rows."""
        if name not in self._coded:
            self._coded[name] = self._read_codes(name, rows)
        return self._coded[name]

    def _read_codes(self, name: str, rows: int) -> DictionaryIndex:
        parents = f"{name}.{PARENTS}"
        return DictionaryIndex(
            self.values(name),
            self._array(f"{name}.{CODES}"),
            self._array(parents) if parents in self._file.table.column_names else None,
            rows,
            mapped=True,
        )

    @cached_property
    def digests(self) -> Digests:
        """The SHA-256 of the blocks of features."""
        return _Digests(self._list(DIGESTS))

    def rows_like(self, feature_id: str) -> Rows:
        """Return the rows whose id has the checksum of an id: hardly ever more than its own."""
        (sums, named), wanted = self._sums, np.uint32(zlib.crc32(feature_id.encode()))
        start, end = (int(np.searchsorted(sums, wanted, side)) for side in ("left", "right"))
        return named[start:end]

    @cached_property
    def _sums(self) -> tuple[Any, Rows]:
        """The checksums of the ids, ascending, and the row of each."""
        return self._array(SUMS), self._array(ID_ROWS)


class _Digests:
    """Hashes as they are mapped."""

    def __init__(self, held: pa.Array) -> None:
        self._held = held

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, number: int, /) -> bytes:
        digest: bytes = self._held[number].as_py()
        return digest
