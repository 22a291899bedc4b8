"""The tile matrix set WebMercatorQuad: extents of tiles, and tiles of points.

The world is a square that is counted from its north-west corner. Its side is 1 where shapes are
drawn, and 2^32 steps of at most 1 cm where points are sorted.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.core.crs import Box

EXTENT: Final = 4096  # steps along the side of a tile
STEP_BITS: Final = 32
DEEPEST: Final = 20  # here one step of a tile is one step of the world
_NORTH: Final = 85.0511287798066  # where the square ends; further north is drawn on its edge

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Steps = np.ndarray[Any, np.dtype[np.uint64]]


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


def in_world(lon: Any, lat: Any) -> tuple[Numbers, Numbers]:
    """Project degrees (EPSG:4326) to parts of the world, 0 to 1, to the east and to the south."""
    sine = np.sin(np.radians(np.clip(lat, -_NORTH, _NORTH)))
    return (np.asarray(lon) + 180) / 360, 0.5 - np.arctanh(sine) / (2 * np.pi)


def in_steps(lon: Any, lat: Any) -> tuple[Steps, Steps]:
    """Project degrees (EPSG:4326) to whole steps of the world, to the east and to the south."""
    x, y = in_world(lon, lat)
    return _whole(x), _whole(y)


def _whole(part: Numbers) -> Steps:
    steps: Steps = np.clip(part * 2.0**STEP_BITS, 0, 2**STEP_BITS - 1).astype(np.uint64)
    return steps


def limits(bbox: Box, zoom: int) -> Limits:
    """Compute the range of tiles that a lon/lat box touches."""
    x, y = in_steps(np.array([bbox[0], bbox[2]]), np.array([bbox[3], bbox[1]]))
    left, right = (int(step) >> (STEP_BITS - zoom) for step in x)
    top, bottom = (int(step) >> (STEP_BITS - zoom) for step in y)
    return Limits(zoom, (top, bottom), (left, right))
