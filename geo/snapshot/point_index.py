"""Spatial index of points: a packed grid that finds the candidates of a box.

The rows of a layer are sorted by the cell they lie in, cells numbered row by row. In
each row of cells a box covers one unbroken run, so that a box costs two look-ups for each row of
cells it touches, and the points of those cells.
"""

import math
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from geo.snapshot.value_index import Rows

POINTS_A_CELL: Final = 8  # on average; cities hold more, the sea none
MOST_CELLS: Final = 2_048  # along a side
WIDE: Final = 8  # a box with more than one in so many points is found faster by a look at all

Degrees = np.ndarray[Any, np.dtype[np.float64]]
Cells = np.ndarray[Any, np.dtype[np.int32]]


class BBox(NamedTuple):
    """A lon/lat box, degrees (EPSG:4326)."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class PointGrid:
    """Points by the cells of a grid.

    Attributes:
        origin: the south-western corner of the grid, lon/lat.
        size: width and height of a cell, degrees.
        side: cells along each side of the grid.
        rows: row numbers of the points by cell.
        starts: where the points of each cell begin in `rows`, and where those of the last end.
    """

    origin: tuple[float, float]
    size: tuple[float, float]
    side: int
    rows: Cells
    starts: Rows

    def candidates(self, box: BBox) -> Rows | None:
        """Find the candidate points of a box, by cells; None if they are too many to pay.

        Returns:
            Row numbers, in no order.
        """
        (low_lon, low_lat), (width, height) = self.origin, self.size
        first, last = (self._cell(lon, low_lon, width) for lon in (box.west, box.east))
        bottom, top = (self._cell(lat, low_lat, height) for lat in (box.south, box.north))
        lines = np.arange(bottom * self.side, (top + 1) * self.side, self.side)
        starts, ends = self.starts[lines + first], self.starts[lines + (last + 1)]
        if (ends - starts).sum() * WIDE > len(self.rows):
            return None
        bounds = zip(starts.tolist(), ends.tolist(), strict=True)
        runs = [self.rows[start:end] for start, end in bounds if start < end]
        return np.concatenate(runs).astype(np.int64) if runs else np.empty(0, dtype=np.int64)

    def _cell(self, value: float, low: float, size: float) -> int:
        """Return the number of the cell of one value, as `_cells` does for many."""
        return min(max(math.floor((value - low) / size), 0), self.side - 1)


def point_grid(lon: Degrees, lat: Degrees) -> PointGrid:
    """Index points in a grid around all of them.

    Args:
        lon: degrees, at least one.
        lat: as many.
    """
    side = int(np.clip(np.sqrt(len(lon) / POINTS_A_CELL), 1, MOST_CELLS))
    origin = float(lon.min()), float(lat.min())
    width, height = (
        float(values.max() - low) / side or 1.0
        for values, low in zip((lon, lat), origin, strict=True)
    )
    columns, lines = (
        _cells(values, low, size, side)
        for values, low, size in ((lon, origin[0], width), (lat, origin[1], height))
    )
    codes = lines * np.int32(side) + columns
    counts = np.bincount(codes, minlength=side**2)
    starts: Rows = np.concatenate([[0], np.cumsum(counts)])
    order = np.argsort(codes, kind="stable")  # the same on every machine, since it is written
    return PointGrid(origin, (width, height), side, order.astype(np.int32), starts)


def _cells(values: Any, low: float, size: float, side: int) -> Cells:
    """Return the number of the cell of each value; values beyond the grid are in its last cell.

    The same rounding for points and for boxes: no point can be on the wrong side of a corner.
    """
    steps = (np.asarray(values, dtype=np.float64) - low) / size
    return np.clip(np.floor(steps), 0, side - 1).astype(np.int32)
