"""A selection of features to export, and its rows in batches."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.core.crs import CRS84, SERVED, from_store
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

ROWS: Final = 10_000  # of a batch; those of businesses take about 20 MB while they are written
BETWEEN: Final = "|"  # the members of a list, where a format holds texts only
_INSTEAD: Final = "¦"  # of that sign inside a member, so that splitting gives the members again

# Files put x first, whatever the system says, so that this is CRS84 under the name that other
# files give to it; GeoPandas refuses to put two names together.
LONLAT: Final = {CRS84: "EPSG:4326"}


@dataclass(frozen=True)
class Selection:
    """Features to export.

    Attributes:
        layer: whose features they are.
        rows: row numbers, in the order wanted.
        names: properties to write; the id and the geometry come in any case.
        crs: one of the systems that the format takes.
        notices: attributions and licences, which travel inside the file.
        ordered: whether somebody asked for this order; if not, a format with an index of its own
            may put the rows in the order of that index.
        with_geometry: whether the geometries are wanted; a batch has none (null) otherwise.
    """

    layer: Layer
    rows: Rows
    names: Sequence[str]
    crs: str = CRS84
    notices: Sequence[str] = ()
    ordered: bool = False
    with_geometry: bool = True


@dataclass(frozen=True)
class Batch:
    """A batch of rows of a selection.

    Attributes:
        table: `id` and the properties, one chunk each.
        shapes: array of geometries in the system asked for; x, which points east, is first.
    """

    table: pa.Table
    shapes: Any

    @property
    def wkb(self) -> pa.Array:
        """The shapes as WKB."""
        return pa.array(shapely.to_wkb(self.shapes), pa.binary())


Pieces: TypeAlias = Generator[bytes, None, None]
Chunks: TypeAlias = Callable[[Selection], Pieces]


def batches(selection: Selection, *, rows: int = ROWS) -> Iterator[Batch]:
    """Iterate over the rows of a selection in order, in batches."""
    for start in range(0, len(selection.rows), rows):
        some = selection.rows[start : start + rows]
        shapes = _shapes(selection, some)
        table = selection.layer.take(some, _names(selection))
        yield Batch(table.combine_chunks(), shapes)


def _shapes(selection: Selection, rows: Rows) -> Any:
    if not selection.with_geometry:
        return np.full(len(rows), None)
    return easting_first(selection.layer.geometries(rows), selection.crs)


def schema_of(selection: Selection) -> pa.Schema:
    """Derive the schema of the tables of a selection, also where it holds no rows."""
    whole = selection.layer.columns.schema
    return pa.schema([whole.field(name) for name in _names(selection)])


def easting_first(shapes: Any, crs: str) -> Any:
    """Project stored geometries to a system of `geo.core.crs.SERVED`, easting first.

    Files hold x before y, whatever the axis order of the system (GeoParquet 1.1, FlatGeobuf).
    """
    if crs == CRS84:
        return shapes
    moved = from_store(shapes, crs)
    return _swap_axes(moved) if _north_is_first(crs) else moved


def join_lists(column: pa.Array) -> pa.Array:
    """Join the members of each list to one text."""
    members = pc.replace_substring(column.flatten(), pattern=BETWEEN, replacement=_INSTEAD)
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths.to_numpy())]), pa.int32())
    again = pa.ListArray.from_arrays(offsets, members, mask=column.is_null())
    return pc.binary_join(again, BETWEEN)


def _names(selection: Selection) -> list[str]:
    return ["id", *selection.names]


def _swap_axes(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda x, y: (y, x), interleaved=False)


def _north_is_first(crs: str) -> bool:
    import pyproj  # not at the start: most answers are lon/lat

    return bool(pyproj.CRS.from_user_input(SERVED[crs]).axis_info[0].direction == "north")
