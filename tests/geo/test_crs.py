"""Reprojection: known points, there and back, and layers that do not say what they are in."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point

from geo.crs import STORE, to_lonlat, to_metric
from geo.errors import MissingCRSError

# The city with its islands, and some sea around it.
LON, LAT = st.floats(126.2, 127.0), st.floats(36.9, 37.5)


def one_point(lon: float, lat: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(lon, lat)], crs=STORE)


def test_the_origin_of_the_grid_is_where_its_definition_says():
    # EPSG:5186: latitude 38, longitude 127, false easting 200,000 m, false northing 600,000 m.
    at = to_metric(one_point(127, 38)).geometry.iloc[0]
    assert (at.x, at.y) == pytest.approx((200_000, 600_000), abs=0.001)


@given(LON, LAT)
def test_there_and_back_is_less_than_a_millimetre(lon, lat):
    back = to_lonlat(to_metric(one_point(lon, lat))).geometry.iloc[0]
    assert Geod(ellps="WGS84").inv(lon, lat, back.x, back.y)[2] < 0.001


@pytest.mark.parametrize("reproject", [to_metric, to_lonlat])
def test_a_layer_without_crs_is_refused(reproject):
    layer = gpd.GeoDataFrame(geometry=[Point(126.79, 37.33)])
    with pytest.raises(MissingCRSError, match="1 rows has no CRS"):
        reproject(layer)


def test_the_layer_given_is_left_as_it_was():
    layer = one_point(126.79, 37.33)
    to_metric(layer)
    assert layer.crs == STORE
    assert layer.geometry.iloc[0] == Point(126.79, 37.33)
