"""GDAL's own reader of tiles finds the features where the store has them."""

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from geo.serving.tiles.layer import layer_tiles
from geo.serving.tiles.properties import on_maps
from geo.serving.tiles.tile_grid import Tile, limits

ZOOM = 12
STEP_M = 2 * 20037508.342789244 / 2**ZOOM / 4096


@pytest.fixture
def read(snapshot, tmp_path):
    """A layer as GDAL reads its tiles of one zoom, in EPSG:3857."""

    def read_tiles(layer_id: str, zoom: int = ZOOM) -> gpd.GeoDataFrame:
        layer, parts = snapshot.layers[layer_id], []
        held = limits(layer.meta["bbox"], zoom)
        for row in range(held.rows[0], held.rows[1] + 1):
            for column in range(held.columns[0], held.columns[1] + 1):
                body = layer_tiles(layer).tile(Tile(zoom, row, column), on_maps(layer))
                if body:
                    file = tmp_path / f"{row}-{column}.mvt"
                    file.write_bytes(body)
                    place = {"X": column, "Y": row, "Z": zoom, "CLIP": "YES"}
                    parts.append(pyogrio.read_dataframe(file, **place))
        return gpd.GeoDataFrame(gpd.pd.concat(parts), crs="EPSG:3857")

    return read_tiles


def test_points_are_where_they_were(snapshot, read):
    layer = snapshot.layers["businesses"]
    found = read("businesses", zoom=16).set_index("id").sort_index()
    stored = gpd.GeoSeries(layer.geometries(np.arange(layer.count)), crs="EPSG:4326").to_crs(3857)
    assert list(found.index) == layer.columns["id"].to_pylist()
    assert found.geometry.distance(stored.set_axis(found.index)).max() <= STEP_M * 2**0.5
    assert list(found["category"]) == layer.columns["category"].to_pylist()


@pytest.mark.parametrize("layer_id", ["dong", "residents", "zone"])
def test_polygons_put_together_from_tiles_are_what_they_were(layer_id, snapshot, read):
    layer = snapshot.layers[layer_id]
    whole = read(layer_id)
    assert whole.is_valid.all()
    found = whole.dissolve("id").geometry
    stored = gpd.GeoSeries(layer.geometries(np.arange(layer.count)), crs="EPSG:4326").to_crs(3857)
    stored.index = layer.columns["id"].to_pylist()
    assert set(found.index) == set(stored.index)
    # Outlines move by a quarter of a pixel at most, and by a step of the grid.
    moved = found.symmetric_difference(stored.loc[found.index], align=True).area
    assert (moved <= 4 * STEP_M * stored.length.loc[found.index]).all()
