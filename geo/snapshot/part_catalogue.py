"""The catalogue of a layer's parts: what each holds, read from its own files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.snapshot.columns import BOUNDS
from geo.snapshot.index_writer import describe_index
from geo.snapshot.integrity import block_hashes, column_hashes
from geo.snapshot.part_index import SUFFIX
from geo.snapshot.schema.contracts import field_list

MOST_VALUES: Final = 256  # of a property whose values are listed
_LISTED: Final = ("string", "boolean", "list")


def part_names(layer_id: str, folder: Path) -> list[str]:
    """List the parts of a layer whose files are in a folder, in the order of their rows."""
    return sorted(path.name.removesuffix(".arrow") for path in folder.glob(f"{layer_id}.*arrow"))


def describe_part(layer_id: str, name: str, folder: Path) -> dict[str, Any]:
    """Describe a part by its own files alone.

    Returns:
        `name` of its files without suffix; `rows`; `bbox`, None where nothing has a place; `ids`,
        the first and the last; `values` of the properties that hold few; `blocks`, the SHA-256 of
        those of its features where they are hashed by blocks; `columns` and `index`, that of the
        blocks of its columns and of its index; and what `describe_index` says of an index.
    """
    with pa.memory_map(str(folder / f"{name}.arrow")) as source:
        columns = pa.ipc.open_file(source).read_all()
        ids = columns["id"]
        return {
            "name": name,
            "rows": len(columns),
            "bbox": _box(columns),
            "ids": [ids[0].as_py(), ids[-1].as_py()],
            "values": _values(layer_id, columns),
            "columns": column_hashes(folder / f"{name}.arrow"),
            **_describe_rest(folder, name),
        }


def describe_whole(layer_id: str, folder: Path) -> dict[str, Any]:
    """Describe the only part of a layer: without lists of values, its columns hashed whole."""
    return {**describe_part(layer_id, layer_id, folder), "values": {}, "columns": []}


def _describe_rest(folder: Path, name: str) -> dict[str, Any]:
    """Describe the index, which has the hashes of features, or these where there is none."""
    index, features = folder / f"{name}{SUFFIX}", folder / f"{name}.features"
    if index.exists():
        return {"blocks": [], "index": column_hashes(index), **describe_index(index)}
    return {"blocks": block_hashes(features), "index": []}


def _box(columns: pa.Table) -> list[float] | None:
    edges = [columns[name].to_numpy() for name in BOUNDS]
    if np.isnan(edges[0]).all():
        return None
    low, high = np.nanmin(edges[:2], axis=1), np.nanmax(edges[2:], axis=1)
    return [*low.tolist(), *high.tolist()]


def _values(layer_id: str, columns: pa.Table) -> dict[str, Sequence[Any]]:
    """List the different values, null last, of each property that holds few."""
    found: dict[str, Sequence[Any]] = {}
    for field in field_list(layer_id):
        if field["type"] not in _LISTED:
            continue
        column = columns[field["name"]]
        unknown = column.null_count > 0
        members = pc.list_flatten(column) if field["type"] == "list" else column
        values = pc.unique(members).drop_null()
        if len(values) <= MOST_VALUES:
            known = sorted(values.to_pylist())
            found[field["name"]] = [*known, None] if unknown or members.null_count else known
    return found
