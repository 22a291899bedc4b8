"""Coordinate reference systems by reference (OGC 18-058r1)."""

import pytest
from city_counts import EVERY
from pyproj import Transformer

ITEMS = "/collections/businesses/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CODES = ["4326", "3857", "5179", "5186", "5174"]
BOX = (126.7895, 37.3285, 126.7911, 37.3298)


def ids(body):
    return [feature["id"] for feature in body["features"]]


@pytest.mark.parametrize("code", CODES)
def test_coordinates_come_in_the_system_and_its_axis_order(client, code):
    plain = client.get(f"{ITEMS}/samarkand").json()["geometry"]["coordinates"]
    answer = client.get(f"{ITEMS}/samarkand", params={"crs": EPSG + code})
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    expected = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(*plain)
    assert answer.json()["geometry"]["coordinates"] == pytest.approx(expected, abs=0.001)


def test_4326_is_latitude_first(client):
    body = client.get(f"{ITEMS}/samarkand", params={"crs": f"{EPSG}4326"}).json()
    latitude, longitude = body["geometry"]["coordinates"]
    assert 37 < latitude < 38
    assert 126 < longitude < 127


@pytest.mark.parametrize("code", CODES)
def test_a_box_selects_the_same_in_every_system(client, code):
    west, south, east, north = BOX
    there = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}")
    (low_x, low_y), (high_x, high_y) = there.transform(west, south), there.transform(east, north)
    zone = {"in_zone": "true", "limit": 10_000}
    everything = client.get(ITEMS, params={**zone, "crs": EPSG + code}).json()["features"]
    expected = [
        item["id"]
        for item in everything
        if low_x <= item["geometry"]["coordinates"][0] <= high_x
        and low_y <= item["geometry"]["coordinates"][1] <= high_y
    ]
    box = {"bbox": f"{low_x},{low_y},{high_x},{high_y}", "bbox-crs": EPSG + code, **zone}
    assert ids(client.get(ITEMS, params=box).json()) == expected
    assert 50 < len(expected) < 1000


def test_a_box_far_from_korea_holds_nothing(client):
    far = {"bbox": "9000000,9000000,9100000,9100000", "bbox-crs": f"{EPSG}5179"}
    assert client.get(ITEMS, params=far).json()["numberMatched"] == 0


def test_a_box_around_everything_holds_everything(client):
    box = {"bbox": "-1e9,-1e9,1e9,1e9", "bbox-crs": f"{EPSG}5179"}
    assert client.get(ITEMS, params=box).json()["numberMatched"] == EVERY


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
def test_an_unknown_system_is_a_400_that_names_those_known(client, name):
    answer = client.get(ITEMS, params={name: f"{EPSG}32652"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name
    assert f"{EPSG}5179" in str(answer.json()["allowed"])


def test_polygons_keep_their_shape_and_properties(client):
    path = "/collections/dong/items/4127354500"
    plain = client.get(path).json()
    moved = client.get(path, params={"crs": f"{EPSG}5186"}).json()
    assert moved["properties"] == plain["properties"]
    assert moved["id"] == plain["id"]
    ring, moved_ring = (item["geometry"]["coordinates"][0] for item in (plain, moved))
    assert len(ring) == len(moved_ring)


def test_every_collection_names_its_systems(client):
    for collection in client.get("/collections").json()["collections"]:
        assert collection["crs"] == [CRS84, *(EPSG + code for code in CODES)]
        assert collection["storageCrs"] == CRS84
