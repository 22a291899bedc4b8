"""The points of a layer along a Z-order curve (Morton), and the stretch of it that is a tile.

On the curve every tile and every cell of a tile is one unbroken range of keys, whatever its zoom: a
tile is found by two binary searches, and its cells are counted by one for each, without a look at
the points between. The parts of a large layer follow each other along the curve, so that a stretch
may run over several; those that it does not touch are not opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np

from geo.core.world_steps import SPREAD, STEP_BITS, Places, Steps, interleave_zeros
from geo.serving.tiles.tile_grid import EXTENT, Tile
from geo.snapshot.layer import Layer, Mask
from geo.snapshot.parted_layer import LayerPart, PartedLayer
from geo.snapshot.value_index import Rows

CELLS: Final = 64  # along the side of a tile
_KIND: Final = "provenance"
_TILE_BITS: Final = EXTENT.bit_length() - 1
_CELL_BITS: Final = CELLS.bit_length() - 1
_WHOLE: Final = (0, 2**64 - 1)  # the keys of the whole world

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Curve:
    """The points of a layer, or of a part of one, along the curve.

    Attributes:
        keys: ascending; the bits of the steps to the south and to the east by turns.
        rows: the row of each point.
        kind: the provenance that most points have.
        others: the places on the curve of the points of each other provenance.
    """

    keys: Steps
    rows: Places
    kind: str
    others: Mapping[str, Places]

    def find(self, keys: Any, side: Any = "left") -> Any:
        """Find where keys would stand among those of the points."""
        return np.searchsorted(self.keys, keys, side)


def z_order_curve(source: Layer | LayerPart) -> Curve:
    """Read the points of a layer or part along the curve, without features that have no place."""
    keys, rows = source.z_order
    kinds = source.codes(_KIND)
    if kinds is None:
        raise ValueError(f"{_KIND} does not repeat itself")
    most = int(np.bincount(kinds.codes).argmax())
    codes = kinds.codes[rows]
    others = {
        name: np.flatnonzero(codes == code).astype(np.int32)
        for code, name in enumerate(kinds.values)
        if code != most
    }
    return Curve(keys, rows, kinds.values[most], others)


class Section:
    """A section of a layer's curve: a part of the layer, or all of it."""

    def __init__(self, source: Layer | LayerPart, offset: int, keys: tuple[int, int]) -> None:
        """Begin without reading any point.

        Args:
            source: the layer or the part.
            offset: the first row of the part in its layer.
            keys: of its first and its last point, or further apart.
        """
        self._source, self.offset, self._keys = source, offset, keys
        self._lock = Lock()
        self._made: Curve | None = None

    @property
    def curve(self) -> Curve:
        """Its points."""
        with self._lock:  # several tiles may be the first
            if self._made is None:
                self._made = z_order_curve(self._source)
            return self._made

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Find the half-open range of its points from one key to another, both included."""
        if last < self._keys[0] or first > self._keys[1]:
            return 0, 0
        curve = self.curve
        start, end = curve.find(np.uint64(first)), curve.find(np.uint64(last), "right")
        return int(start), int(end)


def sections(layer: Layer) -> list[Section]:
    """Return the sections of a layer's curve in their order."""
    if isinstance(layer, PartedLayer):
        ends = [part.keys for part in layer.parts]
        if None not in ends:
            return [
                Section(part, int(offset), part.keys or _WHOLE)
                for part, offset in zip(layer.parts, layer.edges, strict=False)
            ]
    return [Section(layer, 0, _WHOLE)]


@dataclass(frozen=True)
class Run:
    """The part of a stretch that lies in one section.

    Attributes:
        curve: of the section.
        offset: the first row of the section in its layer.
        start: its first place on the curve of the section.
        base: its first place in the stretch.
        length: number of its points.
    """

    curve: Curve
    offset: int
    start: int
    base: int
    length: int

    @property
    def rows(self) -> Places:
        """The row of each of its points in the layer."""
        rows = self.curve.rows[self.start : self.start + self.length]
        return rows + np.int32(self.offset) if self.offset else rows

    def places_of(self, kind: str, mask: Mask | None) -> Places:
        """Find the places in the stretch of the points of one of the rarer kinds, in the mask."""
        held = self.curve.others[kind]
        start, end = np.searchsorted(held, np.array([self.start, self.start + self.length]))
        places = held[start:end] + np.int32(self.base - self.start)
        return places if mask is None else places[mask[places]]


