"""A layer as files: features as bytes, columns to look up, GeoParquet to take away."""

import json
import re

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
from shapely.geometry import box

from geo.conform import conform
from geo.crs import STORE
from geo.encode import write_layer
from geo.vocab import COLLECTIONS

AWKWARD = ['<img src=x onerror="alert(1)">', '줄\n바꿈 \\ "따옴표" \u2028', "</script>", "🍜"]


def columns(folder, layer_id: str) -> pa.Table:
    with pa.memory_map(str(folder / f"{layer_id}.arrow")) as source:
        return pa.ipc.open_file(source).read_all()


def features(folder, layer_id: str) -> list[dict]:
    return json.loads(b"[" + (folder / f"{layer_id}.features").read_bytes() + b"]")


def test_a_feature_is_geojson(tmp_path, gu):
    write_layer("gu", conform("gu", gu), tmp_path)
    found = features(tmp_path, "gu")[1]
    assert found["type"] == "Feature"
    assert found["id"] == "41273"
    assert found["geometry"]["type"] == "Polygon"
    assert found["properties"] == {
        "gu_code": "41273",
        "name_ko": "단원구",
        "name_en": None,
        "area_km2": 1.5,
        "provenance": "observed",
        "source": "test",
        "source_date": "2020-11-01",
        "accuracy_m": 1.0,
    }


def test_unknown_values_are_null_not_nan(tmp_path, lanes):
    write_layer("streets", conform("streets", lanes), tmp_path)
    assert features(tmp_path, "streets")[0]["properties"]["fit_rmse_m"] is None
    assert columns(tmp_path, "streets")["fit_rmse_m"].null_count == 1


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_survives(tmp_path, gu, text):
    write_layer("gu", conform("gu", gu.assign(name_ko=text)), tmp_path)
    assert features(tmp_path, "gu")[0]["properties"]["name_ko"] == text
    assert columns(tmp_path, "gu")["name_ko"][0].as_py() == text


def test_a_slice_between_the_offsets_is_one_feature(tmp_path, gu):
    write_layer("gu", conform("gu", gu.assign(name_ko=AWKWARD[1])), tmp_path)
    blob, table = (tmp_path / "gu.features").read_bytes(), columns(tmp_path, "gu")
    slices = [
        json.loads(blob[start:end])
        for start, end in zip(table["_start"].to_pylist(), table["_end"].to_pylist(), strict=True)
    ]
    assert [one["id"] for one in slices] == ["41271", "41273"]


def test_bounds_are_those_of_the_shape(tmp_path, gu):
    write_layer("gu", conform("gu", gu), tmp_path)
    row = columns(tmp_path, "gu").slice(0, 1)
    found = [row[name][0].as_py() for name in ("_west", "_south", "_east", "_north")]
    assert found == [126.80, 37.30, 126.81, 37.31]


def test_whole_numbers_stay_whole(tmp_path, lanes):
    write_layer("streets", conform("streets", lanes), tmp_path)
    assert b'"from_no":1,"to_no":11,' in (tmp_path / "streets.features").read_bytes()


def test_the_parquet_file_says_its_crs_and_ids(tmp_path, gu):
    write_layer("gu", conform("gu", gu), tmp_path)
    found = gpd.read_parquet(tmp_path / "gu.parquet")
    assert found.crs == STORE
    assert (found.index.name, list(found.index)) == ("id", ["41271", "41273"])


def test_the_parquet_file_can_be_read_by_box(tmp_path, gu):
    write_layer("gu", conform("gu", gu), tmp_path)
    found = gpd.read_parquet(tmp_path / "gu.parquet", bbox=(126.792, 37.302, 126.794, 37.304))
    assert list(found.index) == ["41273"]


def test_coordinates_have_at_most_six_decimals(tmp_path, gu):
    # A number that the nearest double prints with six decimals, in Python and in every browser.
    low = box(126.80, 37.293215, 126.81, 37.31)
    write_layer("gu", conform("gu", gu.set_geometry([low, low])), tmp_path)
    text = (tmp_path / "gu.features").read_text("utf-8")
    assert "37.293215" in text
    assert not re.search(r"\d\.\d{7}", text)


@pytest.mark.parametrize("layer_id", COLLECTIONS)
def test_a_layer_read_back_is_written_as_before(tmp_path, published, layer_id):
    frame = gpd.read_parquet(published.folder / f"{layer_id}.parquet")
    write_layer(layer_id, conform(layer_id, frame), tmp_path)
    for name in (f"{layer_id}.features", f"{layer_id}.parquet"):
        assert (tmp_path / name).read_bytes() == (published.folder / name).read_bytes()
    assert columns(tmp_path, layer_id).equals(columns(published.folder, layer_id))


def test_numbers_of_the_columns_are_those_of_the_features(published):
    shares = columns(published.folder, "residents")["foreign_share"].to_numpy()
    sent = [one["properties"]["foreign_share"] for one in features(published.folder, "residents")]
    assert np.array_equal(shares, sent)
