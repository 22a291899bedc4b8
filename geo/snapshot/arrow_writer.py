"""Write an Arrow file of a single record batch, some rows at a time.

A reader maps a single batch without a copy. Its columns follow each other, so each buffer
of each column grows in a file of its own, and all of them are put together at the end; memory holds
some rows and a few bits of each.
"""

import mmap
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.errors import GeoError

_LONGEST: Final = 2**31 - 1  # bytes of text that the offsets of a column can count


class SingleBatchWriter:
    """Writer of an Arrow file with a single record batch."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Begin without rows.

        Args:
            path: the file.
            schema: truths, numbers, text, bytes and lists of text.
        """
        self._path, self.schema = path, schema
        with ExitStack() as files:
            self._columns = [_column_writer(field.type, path.parent, files) for field in schema]
            self._files = files.pop_all()

    def append(self, columns: list[pa.Array]) -> None:
        """Add rows.

        Raises:
            GeoError: a column holds more text than a batch can.
        """
        for column, grown in zip(columns, self._columns, strict=True):
            grown.append(column)

    def finish(self) -> None:
        """Write the file, after the last rows."""
        columns = [column.whole() for column in self._columns]
        batch = pa.record_batch(columns, schema=self.schema)
        with pa.OSFile(str(self._path), "wb") as sink, pa.ipc.new_file(sink, self.schema) as file:
            file.write_batch(batch)

    def close(self) -> None:
        """Release the files of what is not finished."""
        self._files.close()


class _Buffer:
    """Bytes that grow on disk, in a file without a name."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - `files` closes it
        self._file: BinaryIO = files.enter_context(file)

    def append(self, data: Any) -> None:
        self._file.write(data)

    def whole(self) -> pa.Buffer:
        self._file.flush()
        if not os.fstat(self._file.fileno()).st_size:
            return pa.py_buffer(b"")
        return pa.py_buffer(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ))


class _Bits:
    """Truths without nulls: a bit a row, in memory."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []

    def append(self, column: pa.Array) -> None:
        self._chunks.append(column)

    def whole(self) -> Any:
        """Return all of them as a NumPy array."""
        return pa.chunked_array(self._chunks, pa.bool_()).to_numpy()


class _Validity:
    """Which values of a column are known."""

    def __init__(self) -> None:
        self._bits = _Bits()

    def append(self, column: pa.Array) -> None:
        self._bits.append(column.is_valid())

    def whole(self) -> tuple[int, pa.Buffer | None]:
        """Return the number of rows and their validity bits; None if all are known."""
        truths = self._bits.whole()
        return len(truths), None if truths.all() else _pack_bits(truths)


def _pack_bits(truths: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


# The bytes in place of an unknown value have no meaning, but they would make a file depend on how
# a column came about; so all of these columns blank them.
class _Truths:
    """Truths."""

    def __init__(self) -> None:
        self._values, self._known = _Bits(), _Validity()

    def append(self, column: pa.Array) -> None:
        self._values.append(column.fill_null(fill_value=False))
        self._known.append(column)

    def whole(self) -> pa.Array:
        rows, validity = self._known.whole()
        return pa.Array.from_buffers(pa.bool_(), rows, [validity, _pack_bits(self._values.whole())])


class _Numbers:
    """Numbers of eight bytes."""

    def __init__(self, kind: pa.DataType, folder: Path, files: ExitStack) -> None:
        self._kind, self._values, self._known = kind, _Buffer(folder, files), _Validity()

    def append(self, column: pa.Array) -> None:
        filled = column.fill_null(0)
        values = np.frombuffer(filled.buffers()[1], np.int64)
        self._values.append(values[filled.offset : filled.offset + len(filled)])
        self._known.append(column)

    def whole(self) -> pa.Array:
        rows, validity = self._known.whole()
        return pa.Array.from_buffers(self._kind, rows, [validity, self._values.whole()])


class _Ends:
    """Where each value of a column ends; the first begins at 0."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        self._buffer, self._end = _Buffer(folder, files), 0
        self._buffer.append(np.zeros(1, np.int32))

    def append(self, ends: Any) -> None:
        """Add values that end so far after the first of them begins."""
        if not len(ends):
            return
        if self._end + int(ends[-1]) > _LONGEST:
            raise GeoError("a column holds more than 2 GB of text, which is not supported")
        self._buffer.append((ends + self._end).astype(np.int32))
        self._end += int(ends[-1])

    def whole(self) -> pa.Buffer:
        return self._buffer.whole()


class _Texts:
    """Text or bytes."""

    def __init__(self, kind: pa.DataType, folder: Path, files: ExitStack) -> None:
        self._kind, self._known = kind, _Validity()
        self._ends, self._data = _Ends(folder, files), _Buffer(folder, files)

    def append(self, column: pa.Array) -> None:
        filled = column.fill_null("" if pa.types.is_string(self._kind) else b"")
        _, offsets, data = filled.buffers()
        edges = np.frombuffer(offsets, np.int32)[filled.offset :][: len(filled) + 1]
        self._ends.append(edges[1:].astype(np.int64) - edges[0])
        self._data.append(memoryview(data or b"")[edges[0] : edges[-1]])
        self._known.append(column)

    def whole(self) -> pa.Array:
        rows, validity = self._known.whole()
        buffers = [validity, self._ends.whole(), self._data.whole()]
        return pa.Array.from_buffers(self._kind, rows, buffers)


class _Lists:
    """Lists of text."""

    def __init__(self, kind: pa.DataType, folder: Path, files: ExitStack) -> None:
        self._kind, self._known, self._ends = kind, _Validity(), _Ends(folder, files)
        self._members = _Texts(kind.value_type, folder, files)

    def append(self, column: pa.Array) -> None:
        lengths = pc.list_value_length(column).fill_null(0).to_numpy()
        self._ends.append(np.cumsum(lengths, dtype=np.int64))
        self._members.append(column.flatten())
        self._known.append(column)

    def whole(self) -> pa.Array:
        rows, validity = self._known.whole()
        buffers = [validity, self._ends.whole()]
        return pa.Array.from_buffers(self._kind, rows, buffers, children=[self._members.whole()])


def _column_writer(kind: pa.DataType, folder: Path, files: ExitStack) -> Any:
    if pa.types.is_boolean(kind):
        return _Truths()
    if pa.types.is_list(kind):
        return _Lists(kind, folder, files)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return _Texts(kind, folder, files)
    return _Numbers(kind, folder, files)
