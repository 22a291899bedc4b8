"""The GDAL that GeoPandas brings along is newer, and asks for reference systems."""

import json
import sys

import pyogrio
import pyproj
import pytest

pytestmark = pytest.mark.skipif(
    "OAPIF" not in pyogrio.list_drivers(), reason="this GDAL was built without the OAPIF driver"
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
READ = """
import json, sys, pyogrio
given = {"layer": "businesses", **json.loads(sys.argv[2])}
if "bbox" in given:
    given["bbox"] = tuple(given["bbox"])
frame = pyogrio.read_dataframe(sys.argv[1], **given)
middle = frame.geometry.representative_point()
points = {one: [point.x, point.y] for one, point in zip(frame["id"], middle)}
print(json.dumps({"crs": str(frame.crs.to_epsg()), "points": points}))
"""


@pytest.fixture
def read(run, service):
    """What GDAL gets, in a process of its own, as everything else that reads the service."""

    def answer(**options):
        source = f"OAPIF:{service.address}/"
        return json.loads(run(sys.executable, "-c", READ, source, json.dumps(options)))

    return answer


def test_every_feature_arrives(read, businesses):
    assert set(read()["points"]) == set(businesses.index)


def test_the_reference_system_is_named_and_understood(read, service):
    with service.watched() as seen:
        read(where="category = 'bakery'")
    assert seen[-1].query["crs"] == CRS84


def test_the_box_comes_with_its_reference_system(read, service, businesses):
    west, south, east, north = box = (126.7895, 37.3285, 126.7911, 37.3298)
    with service.watched() as seen:
        found = read(bbox=box)
    assert seen[-1].query["bbox-crs"] == CRS84
    assert set(found["points"]) == set(businesses.cx[west:east, south:north].index)


@pytest.mark.parametrize("code", ["3857", "5179", "5186", "5174"])
def test_coordinates_in_another_system_are_those_of_proj(read, businesses, code):
    there = pyproj.Transformer.from_crs("EPSG:4326", f"EPSG:{code}", always_xy=True)
    point = businesses.geometry["samarkand"]
    found = read(CRS=f"EPSG:{code}")
    assert found["crs"] == code
    assert found["points"]["samarkand"] == pytest.approx(there.transform(point.x, point.y), abs=0.1)


def test_latitude_first_is_turned_round_by_the_client(read, businesses):
    point = businesses.geometry["samarkand"]
    found = read(CRS="EPSG:4326")
    assert found["points"]["samarkand"] == pytest.approx([point.x, point.y], abs=1e-6)


@pytest.mark.parametrize(
    ("layer", "where"),
    [
        ("residents", "year = 2025 AND dong_code = '4127354500'"),
        ("centres", "name_en = 'Ansan Global Youth Center, Sangnok branch'"),
    ],
)
def test_its_filters_are_understood(read, layer, where):
    assert len(read(layer=layer, where=where)["points"]) == 1
