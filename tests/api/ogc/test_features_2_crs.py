"""OGC API - Features, Part 2 (18-058r1): the abstract tests of CRS, by their names in Annex A."""

import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import shape

ITEMS = "/collections/businesses/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
EPSG_5186 = "http://www.opengis.net/def/crs/EPSG/0/5186"
BOX = (126.7895, 37.3285, 126.7911, 37.3298)


@pytest.fixture(scope="module")
def listed(client):
    return client.get("/collections").json()["collections"]


@pytest.fixture(scope="module")
def parameters(client):
    return client.get("/api").json()["components"]["parameters"]


def test_crs_crs_uri(listed):
    for item in listed:
        for uri in item["crs"]:
            CRS.from_user_input(uri)  # a system that PROJ knows by this URI


def test_crs_fc_md_crs_list(listed):
    assert all(item["crs"][0] == CRS84 for item in listed)


def test_crs_fc_md_storage_crs(listed):
    assert all(item["storageCrs"] in item["crs"] for item in listed)


def test_crs_fc_md_crs_list_global(client, listed):
    assert all(set(client.get("/collections").json()["crs"]) <= set(item["crs"]) for item in listed)


def test_crs_fc_bbox_crs_definition(parameters):
    held = parameters["bbox-crs"]
    assert (held["name"], held["in"], held.get("required", False)) == ("bbox-crs", "query", False)
    assert held["schema"]["type"] == "string"
    assert (held["style"], held["explode"]) == ("form", False)


def test_crs_fc_bbox_crs_valid_value(client, listed):
    box = ",".join(map(str, BOX))
    for uri in listed[0]["crs"]:
        answer = client.get(ITEMS, params={"bbox": box, "bbox-crs": uri})
        assert answer.status_code == 200
    wrong = {"bbox": box, "bbox-crs": "http://www.opengis.net/def/crs/0/unknown"}
    assert client.get(ITEMS, params=wrong).status_code == 400


def test_crs_fc_bbox_crs_valid_default_value(client):
    box = ",".join(map(str, BOX))
    plain = client.get(ITEMS, params={"bbox": box}).json()["features"]
    assert plain == client.get(ITEMS, params={"bbox": box, "bbox-crs": CRS84}).json()["features"]


def test_crs_fc_bbox_crs_action(client):
    west, south, east, north = BOX
    turned = {"bbox": f"{south},{west},{north},{east}", "bbox-crs": EPSG_4326}
    plain = client.get(ITEMS, params={"bbox": ",".join(map(str, BOX))}).json()
    assert client.get(ITEMS, params=turned).json()["features"] == plain["features"] != []


def test_crs_fc_crs_definition(parameters):
    held = parameters["crs"]
    assert (held["name"], held["in"], held.get("required", False)) == ("crs", "query", False)
    assert (held["style"], held["explode"]) == ("form", False)


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/samarkand"])
def test_crs_fc_crs_valid_value(client, listed, path):
    for uri in listed[0]["crs"]:
        assert client.get(path, params={"crs": uri}).status_code == 200
    wrong = {"crs": "http://www.opengis.net/def/crs/0/unknown"}
    assert client.get(path, params=wrong).status_code == 400


def test_crs_fc_crs_default_value(client):
    assert (
        client.get(ITEMS).json()["features"]
        == client.get(ITEMS, params={"crs": CRS84}).json()["features"]
    )


def test_crs_fc_crs_action(client):
    plain = client.get(ITEMS).json()["features"]
    moved = client.get(ITEMS, params={"crs": EPSG_5186}).json()["features"]
    there = Transformer.from_crs(CRS84, EPSG_5186)
    for item, other in zip(plain, moved, strict=True):
        expected = there.transform(*item["geometry"]["coordinates"])
        assert other["geometry"]["coordinates"] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/samarkand"])
@pytest.mark.parametrize("uri", [CRS84, EPSG_4326, EPSG_5186])
def test_crs_ogc_crs_header_value(client, path, uri):
    assert client.get(path, params={"crs": uri}).headers["content-crs"] == f"<{uri}>"


@pytest.mark.parametrize("uri", [CRS84, EPSG_5186])
def test_features_lie_in_the_published_extent(client, listed, uri):
    # The official suite transforms the extent and asks whether the features of an answer are in it.
    there = Transformer.from_crs(CRS84, uri)
    for item in listed:
        (box,) = item["extent"]["spatial"]["bbox"]
        answer = client.get(
            f"/collections/{item['id']}/items", params={"crs": uri, "limit": 10_000}
        )
        places = [each["geometry"] for each in answer.json()["features"] if each["geometry"]]
        if places:
            found = shapely.total_bounds([shape(each) for each in places])
            assert (found[:2] > there.transform_bounds(*box)[:2]).all()
            assert (found[2:] < there.transform_bounds(*box)[2:]).all()


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/samarkand"])
def test_crs_ogc_crs_header(client, path):
    assert client.get(path).headers["content-crs"] == f"<{CRS84}>"
