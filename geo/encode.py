"""A checked layer as the files of a snapshot: GeoParquet to read, columns and features to serve.

A layer is written part by part, so that the memory needed does not grow with it. Features are made
column by column: a column becomes JSON at once, and Arrow joins the pieces of each row.
"""

import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.contract import CONTRACTS, GEOMETRY, field_list
from geo.crs import STORE
from geo.errors import ContractError
from geo.store import BOUNDS

ROWS: Final = 100_000  # of a part; one of businesses takes about 0.4 GB while it is written
_ARROW: Final = {
    "string": pa.string(),
    "date": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "list": pa.list_(pa.string()),
}
_BOX: Final = ("xmin", "ymin", "xmax", "ymax")  # of a row, as GeoParquet names them
_TEXT: Final = pa.large_string()  # the polygons of a part may be more than 2 GB of text
_NOTHING: Final = pa.scalar("", _TEXT)
_SAMPLE: Final = 1_000  # values that tell whether a column repeats itself
_BETWEEN: Final = ",\n  "  # what orjson writes between values, one a line; no text can hold it

# What stands in every feature: the same text in all of them, or an array with one for each.
Piece: TypeAlias = "str | pa.Array"


def write_layer(layer_id: str, frame: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `<layer>.parquet`, `<layer>.arrow` and `<layer>.features`.

    Args:
        layer_id: collection id.
        frame: a frame that conforms to the contract, indexed by feature id.
        folder: where the files go.

    Raises:
        ContractError: the layer is empty, or its ids do not ascend.
    """
    write_parts(layer_id, [frame], folder)


def write_parts(layer_id: str, frames: Iterable[gpd.GeoDataFrame], folder: Path) -> None:
    """Write the same files from frames that follow each other, of which one is held at a time.

    Args:
        layer_id: collection id.
        frames: they conform to the contract, and their ids ascend from the first frame to the
            last.
        folder: where the files go.

    Raises:
        ContractError: the layer is empty, or its ids do not ascend.
    """
    file = folder / f"{layer_id}.arrow"
    with ExitStack() as open_files:
        rows = _GeoParquet(layer_id, folder / f"{layer_id}.parquet")
        open_files.enter_context(closing(rows))
        blob = open_files.enter_context((folder / f"{layer_id}.features").open("wb"))
        batches = open_files.enter_context(pa.ipc.new_file(str(file), _serving_schema(layer_id)))
        end = -1  # of the features so far, as if a comma stood before the first
        for part in _parts(layer_id, frames):
            ids, shapes = pa.array(part.index, pa.string()), part.geometry.to_numpy()
            properties = _properties(layer_id, part)
            edges = _append(_features(ids, shapes, properties), blob, end)
            end = int(edges[-1])
            rows.append(ids, shapes, properties)
            batches.write_table(_serving_columns(layer_id, ids, shapes, properties, edges))
        rows.finish()
    _in_one_batch(file)


def _parts(layer_id: str, frames: Iterable[gpd.GeoDataFrame]) -> Iterator[gpd.GeoDataFrame]:
    """The frames in pieces of a bounded number of rows."""
    last = ""
    for frame in frames:
        for start in range(0, len(frame), ROWS):
            part = frame.iloc[start : start + ROWS]
            if part.index[0] <= last or not part.index.is_monotonic_increasing:
                raise ContractError(f"layer {layer_id}: its ids do not ascend after {last!r}")
            last = part.index[-1]
            yield part
    if not last:
        raise ContractError(f"layer {layer_id}: it holds no feature")


def _schema(layer_id: str) -> pa.Schema:
    return pa.schema([(field["name"], _ARROW[field["type"]]) for field in field_list(layer_id)])


def _properties(layer_id: str, part: gpd.GeoDataFrame) -> pa.Table:
    """The properties as Arrow columns; unknown values are null."""
    schema = _schema(layer_id)
    columns = [pa.Array.from_pandas(part[field.name], type=field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _features(ids: pa.Array, shapes: Any, properties: pa.Table) -> pa.Array:
    """Each row as one feature (RFC 7946) with a comma in front of it."""
    pieces: list[Piece] = [',{"type":"Feature","id":', _lines(ids), ',"geometry":']
    pieces += [*_geometries(shapes), ',"properties":{']
    for number, name in enumerate(properties.column_names):
        key = orjson.dumps(name).decode()
        column = properties[name].combine_chunks()
        pieces += ["," if number else "", key, ":", _json(column)]
    return _joined([*pieces, "}}"])


def _joined(pieces: list[Piece]) -> pa.Array:
    """The pieces of each row together; neighbours that all rows share are joined first."""
    parts: list[Any] = []
    for shared, group in groupby(pieces, key=lambda one: isinstance(one, str)):
        neighbours = list(group)
        parts += [pa.scalar("".join(neighbours), _TEXT)] if shared else neighbours
    return pc.binary_join_element_wise(*parts, _NOTHING)


def _geometries(shapes: Any) -> list[Piece]:
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if points.all() and not shapely.has_z(shapes).any():
        pairs = orjson.dumps(shapely.get_coordinates(shapes), option=orjson.OPT_SERIALIZE_NUMPY)
        return ['{"type":"Point","coordinates":[', _split(pairs[2:-2], "],["), "]}"]
    # GEOS would write 37.293215 as 37.293214999999996; orjson writes the shortest text.
    texts = [orjson.dumps(shapely.geometry.mapping(one)).decode() for one in shapes]
    return [pa.array(texts, _TEXT)]


def _json(column: Any) -> Piece:
    """Each value as JSON; of a column that repeats itself, each different value once."""
    if pa.types.is_list(column.type):
        return _lists(column)
    if len(column[:_SAMPLE].unique()) > min(len(column), _SAMPLE) // 2:
        return _lines(column)
    coded = column.dictionary_encode("encode")
    texts = _lines(coded.dictionary)
    piece: Piece = texts.take(coded.indices) if len(texts) > 1 else texts[0].as_py()
    return piece


def _lists(column: pa.Array) -> pa.Array:
    lengths = pc.list_value_length(column).fill_null(0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int64())
    members = pa.LargeListArray.from_arrays(offsets, _lines(column.flatten()))
    inner = pc.binary_join(members, pa.scalar(",", _TEXT))
    bracket, end, null = (pa.scalar(text, _TEXT) for text in ("[", "]", "null"))
    return pc.binary_join_element_wise(bracket, inner, end, _NOTHING).fill_null(null)


def _lines(values: pa.Array) -> pa.Array:
    """Each value as JSON."""
    if not len(values):
        return pa.array([], _TEXT)
    text = orjson.dumps(values.to_pylist(), option=orjson.OPT_INDENT_2)
    return _split(text[4:-2], _BETWEEN)


def _split(text: bytes, between: str) -> pa.Array:
    return pc.split_pattern(pa.array([text.decode()], _TEXT), between).values


def _append(texts: pa.Array, blob: BinaryIO, end: int) -> Any:
    """Write features, each after a comma but for the very first.

    Returns:
        Where those commas stand in the file, and the end of the last feature.
    """
    _, offsets, data = texts.buffers()
    blob.write(memoryview(data)[max(-end, 0) :])
    return end + np.frombuffer(offsets, dtype=np.int64)[: len(texts) + 1]


def _serving_schema(layer_id: str) -> pa.Schema:
    """What `geo.store.Layer` looks things up in."""
    bounds = [(name, pa.float64()) for name in BOUNDS]
    places = [(name, pa.int64()) for name in ("_start", "_end")]
    # The bounds of a point are the point.
    shape = [] if GEOMETRY[layer_id] == "Point" else [("_wkb", pa.binary())]
    return pa.schema([("id", pa.string()), *_schema(layer_id), *bounds, *places, *shape])


def _serving_columns(
    layer_id: str, ids: pa.Array, shapes: Any, properties: pa.Table, edges: Any
) -> pa.Table:
    schema = _serving_schema(layer_id)
    bounds = [pa.array(one) for one in shapely.bounds(shapes).T]
    places = [pa.array(edges[:-1] + 1), pa.array(edges[1:])]
    shape = [pa.array(shapely.to_wkb(shapes), pa.binary())] if "_wkb" in schema.names else []
    return pa.table([ids, *properties.columns, *bounds, *places, *shape], schema=schema)


def _in_one_batch(file: Path) -> None:
    """Join the batches of a file, because a reader maps only a single one without a copy.

    Each column goes through a file of its own, so that memory holds one of them at a time.
    """
    if _mapped(file).num_record_batches == 1:
        return
    names = _mapped(file).schema.names
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        for name in names:
            _write_columns(_mapped(file).read_all().select([name]), Path(folder) / name)
        columns = {name: _mapped(Path(folder) / name).read_all()[name] for name in names}
        _write_columns(pa.table(columns), file)


def _mapped(file: Path) -> pa.RecordBatchFileReader:
    return pa.ipc.open_file(pa.memory_map(str(file)))


def _write_columns(table: pa.Table, file: Path) -> None:
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())


class _GeoParquet:
    """A file that grows by row groups; GeoPandas reads it as if it had written it itself."""

    def __init__(self, layer_id: str, path: Path) -> None:
        box = pa.struct([(name, pa.float64()) for name in _BOX])
        after = [("geometry", pa.binary()), ("id", pa.string()), ("bbox", box)]
        self._schema = pa.schema([*_schema(layer_id), *after])
        self._about = _metadata(layer_id)
        # Without Arrow's own copy of the schema, which would hide what is added at the end.
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd", store_schema=False)
        self._kinds: set[str] = set()
        self._bounds: list[Any] = []

    def append(self, ids: pa.Array, shapes: Any, properties: pa.Table) -> None:
        bounds = shapely.bounds(shapes)
        box = pa.StructArray.from_arrays([pa.array(one) for one in bounds.T], list(_BOX))
        wkb = pa.array(shapely.to_wkb(shapes), pa.binary())
        columns = [*properties.columns, wkb, ids, box]
        self._file.write_table(pa.table(columns, schema=self._schema))
        _, firsts = np.unique(shapely.get_type_id(shapes), return_index=True)
        self._kinds |= {shapes[row].geom_type for row in firsts}
        self._bounds.append([*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)])

    def finish(self) -> None:
        """Write what is known of the whole, after the last part."""
        edges = np.array(self._bounds)
        geo = json.loads(self._about["geo"])
        geo["columns"]["geometry"] |= {
            "geometry_types": sorted(self._kinds),
            "bbox": [*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()],
        }
        self._file.add_key_value_metadata({**self._about, "geo": json.dumps(geo)})

    def close(self) -> None:
        self._file.close()


def _metadata(layer_id: str) -> dict[str, str]:
    """What GeoPandas says in a file of a layer: its types, its index, its CRS."""
    columns = {name: pd.Series(dtype=one.dtype.type) for name, one in CONTRACTS[layer_id].items()}
    index = pd.Index([], dtype="str", name="id")
    file = io.BytesIO()
    empty = gpd.GeoDataFrame(columns, index=index, geometry=[], crs=STORE)
    empty.to_parquet(file, write_covering_bbox=True)
    return {key.decode(): text.decode() for key, text in pq.read_schema(file).metadata.items()}
