"""Divide a large layer into parts along a Z-order curve.

The curve is divided by halves until no piece holds more than `PART_ROWS`. Where a part begins does
not depend on how many rows others hold, so that a new release changes only the parts that it
touches; a part is named by the place on the curve where it begins.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import shapely

from geo.core.world_steps import Steps, curve_keys
from geo.snapshot.geojson_encoder import repeats_itself
from geo.snapshot.layer_batch import LayerBatch, arrow_schema
from geo.snapshot.value_index import Rows

PART_ROWS: Final = 500_000  # rows of a part at most
BATCH_ROWS: Final = 100_000  # rows that are encoded at a time
_BITS: Final = 64  # of a key
_NOWHERE: Final = np.uint64(2**64 - 1)  # the key of what has no place
_POINT: Final = ("_x", "_y")
_SHAPE: Final = "_wkb"
_ID: Final = "_id"


class Range(NamedTuple):
    """A range of a curve: its name, and the places of its first key and of the one behind it."""

    name: str
    start: int
    end: int


def divide_curve(keys: Steps, most: int) -> list[Range]:
    """Divide ascending keys into ranges by halves of the curve, none with more than `most`.

    Keys that are all the same are cut where they are too many.
    """
    ranges, left = [], [(0, len(keys), 0, _BITS)]
    while left:
        start, end, first, bits = left.pop()
        if end - start > most and bits:
            half = first + (1 << bits - 1)
            middle = start + int(np.searchsorted(keys[start:end], np.uint64(half)))
            left += [(middle, end, half, bits - 1), (start, middle, first, bits - 1)]
            continue
        for number, cut in enumerate(range(start, end, most)):
            name = f"{first:016x}" + (f"-{number:03d}" if number else "")
            ranges.append(Range(name, cut, min(cut + most, end)))
    return ranges


def place_keys(shapes: Any) -> Steps:
    """Compute the keys of points, or of the middles of the boxes of shapes, along the curve."""
    edges = np.hstack([shapes, shapes]) if shapes.ndim > 1 else shapely.bounds(shapes)
    lon, lat = (edges[:, :2] + edges[:, 2:]).T / 2
    nowhere = np.isnan(lon)
    keys = curve_keys(np.where(nowhere, 0, lon), np.where(nowhere, 0, lat))
    keys[nowhere] = _NOWHERE
    return keys


@dataclass(frozen=True)
class SpilledPart:
    """The rows of a part on disk.

    Attributes:
        layer_id: collection id.
        name: of the part: the place on the curve where it begins.
        path: of the file, which may be read more than once.
    """

    layer_id: str
    name: str
    path: Path

    def batches(self) -> Iterator[LayerBatch]:
        """Yield the rows by id."""
        with pa.memory_map(str(self.path)) as source:
            table = pa.ipc.open_stream(source).read_all()
            for start in range(0, len(table), BATCH_ROWS):
                yield _layer_batch(self.layer_id, table.slice(start, BATCH_ROWS))


class Spill:
    """The rows of a large layer on disk, until it is known which part each belongs to."""

    def __init__(self, layer_id: str, folder: Path) -> None:
        """Begin without rows, in a folder of its own beside the files."""
        self._layer_id = layer_id
        self._files = ExitStack()
        self._folder = Path(
            self._files.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix=".spill-"))
        )
        self._writer: Any = None
        self._keys: list[Steps] = []

    def append(self, batch: LayerBatch) -> None:
        """Add rows."""
        held = _record_batch(self._layer_id, batch)
        if self._writer is None:
            self._writer = pa.ipc.new_file(str(self._folder / "all"), held.schema)
            self._files.enter_context(self._writer)
        self._writer.write_batch(held)
        self._keys.append(place_keys(batch.shapes))

    def distribute(self) -> list[SpilledPart]:
        """Divide the rows into parts, in the order of the curve, each in a file of its own."""
        self._writer.close()
        keys = np.concatenate(self._keys)
        order = np.argsort(keys, kind="stable")
        ranges = divide_curve(keys[order], PART_ROWS)
        part_of = np.empty(len(keys), dtype=np.int64)
        for number, (_, start, end) in enumerate(ranges):
            part_of[order[start:end]] = number
        parts = [SpilledPart(self._layer_id, name, self._folder / name) for name, _, _ in ranges]
        self._distribute(part_of, parts)
        (self._folder / "all").unlink()
        return parts

    def _distribute(self, part_of: Rows, spilled: list[SpilledPart]) -> None:
        with ExitStack() as files, pa.memory_map(str(self._folder / "all")) as source:
            rows = pa.ipc.open_file(source)
            writers = [
                files.enter_context(pa.ipc.new_stream(str(part.path), rows.schema))
                for part in spilled
            ]
            done = 0
            for number in range(rows.num_record_batches):
                batch = rows.get_batch(number)
                parts = part_of[done : done + len(batch)]
                done += len(batch)
                for part, piece in _by_part(batch, parts):
                    writers[part].write_batch(piece)

    def close(self) -> None:
        """Remove what is on disk."""
        self._files.close()


def _by_part(batch: pa.RecordBatch, parts: Rows) -> Iterable[tuple[int, pa.RecordBatch]]:
    """Split rows by the part of each, in the order in which they stand."""
    order = np.argsort(parts, kind="stable")
    batch = batch.take(pa.array(order))
    numbers, starts = np.unique(parts[order], return_index=True)
    ends = [*starts[1:].tolist(), len(parts)]
    for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
        yield number, batch.slice(start, end - start)


def _record_batch(layer_id: str, batch: LayerBatch) -> pa.RecordBatch:
    plain = batch.properties.cast(arrow_schema(layer_id)).combine_chunks()
    columns = {name: plain[name].chunk(0) for name in plain.column_names}
    if batch.shapes.ndim > 1:
        places = dict(zip(_POINT, map(pa.array, batch.shapes.T.copy()), strict=True))
    else:
        places = {_SHAPE: pa.array(shapely.to_wkb(batch.shapes), pa.binary())}
    return pa.record_batch({_ID: batch.ids, **columns, **places})


def _layer_batch(layer_id: str, table: pa.Table) -> LayerBatch:
    table = table.combine_chunks()
    if _SHAPE in table.column_names:
        shapes = shapely.from_wkb(table[_SHAPE].to_numpy())
    else:
        shapes = np.column_stack([table[name].to_numpy() for name in _POINT])
    properties = table.select(arrow_schema(layer_id).names)
    for place, column in enumerate(properties.columns):
        if pa.types.is_string(column.type) and repeats_itself(column):
            properties = properties.set_column(
                place, properties.column_names[place], column.dictionary_encode()
            )
    return LayerBatch(table[_ID].chunk(0), shapes, properties)
