"""The grid, against PROJ and the definition of WebMercatorQuad."""

import numpy as np
import pyproj
import pytest

from geo.core.world_steps import in_steps, in_world
from geo.serving.tiles.tile_grid import Limits, Tile, limits

EDGE_M = 20037508.342789244  # of EPSG:3857, from the centre to the north


def test_the_world_is_that_of_web_mercator():
    lon = np.linspace(-180, 180, 50)
    lat = np.linspace(-85, 85, 50)
    east, north = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857").transform(lon, lat)
    x, y = in_world(lon, lat)
    assert np.abs((2 * x - 1) * EDGE_M - east).max() < 1e-6  # metres
    assert np.abs((1 - 2 * y) * EDGE_M - north).max() < 1e-6


def test_the_poles_and_the_antimeridian_stand_on_the_edge():
    x, y = in_steps(np.array([-180.0, 180.0]), np.array([90.0, -90.0]))
    assert x.tolist() == [0, 2**32 - 1]
    assert y.tolist() == [0, 2**32 - 1]


def test_the_world_is_one_tile_and_then_four():
    whole = (-180, -90, 180, 90)
    assert limits(whole, 0) == Limits(0, (0, 0), (0, 0))
    assert limits(whole, 1) == Limits(1, (0, 1), (0, 1))


def test_rows_are_counted_from_the_north():
    north_east = (90, 45, 91, 46)
    assert limits(north_east, 1) == Limits(1, (0, 0), (1, 1))


@pytest.mark.parametrize(
    ("row", "column", "held"), [(2, 5, True), (3, 6, True), (1, 5, False), (3, 7, False)]
)
def test_limits_hold_both_of_their_ends(row, column, held):
    assert Limits(3, (2, 3), (5, 6)).hold(Tile(3, row, column)) is held
