"""Write a layer as files of a snapshot: GeoParquet to download, columns and features to serve.

A layer is written piece by piece, so that the memory needed does not grow with it.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.core.errors import ContractError
from geo.snapshot import partition
from geo.snapshot.arrow_writer import SingleBatchWriter
from geo.snapshot.columns import BOUNDS
from geo.snapshot.geojson_encoder import encode_features
from geo.snapshot.geoparquet_writer import GeoParquetWriter
from geo.snapshot.index_writer import write_index
from geo.snapshot.layer_batch import LayerBatch, arrow_schema, to_batch
from geo.snapshot.part_catalogue import describe_part
from geo.snapshot.partition import SpilledPart
from geo.snapshot.schema.contracts import GEOMETRY
from geo.snapshot.schema.validate import Box
from geo.snapshot.validate_batches import BatchValidator

# Rows of a piece; two of businesses take about 0.4 GB while they are written.
ROWS: Final = partition.BATCH_ROWS
_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])  # as WKB

Run: TypeAlias = Callable[
    [Callable[[SpilledPart], dict[str, Any]], list[SpilledPart]], Iterable[dict[str, Any]]
]


def write_layer(layer_id: str, frame: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `<layer>.parquet`, `.arrow` and `.features` of each part, `.index` where several are.

    Args:
        layer_id: collection id.
        frame: a frame that conforms to the contract, indexed by feature id.
        folder: where the files go.

    Raises:
        ContractError: the layer is empty, or its ids do not ascend.
    """
    write_batches(layer_id, [to_batch(layer_id, frame)], folder, len(frame))


@dataclass(frozen=True)
class WriteOptions:
    """How batches are written.

    Attributes:
        within: west, south, east and north of where they lie, degrees; their values are checked
            against the contract. None where that has been done.
        run: what writes the parts of a large layer: like `map`, here or on other machines.
        on_rows: called with the number of rows written so far.
    """

    within: Box | None = None
    run: Run = map
    on_rows: Callable[[int], None] = lambda _: None


def write_batches(
    layer_id: str,
    batches: Iterable[LayerBatch],
    folder: Path,
    count: int,
    how: WriteOptions = WriteOptions(),
) -> list[dict[str, Any]]:
    """Write the same files from batches that follow each other, of which few are in memory.

    Args:
        layer_id: collection id.
        batches: their ids ascend from the first to the last.
        folder: where the files go.
        count: how many rows there are; more than `partition.PART_ROWS` make several parts.
        how: whether they are checked, and what writes the parts.

    Returns:
        What `describe_part` says of each of several parts; nothing of a single one.

    Raises:
        ContractError: the layer is empty, its ids do not ascend, or a value is wrong.
    """
    pieces = _pieces(layer_id, batches)
    with closing(GeoParquetWriter(layer_id, folder / f"{layer_id}.parquet")) as rows:
        if count > partition.PART_ROWS:
            described = _write_several(layer_id, pieces, folder, rows, how)
        else:
            described, checked = [], _checked(layer_id, pieces, how.within)
            _write_part(layer_id, checked, folder / layer_id, rows, how.on_rows)
        rows.finish()
    return described


def write_rows(layer_id: str, batches: Iterable[LayerBatch], stem: Path) -> None:
    """Write columns and features of a part.

    Args:
        layer_id: collection id.
        batches: they conform to the contract, and their ids ascend from the first to the last.
        stem: path of its files without suffix.

    Raises:
        ContractError: the part is empty, or its ids do not ascend.
    """
    _write_part(layer_id, _pieces(layer_id, batches), stem)


def _write_several(
    layer_id: str,
    pieces: Iterable[LayerBatch],
    folder: Path,
    rows: GeoParquetWriter,
    how: WriteOptions,
) -> list[dict[str, Any]]:
    """Write the parts of a large layer: all rows to a spill, and from there to their parts."""
    described: list[dict[str, Any]] = []
    with closing(partition.Spill(layer_id, folder)) as spill:
        for piece in pieces:
            plain, wkb, bounds = _plain(piece, rows.properties)
            rows.append(plain, wkb, bounds)
            spill.append(plain)
        parts, done = spill.distribute(), 0
        for part, about in zip(parts, how.run(PartWriter(folder, how.within), parts), strict=True):
            part.path.unlink()
            described.append(about)
            done += about["rows"]
            how.on_rows(done)
    return described


@dataclass(frozen=True)
class PartWriter:
    """Checks, writes and describes a part without knowledge of the others.

    It may run on another machine that sees the folder, and more than once at a time: the same
    bytes take their place at once when they are whole.

    Attributes:
        folder: where the files of the part go.
        within: as in `WriteOptions`.
    """

    folder: Path
    within: Box | None

    def __call__(self, part: SpilledPart) -> dict[str, Any]:
        """Write columns, features and index of a part, and describe it.

        Raises:
            ContractError: the part is empty, its ids do not ascend, or a value is wrong.
        """
        layer_id, name = part.layer_id, f"{part.layer_id}.{part.name}"
        with tempfile.TemporaryDirectory(dir=part.path.parent) as unfinished:
            folder = Path(unfinished)
            write_rows(layer_id, _checked(layer_id, part.batches(), self.within), folder / name)
            write_index(layer_id, name, folder)
            described = describe_part(layer_id, name, folder)
            for path in folder.iterdir():
                path.replace(self.folder / path.name)
        return described


