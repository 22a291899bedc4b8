"""Reprojection: known points, there and back, and layers that do not say what they are in."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point

from geo.core.crs import SERVED, STORE, box_to_store, from_store, to_lonlat, to_metric, to_store
from geo.core.errors import MissingCRSError

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


EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@given(LON, LAT, st.sampled_from(list(SERVED)))
def test_every_system_served_leads_back_within_a_centimetre(lon, lat, uri):
    there = from_store(np.array([Point(lon, lat)]), uri)
    back = to_store(there, uri)[0]
    assert Geod(ellps="WGS84").inv(lon, lat, back.x, back.y)[2] < 0.01


def test_the_national_grid_is_northing_first():
    # EPSG:5179: latitude 38, longitude 127.5, false easting 1,000,000 m, northing 2,000,000 m.
    at = from_store(np.array([Point(127.5, 38)]), f"{EPSG}5179")[0]
    assert (at.x, at.y) == pytest.approx((2_000_000, 1_000_000), abs=0.001)


def test_a_box_of_another_system_follows_its_curved_edges():
    # Along 38 degrees north a straight edge of the grid bulges; its middle lies north of its ends.
    box = box_to_store((1_900_000, 700_000, 2_000_000, 1_300_000), f"{EPSG}5179")
    north = max(y for x, y in box.exterior.coords if abs(x - 127.5) < 0.2)
    ends = [y for x, y in box.exterior.coords if x < 124.2 and y > 37.5]
    assert north == pytest.approx(38, abs=1e-6)
    assert max(ends) < 37.97


def test_a_box_far_from_korea_is_none():
    assert box_to_store((9e6, 9e6, 9.1e6, 9.1e6), f"{EPSG}5179") is None
