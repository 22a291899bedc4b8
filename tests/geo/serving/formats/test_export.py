"""Layers as files to take away: whole or not at all."""

import errno
import json
from dataclasses import replace

import geopandas as gpd
import geopandas.testing
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from city_counts import EVERY

from geo.core.errors import BadParameterError, SnapshotError
from geo.serving.formats import FORMATS
from geo.serving.formats.export import export_layer
from geo.snapshot.schema.contracts import CONTRACTS

LAYERS = tuple(CONTRACTS)


@pytest.fixture(scope="module")
def home(published):
    return published.folder.parent.parent


def test_geojson_holds_every_feature(home, tmp_path):
    file = tmp_path / "dong.geojson"
    assert export_layer(home, "dong", file) == 25
    collection = json.loads(file.read_bytes())
    assert collection["type"] == "FeatureCollection"
    assert len({feature["id"] for feature in collection["features"]}) == 25


def test_geojson_opens_in_a_gis(home, tmp_path):
    file = tmp_path / "businesses.geojson"
    export_layer(home, "businesses", file)
    found = gpd.read_file(file)
    assert found.crs == "EPSG:4326"
    assert (len(found), set(found.geom_type)) == (EVERY, {"Point"})


@pytest.mark.parametrize("layer", LAYERS)
def test_parquet_holds_what_the_snapshot_holds(home, tmp_path, published, layer):
    file = tmp_path / "taken.parquet"
    export_layer(home, layer, file)
    stored = gpd.read_parquet(published.folder / f"{layer}.parquet")
    gpd.testing.assert_geodataframe_equal(gpd.read_parquet(file), stored, check_like=True)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("ending", [".fgb", ".kml", ".geojsons"])
def test_gdal_reads_the_features_of_every_layer(home, tmp_path, published, layer, ending):
    file = tmp_path / f"taken{ending}"
    count = export_layer(home, layer, file)
    stored = gpd.read_parquet(published.folder / f"{layer}.parquet")
    found = pyogrio.read_dataframe(file, layer=0)
    ids = found["id2" if ending == ".kml" else "id"]  # LIBKML keeps `id` for the placemark's own
    assert count == len(stored) == len(found)
    places = found.set_geometry("geometry").set_index(ids).geometry.loc[stored.index]
    assert same(places.array, stored.geometry.array)


def same(found, stored):
    """Whether shapes are equal, and missing in the same rows."""
    missing = shapely.is_missing(found) & shapely.is_missing(stored)
    return bool(np.all(missing | shapely.equals(found, stored)))


@pytest.mark.parametrize("layer", LAYERS)
def test_pandas_reads_the_values_of_every_layer(home, tmp_path, published, layer):
    file = tmp_path / "taken.csv"
    export_layer(home, layer, file)
    stored = gpd.read_parquet(published.folder / f"{layer}.parquet")
    found = pd.read_csv(file, encoding="utf-8-sig", dtype={"id": str}, index_col="id")
    assert found.index.to_list() == stored.index.to_list()
    np.testing.assert_array_equal(found["accuracy_m"], stored["accuracy_m"])
    assert found["source_date"].notna().to_list() == stored["source_date"].notna().to_list()
    placed = stored.geometry.notna().to_numpy()
    assert found["lon"].notna().to_list() == found["lat"].notna().to_list() == placed.tolist()
    written = shapely.points(found["lon"][placed], found["lat"][placed])
    assert (shapely.distance(written, stored.geometry.array[placed]) < 1e-7).all()


def test_a_file_says_whom_to_name_and_under_which_licence(home, tmp_path):
    geojson, parquet, kml, fgb = (
        tmp_path / f"dong{ending}" for ending in (".geojson", ".parquet", ".kml", ".fgb")
    )
    for file in (geojson, parquet, kml, fgb):
        export_layer(home, "dong", file)
    (said,) = json.loads(geojson.read_bytes())["attribution"]
    assert "Statistics Korea (통계청) SGIS" in said
    assert "KOGL Type 1" in said
    assert said.endswith("https://www.kogl.or.kr/info/licenseType1.do)")
    assert json.loads(pq.read_schema(parquet).metadata[b"attribution"]) == [said]
    assert pyogrio.read_info(fgb)["layer_metadata"]["DESCRIPTION"] == said
    assert f"<description>{said}</description>" in kml.read_text("utf-8")


def test_nothing_but_the_file_is_left(home, tmp_path):
    export_layer(home, "gu", tmp_path / "gu.geojson")
    assert [path.name for path in tmp_path.iterdir()] == ["gu.geojson"]


def test_an_ending_may_be_written_large(home, tmp_path):
    export_layer(home, "gu", tmp_path / "GU.CSV")
    assert (tmp_path / "GU.CSV").read_bytes().count(b"\r\n") == 3


def test_a_file_that_fails_half_way_leaves_the_older_one_alone(home, tmp_path, monkeypatch):
    file = tmp_path / "gu.csv"
    file.write_text("older")

    def full(_):
        yield b"id,"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], chunks=full))
    with pytest.raises(BadParameterError, match=r"can be written: No space left on device"):
        export_layer(home, "gu", file)
    assert file.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["gu.csv"]


def test_an_older_file_is_replaced(home, tmp_path):
    file = tmp_path / "gu.geojson"
    file.write_text("older and much longer " * 100_000)
    export_layer(home, "gu", file)
    assert len(json.loads(file.read_bytes())["features"]) == 2


@pytest.mark.parametrize(
    ("layer", "file", "match"),
    [
        ("gus", "gu.geojson", "layer='gus' is not allowed; allowed: .*gu"),
        ("gu", "gu.shp", r"to='gu.shp' is not allowed.*\.csv or \.fgb or \.parquet or \.kml"),
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
