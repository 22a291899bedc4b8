"""Write the rows of a layer to the GeoParquet file that is downloaded."""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.core.crs import STORE
from geo.snapshot.layer_batch import LayerBatch, arrow_schema
from geo.snapshot.schema.contracts import CONTRACTS

_BOX: Final = ("xmin", "ymin", "xmax", "ymax")  # of a row, as GeoParquet names them


class GeoParquetWriter:
    """A file that grows by row groups; GeoPandas reads it as if it had written it itself."""

    def __init__(self, layer_id: str, path: Path) -> None:
        """Begin without rows."""
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
        """Add rows without dictionaries, with their shapes as WKB and their bounds."""
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
        """Release the file."""
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
