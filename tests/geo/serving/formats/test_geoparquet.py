"""GeoParquet, read by GeoPandas and DuckDB."""

import io
import json
from pathlib import Path

import duckdb
import duckdb_extension_spatial
import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from takeaway import layer, selection, taken, texts

from geo.core.crs import SERVED
from geo.serving.formats import geoparquet

PLACES = [shapely.Point(126.7912, 37.3262), shapely.Point(126.8, 37.33)]
SQUARE = shapely.box(126.79, 37.3, 126.80, 37.31)
SEVERAL = shapely.MultiPolygon([SQUARE, shapely.box(126.9, 37.3, 126.91, 37.31)])


def read(chosen, **options):
    return gpd.read_parquet(io.BytesIO(taken("parquet", chosen)), **options)


def about(chosen) -> dict:
    return json.loads(pq.read_schema(io.BytesIO(taken("parquet", chosen))).metadata[b"geo"])


def test_geopandas_reads_every_kind_of_value_in_its_type():
    columns = {
        "name": pa.array(["원곡동 <1>", None]),
        "share": pa.array([-0.25, None]),
        "year": pa.array([2**53 + 1, None]),
        "open": pa.array([True, None]),
        "cuisine": pa.array([["uz", "a|b"], []]),
    }
    found = read(selection(layer(columns, PLACES)))
    assert found.index.to_list() == ["a0", "a1"]
    assert found.geometry.to_list() == PLACES
    assert found["name"].to_list()[0] == "원곡동 <1>"
    assert [str(found[name].dtype) for name in ("share", "year", "open")] == [
        "float64",
        "Int64",
        "boolean",
    ]
    assert found["year"].to_list()[0] == 2**53 + 1
    assert found.iloc[1][["name", "share", "year", "open"]].isna().all()
    assert [list(item) for item in found["cuisine"]] == [["uz", "a|b"], []]


@given(st.lists(st.text(), min_size=1))
def test_any_text_comes_back(values):
    found = pq.read_table(io.BytesIO(taken("parquet", selection(layer(texts(*values))))))
    assert found["name"].to_pylist() == values


def test_the_metadata_are_those_of_version_1_1():
    found = about(selection(layer(texts("a", "b"), [SQUARE, SEVERAL], "Polygon")))
    assert (found["version"], found["primary_column"]) == ("1.1.0", "geometry")
    column = found["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert column["bbox"] == [126.79, 37.3, 126.91, 37.31]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert column["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]


def test_geopandas_skips_rows_by_their_boxes():
    chosen = selection(layer(texts("a", "b"), PLACES))
    assert read(chosen, bbox=(126.795, 37.32, 126.81, 37.34)).index.to_list() == ["a1"]


def test_a_file_says_whom_to_name():
    file = io.BytesIO(taken("parquet", selection(layer(texts("a")))))
    said = json.loads(pq.read_schema(file).metadata[b"attribution"])
    assert said == ["Shops: <City> & Co (CC BY 4.0)"]


@pytest.mark.parametrize("uri", SERVED)
def test_x_is_first_in_every_system_and_the_system_is_stated(uri):
    found = read(selection(layer(texts("a", "b"), PLACES), crs=uri))
    there = pyproj.Transformer.from_crs("OGC:CRS84", SERVED[uri], always_xy=True)
    for shape, place in zip(found.geometry, PLACES, strict=True):
        assert (shape.x, shape.y) == pytest.approx(there.transform(place.x, place.y), abs=0.001)
    assert found.crs.equals(SERVED[uri], ignore_axis_order=True)


def test_without_rows_the_file_still_has_its_columns():
    chosen = selection(layer(texts("a")), rows=[])
    assert "bbox" not in about(chosen)["columns"]["geometry"]
    assert (len(read(chosen)), list(read(chosen))) == (0, ["name", "geometry"])


def test_many_rows_come_in_row_groups_and_the_box_is_that_of_all(monkeypatch):
    monkeypatch.setattr(geoparquet, "ROWS", 1)
    chosen = selection(layer(texts("a", "b"), PLACES))
    file = pq.ParquetFile(io.BytesIO(taken("parquet", chosen)))
    assert file.num_row_groups == 2
    assert file.read()["id"].to_pylist() == ["a0", "a1"]
    assert about(chosen)["columns"]["geometry"]["bbox"] == [126.7912, 37.3262, 126.8, 37.33]


def test_duckdb_takes_the_column_for_geometry(tmp_path):
    file = tmp_path / "made.parquet"
    file.write_bytes(taken("parquet", selection(layer(texts("a", "b"), PLACES))))
    home = Path(duckdb_extension_spatial.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    with duckdb.connect() as connection:
        connection.load_extension(str(home / "spatial.duckdb_extension"))
        found = connection.execute(
            "SELECT id, name, ST_X(geometry), ST_Y(geometry) FROM read_parquet(?)", [str(file)]
        ).fetchall()
    assert found == [("a0", "a", 126.7912, 37.3262), ("a1", "b", 126.8, 37.33)]
