"""A layer of several parts, of which a question opens those that it needs.

Its rows are those of the first part by id, then those of the second, and so on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from geo.core.world_steps import Places, Steps
from geo.snapshot.columns import Columns, JoinedColumns
from geo.snapshot.layer import Field, Layer
from geo.snapshot.part_index import PartIndex
from geo.snapshot.point_index import BBox
from geo.snapshot.value_index import (
    DictionaryIndex,
    Rows,
    dictionary_index,
    is_repetitive,
    merge_indexes,
)


@dataclass
class LayerPart:
    """A part of a layer as the catalogue describes it.

    Attributes:
        rows: number of its features.
        box: of all of them; None where none has a place.
        ids: the first and the last.
        values: what properties hold, of those that hold few different values.
        reader: opens its files.
        index: what its first questions would compute; None in a snapshot of before it was stored.
    """

    rows: int
    box: BBox | None
    ids: tuple[str, str]
    values: Mapping[str, frozenset[Any]]
    reader: Callable[[], Layer]
    index: PartIndex | None = None

    @cached_property
    def layer(self) -> Layer:
        """Its features, as a layer of their own; the files are opened with the first question."""
        return self.reader()

    def columns(self) -> Columns:
        """Return its columns."""
        return self.layer.columns

    def codes(self, name: str) -> DictionaryIndex | None:
        """Return the dictionary index of a property, or None if it hardly repeats itself."""
        if self.index is not None and name in self.index.indexed:
            return self.index.codes(name, self.rows)
        return self.layer.codes(name)

    def distinct(self, name: str) -> Sequence[Any]:
        """Return the different values of a property or the members of its lists, without null."""
        if self.index is not None and name in self.index.indexed:
            return self.index.values(name)
        return self.layer.distinct(name)

    @property
    def keys(self) -> tuple[int, int] | None:
        """The first and the last place of its points on the curve; None where not known."""
        return None if self.index is None else self.index.keys

    @property
    def z_order(self) -> tuple[Steps, Places]:
        """The keys of its points along the curve, ascending, and their rows."""
        return self.layer.z_order if self.index is None else self.index.z_order

    def row_of(self, feature_id: str) -> int | None:
        """Return the row of a feature, or None."""
        first, last = self.ids
        may_be = first <= feature_id <= last
        if may_be and self.index is not None:
            may_be = len(self.index.rows_like(feature_id)) > 0
        return self.layer.row_of(feature_id) if may_be else None

    def may_touch(self, box: BBox) -> bool:
        """Tell whether a feature may touch a box."""
        own = self.box
        return own is not None and (
            own.west <= box.east
            and own.east >= box.west
            and own.south <= box.north
            and own.north >= box.south
        )

    def may_hold(self, name: str, values: Sequence[Any]) -> bool:
        """Tell whether a feature may hold one of the values in a property."""
        return name not in self.values or not self.values[name].isdisjoint(values)


class PartedLayer(Layer):
    """A layer of several parts."""

    def __init__(
        self,
        layer_id: str,
        meta: Mapping[str, Any],
        fields: Mapping[str, Field],
        parts: Sequence[LayerPart],
    ) -> None:
        """Begin without opening any part."""
        self.id, self.meta, self.fields = layer_id, meta, fields
        self.parts = tuple(parts)
        self.edges: Rows = np.cumsum([0, *(part.rows for part in parts)])
        self.columns = JoinedColumns(self.count, [part.columns for part in self.parts])
        self._coded, self._numbers = {}, {}
        self._repeats: dict[str, bool] = {}

    @property
    def count(self) -> int:
        """Number of features."""
        return int(self.edges[-1])

    @property
    def has_no_place(self) -> bool:
        """Whether none of the features has a geometry."""
        return all(part.box is None for part in self.parts)

    def row_of(self, feature_id: str) -> int | None:
        """Return the row of a feature, or None."""
        for part, start in zip(self.parts, self.edges.tolist(), strict=False):
            row = part.row_of(feature_id)
            if row is not None:
                return int(start) + row
        return None

    def place_of(self, feature_id: str, part: int = 0) -> int:
        """Return the row of a feature, or of the first one after it in the part where it was."""
        row = self.row_of(feature_id)
        if row is not None:
            return row
        number = min(part, len(self.parts) - 1)
        return int(self.edges[number]) + self.parts[number].layer.place_of(feature_id)

    def part_of(self, row: int) -> int:
        """Return the number of the part that holds a row."""
        return int(np.searchsorted(self.edges, row, side="right")) - 1

    def codes(self, name: str) -> DictionaryIndex | None:
        """Return the dictionary index of a property, or None if it hardly repeats itself."""
        if name not in self._coded:
            repeats = self.repeats(name)
            self._coded[name] = merge_indexes(self._part_codes(name)) if repeats else None
        return self._coded[name]

    def repeats(self, name: str) -> bool:
        """Tell whether a property repeats itself: in the parts of most rows, or in the first."""
        if name not in self._repeats:
            indexes = [(part.index, part.rows) for part in self.parts]
            stored = sum(rows for index, rows in indexes if index and name in index.indexed)
            self._repeats[name] = 2 * stored > self.count or (
                not stored and is_repetitive(self.parts[0].columns()[name])
            )
        return self._repeats[name]

    def distinct(self, name: str) -> Sequence[Any]:
        """Return the different values of a property or the members of its lists, without null."""
        if not self.repeats(name):
            return super().distinct(name)
        return sorted(set[Any]().union(*(part.distinct(name) for part in self.parts)))

    def _part_codes(self, name: str) -> list[DictionaryIndex]:
        return [part.codes(name) or dictionary_index(part.columns()[name]) for part in self.parts]

    def warm(self) -> None:
        """Compute nothing: a question opens the parts that it needs."""

    def feature(self, row: int) -> bytes:
        """Return a feature as GeoJSON."""
        number = self.part_of(row)
        return self.parts[number].layer.feature(row - int(self.edges[number]))

    def feature_runs(self, rows: Rows) -> Sequence[bytes | memoryview]:
        """Return the features of some rows as GeoJSON, to be joined by commas."""
        return [run for layer, own, _ in self._runs(rows) for run in layer.feature_runs(own)]

    def take(self, rows: Rows, names: Sequence[str]) -> pa.Table:
        """Return the id or properties of some rows, in the order given, as a table."""
        grouped = list(self._grouped(np.asarray(rows)))
        if not grouped:
            return super().take(rows, names)
        table = pa.concat_tables([layer.take(own, names) for layer, own, _ in grouped])
        places = np.concatenate([places for *_, places in grouped])
        order = np.argsort(places, kind="stable")
        return table if (order[1:] > order[:-1]).all() else table.take(pa.array(order))

    def geometries(self, rows: Rows) -> Any:
        """Return Shapely geometries (lon/lat) of some rows, as an array."""
        shapes = np.empty(len(rows), dtype=object)
        for layer, own, places in self._grouped(rows):
            shapes[places] = layer.geometries(own)
        return shapes

    def lonlat(self, rows: Rows) -> Any:
        """Return the coordinates of points, degrees, a row for each."""
        pairs = np.empty((len(rows), 2))
        for layer, own, places in self._grouped(rows):
            pairs[places] = layer.lonlat(own)
        return pairs

    def touching(self, bbox: BBox | None, rows: Rows | None = None) -> Rows:
        """Select the rows (None: of all) whose geometry touches the box (None: anywhere)."""
        if bbox is None:
            return super().touching(bbox, rows)
        found = [np.empty(0, dtype=np.int64)]
        starts = self.edges if rows is None else np.searchsorted(rows, self.edges)
        for number, part in enumerate(self.parts):
            if starts[number] < starts[number + 1] and part.may_touch(bbox):
                edge = self.edges[number]
                own = None if rows is None else rows[starts[number] : starts[number + 1]] - edge
                found.append(part.layer.touching(bbox, own) + edge)
        return np.concatenate(found)

    def _holding(self, name: str, values: Sequence[Any]) -> Rows:
        found = [np.empty(0, dtype=np.int64)]
        for part, edge in zip(self.parts, self.edges, strict=False):
            if part.may_hold(name, values):
                index = part.codes(name)
                held = part.layer.select({name: values}) if index is None else index.rows(values)
                found.append(held + edge)
        return np.concatenate(found)

    def _runs(self, rows: Rows) -> Iterator[tuple[Layer, Rows, slice]]:
        """Split rows, in their order, where the part changes: layer, its rows, their places."""
        numbers = np.searchsorted(self.edges, rows, side="right") - 1
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        ends = [*cuts.tolist(), len(rows)] if len(rows) else []
        for start, end in zip([0, *cuts.tolist()], ends, strict=False):
            number = int(numbers[start])
            yield self.parts[number].layer, rows[start:end] - self.edges[number], np.s_[start:end]

    def _grouped(self, rows: Rows) -> Iterator[tuple[Layer, Rows, Rows]]:
        """Group rows by part: layer, its rows, and where they stand among those given."""
        numbers = np.searchsorted(self.edges, rows, side="right") - 1
        for number in np.flatnonzero(np.bincount(numbers)).tolist():
            places = np.flatnonzero(numbers == number)
            yield self.parts[number].layer, rows[places] - self.edges[number], places
