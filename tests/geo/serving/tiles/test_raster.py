"""Densities at pixels: held against direct sums over all points, and against PROJ."""

import math

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.core.crs import in_metres
from geo.core.world_steps import in_steps
from geo.serving.tiles import raster
from geo.serving.tiles.curve import CELLS
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.tile_grid import Tile

CENTRE = (126.79, 37.33)
GEOD = Geod(ellps="WGS84")


def tile_at(lonlat, zoom):
    x, y = in_steps(*([item] for item in lonlat))
    return Tile(zoom, int(y[0]) >> (32 - zoom), int(x[0]) >> (32 - zoom))


def corner(tile):
    """North-west corner, lon/lat."""
    lon = tile.column / 2**tile.zoom * 360 - 180
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * tile.row / 2**tile.zoom))))


def pixel_centres(tile):
    deeper = tile.zoom + 8
    lon, lat = zip(
        *(
            corner(Tile(deeper, tile.row * 256 + n, tile.column * 256 + n))
            for n in np.arange(256) + 0.5
        ),
        strict=True,
    )
    return np.array(lon), np.array(lat)


@pytest.fixture
def crowd():
    random = np.random.default_rng(3)
    return np.column_stack(
        [random.normal(CENTRE[0], 0.004, 3_000), random.normal(CENTRE[1], 0.003, 3_000)]
    ).round(6)


@pytest.fixture
def points(layer_of, crowd):
    return PointTiles(layer_of(shapely.points(crowd)))


@pytest.mark.parametrize("sigma", [1.5, 3.0, 11.9])
def test_the_fourier_way_equals_the_direct_sum(sigma):
    random = np.random.default_rng(1)
    counts = random.poisson(0.05, (150, 170)).astype(float)
    y, x = np.nonzero(counts)
    rows, columns = np.mgrid[:150, :170]
    direct = sum(
        counts[j, i] * np.exp(-((rows - j) ** 2 + (columns - i) ** 2) / (2 * sigma**2))
        for j, i in zip(y, x, strict=True)
    ) / (2 * math.pi * sigma**2)
    assert np.abs(raster.gaussian_smooth(counts, sigma) - direct).max() <= 1e-6 * direct.max()


@pytest.mark.parametrize("zoom", [14, 16, 18])
def test_densities_are_those_of_a_direct_sum_over_all_points(points, crowd, zoom):
    tile = tile_at(CENTRE, zoom)
    found = raster.density(points, raster.window(tile, 60.0))
    lon, lat = pixel_centres(tile)
    some = np.arange(8, 256, 48)
    at = in_metres(np.array([(lon[i], lat[j]) for j in some for i in some]))
    away = ((at[:, None, :] - in_metres(crowd)[None, :, :]) ** 2).sum(axis=2)
    direct = 10_000 * np.exp(-away / (2 * 60.0**2)).sum(axis=1) / (2 * math.pi * 60.0**2)
    ours = found[np.ix_(some, some)].ravel()
    assert np.abs(ours - direct).max() <= 0.01 * direct.max()


