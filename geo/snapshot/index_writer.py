"""Write the index of a part: what its first questions would compute.

`<part>.index` is an Arrow file of a single row, each of whose columns is one array as a list: the
grid of the points, their order along the curve, the checksums of the ids, the hashes of the blocks
of features, and the codes of the properties that repeat themselves. The same part gives the same
bytes.
"""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geo.core.world_steps import z_order
from geo.snapshot.columns import BOUNDS
from geo.snapshot.integrity import FINE_BLOCK, feature_digests
from geo.snapshot.part_index import (
    CODES,
    CURVE_ROWS,
    DIGESTS,
    FRAME,
    GRID_ROWS,
    GRID_STARTS,
    ID_ROWS,
    KEYS,
    PARENTS,
    SUFFIX,
    SUMS,
    VALUES,
)
from geo.snapshot.point_index import point_grid
from geo.snapshot.schema.contracts import GEOMETRY, field_list
from geo.snapshot.value_index import dictionary_index, is_repetitive, narrow


def write_index(layer_id: str, name: str, folder: Path) -> None:
    """Write the index of a part from its columns and features.

    Args:
        layer_id: collection id.
        name: of the part's files, without suffix.
        folder: where they are.
    """
    with pa.memory_map(str(folder / f"{name}.arrow")) as source:
        columns = pa.ipc.open_file(source).read_all()
        arrays = _ids(columns["id"])
        digests = feature_digests(folder / f"{name}.features")
        arrays[DIGESTS] = pa.array(digests, pa.binary(32))
        if GEOMETRY[layer_id] == "Point":
            arrays |= _points(*(columns[edge].to_numpy() for edge in BOUNDS[:2]))
        for field in field_list(layer_id):
            if is_repetitive(columns[field["name"]]):
                arrays |= _codes(field["name"], columns[field["name"]])
    row = pa.record_batch({name: _list(array) for name, array in arrays.items()})
    path = str(folder / f"{name}{SUFFIX}")
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, row.schema) as file:
        file.write_batch(row)


def describe_index(path: Path) -> dict[str, Any]:
    """Describe an index by its own file.

    Returns:
        `hashed`, bytes of a block of features whose hash is there, `indexed`, the properties with
        codes, and `keys`, the first and the last place of its points
        on the curve as hexadecimal numbers, None for a layer of shapes.
    """
    with pa.memory_map(str(path)) as source:
        row = pa.ipc.open_file(source).read_all()
        names = [name.removesuffix(f".{CODES}") for name in row.column_names]
        keys = row[KEYS].chunk(0).values if KEYS in row.column_names else None
        return {
            "hashed": FINE_BLOCK,
            "indexed": [name for name in names if f"{name}.{CODES}" in row.column_names],
            "keys": None if keys is None else [f"{keys[end].as_py():016x}" for end in (0, -1)],
        }


def _list(array: Any) -> pa.Array:
    """Turn an array into one list."""
    values = array if isinstance(array, pa.Array) else pa.array(array)
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)


def _ids(ids: pa.ChunkedArray) -> dict[str, Any]:
    sums = np.array([zlib.crc32(name.encode()) for name in ids.to_pylist()], dtype=np.uint32)
    order = np.argsort(sums, kind="stable")
    return {SUMS: sums[order], ID_ROWS: order.astype(np.int32)}


def _points(lon: Any, lat: Any) -> dict[str, Any]:
    grid, (keys, rows) = point_grid(lon, lat), z_order(lon, lat)
    return {
        FRAME: np.array([*grid.origin, *grid.size, grid.side], dtype=np.float64),
        GRID_ROWS: grid.rows,
        GRID_STARTS: grid.starts.astype(np.int32),
        KEYS: keys,
        CURVE_ROWS: rows,
    }


def _codes(name: str, column: pa.ChunkedArray) -> dict[str, Any]:
    index = dictionary_index(column)
    kind = column.type.value_type if pa.types.is_list(column.type) else column.type
    arrays = {
        f"{name}.{VALUES}": pa.array(index.values, kind),
        f"{name}.{CODES}": narrow(index.codes, len(index.values)),
    }
    if index.parents is None:
        return arrays
    return {**arrays, f"{name}.{PARENTS}": index.parents.astype(np.int32)}
