"""Vector tiles of points: separate points, or counts by cell where there are too many.

The points are sorted along a Z-order curve (Morton), on which every tile and every cell of a tile
is one unbroken range, whatever its zoom: a tile is found by two binary searches, and its cells are
counted by one for each, without a look at the points between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa

from geo.core.world_steps import SPREAD, STEP_BITS, Steps, curve_keys, interleave_zeros
from geo.serving.tiles import encode
from geo.serving.tiles.properties import values
from geo.serving.tiles.tile_grid import EXTENT, Tile
from geo.snapshot.layer import BOUNDS, Layer, Mask
from geo.snapshot.value_index import Rows

MOST: Final = 2_000  # points of a tile that are drawn one by one
CELLS: Final = 64  # along the side of a tile
COUNT: Final = "point_count"
_KIND: Final = "provenance"
_TILE_BITS: Final = EXTENT.bit_length() - 1
_CELL_BITS: Final = CELLS.bit_length() - 1

Grid = np.ndarray[Any, np.dtype[np.int64]]
Places = np.ndarray[Any, np.dtype[np.int32]]  # positions of points on the curve, or their rows


@dataclass(frozen=True)
class Curve:
    """The points of a layer along a Z-order curve.

    Attributes:
        keys: ascending; the bits of the steps to the south and to the east by turns.
        rows: the row of each point in the layer.
        kind: the provenance that most points have.
        others: the places on the curve of the points of each other provenance.
    """

    keys: Steps
    rows: Places
    kind: str
    others: Mapping[str, Places]

    def span(self, tile: Tile) -> tuple[int, int]:
        """Find the half-open range of a tile's points along the curve."""
        bits = 2 * (STEP_BITS - tile.zoom)
        first = _key(tile) << bits
        last = first + (1 << bits) - 1  # the end of the world exceeds 64 bits
        start = int(np.searchsorted(self.keys, np.uint64(first)))
        return start, int(np.searchsorted(self.keys, np.uint64(last), side="right"))

    def cells(self, tile: Tile, span: tuple[int, int]) -> Places:
        """Find where the cells of a tile begin along the curve, and where the last one ends."""
        bits = 2 * (STEP_BITS - tile.zoom - _CELL_BITS)
        keys = (np.arange(CELLS**2, dtype=np.uint64) << np.uint64(bits)) + np.uint64(
            _key(tile) << bits + 2 * _CELL_BITS
        )
        starts = np.searchsorted(self.keys[slice(*span)], keys) + span[0]
        return np.append(starts, span[1]).astype(np.int32)

    def within(self, tile: Tile, places: Places) -> tuple[Steps, Steps]:
        """Compute tile coordinates of points, to the east and to the south, 0 to 4095."""
        bits = np.uint64(STEP_BITS - tile.zoom - _TILE_BITS)
        keys = self.keys[places]
        x, y = _every_second_bit(keys), _every_second_bit(keys >> np.uint64(1))
        return (x >> bits) % np.uint64(EXTENT), (y >> bits) % np.uint64(EXTENT)


