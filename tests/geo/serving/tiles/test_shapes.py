"""Tiles of lines and polygons: valid, in their place, and none lost."""

from itertools import product

import mapbox_vector_tile
import numpy as np
import pyarrow.compute as pc
import pytest
import shapely
from shapely.geometry import shape

from geo.serving.tiles.layer import layer_tiles
from geo.serving.tiles.properties import on_maps
from geo.serving.tiles.shapes import ShapeTiles
from geo.serving.tiles.tile_grid import Tile, limits

WORLD = Tile(0, 0, 0)
STEP = 360 / 4096  # degrees of longitude, in the only tile of zoom 0


def area(ring):
    """The surveyor's formula, by which the specification tells outer rings from holes."""
    x, y = np.array(ring).T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2


def bounds(feature):
    return shape(feature["geometry"]).bounds


@pytest.fixture
def polygons(layer_of):
    return lambda *shapes: ShapeTiles(layer_of(shapes, "Polygon"))


def test_outer_rings_turn_as_the_specification_wants_and_holes_the_other_way(polygons):
    holed = shapely.box(-40, -40, 40, 40) - shapely.box(-20, -20, 20, 20)
    for item in (holed, shapely.reverse(holed)):
        body = polygons(item).tile(WORLD, [])
        tile = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
        outer, hole = tile["places"]["features"][0]["geometry"]["coordinates"]
        assert area(outer) > 0 > area(hole)


def test_a_polygon_stands_where_it_lies(polygons, decoded):
    # On the equator a degree is as long to the north: a box of 100 steps around (0, 0).
    small = 50 * STEP
    (found,) = decoded(polygons(shapely.box(-small, -small, small, small)).tile(WORLD, []))
    assert bounds(found) == pytest.approx((1998, 1998, 2098, 2098), abs=1)


@pytest.mark.parametrize("side", [0.001, 0.3, 1, 5])  # steps of the tile
def test_a_polygon_smaller_than_a_pixel_is_drawn(side, polygons, decoded):
    half = side / 2 * STEP
    (found,) = decoded(polygons(shapely.box(-half, -half, half, half)).tile(WORLD, []))
    drawn = shape(found["geometry"])
    assert drawn.is_valid
    assert drawn.area >= 30  # square steps; a pixel of a tile of 512 has 64
    assert drawn.centroid.distance(shapely.Point(2048, 2048)) <= 8


def test_a_sliver_is_drawn_along_its_length(polygons, decoded):
    sliver = shapely.Polygon([(0, 0), (90, 0), (90, 0.001)])
    (found,) = decoded(polygons(sliver).tile(WORLD, []))
    west, _, east, _ = bounds(found)
    assert (west, east) == pytest.approx((2048, 3072), abs=5)


def test_a_line_shorter_than_a_step_is_drawn(layer_of, decoded):
    line = shapely.LineString([(0, 0), (STEP / 9, 0)])
    (found,) = decoded(ShapeTiles(layer_of([line], "LineString")).tile(WORLD, []))
    assert found["geometry"]["type"] == "LineString"
    assert shape(found["geometry"]).length == 8
    assert shape(found["geometry"]).centroid.distance(shapely.Point(2048, 2048)) <= 1


def test_what_covers_a_tile_is_cut_at_its_margin(polygons, decoded):
    (found,) = decoded(polygons(shapely.box(-170, -80, 170, 80)).tile(Tile(4, 7, 7), []))
    assert bounds(found) == (-64, -64, 4160, 4160)
    assert shape(found["geometry"]).area == 4224**2


def test_a_line_that_leaves_a_tile_and_comes_back_is_cut_in_two(layer_of, decoded):
    # The tile is the north-east quarter; the line runs in it, past its south and back.
    line = shapely.LineString([(30, 40), (30, -40), (60, -40), (60, 40)])
    (found,) = decoded(ShapeTiles(layer_of([line], "LineString")).tile(Tile(1, 0, 1), []))
    assert found["geometry"]["type"] == "MultiLineString"
    assert len(found["geometry"]["coordinates"]) == 2


def test_a_tile_that_nothing_touches_has_no_bytes(polygons):
    tiles = polygons(shapely.box(10, 10, 20, 20))
    assert tiles.tile(Tile(1, 1, 0), []) == b""
    assert tiles.tile(WORLD, [], np.array([], dtype=np.int64)) == b""


def test_only_the_rows_chosen_are_drawn(polygons, decoded):
    tiles = polygons(*(shapely.box(at, 0, at + 5, 5) for at in (0, 20, 40)))
    found = decoded(tiles.tile(WORLD, [], np.array([0, 2])))
    assert [item["properties"]["id"] for item in found] == ["000000", "000002"]


def test_a_polygon_that_crosses_itself_is_drawn_validly(polygons, decoded):
    bow_tie = shapely.Polygon([(0, 0), (40, 40), (40, 0), (0, 40)])
    (found,) = decoded(polygons(bow_tie).tile(WORLD, []))
    assert shape(found["geometry"]).is_valid
    # 40 degrees are 455.1 steps to the east, and 497.3 to the north.
    assert bounds(found) == pytest.approx((2048, 1551, 2503, 2048), abs=1)


@pytest.mark.parametrize("zoom", [0, 6, 9, 11, 13])
def test_every_feature_of_the_atlas_is_in_some_tile_of_every_zoom(zoom, snapshot, decoded):
    # Of businesses there are so many that wide tiles count them instead.
    for layer in (item for item in snapshot.layers.values() if item.id != "businesses"):
        tiles, held = layer_tiles(layer), limits(layer.meta["bbox"], zoom)
        found = set()
        for row, column in product(_range(held.rows), _range(held.columns)):
            body = tiles.tile(Tile(zoom, row, column), on_maps(layer))
            for item in decoded(body) if body else ():
                found.add(item["properties"]["id"])
                assert shape(item["geometry"]).is_valid
        placed = layer.columns.filter(pc.is_valid(layer.columns["_west"]))
        assert found == set(placed["id"].to_pylist()), layer.id


def _range(ends):
    return range(ends[0], ends[1] + 1)
