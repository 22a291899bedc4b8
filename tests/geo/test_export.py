"""Layers as files to take away: whole or not at all."""

import json

import geopandas as gpd
import geopandas.testing
import pyarrow.parquet as pq
import pytest

from geo.errors import BadParameterError, SnapshotError
from geo.export import export_layer


@pytest.fixture(scope="module")
def home(published):
    return published.folder.parent.parent


def test_geojson_holds_every_feature(home, tmp_path):
    file = tmp_path / "dong.geojson"
    assert export_layer(home, "dong", file) == 25
    collection = json.loads(file.read_bytes())
    assert collection["type"] == "FeatureCollection"
    assert len({one["id"] for one in collection["features"]}) == 25


def test_geojson_opens_in_a_gis(home, tmp_path):
    file = tmp_path / "businesses.geojson"
    export_layer(home, "businesses", file)
    found = gpd.read_file(file)
    assert found.crs == "EPSG:4326"
    assert (len(found), set(found.geom_type)) == (1_441, {"Point"})


def test_parquet_holds_what_the_snapshot_holds(home, tmp_path, published):
    file = tmp_path / "zone.parquet"
    assert export_layer(home, "zone", file) == 2
    stored = gpd.read_parquet(published.folder / "zone.parquet")
    gpd.testing.assert_geodataframe_equal(gpd.read_parquet(file), stored)


@pytest.mark.parametrize("ending", [".geojson", ".parquet"])
def test_a_file_says_whom_to_name(home, tmp_path, ending):
    file = tmp_path / f"dong{ending}"
    export_layer(home, "dong", file)
    if ending == ".geojson":
        said = json.loads(file.read_bytes())["attribution"]
    else:
        said = json.loads(pq.read_schema(file).metadata[b"attribution"])
    assert len(said) == 1
    assert "SGIS" in said[0]


def test_nothing_but_the_file_is_left(home, tmp_path):
    export_layer(home, "gu", tmp_path / "gu.geojson")
    assert [path.name for path in tmp_path.iterdir()] == ["gu.geojson"]


def test_an_older_file_is_replaced(home, tmp_path):
    file = tmp_path / "gu.geojson"
    file.write_text("older and much longer " * 100_000)
    export_layer(home, "gu", file)
    assert len(json.loads(file.read_bytes())["features"]) == 2


@pytest.mark.parametrize(
    ("layer", "file", "match"),
    [
        ("gus", "gu.geojson", "layer='gus' is not allowed; allowed: .*gu"),
        ("gu", "gu.shp", r"to='gu.shp' is not allowed.*\.geojson or \.parquet"),
        ("gu", "gu", "to='gu' is not allowed"),
        ("gu", "nowhere/gu.geojson", "a folder that exists"),
    ],
)
def test_a_wrong_wish_is_refused_with_what_is_allowed(home, tmp_path, layer, file, match):
    with pytest.raises(BadParameterError, match=match):
        export_layer(home, layer, tmp_path / file)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_is_refused(home, tmp_path):
    (tmp_path / "gu.geojson").mkdir()
    with pytest.raises(BadParameterError, match=r"gu\.geojson"):
        export_layer(home, "gu", tmp_path / "gu.geojson")


def test_without_a_snapshot_there_is_nothing_to_export(tmp_path):
    with pytest.raises(SnapshotError, match="run `atlas build` first"):
        export_layer(tmp_path, "gu", tmp_path / "gu.geojson")
