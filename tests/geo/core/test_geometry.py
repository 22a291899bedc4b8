"""Geometry made ready for GeoJSON."""

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from geo.core.crs import MEASURE, STORE
from geo.core.errors import MissingCRSError
from geo.core.geometry import to_stored_geometry

CLOCKWISE = [(126.79, 37.30), (126.79, 37.31), (126.80, 37.31), (126.80, 37.30)]


def layer(*shapes: shapely.Geometry, crs: str | None = STORE) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": range(len(shapes))}, geometry=list(shapes), crs=crs)


def test_outer_rings_turn_counter_clockwise_and_holes_clockwise():
    hole = list(box(126.792, 37.302, 126.794, 37.304, ccw=True).exterior.coords)
    tidied = to_stored_geometry(layer(Polygon(CLOCKWISE, [hole]))).geometry.iloc[0]
    assert tidied.exterior.is_ccw
    assert not tidied.interiors[0].is_ccw


def test_every_part_of_a_multipolygon_turns():
    parts = shapely.MultiPolygon([Polygon(CLOCKWISE), box(127, 37, 127.1, 37.1, ccw=False)])
    assert all(
        part.exterior.is_ccw for part in to_stored_geometry(layer(parts)).geometry.iloc[0].geoms
    )


def test_coordinates_have_six_decimals():
    tidied = to_stored_geometry(layer(Point(126.78879999313604, 37.32887984706607)))
    assert tidied.geometry.iloc[0].coords[0] == (126.788800, 37.328880)


def test_metres_become_degrees():
    # The origin of EPSG:5186.
    tidied = to_stored_geometry(layer(Point(200_000, 600_000), crs=MEASURE))
    assert tidied.crs == STORE
    assert tidied.geometry.iloc[0].coords[0] == (127, 38)


def test_neighbours_keep_the_vertices_they_share():
    edge = [(126.7912345678, 37.3000004), (126.7912345678, 37.3111119)]
    west = Polygon([*edge, (126.78, 37.31)])
    east = Polygon([*edge, (126.80, 37.31)])
    assert shapely.coverage_is_valid(to_stored_geometry(layer(west, east)).geometry.to_numpy())


def test_a_line_keeps_its_direction():
    # Building numbers rise along it.
    line = LineString([(126.80, 37.31), (126.79, 37.30)])
    assert to_stored_geometry(layer(line)).geometry.iloc[0] == line


def test_the_layer_given_is_left_as_it_was():
    before = layer(Point(126.78879999313604, 37.3))
    to_stored_geometry(before)
    assert before.geometry.iloc[0].x == 126.78879999313604


def test_a_layer_without_crs_is_refused():
    with pytest.raises(MissingCRSError):
        to_stored_geometry(layer(Point(1, 1), crs=None))
