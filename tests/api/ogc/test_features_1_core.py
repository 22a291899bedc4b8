"""OGC API - Features, Part 1 (17-069r4): the abstract tests of Core, GeoJSON, HTML and OpenAPI.

Each test bears the name of the abstract test in Annex A.
"""

import re
from datetime import datetime

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from geo.snapshot.schema.layer_names import COLLECTIONS

UNPLACED = ("landmarks", "helplines")  # may have features without a geometry

ITEMS = "/collections/businesses/items"
GEOJSON, JSON = "application/geo+json", "application/json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def links(body):
    return {(link["rel"], link.get("type", "").partition(";")[0]): link for link in body["links"]}


def rels(body):
    return {link["rel"] for link in body["links"]}


@pytest.fixture(scope="module")
def definition(client):
    return client.get("/api").json()


def parameter(definition, name):
    """A parameter of `/collections/{collectionId}/items`, its reference followed."""
    operation = definition["paths"]["/collections/{collectionId}/items"]["get"]
    for item in operation["parameters"]:
        held = (
            definition["components"]["parameters"][item["$ref"].rpartition("/")[2]]
            if "$ref" in item
            else item
        )
        if held["name"] == name:
            return held
    raise AssertionError(f"no parameter {name}")


def test_core_http(address):
    # HTTP/1.1, and HEAD beside GET.
    with httpx.Client(base_url=address) as client:
        answer = client.get("/")
        assert answer.http_version == "HTTP/1.1"
        assert client.head("/").status_code == 200


def test_core_root_op(client):
    assert client.get("/").status_code == 200


def test_core_root_success(client):
    assert {"service-desc", "service-doc", "conformance", "data"} <= rels(client.get("/").json())


def test_core_api_definition_op(client):
    for (rel, _), link in links(client.get("/").json()).items():
        if rel in ("service-desc", "service-doc"):
            assert client.get(link["href"]).status_code == 200


def test_core_api_definition_success(client):
    for (rel, kind), link in links(client.get("/").json()).items():
        if rel in ("service-desc", "service-doc"):
            assert client.get(link["href"]).headers["content-type"].startswith(kind)


def test_core_conformance_op(client):
    assert client.get("/conformance").status_code == 200


def test_core_conformance_success(client):
    classes = client.get("/conformance").json()["conformsTo"]
    base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert {base + name for name in ("core", "geojson", "html", "oas30")} <= set(classes)
    assert len(classes) == len(set(classes))


def test_core_fc_md_op(client):
    assert client.get("/collections").status_code == 200


def test_core_fc_md_success(client):
    assert {"links", "collections"} <= set(client.get("/collections").json())


def test_core_fc_md_links(client):
    found = rels(client.get("/collections").json())
    assert {"self", "alternate"} <= found


def test_core_fc_md_items(client):
    found = [collection["id"] for collection in client.get("/collections").json()["collections"]]
    assert sorted(found) == sorted(COLLECTIONS)


def test_core_fc_md_items_links(client):
    for collection in client.get("/collections").json()["collections"]:
        kinds = {kind for rel, kind in links(collection) if rel == "items"}
        assert {GEOJSON, "text/html"} <= kinds


def test_core_fc_md_extent(client):
    # Every feature lies in the extent that its collection states.
    for collection in client.get("/collections").json()["collections"]:
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        beyond = f"{west - 1},{south - 1},{east + 1},{north + 1}"
        inside = f"{west},{south},{east},{north}"
        path = f"/collections/{collection['id']}/items"
        counts = [
            client.get(path, params={"bbox": box}).json()["numberMatched"]
            for box in (beyond, inside)
        ]
        assert counts[0] == counts[1]
        assert counts[0] > 0 or collection["id"] in UNPLACED


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_core_sfc_md_op(client, collection):
    assert client.get(f"/collections/{collection}").status_code == 200


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_core_sfc_md_success(client, collection):
    alone = client.get(f"/collections/{collection}").json()
    listed = client.get("/collections").json()["collections"]
    assert alone == next(item for item in listed if item["id"] == collection)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_core_fc_op(client, collection):
    assert client.get(f"/collections/{collection}/items").status_code == 200


def test_core_fc_bbox_definition(definition):
    held = parameter(definition, "bbox")
    assert (held["in"], held.get("required", False)) == ("query", False)
    assert (held["style"], held["explode"]) == ("form", False)
    assert held["schema"]["type"] == "array"
    assert (held["schema"]["minItems"], held["schema"]["maxItems"]) == (4, 6)
    sizes = [(item["minItems"], item["maxItems"]) for item in held["schema"]["oneOf"]]
    assert sizes == [(4, 4), (6, 6)]
    assert held["schema"]["items"]["type"] == "number"


def test_core_fc_bbox_response(client):
    box = (126.7895, 37.3285, 126.7911, 37.3298)
    text = ",".join(map(str, box))
    plain = client.get(ITEMS, params={"bbox": text, "limit": 10_000}).json()
    assert plain["features"]
    for feature in plain["features"]:
        x, y = feature["geometry"]["coordinates"]
        assert box[0] <= x <= box[2]
        assert box[1] <= y <= box[3]
    named = client.get(ITEMS, params={"bbox": text, "bbox-crs": CRS84, "limit": 10_000}).json()
    assert named["features"] == plain["features"]


