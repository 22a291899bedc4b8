"""The tile matrix set WebMercatorQuad: extents of tiles, and tiles of points.

The world is a square that is counted from its north-west corner. Its side is 1 where shapes are
drawn, and 2^32 steps of at most 1 cm where points are sorted.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.core.crs import Box
from geo.core.world_steps import STEP_BITS, in_steps

EXTENT: Final = 4096  # steps along the side of a tile
DEEPEST: Final = 20  # here one step of a tile is one step of the world


@dataclass(frozen=True)
class Tile:
    """A map tile; rows are counted from the north, columns from the west."""

    zoom: int
    row: int
    column: int


@dataclass(frozen=True)
class Limits:
    """The range of tiles of one zoom that hold anything; both ends are included."""

    zoom: int
    rows: tuple[int, int]
    columns: tuple[int, int]

    def hold(self, tile: Tile) -> bool:
        """Tell whether a tile of this zoom is in the range."""
        (top, bottom), (left, right) = self.rows, self.columns
        return top <= tile.row <= bottom and left <= tile.column <= right


def limits(bbox: Box, zoom: int) -> Limits:
    """Compute the range of tiles that a lon/lat box touches."""
    x, y = in_steps(np.array([bbox[0], bbox[2]]), np.array([bbox[3], bbox[1]]))
    left, right = (int(step) >> (STEP_BITS - zoom) for step in x)
    top, bottom = (int(step) >> (STEP_BITS - zoom) for step in y)
    return Limits(zoom, (top, bottom), (left, right))
