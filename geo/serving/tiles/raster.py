"""Kernel densities as raster tiles: a window of cell counts, smoothed by FFT.

Cells are pixels, or larger where the kernel spans many: a kernel of 6 to 12 cells loses nothing
that could be seen. A window reaches six standard deviations beyond the tile, so that neighbouring
tiles fit together.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.serving.tiles.curve import CELLS
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.tile_grid import Tile
from geo.snapshot.value_index import Rows
from geo.statistics.kernel_density import HECTARE_M2

PIXELS: Final = 256  # along the side of a tile
LEAST_PIXELS: Final = 1.5  # a narrower kernel would be a matter of where pixels end
REACH: Final = 6.0  # standard deviations; beyond, a kernel has 1.5e-8 of its height
FEWEST: Final = 5  # within two standard deviations; a share of fewer means nothing
_WIDEST: Final = 12.0  # standard deviation in cells
_PIXEL_BITS: Final = PIXELS.bit_length() - 1
_CELL_BITS: Final = CELLS.bit_length() - 1
_WORLD_M: Final = 2 * math.pi * 6_378_137.0  # equator of WGS 84
_E2: Final = 0.0066943799901413165  # first eccentricity of WGS 84, squared

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Window:
    """The window of cells from which one tile is computed.

    Attributes:
        tile: the tile.
        cell_bits: a cell has 2**cell_bits pixels along its side.
        sigma: standard deviation of the kernel, cells.
        bandwidth_m: the same on the ground, metres; wider than asked for where pixels are large.
        first: north-western block of 64 x 64 cells.
        last: south-eastern block.
    """

    tile: Tile
    cell_bits: int
    sigma: float
    bandwidth_m: float
    first: Tile
    last: Tile

    @property
    def zoom(self) -> int:
        """Zoom at which a tile would be one cell."""
        return self.tile.zoom + _PIXEL_BITS - self.cell_bits


def window(tile: Tile, bandwidth_m: float) -> Window:
    """Compute the window of cells that has to be counted for a tile.

    Args:
        tile: the tile.
        bandwidth_m: standard deviation of the Gaussian kernel, metres on the ground.
    """
    middle = (tile.row + 0.5) / 2**tile.zoom
    across, down = ground_m(np.array([middle]), tile.zoom + _PIXEL_BITS)
    pixel_m = math.sqrt(float(across[0] * down[0]))
    wide = max(bandwidth_m / pixel_m, LEAST_PIXELS)
    bits = min(max(0, math.ceil(math.log2(wide / _WIDEST))), _PIXEL_BITS)
    sigma = wide / 2**bits
    margin, zoom = math.ceil(REACH * sigma) + 1, tile.zoom + _PIXEL_BITS - bits
    side = PIXELS >> bits
    edges = [
        ((at * side - margin) // CELLS, ((at + 1) * side - 1 + margin) // CELLS)
        for at in (tile.row, tile.column)
    ]
    first, last = (Tile(zoom - _CELL_BITS, edges[0][end], edges[1][end]) for end in (0, 1))
    return Window(tile, bits, sigma, wide * pixel_m, first, last)


def density(points: PointTiles, at: Window, rows: Rows | None = None) -> Floats:
    """Estimate points per hectare at each pixel of a tile, without edge correction.

    Args:
        points: the layer.
        at: the window of the tile.
        rows: the points that count; None for all.

    Returns:
        Shape (256, 256), north first.
    """
    counts = points.counts(at.first, at.last, rows).astype(float)
    return _pixels(gaussian_smooth(counts, at.sigma), at) / _hectares(at)[:, None]


def share(points: PointTiles, at: Window, rows: Rows, among: Rows) -> Floats:
    """Estimate the share of points among others at each pixel: a ratio of two kernel densities.

    Args:
        points: the layer.
        at: the window of the tile.
        rows: the points whose share is computed.
        among: all points that they are a part of, themselves included.

    Returns:
        Shape (256, 256); NaN where fewer than 5 of either lie within two standard deviations.
    """
    parts = [points.counts(at.first, at.last, group).astype(float) for group in (rows, among)]
    few = (
        np.minimum(*(_pixels(_within(counts, 2 * at.sigma), at) for counts in parts)) < FEWEST - 0.5
    )
    part, whole = (_pixels(gaussian_smooth(counts, at.sigma), at) for counts in parts)
    ratio: Floats = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=~few)
    return ratio


def gaussian_smooth(counts: Floats, sigma: float) -> Floats:
    """Smooth counts with a Gaussian kernel by FFT.

    Args:
        counts: points by cell.
        sigma: standard deviation, cells.
    """
    reach = math.ceil(REACH * sigma)
    line = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    line /= sigma * math.sqrt(2 * math.pi)
    sums: Floats = np.maximum(_convolve(counts, np.outer(line, line)), 0.0)
    return sums


def _within(counts: Floats, radius: float) -> Floats:
    """Count the points within a radius, in cells, of each cell."""
    reach = math.ceil(radius)
    away = np.arange(-reach, reach + 1)
    disc = (away[:, None] ** 2 + away[None, :] ** 2 <= radius**2).astype(float)
    numbers: Floats = np.round(_convolve(counts, disc))
    return numbers


def _convolve(counts: Floats, kernel: Floats) -> Floats:
    """Convolve by FFT, and return the middle of the result, which is of the size of the counts.

    As `scipy.signal.fftconvolve`, with which a test compares it; that takes 0.6 s to import.
    """
    from scipy.fft import irfftn, next_fast_len, rfftn  # only where densities are asked for

    whole = np.add(counts.shape, kernel.shape) - 1
    fast = [next_fast_len(size, real=True) for size in whole.tolist()]
    product = irfftn(rfftn(counts, fast) * rfftn(kernel, fast), fast)
    top, left = ((size - 1) // 2 for size in kernel.shape)
    middle: Floats = product[top : top + counts.shape[0], left : left + counts.shape[1]]
    return middle


def _pixels(values: Floats, at: Window) -> Floats:
    """Interpolate values of cells linearly at the pixels of the tile."""
    size = 1 << at.cell_bits
    lines = []
    for place, first, cells in (
        (at.tile.row, at.first.row, values.shape[0]),
        (at.tile.column, at.first.column, values.shape[1]),
    ):
        centres = (place * PIXELS + np.arange(PIXELS) + 0.5) / size - 0.5 - first * CELLS
        low = np.floor(centres).astype(int)
        weights = np.zeros((PIXELS, cells))
        weights[np.arange(PIXELS), low] = 1 - (centres - low)
        weights[np.arange(PIXELS), np.minimum(low + 1, cells - 1)] += centres - low
        lines.append(weights)
    pixels: Floats = lines[0] @ values @ lines[1].T
    return pixels


def _hectares(at: Window) -> Floats:
    """Compute the true area of a cell in hectares for each row of pixels."""
    down = (at.tile.row + (np.arange(PIXELS) + 0.5) / PIXELS) / 2**at.tile.zoom
    east, south = ground_m(down, at.zoom)
    hectares: Floats = east * south / HECTARE_M2
    return hectares


def ground_m(down: Floats, zoom: int) -> tuple[Floats, Floats]:
    """Compute the sides of a tile on the ground, metres to the east and the south, on WGS 84.

    Args:
        down: how far south it lies, 0 to 1 of the world square.
        zoom: of the tile.

    References:
        Snyder, J.P. (1987). Map Projections: A Working Manual. USGS Professional Paper 1395,
        equations (4-20), (4-21) and (7-7) for the sphere that tiles are drawn on.
    """
    latitude = np.arctan(np.sinh(np.pi * (1 - 2 * down)))
    sine = np.sin(latitude)
    bent = 1 - _E2 * sine**2
    side = _WORLD_M / 2**zoom * np.cos(latitude)
    return side / np.sqrt(bent), side * (1 - _E2) / bent**1.5