class PointTiles:
    """Vector tiles of a layer of points; the curve is computed with the first tile."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._lock = Lock()
        self._made: Curve | None = None

    def tile(self, tile: Tile, names: Sequence[str], rows: Rows | None = None) -> bytes:
        """Encode one tile; no bytes where it is empty.

        Every point of the rows lies in exactly one tile of a zoom, as a feature of its own or
        in the count of a cell: tiles of points have no margin.

        Args:
            tile: which one.
            names: properties of points that are drawn one by one.
            rows: those that are drawn; None for all.
        """
        span = self._curve.span(tile)
        mask = self._mask_of(span, rows)
        count = span[1] - span[0] if mask is None else int(np.count_nonzero(mask))
        if count > MOST:
            return self._count_cells(tile, span, mask)
        if not count:
            return b""
        positions = np.arange(count) if mask is None else np.flatnonzero(mask)
        places = (positions + span[0]).astype(np.int32)
        properties = values(self._layer, self._curve.rows[places], names)
        return encode.points(self._layer.id, properties, *self._curve.within(tile, places))

    def inside(self, tile: Tile, rows: Rows | None = None) -> Rows:
        """Select the rows (of those given, or of all) that lie in a tile, ascending."""
        span = self._curve.span(tile)
        mask, tile_rows = self._mask_of(span, rows), self._curve.rows[slice(*span)]
        return np.sort(tile_rows if mask is None else tile_rows[mask]).astype(np.int64)

    def counts(self, first: Tile, last: Tile, rows: Rows | None = None) -> Grid:
        """Count points in each cell of a rectangle of tiles, north-west first.

        Args:
            first: the tile in the north-west; may lie beyond the world, where nothing stands.
            last: the tile in the south-east, of the same zoom.
            rows: those that are counted; None for all.

        Returns:
            Shape (tiles to the south x 64, tiles to the east x 64).
        """
        mask = None
        if rows is not None:
            mask = np.zeros(self._layer.count, dtype=bool)
            mask[rows] = True
        down, right = last.row - first.row + 1, last.column - first.column + 1
        grid = np.zeros((down * CELLS, right * CELLS), dtype=np.int64)
        for row, column in np.ndindex(down, right):
            tile = Tile(first.zoom, first.row + row, first.column + column)
            if 0 <= tile.row < 2**tile.zoom and 0 <= tile.column < 2**tile.zoom:
                part = np.s_[row * CELLS : (row + 1) * CELLS, column * CELLS : (column + 1) * CELLS]
                grid[part] = self._block(tile, mask)
        return grid

    def _block(self, tile: Tile, mask: Mask | None) -> Grid:
        """Count the points of one tile by row and column."""
        span = self._curve.span(tile)
        counts = np.zeros(CELLS**2, dtype=np.int64)
        if span[0] < span[1]:
            edges = self._curve.cells(tile, span)
            if mask is not None:
                flags = mask.take(self._curve.rows[slice(*span)])
                edges = np.concatenate([[0], np.cumsum(flags)])[edges - span[0]]
            counts[_IN_ROWS] = np.diff(edges)
        return counts.reshape(CELLS, CELLS)

    def _mask_of(self, span: tuple[int, int], rows: Rows | None) -> Mask | None:
        """Mask the points of a range that are among the rows."""
        if rows is None:
            return None
        mask = np.zeros(self._layer.count, dtype=bool)
        mask[rows] = True
        return mask.take(self._curve.rows[slice(*span)])

    def _count_cells(self, tile: Tile, span: tuple[int, int], mask: Mask | None) -> bytes:
        """Encode each cell that holds points as a single point, the middle one along the curve."""
        curve = self._curve
        cells = curve.cells(tile, span)
        chosen = None if mask is None else (np.flatnonzero(mask) + span[0]).astype(np.int32)
        edges = cells if chosen is None else np.searchsorted(chosen, cells)
        counts = np.diff(edges)
        filled = np.flatnonzero(counts)
        middle = edges[filled] + counts[filled] // 2
        kinds = {curve.kind: counts[filled]}
        for kind, places in curve.others.items():
            here = _within(places, span, mask)
            kinds[kind] = np.diff(np.searchsorted(here, cells))[filled]
            kinds[curve.kind] = kinds[curve.kind] - kinds[kind]
        properties = {COUNT: pa.array(counts[filled])} | {
            f"{kind}_count": pa.array(of_kind, mask=of_kind == 0)
            for kind, of_kind in kinds.items()
            if of_kind.any()
        }
        places = middle if chosen is None else chosen[middle]
        return encode.points(self._layer.id, properties, *curve.within(tile, places))

    @property
    def _curve(self) -> Curve:
        with self._lock:  # several tiles may be the first
            if self._made is None:
                self._made = z_order_curve(self._layer)
            return self._made


def z_order_curve(layer: Layer) -> Curve:
    """Sort the points of a layer along the curve, without features that have no location."""
    lon, lat = (layer.columns[name].to_numpy() for name in BOUNDS[:2])
    indices = np.flatnonzero(~np.isnan(lon))
    keys = curve_keys(lon[indices], lat[indices])
    order = np.argsort(keys)
    rows = indices[order].astype(np.int32)
    kinds = layer.columns[_KIND].combine_chunks().dictionary_encode()
    names, codes = kinds.dictionary.to_pylist(), kinds.indices.to_numpy().astype(np.int8)
    most = int(np.bincount(codes).argmax())
    others = {
        name: np.flatnonzero(codes[rows] == code).astype(np.int32)
        for code, name in enumerate(names)
        if code != most
    }
    return Curve(keys[order], rows, names[most], others)


def _within(places: Places, span: tuple[int, int], mask: Mask | None) -> Places:
    """Select the positions that lie in the range and in the mask."""
    start, end = np.searchsorted(places, np.array(span, dtype=np.int32))
    inside = places[start:end]
    return inside if mask is None else inside[mask[inside - span[0]]]


def _key(tile: Tile) -> int:
    """Compute the Morton key of a tile among those of its zoom."""
    x, y = (
        int(interleave_zeros(np.array([coordinate], dtype=np.uint64))[0])
        for coordinate in (tile.column, tile.row)
    )
    return x | y << 1


def _every_second_bit(numbers: Steps) -> Steps:
    """Extract every second bit of the numbers, from the last one on."""
    numbers = numbers & np.uint64(SPREAD[-1][1])
    masks = [mask for _, mask in SPREAD[-2::-1]] + [0x00000000FFFFFFFF]
    for (shift, _), mask in zip(SPREAD[::-1], masks, strict=True):
        numbers = (numbers | numbers >> np.uint64(shift)) & np.uint64(mask)
    return numbers


def _in_rows() -> Places:
    """Compute the row-major position of each cell of a tile, in the order of the curve."""
    keys = np.arange(CELLS**2, dtype=np.uint64)
    x, y = _every_second_bit(keys), _every_second_bit(keys >> np.uint64(1))
    return (y * np.uint64(CELLS) + x).astype(np.int32)


_IN_ROWS: Final = _in_rows()
