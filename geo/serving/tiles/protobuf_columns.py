"""A column-wise encoder of Protocol Buffers.

Many messages are columns of bytes, one row for each of them, in which only some bytes are used: so
thousands of small messages are written by a few operations on whole columns.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BITS: Final = 7  # of a number in each byte of a varint; the eighth says that more follow

Whole = np.ndarray[Any, np.dtype[np.uint64]]
Octets = np.ndarray[Any, np.dtype[np.uint8]]
Used = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Messages:
    """Columns of bytes that hold many messages, or as many parts of messages.

    Attributes:
        count: how many.
        columns: side by side, bytes with one row for each message; and which of them belong to it,
            None where all do.
    """

    count: int
    columns: tuple[tuple[Octets, Used | None], ...]

    @property
    def lengths(self) -> Whole:
        """Bytes of each message."""
        lengths = np.zeros(self.count, dtype=np.uint64)
        for matrix, used in self.columns:
            # A sum along the few bytes of each row would take six times as long.
            for at in range(matrix.shape[1]):
                lengths += np.uint64(1) if used is None else used[:, at]
        return lengths

    def to_bytes(self) -> bytes:
        """Concatenate all messages."""
        width = sum(matrix.shape[1] for matrix, _ in self.columns)
        whole = np.empty((self.count, width), dtype=np.uint8)
        mask = np.empty((self.count, width), dtype=bool)
        end = 0
        for matrix, used in self.columns:
            start, end = end, end + matrix.shape[1]
            whole[:, start:end] = matrix
            mask[:, start:end] = True if used is None else used
        return bytes(whole[mask].tobytes())

    def where(self, mask: Used) -> "Messages":
        """Replace the messages where the mask is false by nothing."""
        if mask.all():
            return self
        row_mask = mask[:, None]
        columns = (
            (matrix, np.broadcast_to(row_mask, matrix.shape) if used is None else used & row_mask)
            for matrix, used in self.columns
        )
        return Messages(self.count, tuple(columns))

    def each(self) -> list[bytes]:
        """Split the column into separate messages."""
        data, ends = self.to_bytes(), np.cumsum(self.lengths).tolist()
        return [data[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def repeat(content: bytes, count: int) -> Messages:
    """Repeat the same bytes for every message."""
    row = np.frombuffer(content, dtype=np.uint8)
    return Messages(count, ((np.broadcast_to(row, (count, len(row))), None),))


def varints(numbers: Any) -> Messages:
    """Encode each number (0 and above) as a varint."""
    values = np.asarray(numbers, dtype=np.uint64)
    width = -(-max(int(values.max(initial=0)).bit_length(), 1) // _BITS)
    if width == 1:
        return Messages(len(values), ((values.astype(np.uint8)[:, None], None),))
    groups = values[:, None] >> (np.arange(width, dtype=np.uint64) * np.uint64(_BITS))
    used = groups > 0
    used[:, 0] = True
    matrix = (groups & np.uint64(0x7F)).astype(np.uint8)
    matrix[:, :-1] |= used[:, 1:].astype(np.uint8) << np.uint8(_BITS)
    return Messages(len(values), ((matrix, used),))


def octets(rows: Octets) -> Messages:
    """Treat each row of a matrix as the bytes of a message."""
    return Messages(len(rows), ((rows, None),))


def varint(number: int) -> bytes:
    """Encode one number (0 and above) as a varint."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= _BITS
    return bytes([*encoded, number])


def zigzag(numbers: Any) -> Whole:
    """Encode signed integers in zigzag order, so that small ones stay small."""
    values = np.asarray(numbers, dtype=np.int64)
    folded: Whole = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    return folded


def concatenate(first: Messages, *others: Messages) -> Messages:
    """Concatenate parts of messages row by row."""
    columns = (column for part in (first, *others) for column in part.columns)
    return Messages(first.count, tuple(columns))


def encode_fields(tag: bytes, inner: Messages) -> Messages:
    """Encode each message as a field of another: its tag, its length, itself."""
    return concatenate(repeat(tag, inner.count), varints(inner.lengths), inner)


def encode_field(tag: bytes, content: bytes) -> bytes:
    """Encode one field: its tag, its length and its content."""
    return tag + varint(len(content)) + content


def texts(outer: bytes, inner: bytes, values: pa.Array) -> bytes:
    """Encode each text as field `inner` of a message that is the field `outer`, concatenated."""
    lengths, places = np.unique(pc.binary_length(values).to_numpy(), return_inverse=True)
    heads = pa.array([_head(outer, inner, int(length)) for length in lengths], pa.large_binary())
    rows = [heads.take(pa.array(places)), values.cast(pa.large_binary())]
    written = pc.binary_join_element_wise(*rows, pa.scalar(b"", pa.large_binary()))
    ends = np.frombuffer(written.buffers()[1], dtype=np.int64)[written.offset :]
    return bytes(written.buffers()[2][int(ends[0]) : int(ends[len(written)])])


def _head(outer: bytes, inner: bytes, length: int) -> bytes:
    field = inner + varint(length)
    return outer + varint(len(field) + length) + field