class Stretch:
    """The points of a tile along the curve; their places are counted from its first point."""

    def __init__(self, tile: Tile, along: Sequence[Section]) -> None:
        """Find the points of a tile in the sections of a layer's curve."""
        self._tile, self._runs, self._length = tile, list[Run](), 0
        bits = 2 * (STEP_BITS - tile.zoom)
        first = _key(tile) << bits
        for section in along:
            start, end = section.span(first, first + (1 << bits) - 1)
            if start < end:
                run = Run(section.curve, section.offset, start, self._length, end - start)
                self._runs.append(run)
                self._length += run.length

    def __len__(self) -> int:
        """Return the number of points."""
        return self._length

    @property
    def rows(self) -> Places:
        """The row of each point in the layer."""
        if len(self._runs) == 1:
            return self._runs[0].rows
        return np.concatenate([np.empty(0, np.int32), *(run.rows for run in self._runs)])

    def cells(self) -> Places:
        """Find where the cells of the tile begin, and where the last one ends."""
        bits = 2 * (STEP_BITS - self._tile.zoom - _CELL_BITS)
        first = np.uint64(_key(self._tile) << bits + 2 * _CELL_BITS)
        keys = (np.arange(CELLS**2, dtype=np.uint64) << np.uint64(bits)) + first
        edges = np.zeros(CELLS**2 + 1, dtype=np.int32)
        for run in self._runs:
            own = run.curve.keys[run.start : run.start + run.length]
            edges[:-1] += np.searchsorted(own, keys).astype(np.int32)
        edges[-1] = self._length
        return edges

    def within(self, places: Rows) -> tuple[Steps, Steps]:
        """Compute tile coordinates of points, to the east and to the south, 0 to 4095."""
        bits = np.uint64(STEP_BITS - self._tile.zoom - _TILE_BITS)
        keys = self._keys_at(places)
        x, y = every_second_bit(keys), every_second_bit(keys >> np.uint64(1))
        return (x >> bits) % np.uint64(EXTENT), (y >> bits) % np.uint64(EXTENT)

    def _keys_at(self, places: Rows) -> Steps:
        keys = np.empty(len(places), dtype=np.uint64)
        for run in self._runs:
            own = (places >= run.base) & (places < run.base + run.length)
            keys[own] = run.curve.keys[places[own] - run.base + run.start]
        return keys

    def kinds(self, cells: Places, mask: Mask | None) -> dict[str, Counts]:
        """Count the points of each provenance by cell.

        Args:
            cells: where cells begin, and where the last one ends.
            mask: of the points that count; None for all.
        """
        found: dict[str, Counts] = {}
        chosen = None if mask is None else np.flatnonzero(mask)
        for run in self._runs:
            own = np.clip(cells, run.base, run.base + run.length)
            left = np.diff(own if chosen is None else np.searchsorted(chosen, own))
            counts = {
                kind: np.diff(np.searchsorted(run.places_of(kind, mask), own))
                for kind in run.curve.others
            }
            most = left - sum(counts.values())
            for kind, numbers in {run.curve.kind: most, **counts}.items():
                found[kind] = found.get(kind, 0) + numbers
        return found


def _key(tile: Tile) -> int:
    """Compute the Morton key of a tile among those of its zoom."""
    x, y = (
        int(interleave_zeros(np.array([coordinate], dtype=np.uint64))[0])
        for coordinate in (tile.column, tile.row)
    )
    return x | y << 1


def every_second_bit(numbers: Steps) -> Steps:
    """Extract every second bit of the numbers, from the last one on."""
    numbers = numbers & np.uint64(SPREAD[-1][1])
    masks = [mask for _, mask in SPREAD[-2::-1]] + [0x00000000FFFFFFFF]
    for (shift, _), mask in zip(SPREAD[::-1], masks, strict=True):
        numbers = (numbers | numbers >> np.uint64(shift)) & np.uint64(mask)
    return numbers
