"""Batches of a layer's rows as Arrow columns, from a frame or a register to files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import shapely

from geo.core.crs import STORE
from geo.core.vocab import ANY
from geo.snapshot.geojson_encoder import point_coordinates
from geo.snapshot.schema.contracts import GEOMETRY, field_list

_ARROW: Final[Mapping[str, pa.DataType]] = {
    "string": pa.string(),
    "date": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "list": pa.list_(pa.string()),
}

_ID: Final = "_id"  # no property of a layer is named so


@dataclass(frozen=True)
class LayerBatch:
    """Some rows of a layer.

    Attributes:
        ids: feature ids, text.
        shapes: lon/lat, as NumPy array: geometries, or the coordinates of points, a row for each.
        properties: the columns of the contract in its order and types; those of text may be
            dictionaries.
    """

    ids: pa.Array
    shapes: Any
    properties: pa.Table

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ids)

    def slice(self, start: int, rows: int | None = None) -> "LayerBatch":
        """Return so many rows from `start`, as far as there are; all of them without a number."""
        stop = len(self) if rows is None else min(start + rows, len(self))
        taken = self.properties.slice(start, stop - start)
        return LayerBatch(self.ids.slice(start, stop - start), self.shapes[start:stop], taken)


def arrow_schema(layer_id: str) -> pa.Schema:
    """Return the Arrow schema of a layer's properties."""
    return pa.schema([(field["name"], _ARROW[field["type"]]) for field in field_list(layer_id)])


def to_batch(layer_id: str, frame: gpd.GeoDataFrame) -> LayerBatch:
    """Convert a frame that conforms to the contract to a batch; unknown values are null."""
    schema = arrow_schema(layer_id)
    columns = [pa.Array.from_pandas(frame[field.name], type=field.type) for field in schema]
    shapes = frame.geometry.to_numpy()
    points = None if GEOMETRY[layer_id] == ANY else point_coordinates(shapes)
    return LayerBatch(
        ids=pa.table([pa.array(frame.index, pa.string())], ["id"])["id"].combine_chunks(),
        shapes=shapes if points is None else points,
        properties=pa.table(columns, schema=schema),
    )


def to_frame(part: LayerBatch) -> gpd.GeoDataFrame:
    """Convert a batch to a frame, whatever it holds, for `validate.conform` to check."""
    shapes = shapely.points(part.shapes) if part.shapes.ndim > 1 else part.shapes
    columns = {
        name: (
            column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        )
        for name, column in zip(part.properties.column_names, part.properties.columns, strict=True)
    }
    rows = pa.table({**columns, _ID: part.ids}).to_pandas()
    return gpd.GeoDataFrame(rows.set_index(_ID).rename_axis("id"), geometry=shapes, crs=STORE)
