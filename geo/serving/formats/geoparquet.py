"""GeoParquet 1.1: columns for analysis, with a bounding box for each row."""

import json
from contextlib import closing
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geo.core.crs import SERVED
from geo.serving.formats.batches import LONLAT, Batch, Pieces, Selection, batches, schema_of

ROWS: Final = 100_000  # of a row group: what the format advises; businesses take about 0.1 GB
_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
_BOX: Final = pa.struct([(name, pa.float64()) for name in _EDGES])
# What GeoPandas would make of nulls otherwise: a float and an object.
_NULLABLE: Final = {"int64": "Int64", "bool": "boolean"}


def chunks(selection: Selection) -> Pieces:
    """Write the rows as GeoParquet, or as Parquet where no geometries are wanted.

    The attributions are in the metadata of the file.
    """
    import pyarrow.parquet as pq  # not at the start: few ask for this format

    schema = schema_of(selection)
    if selection.with_geometry:
        for name, kind in (("geometry", pa.binary()), ("bbox", _BOX)):
            schema = schema.append(pa.field(name, kind))
    sink, seen = _Sink(), _Seen()
    options = {
        "compression": "zstd",
        "use_dictionary": list(selection.names),  # the others hardly ever repeat themselves
        # Without Arrow's own copy of the schema, which would hide what is added at the end.
        "store_schema": False,
    }
    with closing(pq.ParquetWriter(sink, schema, **options)) as file:
        for batch in batches(selection, rows=ROWS):
            places = [batch.wkb, seen.boxes(batch)] if selection.with_geometry else []
            file.write_table(pa.table([*batch.table.columns, *places], schema=schema))
            yield sink.take()
        file.add_key_value_metadata(_metadata(selection, seen))
    yield sink.take()


class _Sink:
    """A writable file whose bytes are collected piece by piece."""

    def __init__(self) -> None:
        self.closed = False
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass  # nothing is held back

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Seen:
    """Geometry types and bounds of the file's metadata, collected batch by batch."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.corners: list[Any] = []

    def boxes(self, batch: Batch) -> pa.Array:
        """Compute the bounding box of each row."""
        edges = shapely.bounds(batch.shapes)
        present = ~shapely.is_missing(batch.shapes)
        if present.any():
            bounds = edges[present]
            self.corners.append([*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)])
        _, firsts = np.unique(shapely.get_type_id(batch.shapes), return_index=True)
        self.kinds |= {batch.shapes[row].geom_type for row in firsts if present[row]}
        columns = [pa.array(edge, from_pandas=True) for edge in edges.T]
        return pa.StructArray.from_arrays(columns, list(_EDGES), mask=pa.array(~present))

    def box(self) -> dict[str, list[float]]:
        """Compute the bounding box of all rows; empty where no row has a geometry."""
        if not self.corners:
            return {}
        edges = np.array(self.corners)
        return {"bbox": [*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()]}


def _metadata(selection: Selection, seen: _Seen) -> dict[str, str]:
    attribution = json.dumps(list(selection.notices), ensure_ascii=False)
    pandas = json.dumps(_pandas(schema_of(selection)))
    geo = {"geo": json.dumps(_geo(selection, seen))} if selection.with_geometry else {}
    return {**geo, "attribution": attribution, "pandas": pandas}


def _geo(selection: Selection, seen: _Seen) -> dict[str, Any]:
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(seen.kinds),
        "crs": _crs(selection.crs),
        **seen.box(),
        "covering": {"bbox": {name: ["bbox", name] for name in _EDGES}},
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _crs(crs: str) -> dict[str, Any]:
    """Describe a reference system as PROJJSON."""
    import pyproj

    system = pyproj.CRS.from_user_input({**SERVED, **LONLAT}[crs])
    projjson: dict[str, Any] = system.to_json_dict()
    return projjson


def _pandas(schema: pa.Schema) -> dict[str, Any]:
    """Describe the columns for pandas: the id is the index, nullable columns keep their types."""
    columns = [
        {
            "name": field.name,
            "field_name": field.name,
            "pandas_type": str(field.type),
            "numpy_type": _NULLABLE.get(str(field.type), "object"),
            "metadata": None,
        }
        for field in schema
    ]
    return {"index_columns": ["id"], "column_indexes": [], "columns": columns}
