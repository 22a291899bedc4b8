"""A layer as files: features as bytes, columns to look up, GeoParquet to take away."""

import json
import re
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, box

from geo.core.crs import STORE
from geo.core.errors import ContractError
from geo.snapshot import layer_writer
from geo.snapshot.layer_batch import to_batch
from geo.snapshot.layer_writer import write_batches, write_layer
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY, field_list
from geo.snapshot.schema.layer_names import COLLECTIONS
from geo.snapshot.schema.validate import conform

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
    assert [item["id"] for item in slices] == ["41271", "41273"]


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
    sent = [
        feature["properties"]["foreign_share"]
        for feature in features(published.folder, "residents")
    ]
    assert np.array_equal(shares, sent)


def one_by_one(layer_id: str, frame: gpd.GeoDataFrame) -> bytes:
    """The features as a JSON encoder writes them, each for itself: slow, and plainly right."""
    names = [field["name"] for field in field_list(layer_id)]
    rows = zip(frame.index, frame.geometry, frame[names].itertuples(index=False), strict=True)
    return b",".join(
        orjson.dumps(
            {
                "type": "Feature",
                "id": name,
                "geometry": shape and shapely.geometry.mapping(shape),
                "properties": {key: plain(name) for key, name in zip(names, values, strict=True)},
            }
        )
        for name, shape, values in rows
    )


def plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


DEGREES = st.floats(-180, 180).map(lambda degrees: round(degrees, 6))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
VALUES = {
    "string": TEXTS,
    "date": st.dates().map(str),
    "boolean": st.booleans(),
    "integer": st.integers(0, 2**53),
    "number": NUMBERS,
    "list": st.lists(TEXTS, max_size=3).map(tuple),
}


def boxes(corner: tuple[float, float]) -> shapely.Geometry:
    west, south = corner
    one, other = box(west, south, west + 1, south + 1), box(west + 2, south, west + 3, south + 1)
    return MultiPolygon([one, other]) if west > 0 else one


SHAPES = {
    "Point": st.builds(Point, DEGREES, DEGREES),
    "LineString": st.tuples(DEGREES, DEGREES).map(lambda xy: LineString([xy, (0, 0.1)])),
    "Polygon": st.tuples(DEGREES, DEGREES).map(boxes),
    "Any": st.none() | st.builds(Point, DEGREES, DEGREES),
}


@st.composite
def layers(draw) -> tuple[str, gpd.GeoDataFrame]:
    """A few rows of any layer, of the right types."""
    layer_id = draw(st.sampled_from(COLLECTIONS))
    ids = sorted(draw(st.sets(TEXTS, min_size=1, max_size=7)))
    some = {"min_size": len(ids), "max_size": len(ids)}
    columns = {}
    for field in field_list(layer_id):
        values = VALUES[field["type"]]
        unknown = st.none() if field["nullable"] else st.nothing()
        # A value that repeats itself goes another way than one that never does.
        pool = draw(st.lists(values | unknown, min_size=1, max_size=8))
        drawn = draw(st.lists(st.sampled_from(pool), **some))
        dtype = CONTRACTS[layer_id][field["name"]].dtype
        columns[field["name"]] = pd.Series(drawn, index=ids, dtype=dtype)
    shapes = draw(st.lists(SHAPES[GEOMETRY[layer_id]], **some))
    return layer_id, gpd.GeoDataFrame(columns, geometry=shapes, crs=STORE)


@given(layers())
def test_features_are_those_that_a_json_encoder_writes(drawn):
    layer_id, frame = drawn
    with tempfile.TemporaryDirectory() as folder:
        write_layer(layer_id, frame, Path(folder))
        assert Path(folder, f"{layer_id}.features").read_bytes() == one_by_one(layer_id, frame)


@pytest.fixture
def small_parts(monkeypatch):
    """Two rows a part, as if a layer of seven rows were one of many."""
    monkeypatch.setattr(layer_writer, "ROWS", 2)


@pytest.fixture
def seven(gu) -> gpd.GeoDataFrame:
    rows = gu.iloc[[0, 1, 0, 1, 0, 1, 0]]
    return rows.set_axis([f"4127{number}" for number in range(7)])


def test_features_are_the_same_in_many_parts(tmp_path, seven, small_parts):
    write_layer("gu", seven, tmp_path)
    assert (tmp_path / "gu.features").read_bytes() == one_by_one("gu", seven)


def test_columns_of_many_parts_are_one_batch(tmp_path, seven, small_parts):
    write_layer("gu", seven, tmp_path)
    with pa.memory_map(str(tmp_path / "gu.arrow")) as source:
        assert pa.ipc.open_file(source).num_record_batches == 1


def test_columns_of_many_parts_are_those_of_one(tmp_path, seven, monkeypatch):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    for folder, rows in ((whole, 7), (parted, 3)):
        folder.mkdir()
        monkeypatch.setattr(layer_writer, "ROWS", rows)
        write_layer("gu", seven, folder)
    assert columns(parted, "gu").equals(columns(whole, "gu"))
    assert sorted(parted.iterdir()) == [
        parted / f"gu.{end}" for end in ("arrow", "features", "parquet")
    ]


def test_frames_one_after_the_other_are_one_layer(tmp_path, seven):
    parts = (to_batch("gu", item) for item in (seven.iloc[:3], seven.iloc[3:3], seven.iloc[3:]))
    write_batches("gu", parts, tmp_path, 7)
    assert (tmp_path / "gu.features").read_bytes() == one_by_one("gu", seven)
    assert list(gpd.read_parquet(tmp_path / "gu.parquet").index) == list(seven.index)


def test_the_parquet_file_tells_the_bounds_of_the_whole(tmp_path, seven, small_parts):
    write_layer("gu", seven, tmp_path)
    said = json.loads(pq.read_metadata(tmp_path / "gu.parquet").metadata[b"geo"])
    assert said["columns"]["geometry"]["bbox"] == [126.79, 37.30, 126.81, 37.31]
    assert said["columns"]["geometry"]["geometry_types"] == ["Polygon"]


def test_the_parquet_file_gives_back_the_frame(tmp_path, seven, small_parts):
    frame = conform("gu", seven.assign(gu_code="41271"))
    write_layer("gu", frame, tmp_path)
    assert_geodataframe_equal(gpd.read_parquet(tmp_path / "gu.parquet"), frame.rename_axis("id"))


@pytest.mark.parametrize("order", [[0, 2, 1], [0, 1, 1]])
def test_ids_that_do_not_ascend_are_refused(tmp_path, seven, order):
    parts = [to_batch("gu", seven.iloc[[row]]) for row in order]
    with pytest.raises(ContractError, match=r"do not ascend after '4127[12]'"):
        write_batches("gu", parts, tmp_path, 7)


def test_a_layer_without_features_is_refused(tmp_path, gu):
    with pytest.raises(ContractError, match="gu: it holds no feature"):
        write_layer("gu", gu.iloc[:0], tmp_path)
