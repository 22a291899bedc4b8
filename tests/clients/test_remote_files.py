"""Programs that read a file from its address read our files, and only the parts they need."""

import json
from pathlib import Path

import pandas as pd
import pytest
import shapely
from node import node_with

BOX = (126.789, 37.328, 126.792, 37.331)
FLATGEOBUF = "/collections/businesses/items?f=fgb"


@pytest.fixture(scope="module")
def inside(businesses):
    west, south, east, north = BOX
    ids = set(businesses.cx[west:east, south:north].index)
    assert 100 < len(ids) < len(businesses) / 2
    return ids


def test_flatgeobuf_js_reads_a_box_in_parts(service, client, inside, run):
    node = node_with("flatgeobuf")
    program = Path(__file__).with_name("flatgeobuf_box.mjs")
    found = json.loads(run(node, program, f"{service.address}{FLATGEOBUF}", *map(str, BOX)))
    assert sorted(found["ids"]) == sorted(inside)
    assert {answer["status"] for answer in found["answers"]} == {206}
    whole = int(
        client.head(FLATGEOBUF, headers={"accept-encoding": "identity"}).headers["content-length"]
    )
    assert sum(answer["bytes"] for answer in found["answers"]) < whole / 4


def test_gdal_reads_a_box_of_a_flatgeobuf_from_its_address(service, inside, ogr2ogr, run, tmp_path):
    made = tmp_path / "box.csv"
    source = f"/vsicurl/{service.address}{FLATGEOBUF}"
    run(ogr2ogr, "-f", "CSV", made, source, "-spat", *map(str, BOX), "-select", "id")
    assert set(pd.read_csv(made).id) == inside


def test_gdal_reads_a_whole_csv_from_its_address(service, businesses, ogr2ogr, run, tmp_path):
    made = tmp_path / "all.csv"
    source = f"CSV:/vsicurl/{service.address}/collections/stations/items?f=csv"
    run(ogr2ogr, "-f", "CSV", made, source)
    assert len(pd.read_csv(made)) == 13


def test_pandas_reads_a_geoparquet_from_its_address(service, businesses):
    found = pd.read_parquet(f"{service.address}/collections/businesses/items?f=parquet")
    assert sorted(found.index) == sorted(businesses.index)
    points = pd.Series(shapely.from_wkb(found.geometry.to_numpy()), found.index)
    assert all(points[businesses.index] == businesses.geometry)
