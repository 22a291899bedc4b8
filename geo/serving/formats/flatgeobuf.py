"""FlatGeobuf: one file with a spatial index of its own."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.core.crs import SERVED
from geo.core.errors import GeoError
from geo.core.vocab import ANY
from geo.serving.formats.batches import LONLAT, Pieces, Selection, batches, join_lists, schema_of
from geo.serving.formats.text import REPLACEMENT

WRITER: Final = Path(__file__).with_name("flatgeobuf_file.py")
GDAL: Final = "pyogrio"
_PIECE: Final = 1 << 20  # bytes
_PAUSE_S: Final = 0.5
# One kind for all, so that a single outline of several parts does no harm; and what makes it.
_MULTI: Final[Mapping[str, tuple[str, Callable[..., Any]]]] = {
    "LineString": ("MultiLineString", shapely.multilinestrings),
    "Polygon": ("MultiPolygon", shapely.multipolygons),
}


def chunks(selection: Selection) -> Pieces:
    """Write the rows as FlatGeobuf; lists are joined by |, a NUL becomes U+FFFD.

    The index decides the order of the rows, unless an order was asked for: then there is none.
    While the file is made, the pieces are empty; it is removed wherever the reader stops.

    Raises:
        GeoError: the file cannot be written.
        ModuleNotFoundError: GDAL is not installed.
    """
    if find_spec(GDAL) is None:
        raise ModuleNotFoundError(f"No module named {GDAL!r}", name=GDAL)
    return _chunks(selection)


def _chunks(selection: Selection) -> Pieces:
    with TemporaryDirectory(prefix="atlas-") as folder:
        file = Path(folder) / f"{selection.layer.id}.fgb"
        yield from _run_writer(selection, file)
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece


def _run_writer(selection: Selection, file: Path) -> Pieces:
    """Run the writer; yield empty pieces while it works, so that the reader may stop."""
    command = [sys.executable, "-P", str(WRITER), json.dumps(_options(selection, file))]
    with Popen(command, stdin=PIPE) as writer:  # noqa: S603, no word of it comes from outside
        try:
            yield from _feed_writer(selection, writer)
            while _is_busy(writer):
                yield b""
        finally:
            writer.kill()
            _close(writer)
    if writer.returncode:
        raise GeoError(f"{file.name} cannot be written: is there room for temporary files?")


def _options(selection: Selection, file: Path) -> dict[str, Any]:
    kind, title = (selection.layer.meta[name] for name in ("geometry", "title"))
    # GDAL leaves out of an index what has no geometry, and so out of the file.
    indexed = "NO" if selection.ordered or kind == ANY else "YES"
    description = "\n".join(selection.notices)
    return {
        "path": str(file),
        "driver": "FlatGeobuf",
        "geometry_name": "geometry",
        "geometry_type": geometry_type(kind),
        "crs": {**SERVED, **LONLAT}[selection.crs],
        "layer_options": {"SPATIAL_INDEX": indexed, "TITLE": title, "DESCRIPTION": description},
    }


def _feed_writer(selection: Selection, writer: Popen[bytes]) -> Pieces:
    fields = [(field.name, _kind(field.type)) for field in schema_of(selection)]
    schema = pa.schema([*fields, ("geometry", pa.binary())])
    # A pipe that breaks says that the writer ended before its time; so does its status.
    with suppress(BrokenPipeError), pa.ipc.new_stream(writer.stdin, schema) as rows:
        for table in _tables(selection, schema):
            rows.write_table(table)
            yield b""
    _close(writer)


def _close(writer: Popen[bytes]) -> None:
    if writer.stdin is not None:
        with suppress(BrokenPipeError):
            writer.stdin.close()


def _is_busy(writer: Popen[bytes]) -> bool:
    try:
        writer.wait(_PAUSE_S)
    except TimeoutExpired:
        return True
    return False


def _tables(selection: Selection, schema: pa.Schema) -> Iterator[pa.Table]:
    kind = selection.layer.meta["geometry"]
    for batch in batches(selection):
        columns = [_plain(column.combine_chunks()) for column in batch.table.columns]
        shapes = pa.array(shapely.to_wkb(multi_part(batch.shapes, kind)), pa.binary())
        yield pa.table([*columns, shapes], schema=schema)


def geometry_type(kind: str) -> str:
    """Return the type of a layer of geometries of a kind: of lines and polygons multi-part."""
    return _MULTI[kind][0] if kind in _MULTI else "Point"


def multi_part(shapes: Any, kind: str) -> Any:
    """Convert lines and polygons to multi-part geometries."""
    if kind not in _MULTI:
        return shapes
    parts, owners = shapely.get_parts(shapes, return_index=True)
    return _MULTI[kind][1](parts, indices=owners)


def _kind(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_list(kind) else kind


def _plain(column: pa.Array) -> pa.Array:
    """Convert lists to text, and replace NUL, at which GDAL would stop reading a text."""
    if pa.types.is_list(column.type):
        column = join_lists(column)
    if pa.types.is_string(column.type):
        return pc.replace_substring(column, "\x00", REPLACEMENT)
    return column
