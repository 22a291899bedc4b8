"""Tiles of points: where they stand, and that none of them is lost or counted twice."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pyproj
import pytest
import shapely

from geo.serving.tiles import curve
from geo.serving.tiles.curve import CELLS, z_order_curve
from geo.serving.tiles.points import MOST, PointTiles
from geo.serving.tiles.tile_grid import DEEPEST, Tile, limits

EDGE_M = 20037508.342789244
KINDS = ("observed", "simulated", "fitted")
COUNTS = [f"{kind}_count" for kind in KINDS]


@pytest.fixture(scope="session")
def crowd():
    """8,000 points around three towns, the first so dense that its deep tiles overflow too."""
    random = np.random.default_rng(1)
    towns = [
        ((126.79, 37.33), 1e-5, 6_000),
        ((127.0, 37.5), 0.02, 1_500),
        ((129.1, 35.2), 1, 500),
    ]
    return np.concatenate([random.normal(at, width, (count, 2)) for at, width, count in towns])


@pytest.fixture
def crowded(layer_of, crowd):
    kinds = [KINDS[row % 7 % 3] for row in range(len(crowd))]
    return layer_of(shapely.points(crowd), provenance=kinds)


def all_tiles(layer, zoom):
    """Every tile of a zoom that holds one of the points, found by PROJ."""
    lonlat = shapely.get_coordinates(layer.geometries(np.arange(layer.count)))
    east, north = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857").transform(*lonlat.T)
    column = np.floor((east / EDGE_M + 1) / 2 * 2**zoom).astype(int)
    row = np.floor((1 - north / EDGE_M) / 2 * 2**zoom).astype(int)
    return {Tile(zoom, *pair) for pair in zip(row.tolist(), column.tolist(), strict=True)}


def in_cell(feature):
    return feature["properties"].get("point_count", 1)


@pytest.mark.parametrize("zoom", [0, 1, 2, 5, 8, 11, 14, 17, DEEPEST])
def test_the_counts_of_a_zoom_add_up_to_all_points(zoom, crowded, decoded):
    tiles = PointTiles(crowded)
    found = [decoded(tiles.tile(item, [])) for item in all_tiles(crowded, zoom)]
    assert sum(in_cell(feature) for features in found for feature in features) == 8_000
    assert max(map(len, found)) <= CELLS**2


@pytest.mark.parametrize("zoom", [0, 5, 9, 14, 18])
def test_the_counts_of_a_zoom_add_up_to_those_chosen(zoom, crowded, decoded):
    tiles, chosen = PointTiles(crowded), np.flatnonzero(np.arange(8_000) % 4)
    bodies = [tiles.tile(item, [], chosen) for item in all_tiles(crowded, zoom)]
    features = [feature for body in bodies if body for feature in decoded(body)]
    assert sum(map(in_cell, features)) == len(chosen)


@pytest.mark.parametrize("chosen", [None, np.flatnonzero(np.arange(8_000) % 4)])
def test_counts_by_provenance_add_up_too(chosen, crowded, decoded):
    rows = np.arange(8_000) if chosen is None else chosen
    provenance = np.array(crowded.columns["provenance"].to_pylist())[rows]
    found = Counter()
    for feature in decoded(PointTiles(crowded).tile(Tile(0, 0, 0), [], chosen)):
        parts = {name: count for name, count in feature["properties"].items() if name in COUNTS}
        assert sum(parts.values()) == feature["properties"]["point_count"]
        found.update(parts)
    assert found == {f"{kind}_count": int((provenance == kind).sum()) for kind in KINDS}


def test_a_cell_counts_the_points_within_it(crowded, crowd, decoded):
    # A cell is 1/64 of a tile; the same cells, made by PROJ.
    wanted = Tile(9, 198, 436)
    east, north = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857").transform(*crowd.T)
    x, y = (east / EDGE_M + 1) / 2 * 2**9 - 436, (1 - north / EDGE_M) / 2 * 2**9 - 198
    inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
    assert inside.sum() > MOST
    cells = Counter(zip((x[inside] * 64).astype(int), (y[inside] * 64).astype(int), strict=True))
    found = {}
    for feature in decoded(PointTiles(crowded).tile(wanted, [])):
        east, south = feature["geometry"]["coordinates"]
        found[east // 64, south // 64] = feature["properties"]["point_count"]
    assert found == cells


def test_a_cell_is_drawn_where_one_of_its_points_is(layer_of, decoded):
    crowded_corner = [(90.001, 45.001)] * (MOST + 1)
    layer = layer_of(shapely.points(crowded_corner))
    (one,) = decoded(PointTiles(layer).tile(Tile(0, 0, 0), []))
    (alone,) = decoded(
        PointTiles(layer_of(shapely.points([(90.001, 45.001)]))).tile(Tile(0, 0, 0), [])
    )
    assert one["geometry"] == alone["geometry"]


def test_points_stand_where_proj_puts_them(layer_of, decoded):
    lonlat = [(126.78816, 37.32015), (126.7925, 37.3301), (126.789, 37.325)]
    wanted = Tile(14, 6358, 13962)
    east, north = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857").transform(
        *np.array(lonlat).T
    )
    x = ((east / EDGE_M + 1) / 2 * 2**14 - wanted.column) * 4096
    y = ((1 - north / EDGE_M) / 2 * 2**14 - wanted.row) * 4096
    found = decoded(PointTiles(layer_of(shapely.points(lonlat))).tile(wanted, []))
    places = {item["properties"]["id"]: item["geometry"]["coordinates"] for item in found}
    for row in range(3):
        assert places[f"{row:06}"] == [int(x[row]), int(y[row])]


@pytest.mark.parametrize(("number", "counted"), [(MOST, False), (MOST + 1, True)])
def test_points_are_counted_only_where_they_are_too_many(number, counted, layer_of, decoded):
    layer = layer_of(shapely.points([(127.0, 37.0)] * number))
    features = decoded(PointTiles(layer).tile(Tile(4, 6, 13), []))
    assert len(features) == (1 if counted else MOST)
    assert ("point_count" in features[0]["properties"]) is counted


def test_a_tile_without_points_has_no_bytes(crowded):
    tiles = PointTiles(crowded)
    assert tiles.tile(Tile(3, 0, 0), []) == b""
    assert tiles.tile(Tile(0, 0, 0), [], np.array([], dtype=np.int64)) == b""


@pytest.mark.parametrize("zoom", [0, 1, 20])
def test_points_on_the_edge_of_the_world_are_in_its_tiles(zoom, layer_of, decoded):
    layer = layer_of(shapely.points([(180, 90), (-180, -90), (180, -90), (-180, 90)]))
    last = 2**zoom - 1
    corners = {Tile(zoom, *pair) for pair in product((0, last), (0, last))}
    assert all(limits((-180, -90, 180, 90), zoom).hold(corner) for corner in corners)
    tiles = PointTiles(layer)
    features = [item for corner in corners for item in decoded(tiles.tile(corner, []))]
    assert {feature["properties"]["id"] for feature in features} == {
        f"{row:06}" for row in range(4)
    }


def test_the_properties_asked_for_are_those_given(layer_of, decoded):
    layer = layer_of(
        shapely.points([(127, 37), (127, 37)]),
        name_ko=["고향", None],
        cuisine=[["vn", "cn"], []],
    )
    first, second = decoded(PointTiles(layer).tile(Tile(0, 0, 0), ["name_ko", "cuisine"]))
    assert first["properties"] == {"id": "000000", "name_ko": "고향", "cuisine": "vn,cn"}
    assert second["properties"] == {"id": "000001", "cuisine": ""}


def test_many_may_ask_for_the_first_tile_and_one_of_them_makes_the_index(crowded, monkeypatch):
    made = []

    def slowly(layer):
        made.append(layer)
        time.sleep(0.05)
        return z_order_curve(layer)

    monkeypatch.setattr(curve, "z_order_curve", slowly)
    tiles = PointTiles(crowded)
    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(lambda _: tiles.tile(Tile(0, 0, 0), []), range(16)))
    assert (len(made), len(bodies)) == (1, 1)


@pytest.mark.parametrize("chosen", [None, np.arange(0, 8_000, 7)])
def test_the_rows_inside_a_tile_are_those_that_it_draws(chosen, crowded, decoded):
    tiles = PointTiles(crowded)
    for wanted in all_tiles(crowded, 14):
        body = tiles.tile(wanted, [], chosen)
        inside = tiles.inside(wanted, chosen)
        assert list(inside) == sorted(inside)
        features = decoded(body) if body else []
        assert sum(map(in_cell, features)) == len(inside)
        if len(inside) <= MOST:
            assert {f["properties"]["id"] for f in features} == {f"{row:06}" for row in inside}
