"""A checked layer as the files of a snapshot: GeoParquet to read, columns and features to serve."""

from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import pyarrow as pa
import shapely

from geo.contract import GEOMETRY, field_list
from geo.store import BOUNDS

_ARROW: Final = {
    "string": pa.string(),
    "date": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "list": pa.list_(pa.string()),
}


def write_layer(layer_id: str, frame: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `<layer>.parquet`, `<layer>.arrow` and `<layer>.features`.

    Args:
        layer_id: collection id.
        frame: a frame that conforms to the contract, indexed by feature id.
        folder: where the files go.
    """
    frame.rename_axis("id").to_parquet(
        folder / f"{layer_id}.parquet", compression="zstd", write_covering_bbox=True
    )
    properties = _properties(layer_id, frame)
    features = _features(frame, properties)
    (folder / f"{layer_id}.features").write_bytes(b",".join(features))
    columns = _with_serving_columns(properties, frame, features, GEOMETRY[layer_id])
    file = str(folder / f"{layer_id}.arrow")
    with pa.OSFile(file, "wb") as sink, pa.ipc.new_file(sink, columns.schema) as writer:
        writer.write_table(columns)


def _properties(layer_id: str, frame: gpd.GeoDataFrame) -> pa.Table:
    """The properties as Arrow columns; unknown values are null."""
    return pa.table(
        {
            field["name"]: pa.Array.from_pandas(frame[field["name"]], type=_ARROW[field["type"]])
            for field in field_list(layer_id)
        }
    )


def _features(frame: gpd.GeoDataFrame, properties: pa.Table) -> list[bytes]:
    """Each row as one GeoJSON feature (RFC 7946)."""
    return [
        # GEOS would write 37.293215 as 37.293214999999996; orjson writes the shortest text.
        orjson.dumps(
            {
                "type": "Feature",
                "id": name,
                "geometry": shapely.geometry.mapping(geometry),
                "properties": record,
            }
        )
        for name, geometry, record in zip(
            frame.index, frame.geometry, properties.to_pylist(), strict=True
        )
    ]


def _with_serving_columns(
    properties: pa.Table, frame: gpd.GeoDataFrame, features: list[bytes], geometry: str
) -> pa.Table:
    """What `geo.store.Layer` looks things up in."""
    lengths = np.array([len(one) for one in features], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])  # one comma between two features
    columns: dict[str, Any] = {"id": pa.array(frame.index, pa.string())}
    columns |= {name: properties[name] for name in properties.column_names}
    bounds = frame.bounds.to_numpy()
    columns |= {name: pa.array(bounds[:, k]) for k, name in enumerate(BOUNDS)}
    columns |= {"_start": pa.array(starts), "_end": pa.array(starts + lengths)}
    if geometry != "Point":  # the bounds of a point are the point
        columns["_wkb"] = pa.array(shapely.to_wkb(frame.geometry), pa.binary())
    return pa.table(columns).combine_chunks()
