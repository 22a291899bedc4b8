"""Vector tiles of points: separate points, or counts by cell where there are too many."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from geo.core.world_steps import Places
from geo.serving.tiles import encode
from geo.serving.tiles.curve import CELLS, Stretch, every_second_bit, sections
from geo.serving.tiles.properties import values
from geo.serving.tiles.tile_grid import Tile
from geo.snapshot.layer import Layer, Mask
from geo.snapshot.value_index import Rows

MOST: Final = 2_000  # points of a tile that are drawn one by one
COUNT: Final = "point_count"

Grid = np.ndarray[Any, np.dtype[np.int64]]


class PointTiles:
    """Vector tiles of a layer of points; the curve is read or computed with the first tile."""

    def __init__(self, layer: Layer) -> None:
        self._layer, self._sections = layer, sections(layer)

    def warm(self) -> None:
        """Read or compute the curve, as the first tile would."""
        for section in self._sections:
            section.curve  # noqa: B018 - kept from now on

    def tile(self, tile: Tile, names: Sequence[str], rows: Rows | None = None) -> bytes:
        """Encode one tile; no bytes where it is empty.

        Every point of the rows lies in exactly one tile of a zoom, as a feature of its own or
        in the count of a cell: tiles of points have no margin.

        Args:
            tile: which one.
            names: properties of points that are drawn one by one.
            rows: those that are drawn; None for all.
        """
        stretch = Stretch(tile, self._sections)
        mask = self._mask_of(stretch, rows)
        count = len(stretch) if mask is None else int(np.count_nonzero(mask))
        if count > MOST:
            return self._count_cells(stretch, mask)
        if not count:
            return b""
        places: Rows = np.arange(count) if mask is None else np.flatnonzero(mask)
        properties = values(self._layer, stretch.rows[places], names)
        return encode.points(self._layer.id, properties, *stretch.within(places))

    def inside(self, tile: Tile, rows: Rows | None = None) -> Rows:
        """Select the rows (of those given, or of all) that lie in a tile, ascending."""
        stretch = Stretch(tile, self._sections)
        mask, tile_rows = self._mask_of(stretch, rows), stretch.rows
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
        stretch = Stretch(tile, self._sections)
        counts = np.zeros(CELLS**2, dtype=np.int64)
        if len(stretch):
            edges = stretch.cells()
            if mask is not None:
                edges = np.concatenate([[0], np.cumsum(mask.take(stretch.rows))])[edges]
            counts[_IN_ROWS] = np.diff(edges)
        return counts.reshape(CELLS, CELLS)

    def _mask_of(self, stretch: Stretch, rows: Rows | None) -> Mask | None:
        """Mask the points of a stretch that are among the rows."""
        if rows is None:
            return None
        mask = np.zeros(self._layer.count, dtype=bool)
        mask[rows] = True
        return mask.take(stretch.rows)

    def _count_cells(self, stretch: Stretch, mask: Mask | None) -> bytes:
        """Encode each cell that holds points as a single point, the middle one along the curve."""
        cells = stretch.cells()
        chosen = None if mask is None else np.flatnonzero(mask)
        edges = cells if chosen is None else np.searchsorted(chosen, cells)
        counts = np.diff(edges)
        filled = np.flatnonzero(counts)
        middle = edges[filled] + counts[filled] // 2
        kinds = {kind: of_kind[filled] for kind, of_kind in stretch.kinds(cells, mask).items()}
        properties = {COUNT: pa.array(counts[filled])} | {
            f"{kind}_count": pa.array(of_kind, mask=of_kind == 0)
            for kind, of_kind in kinds.items()
            if of_kind.any()
        }
        places = middle if chosen is None else chosen[middle]
        return encode.points(self._layer.id, properties, *stretch.within(places))


def _in_rows() -> Places:
    """Compute the row-major position of each cell of a tile, in the order of the curve."""
    keys = np.arange(CELLS**2, dtype=np.uint64)
    x, y = every_second_bit(keys), every_second_bit(keys >> np.uint64(1))
    return (y * np.uint64(CELLS) + x).astype(np.int32)


_IN_ROWS: Final = _in_rows()
