"""The rows of a measure as FlatGeobuf, with their places."""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import shapely

from geo.core.errors import GeoError
from geo.core.vocab import ANY
from geo.serving.analysis.result import MeasureResult
from geo.serving.formats.flatgeobuf import GDAL, WRITER, geometry_type, multi_part

_LIST: Final = "|"  # between the values of a list
_LONGEST_S: Final = 60


def as_flatgeobuf(result: MeasureResult, title: str, notices: Sequence[str]) -> bytes:
    """Write the rows of a result; columns and values have their codes.

    Args:
        result: with a shape for each row, lon/lat; without shapes the rows have no geometry.
        title: of the layer.
        notices: attributions and licences, kept as the description of the layer.

    Raises:
        GeoError: the file cannot be written.
        ModuleNotFoundError: GDAL is not installed.
    """
    if find_spec(GDAL) is None:
        raise ModuleNotFoundError(f"No module named {GDAL!r}", name=GDAL)
    shapes = np.full(len(result.rows), None)
    if result.shapes:
        shapes = shapely.from_geojson([orjson.dumps(shape) for shape in result.shapes])
    kinds = {str(part.geom_type) for part in shapely.get_parts(shapes)}
    kind = kinds.pop() if len(kinds) == 1 else ANY
    columns = {
        column.name: _plain([row.get(column.name) for row in result.rows])
        for column in result.columns
    }
    table = pa.table(
        {**columns, "geometry": pa.array(shapely.to_wkb(multi_part(shapes, kind)), pa.binary())}
    )
    options = {
        "driver": "FlatGeobuf",
        "geometry_name": "geometry",
        "geometry_type": "Unknown" if kind == ANY else geometry_type(kind),
        "crs": "EPSG:4326",
        "layer_options": {
            # GDAL leaves out of an index what has no geometry, and so out of the file.
            "SPATIAL_INDEX": "YES" if result.shapes else "NO",
            "TITLE": title,
            "DESCRIPTION": "\n".join(notices),
        },
    }
    return _write(table, options, result.measure)


def _plain(values: Sequence[Any]) -> pa.Array:
    """Convert the values of a column to an Arrow array; lists become texts."""
    texts = [_LIST.join(map(str, each)) if isinstance(each, list) else each for each in values]
    array = pa.array(texts)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _write(table: pa.Table, options: dict[str, Any], name: str) -> bytes:
    """Run the writer, a process of its own, and read its file."""
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, table.schema) as rows:
        rows.write_table(table)
    with TemporaryDirectory(prefix="atlas-") as folder:
        file = Path(folder) / f"{name}.fgb"
        command = [sys.executable, "-P", str(WRITER), json.dumps({**options, "path": str(file)})]
        ended = subprocess.run(  # noqa: S603, no word of it comes from outside
            command, input=stream.getvalue().to_pybytes(), timeout=_LONGEST_S, check=False
        )
        if ended.returncode:
            raise GeoError(f"{file.name} cannot be written: is there room for temporary files?")
        return file.read_bytes()