def _checked(
    layer_id: str, pieces: Iterable[LayerBatch], within: Box | None
) -> Iterable[LayerBatch]:
    """Check the values of pieces as they come."""
    return pieces if within is None else map(BatchValidator(layer_id, within), pieces)


def _write_part(
    layer_id: str,
    pieces: Iterable[LayerBatch],
    stem: Path,
    rows: GeoParquetWriter | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> None:
    """Write a part, and its rows to a file to download as well."""
    # A name may hold a point: `with_suffix` would take what follows it for a suffix.
    file, features = (stem.with_name(stem.name + end) for end in (".arrow", ".features"))
    with ExitStack() as open_files:
        columns = SingleBatchWriter(file, _serving_schema(layer_id))
        open_files.enter_context(closing(columns))
        blob = open_files.enter_context(features.open("wb"))
        executor = open_files.enter_context(ThreadPoolExecutor(max_workers=1))
        written: Future[None] = executor.submit(lambda: None)
        end, done = -1, 0  # as if a comma stood before the first feature
        for part in pieces:
            edges = _append(encode_features(part.ids, part.shapes, part.properties), blob, end)
            written.result()
            # Arrow works without Python's lock: the next features are made meanwhile.
            written = executor.submit(_keep, part, edges, rows, columns)
            end, done = int(edges[-1]), done + len(part)
            on_rows(done)
        written.result()
        columns.finish()


def _pieces(layer_id: str, parts: Iterable[LayerBatch]) -> Iterator[LayerBatch]:
    """Split the parts into pieces of a bounded number of rows."""
    last = ""
    for part in parts:
        for start in range(0, len(part), ROWS):
            piece = part.slice(start, ROWS)
            ids = piece.ids
            if (
                ids[0].as_py() <= last
                or not pc.all(pc.less(ids[:-1], ids[1:]), min_count=0).as_py()
            ):
                raise ContractError(f"layer {layer_id}: its ids do not ascend after {last!r}")
            last = ids[-1].as_py()
            yield piece
    if not last:
        raise ContractError(f"layer {layer_id}: it holds no feature")


def _append(texts: pa.Array, blob: BinaryIO, end: int) -> Any:
    """Write features, each after a comma except the very first.

    Returns:
        The offsets of those commas in the file, and the end of the last feature.
    """
    _, offsets, data = texts.buffers()
    blob.write(memoryview(data)[max(-end, 0) :])
    return end + np.frombuffer(offsets, dtype=np.int64)[: len(texts) + 1]


def _keep(
    part: LayerBatch, edges: Any, rows: GeoParquetWriter | None, columns: SingleBatchWriter
) -> None:
    """Add rows to the files of columns; `edges` are those of their features in their file."""
    plain, wkb, bounds = _plain(part, columns.schema)
    if rows is not None:
        rows.append(plain, wkb, bounds)
    properties = [column.chunk(0) for column in plain.properties.columns]
    places = [pa.array(edges[:-1] + 1), pa.array(edges[1:])]
    # The bounds of a point are the point.
    shape = [] if part.shapes.ndim > 1 else [wkb]
    columns.append([plain.ids, *properties, *bounds, *places, *shape])


def _plain(part: LayerBatch, schema: pa.Schema) -> tuple[LayerBatch, pa.Array, list[pa.Array]]:
    """Return rows without dictionaries, in the types of a schema, their WKB and their bounds."""
    names = part.properties.column_names
    own = pa.schema([schema.field(name) for name in names])
    plain = replace(part, properties=part.properties.cast(own).combine_chunks())
    return plain, _wkb(part.shapes), _bounds(part.shapes)


def _bounds(shapes: Any) -> list[pa.Array]:
    """Return west, south, east and north of each shape; those of a point are the point."""
    edges = np.hstack([shapes, shapes]) if shapes.ndim > 1 else shapely.bounds(shapes)
    return [pa.array(edge, from_pandas=True) for edge in edges.T]  # no shape lies nowhere: null


def _wkb(shapes: Any) -> pa.Array:
    if shapes.ndim == 1:
        return pa.array(shapely.to_wkb(shapes), pa.binary())
    points = np.empty(len(shapes), _POINT)
    points["order"], points["kind"] = 1, 1  # little-endian, point
    points["x"], points["y"] = shapes.T
    ends = np.arange(len(shapes) + 1, dtype=np.int32) * _POINT.itemsize
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(points)]
    return pa.Array.from_buffers(pa.binary(), len(shapes), buffers)


def _serving_schema(layer_id: str) -> pa.Schema:
    """Return the schema of the columns that `geo.snapshot.layer.Layer` reads."""
    bounds = [(name, pa.float64()) for name in BOUNDS]
    places = [(name, pa.int64()) for name in ("_start", "_end")]
    shape = [] if GEOMETRY[layer_id] == "Point" else [("_wkb", pa.binary())]
    return pa.schema([("id", pa.string()), *arrow_schema(layer_id), *bounds, *places, *shape])
