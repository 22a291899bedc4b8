"""Write a layer as files of a snapshot: GeoParquet to download, columns and features to serve.

A layer is written piece by piece, so that the memory needed does not grow with it.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.core.crs import STORE
from geo.core.errors import ContractError
from geo.snapshot import partition
from geo.snapshot.arrow_writer import SingleBatchWriter
from geo.snapshot.columns import BOUNDS
from geo.snapshot.geojson_encoder import encode_features
from geo.snapshot.index_writer import write_index
from geo.snapshot.layer_batch import LayerBatch, arrow_schema, to_batch
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY

# Rows of a piece; two of businesses take about 0.4 GB while they are written.
ROWS: Final = partition.BATCH_ROWS
_BOX: Final = ("xmin", "ymin", "xmax", "ymax")  # of a row, as GeoParquet names them
_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])  # as WKB


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


def write_batches(
    layer_id: str,
    batches: Iterable[LayerBatch],
    folder: Path,
    count: int,
    on_rows: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the same files from batches that follow each other, of which few are in memory.

    Args:
        layer_id: collection id.
        batches: they conform to the contract, and their ids ascend from the first to the last.
        folder: where the files go.
        count: how many rows there are; more than `partition.PART_ROWS` make several parts.
        on_rows: called with the number of rows written so far.

    Raises:
        ContractError: the layer is empty, or its ids do not ascend.
    """
    pieces = _pieces(layer_id, batches)
    with closing(_GeoParquet(layer_id, folder / f"{layer_id}.parquet")) as rows:
        if count <= partition.PART_ROWS:
            _write_part(layer_id, pieces, folder / layer_id, rows, on_rows)
        else:
            _write_several(layer_id, pieces, folder, rows, on_rows)
        rows.finish()


def write_part(layer_id: str, batches: Iterable[LayerBatch], stem: Path) -> None:
    """Write one of several parts without knowledge of the others: columns, features and index.

    Args:
        layer_id: collection id.
        batches: they conform to the contract, and their ids ascend from the first to the last.
        stem: path of its files without suffix.

    Raises:
        ContractError: the part is empty, or its ids do not ascend.
    """
    write_rows(layer_id, batches, stem)
    write_index(layer_id, stem.name, stem.parent)


def write_rows(layer_id: str, batches: Iterable[LayerBatch], stem: Path) -> None:
    """Write columns and features alone; arguments and errors as those of `write_part`."""
    _write_part(layer_id, _pieces(layer_id, batches), stem)


def _write_several(
    layer_id: str,
    pieces: Iterable[LayerBatch],
    folder: Path,
    rows: "_GeoParquet",
    on_rows: Callable[[int], None],
) -> None:
    """Write the parts of a large layer: all rows to a spill, and from there to their parts."""
    done = 0
    with closing(partition.Spill(layer_id, folder)) as spill:
        for piece in pieces:
            plain, wkb, bounds = _plain(piece, rows.properties)
            rows.append(plain, wkb, bounds)
            spill.append(plain)
        for name, batches in spill.parts():
            done += _write_part(layer_id, batches, folder / f"{layer_id}.{name}")
            write_index(layer_id, f"{layer_id}.{name}", folder)
            on_rows(done)


def _write_part(
    layer_id: str,
    pieces: Iterable[LayerBatch],
    stem: Path,
    rows: "_GeoParquet | None" = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a part, and its rows to a file to download as well; return how many there are."""
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
    return done


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
    part: LayerBatch, edges: Any, rows: "_GeoParquet | None", columns: SingleBatchWriter
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


class _GeoParquet:
    """A file that grows by row groups; GeoPandas reads it as if it had written it itself."""

    def __init__(self, layer_id: str, path: Path) -> None:
        box = pa.struct([(name, pa.float64()) for name in _BOX])
        after = [("geometry", pa.binary()), ("id", pa.string()), ("bbox", box)]
        self.properties = arrow_schema(layer_id)
        self._schema = pa.schema([*self.properties, *after])
        columns = CONTRACTS[layer_id].items()
        self._about = _metadata(*((name, column.dtype) for name, column in columns))
        self._file = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            use_dictionary=self.properties.names,  # the others hardly ever repeat themselves
            # Without Arrow's own copy of the schema, which would hide what is added at the end.
            store_schema=False,
        )
        self._kinds: set[str] = set()
        self._bounds: list[list[float]] = []

    def append(self, part: LayerBatch, wkb: pa.Array, bounds: list[pa.Array]) -> None:
        box = pa.StructArray.from_arrays(bounds, list(_BOX))
        columns = [*part.properties.columns, wkb, part.ids, box]
        self._file.write_table(pa.table(columns, schema=self._schema))
        self._kinds |= _kinds(part.shapes)
        furthest = (pc.min, pc.min, pc.max, pc.max)
        box = [far(bound).as_py() for far, bound in zip(furthest, bounds, strict=True)]
        self._bounds += [] if None in box else [box]

    def finish(self) -> None:
        """Write what is known of the whole, after the last part."""
        geo = json.loads(self._about["geo"])
        geo["columns"]["geometry"] |= {"geometry_types": sorted(self._kinds)}
        if self._bounds:
            edges = np.array(self._bounds)
            box = [*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()]
            geo["columns"]["geometry"] |= {"bbox": box}
        self._file.add_key_value_metadata({**self._about, "geo": json.dumps(geo)})

    def close(self) -> None:
        self._file.close()


def _kinds(shapes: Any) -> set[str]:
    if shapes.ndim > 1:
        return {"Point"}
    _, firsts = np.unique(shapely.get_type_id(shapes), return_index=True)
    return {shapes[row].geom_type for row in firsts if shapes[row] is not None}


@cache  # most of the layers of a snapshot are small: this takes longer than to write one
def _metadata(*types: tuple[str, Any]) -> Mapping[str, str]:
    """Return the metadata that GeoPandas writes to a file of columns of these types."""
    index = pd.Index([], dtype="str", name="id")
    columns = {name: pd.Series(index=index, dtype=dtype) for name, dtype in types}
    file = io.BytesIO()
    empty = gpd.GeoDataFrame(columns, index=index, geometry=[], crs=STORE)
    empty.to_parquet(file, write_covering_bbox=True)
    return {key.decode(): text.decode() for key, text in pq.read_schema(file).metadata.items()}
