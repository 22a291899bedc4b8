"""A layer of the current snapshot as a file to take away."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from geo.errors import BadParameterError
from geo.store import Snapshot, open_current


def export_layer(home: Path, layer_id: str, to: Path) -> int:
    """Write a layer as GeoJSON or GeoParquet, by the ending of the file's name.

    The file appears whole or not at all.

    Returns:
        Number of features written.

    Raises:
        BadParameterError: no such layer, or another ending.
        SnapshotError: nothing has been built yet.
    """
    snapshot = open_current(home)
    if layer_id not in snapshot.layers:
        raise BadParameterError("layer", layer_id, list(snapshot.layers))
    if to.suffix not in _WRITERS:
        raise BadParameterError("to", to.name, f"a name that ends in {' or '.join(_WRITERS)}")
    if to.is_dir() or not to.resolve().parent.is_dir():
        raise BadParameterError("to", str(to), "a file in a folder that exists")
    unfinished = to.with_name(f".{to.name}.part")
    _WRITERS[to.suffix](home, snapshot, layer_id, unfinished)
    unfinished.replace(to)
    return snapshot.layers[layer_id].count


def attributions(snapshot: Snapshot, layer_id: str) -> list[str]:
    """What the sources of a layer want said wherever it goes."""
    known = snapshot.manifest["sources"]
    used = snapshot.manifest["layers"][layer_id]["sources"]
    return list(dict.fromkeys(known[source]["attribution"] for source in used))


def _geojson(_: Path, snapshot: Snapshot, layer_id: str, to: Path) -> None:
    layer = snapshot.layers[layer_id]
    said = json.dumps(attributions(snapshot, layer_id), ensure_ascii=False).encode()
    head = b'{"type":"FeatureCollection","attribution":' + said + b',"features":['
    to.write_bytes(b"".join((head, layer.features(np.arange(layer.count)), b"]}\n")))


def _parquet(home: Path, snapshot: Snapshot, layer_id: str, to: Path) -> None:
    table = pq.read_table(home / "snapshots" / snapshot.id / f"{layer_id}.parquet")
    said = json.dumps(attributions(snapshot, layer_id), ensure_ascii=False)
    pq.write_table(
        table.replace_schema_metadata({**table.schema.metadata, "attribution": said}), to
    )


_WRITERS: Mapping[str, Callable[[Path, Snapshot, str, Path], None]] = {
    ".geojson": _geojson,
    ".parquet": _parquet,
}
