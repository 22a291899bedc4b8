"""GeoPandas and DuckDB read what one takes away: the query of the items is that of the export."""

from pathlib import Path

import duckdb
import duckdb_extension_spatial
import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

ITEMS = "/collections/businesses/items"
WHERE = {"category": "restaurant", "bbox": "126.7895,37.3285,126.7911,37.3298"}


@pytest.fixture(scope="module")
def wanted(businesses):
    inside = businesses.cx[126.7895:126.7911, 37.3285:37.3298]
    return inside[inside["category"] == "restaurant"]


@pytest.fixture
def taken(client, tmp_path):
    """A filtered layer as a file."""

    def file(kind):
        answer = client.get(ITEMS, params={**WHERE, "f": kind})
        assert answer.status_code == 200, answer.text
        path = tmp_path / f"taken.{kind}"
        path.write_bytes(answer.content)
        return path

    return file


@pytest.fixture
def spatial():
    """DuckDB with its spatial extension, from the package and not from a server."""
    home = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    with duckdb.connect() as connection:
        connection.load_extension(str(home / f"v{duckdb.__version__}" / "spatial.duckdb_extension"))
        yield connection


def test_geopandas_reads_geoparquet(taken, wanted):
    found = gpd.read_parquet(taken("parquet"))
    assert found.crs.equals("OGC:CRS84", ignore_axis_order=True)
    assert _points(found.reset_index()) == _points(wanted.reset_index())


def test_geopandas_reads_flatgeobuf_from_its_address(service, wanted):
    query = "&".join(f"{name}={value}" for name, value in WHERE.items())
    found = gpd.read_file(f"{service.address}{ITEMS}?{query}&f=fgb", engine="pyogrio")
    assert _points(found) == _points(wanted.reset_index())


def test_geopandas_reads_geojson_from_its_address(service, businesses):
    found = gpd.read_file(f"{service.address}{ITEMS}?in_zone=true&limit=10000")
    inside = businesses[businesses["in_zone"].fillna(value=False).astype(bool)]
    assert len(found) == 1411
    assert _points(found) == _points(inside.reset_index())


def test_pandas_reads_csv(taken, wanted):
    found = pd.read_csv(taken("csv"), encoding="utf-8-sig", dtype={"dong_code": str})
    assert set(found["id"]) == set(wanted.index)
    assert found.set_index("id")["dong_code"].to_dict() == wanted["dong_code"].to_dict()


def test_csv_opens_with_the_mark_that_spreadsheets_need(taken):
    assert taken("csv").read_bytes()[:3] == b"\xef\xbb\xbf"


def test_duckdb_reads_geoparquet(taken, spatial, wanted):
    path = str(taken("parquet"))
    found = spatial.execute(
        "SELECT id, ST_X(geometry), ST_Y(geometry) FROM read_parquet(?)", [path]
    ).fetchall()
    assert {(item, round(x, 6), round(y, 6)) for item, x, y in found} == _points(
        wanted.reset_index()
    )


def test_duckdb_reads_flatgeobuf(taken, spatial, wanted):
    path = str(taken("fgb"))
    found = spatial.execute("SELECT id, ST_X(geom), ST_Y(geom) FROM st_read(?)", [path]).fetchall()
    assert {(item, round(x, 6), round(y, 6)) for item, x, y in found} == _points(
        wanted.reset_index()
    )


def test_duckdb_reads_csv(taken, spatial, wanted):
    path = str(taken("csv"))
    found = spatial.execute(
        "SELECT dong_code, count(*) FROM read_csv(?, types = {'dong_code': 'VARCHAR'}) GROUP BY 1",
        [path],
    ).fetchall()
    assert dict(found) == wanted["dong_code"].value_counts().to_dict()


def _points(frame):
    return {
        (item, round(point.x, 6), round(point.y, 6))
        for item, point in zip(frame["id"], frame.geometry, strict=True)
    }


def test_gdal_reads_the_box_of_a_flatgeobuf_from_its_address(service, client):
    # In ranges, by the index within the file.
    url, box = f"/vsicurl/{service.address}{ITEMS}?f=fgb", (126.7895, 37.3285, 126.7911, 37.3298)
    found = pyogrio.read_dataframe(url, bbox=box)
    query = {"bbox": ",".join(map(str, box)), "limit": 10_000}
    matching = client.get(ITEMS, params=query).json()["features"]
    assert set(found["id"]) == {item["id"] for item in matching} != set()


def test_pandas_reads_parquet_from_its_address(service):
    found = pd.read_parquet(f"{service.address}/collections/dong/items?f=parquet")
    assert len(found) == 25
    assert shapely.is_valid(shapely.from_wkb(found["geometry"])).all()
