"""One layer of a snapshot: columns mapped from disk, features as ready GeoJSON bytes."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geo.core.errors import ProtectedError
from geo.core.world_steps import Places, Steps, z_order
from geo.snapshot.columns import BOUNDS, Columns
from geo.snapshot.feature_file import FeatureFile
from geo.snapshot.part_index import PartIndex
from geo.snapshot.point_index import BBox, PointGrid, point_grid
from geo.snapshot.value_index import (
    DictionaryIndex,
    Rows,
    dictionary_index,
    intersect_rows,
    is_repetitive,
    rows_holding,
)

_FLOAT = pa.float64()
_MARGIN = 1e-6  # degrees, a tenth of a metre: more than any system rounds its coordinates by
_MANY = 200_000  # features
_SCANNED = 20_000  # points, all of which are looked at faster than an index
_FEW = 50_000  # features, whose rows by id take 200 bytes each

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Field:
    """One property of a layer, as its contract states it.

    Attributes:
        name: property name.
        type: string, boolean, integer, number, date or list (of strings).
        description: what it means, with its unit.
        nullable: whether it may be null (unknown).
        allowed: the closed list of values, empty where any value is allowed.
        title: its name for people, in both languages; empty where the name itself serves.
        protected: whether requests may not name it; it is null except in open data.
    """

    name: str
    type: str
    description: str
    nullable: bool
    allowed: tuple[str, ...]
    title: str = ""
    protected: bool = False

    def require_public(self) -> "Field":
        """Return the field if callers may filter, order or count by it.

        Raises:
            ProtectedError: it is protected.
        """
        if self.protected:
            raise ProtectedError(self.name)
        return self


@dataclass
class Layer:
    """One layer of a snapshot.

    Attributes:
        id: collection id.
        meta: the layer's part of the manifest (title, description, geometry, bbox, counts).
        fields: properties by name.
        columns: one row per feature in the order of ids; `id`, the properties, the bounds
            (`_west` … `_north`), `_start` and `_end` (bytes in the feature file) and `_wkb`.
    """

    id: str
    meta: Mapping[str, Any]
    fields: Mapping[str, Field]
    columns: Columns
    _features: FeatureFile = field(repr=False)
    _index: PartIndex | None = field(default=None, repr=False)
    _coded: dict[str, DictionaryIndex | None] = field(default_factory=dict, repr=False)
    _numbers: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """Number of features."""
        return len(self._starts)

    @property
    def extent(self) -> list[float]:
        """West, south, east and north for publication, rounded outward.

        It holds every feature, also after both are transformed to another reference system.
        """
        west, south, east, north = self.meta["bbox"]
        edges = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
        return [round(edge, 6) for edge in edges]

    @cached_property
    def has_no_place(self) -> bool:
        """Whether there are features and none of them has a geometry."""
        wests = self.columns["_west"].to_numpy()
        return bool(len(wests)) and bool(np.isnan(wests).all())

    @cached_property
    def _starts(self) -> Rows:
        starts: Rows = self.columns["_start"].to_numpy()
        return starts

    @cached_property
    def _ends(self) -> Rows:
        ends: Rows = self.columns["_end"].to_numpy()
        return ends

    def row_of(self, feature_id: str) -> int | None:
        """Return the row of a feature, or None."""
        if self.count <= _FEW:
            return self._rows_by_id.get(feature_id)
        if self._index is not None:
            rows = self._index.rows_like(feature_id).tolist()
        else:
            place = self.place_of(feature_id)
            rows = [place] if place < self.count else []
        return next((row for row in rows if self._ids[row].as_py() == feature_id), None)

    def place_of(self, feature_id: str, part: int = 0) -> int:
        """Return the row of a feature, or of the first one after it if the layer has no such id.

        Args:
            feature_id: the id.
            part: number of the part where it was.
        """
        ids = self._ids
        return bisect_left(range(self.count), feature_id, key=lambda row: str(ids[row].as_py()))

    def part_of(self, row: int) -> int:
        """Return the number of the part that holds a row."""
        return 0

    @cached_property
    def _rows_by_id(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self._ids.to_pylist())}

    @cached_property
    def _ids(self) -> Any:
        """The ids; of one chunk itself, in which a value is found faster."""
        ids = self.columns["id"]
        return ids.chunk(0) if ids.num_chunks == 1 else ids

    def codes(self, name: str) -> DictionaryIndex | None:
        """Return the dictionary index of a property, or None if it hardly repeats itself."""
        if self._index is not None and name in self._index.indexed:
            return self._index.codes(name, self.count)
        if name not in self._coded:
            column = self.columns[name]
            self._coded[name] = dictionary_index(column) if is_repetitive(column) else None
        return self._coded[name]

    def floats(self, name: str) -> Any:
        """Return a property of known floating-point numbers as an array; None for any other."""
        if name not in self._numbers:
            column = self.columns[name]
            plain = column.type == _FLOAT and column.num_chunks == 1 and not column.null_count
            self._numbers[name] = column.chunk(0).to_numpy() if plain else None
        return self._numbers[name]

    def repeats(self, name: str) -> bool:
        """Tell whether a property repeats itself, so that there is a dictionary index of it."""
        return self.codes(name) is not None

    def distinct(self, name: str) -> Sequence[Any]:
        """Return the different values of a property or the members of its lists, without null."""
        index = self.codes(name) or dictionary_index(self.columns[name])
        return index.values

    def warm(self) -> None:
        """Compute the indexes that the first questions would compute.

        Of a layer with very many features only that of places: those of values would fill the
        memory, and few of them are asked for.
        """
        self._starts, self._ends, self._corner, self._boxes  # noqa: B018 - cached properties
        if self.count <= _FEW:
            self._rows_by_id  # noqa: B018 - likewise
        for name in self.fields if self.count <= _MANY else ():
            index = self.codes(name)
            if index is not None:
                index.warm()

    def feature(self, row: int) -> bytes:
        """Return a feature as GeoJSON."""
        return bytes(self._features.read(int(self._starts[row]), int(self._ends[row])))

    def features(self, rows: Rows) -> bytes:
        """Return the features of some rows as GeoJSON, joined by commas."""
        return b",".join(self.feature_runs(rows))

    def feature_runs(self, rows: Rows) -> Sequence[bytes | memoryview]:
        """Return the features of some rows as GeoJSON, to be joined by commas.

        Features of rows that follow each other are in one piece: they have commas between them.
        """
        return self._features.runs(rows, self._starts, self._ends)

    def records(self, rows: Rows, names: Sequence[str]) -> list[dict[str, Any]]:
        """Return plain values of some properties, one dict per row."""
        records: list[dict[str, Any]] = self.take(rows, names).to_pylist()
        return records

    def take(self, rows: Rows, names: Sequence[str]) -> pa.Table:
        """Return the id or properties of some rows, in the order given, as a table."""
        return self.columns.select(list(names)).take(pa.array(rows))

    def geometries(self, rows: Rows) -> Any:
        """Return Shapely geometries (lon/lat) of some rows, as an array."""
        if self.meta["geometry"] == "Point":  # the bounds of a point are the point
            return shapely.points(self.lonlat(rows))
        return shapely.from_wkb(self.columns["_wkb"].take(pa.array(rows)).to_numpy())

    def lonlat(self, rows: Rows) -> Any:
        """Return the coordinates of points, degrees, a row for each."""
        return np.column_stack([edge[rows] for edge in self._corner])

    def select(self, where: Mapping[str, Sequence[Any]], bbox: BBox | None = None) -> Rows:
        """Select the rows with one of the given values in every named property that touch the box.

        Args:
            where: property name to the values accepted; a list property matches when any of its
                members is accepted. None among the values accepts null.
            bbox: lon/lat box; the geometry itself must touch it, not only its own box.

        Returns:
            Row numbers, ascending.
        """
        rows: Rows | None = None
        for name, values in where.items():
            matching = self._holding(name, values)
            rows = matching if rows is None else np.intersect1d(rows, matching, assume_unique=True)
        return self.touching(bbox, rows) if bbox or rows is None else rows

    def _holding(self, name: str, values: Sequence[Any]) -> Rows:
        index = self.codes(name)
        if index is not None:
            return index.rows(values)
        return rows_holding(self.columns[name], values)

    def touching(self, bbox: BBox | None, rows: Rows | None = None) -> Rows:
        """Select the rows (None: of all) whose geometry touches the box (None: anywhere)."""
        if bbox is None:
            return np.arange(self.count) if rows is None else rows
        near = self._boxes.candidates(bbox) if self._boxes else None
        if near is not None:
            rows = np.sort(near) if rows is None else intersect_rows(rows, near)
        is_point = self.meta["geometry"] == "Point"
        edges = self._corner if is_point else self._bounds
        if rows is not None:
            edges = [edge[rows] for edge in edges]
        west, south, east, north = (*edges, *edges)[:4]
        mask = (west <= bbox.east) & (east >= bbox.west)
        mask &= (south <= bbox.north) & (north >= bbox.south)
        touching: Rows = mask.nonzero()[0] if rows is None else rows[mask]
        if not is_point:
            box = shapely.box(bbox.west, bbox.south, bbox.east, bbox.north)
            touching = touching[shapely.intersects(self.geometries(touching), box)]
        return touching

    @cached_property
    def _boxes(self) -> PointGrid | None:
        """Where the points stand; None for shapes, and for so few points that all are looked at."""
        points = self.meta["geometry"] == "Point" and self.count > _SCANNED
        if points and self._index is not None:
            return self._index.grid
        return point_grid(*self._corner) if points else None

    @cached_property
    def z_order(self) -> tuple[Steps, Places]:
        """The keys of features with a place along the Z-order curve, ascending, and their rows."""
        if self._index is not None and self._index.keys is not None:
            return self._index.z_order
        return z_order(*self._corner)

    @cached_property
    def _corner(self) -> list[Any]:
        """West and south of each feature: a point itself."""
        return [self.columns[name].to_numpy() for name in BOUNDS[:2]]

    @cached_property
    def _bounds(self) -> list[Any]:
        return [*self._corner, *(self.columns[name].to_numpy() for name in BOUNDS[2:])]