def test_core_fc_limit_definition(definition):
    held = parameter(definition, "limit")
    assert held["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}
    assert (held["in"], held.get("required", False)) == ("query", False)
    assert (held["style"], held["explode"]) == ("form", False)


@pytest.mark.parametrize(("limit", "returned"), [(1, 1), (7, 7), (10_000, 10_000), (10**9, 10_000)])
def test_core_fc_limit_response(client, limit, returned):
    body = client.get(ITEMS, params={"limit": limit}).json()
    assert len(body["features"]) == returned


def test_core_fc_time_definition(definition):
    held = parameter(definition, "datetime")
    assert (held["in"], held.get("required", False)) == ("query", False)
    assert held["schema"]["type"] == "string"
    assert (held["style"], held["explode"]) == ("form", False)


@pytest.mark.parametrize(
    ("when", "ids"),
    [
        ("2015-01-01", {"zone-2009"}),
        ("2015-01-01/..", {"zone-2009", "zone-2023"}),
        ("../2015-01-01", {"zone-2009"}),
        ("2024-01-01T00:00:00Z", {"zone-2023"}),
        ("2000-01-01/2001-01-01", set()),
    ],
)
def test_core_fc_time_response(client, when, ids):
    body = client.get("/collections/zone/items", params={"datetime": when}).json()
    assert {feature["id"] for feature in body["features"]} == ids


def test_core_fc_response(client):
    body = client.get(ITEMS).json()
    assert body["type"] == "FeatureCollection"
    assert all(feature["type"] == "Feature" for feature in body["features"])


def test_core_fc_links(client):
    body = client.get(ITEMS, params={"limit": 5}).json()
    assert {"self", "alternate", "next"} <= rels(body)
    for link in body["links"]:
        assert {"rel", "type", "href"} <= set(link)


def test_core_fc_timestamp(client):
    text = client.get(ITEMS).json()["timeStamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text)
    assert datetime.fromisoformat(text).year >= 2025


def test_core_fc_number_matched(client):
    url, seen = f"{ITEMS}?category=cafe&limit=20", 0
    matched = client.get(url).json()["numberMatched"]
    while url:
        body = client.get(url).json()
        seen += len(body["features"])
        url = next((link["href"] for link in body["links"] if link["rel"] == "next"), None)
    assert seen == matched


def test_core_fc_number_returned(client):
    body = client.get(ITEMS, params={"limit": 13}).json()
    assert body["numberReturned"] == len(body["features"]) == 13


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_core_f_op(client, collection):
    first = client.get(f"/collections/{collection}/items", params={"limit": 1}).json()
    name = first["features"][0]["id"]
    assert client.get(f"/collections/{collection}/items/{name}").status_code == 200


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_core_f_success(client, collection):
    first = client.get(f"/collections/{collection}/items", params={"limit": 1}).json()["features"][
        0
    ]
    alone = client.get(f"/collections/{collection}/items/{first['id']}").json()
    assert {name: alone[name] for name in first} == first


def test_core_f_links(client):
    assert {"self", "alternate", "collection"} <= rels(client.get(f"{ITEMS}/samarkand").json())


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/samarkand"])
def test_geojson_definition(client, path):
    assert client.get(path, headers={"Accept": GEOJSON}).headers["content-type"] == GEOJSON


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_geojson_content(client, collection):
    body = client.get(f"/collections/{collection}/items").json()
    for feature in body["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"] or collection in UNPLACED
        kind = feature["geometry"]["type"] if feature["geometry"] else "Point"
        assert kind in ("Point", "LineString", "Polygon", "MultiPolygon")


PAGES = [
    "/",
    "/conformance",
    "/collections",
    "/collections/dong",
    "/collections/dong/items",
    f"{ITEMS}/samarkand",
]


@pytest.mark.parametrize("path", PAGES)
def test_html_definition(client, path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", PAGES)
def test_html_content(client, path):
    # Whatever the document says and links to, the page does as well.
    page = client.get(path, params={"f": "html"}).text
    assert page.lstrip().lower().startswith("<!doctype html>")
    if path.startswith("/collections/"):
        assert "/collections/" in page


def test_oas30_completeness(client, definition):
    for path in definition["paths"]:
        if "{" not in path:
            assert client.get(path).status_code == 200, path


def test_oas30_exceptions_codes(definition):
    for path, operations in definition["paths"].items():
        assert {"200", "400"} <= set(operations["get"]["responses"]), path


def test_oas30_oas_definition_1(client):
    kind = "application/vnd.oai.openapi+json;version=3.0"
    assert ("service-desc", kind.partition(";")[0]) in links(client.get("/").json())
    assert client.get("/api").headers["content-type"] == kind


def test_oas30_oas_definition_2(definition):
    OpenAPIV30SpecValidator(definition).validate()


def test_oas30_oas_impl(client, definition):
    for path in definition["paths"]:
        if "{" not in path:
            kinds = definition["paths"][path]["get"]["responses"]["200"]["content"]
            assert client.get(path).headers["content-type"] in {
                *kinds,
                *(f"{kind}; charset=utf-8" for kind in kinds),
            }


def test_oas30_security(client):
    # No operation asks for credentials.
    assert client.get(ITEMS).status_code == 200