@pytest.mark.parametrize("zoom", [8, 11, 13])
def test_no_point_is_lost_or_counted_twice(points, crowd, zoom):
    tile = tile_at(CENTRE, zoom)
    around = [
        Tile(zoom, tile.row + down, tile.column + right)
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    total = 0.0
    for item in around:
        found = raster.density(points, raster.window(item, 60.0))
        down = (item.row + (np.arange(256) + 0.5) / 256) / 2**zoom
        east, south = raster.ground_m(down, zoom + 8)
        total += float((found * (east * south / 10_000)[:, None]).sum())
    assert total == pytest.approx(len(crowd), rel=1e-3)


def test_neighbouring_tiles_fit_together(points):
    left = tile_at(CENTRE, 17)
    right = Tile(17, left.row, left.column + 1)
    one, other = (raster.density(points, raster.window(tile, 60.0)) for tile in (left, right))
    steps = np.abs(np.diff(one, axis=1)).max()
    assert np.abs(one[:, -1] - other[:, 0]).max() <= 1.5 * steps


def test_chosen_points_alone_count(points, crowd):
    at = raster.window(tile_at(CENTRE, 15), 60.0)
    half = np.arange(0, len(crowd), 2)
    rest = np.arange(1, len(crowd), 2)
    parts = raster.density(points, at, half) + raster.density(points, at, rest)
    assert np.allclose(parts, raster.density(points, at))


def test_cells_are_counted_where_they_are(points, crowd):
    tile = tile_at(CENTRE, 13)
    last = Tile(13, tile.row + 1, tile.column + 1)
    counts = points.counts(tile, last)
    x, y = in_steps(*crowd.T)
    column = (x >> np.uint64(32 - 13 - 6)).astype(int) - tile.column * CELLS
    row = (y >> np.uint64(32 - 13 - 6)).astype(int) - tile.row * CELLS
    inside = (row >= 0) & (row < 2 * CELLS) & (column >= 0) & (column < 2 * CELLS)
    direct = np.zeros((2 * CELLS, 2 * CELLS), dtype=int)
    np.add.at(direct, (row[inside], column[inside]), 1)
    assert (counts == direct).all()
    assert not points.counts(Tile(0, -1, -1), Tile(0, -1, -1)).any()  # beyond the world


def test_the_kernel_is_never_narrower_than_pixels_are_wide():
    near, far = (raster.window(tile_at(CENTRE, zoom), 60.0) for zoom in (16, 6))
    assert near.bandwidth_m == pytest.approx(60.0)
    assert far.sigma == raster.LEAST_PIXELS
    assert far.bandwidth_m > 1_000


@pytest.mark.parametrize("zoom", [6, 14])
def test_sides_on_the_ground_are_those_of_the_ellipsoid(zoom):
    tile = tile_at(CENTRE, zoom + 8)  # a pixel
    west, north = corner(tile)
    east, south = corner(Tile(tile.zoom, tile.row + 1, tile.column + 1))
    middle = (north + south) / 2
    across, down = raster.ground_m(np.array([(tile.row + 0.5) / 2**tile.zoom]), tile.zoom)
    assert across[0] == pytest.approx(GEOD.inv(west, middle, east, middle)[2], rel=1e-5)
    assert down[0] == pytest.approx(GEOD.inv(west, north, west, south)[2], rel=1e-5)


def test_a_share_is_a_ratio_of_two_kernels_of_one_width(points, crowd):
    at = raster.window(tile_at(CENTRE, 15), 60.0)
    everything, some = np.arange(len(crowd)), np.arange(0, len(crowd), 3)
    found = raster.share(points, at, some, everything)
    whole, part = raster.density(points, at), raster.density(points, at, some)
    shown = ~np.isnan(found)
    assert np.allclose(found[shown], (part / whole)[shown])
    assert np.nanmean(found) == pytest.approx(1 / 3, abs=0.05)
    assert np.allclose(raster.share(points, at, everything, everything)[shown], 1.0)


def test_a_share_of_fewer_than_five_is_not_shown(layer_of):
    crowd = np.full((40, 2), CENTRE) + np.linspace(0, 1e-5, 40)[:, None]
    points = PointTiles(layer_of(shapely.points(crowd)))
    at = raster.window(tile_at(CENTRE, 17), 60.0)
    everything = np.arange(40)
    assert np.isnan(raster.share(points, at, np.arange(4), everything)).all()
    shown = ~np.isnan(raster.share(points, at, np.arange(5), everything))
    assert 0 < shown.sum() < shown.size
    lon, lat = pixel_centres(at.tile)
    row, column = np.nonzero(shown)
    away = GEOD.inv(*np.broadcast_arrays(*CENTRE, lon[column], lat[row])[:4])[2]
    assert away.max() == pytest.approx(120, abs=8)  # two standard deviations
