"""OGC API - Common, Part 1 (19-072) and Part 2 (20-024): their abstract tests, by name.

What Features asks for in the same words is tested in `test_features_1_core`.
"""

import pytest
from openapi_spec_validator import validate

JSON, HTML = "application/json", "text/html; charset=utf-8"
OAS30 = "application/vnd.oai.openapi+json;version=3.0"
ONE = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/"
TWO = "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/"
DOCUMENTS = ("/", "/conformance", "/collections", "/collections/dong")
ITEMS = "/collections/businesses/items"


@pytest.fixture(scope="module")
def listed(client):
    return client.get("/collections").json()["collections"]


def rels(body):
    return {link["rel"]: link for link in body["links"]}


@pytest.mark.parametrize("name", ["core", "landing-page", "json", "html", "oas30"])
def test_part_1_is_declared(client, name):
    assert ONE + name in client.get("/conformance").json()["conformsTo"]


def test_part_2_is_declared_as_it_was_published(client):
    # The draft had a class "simple-query" for filters of /collections; there are none here.
    declared = client.get("/conformance").json()["conformsTo"]
    found = {item.removeprefix(TWO) for item in declared if item.startswith(TWO)}
    assert found == {"collections", "json", "html"}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_core_http(client, path):
    answer = client.get(path, headers={"Accept": JSON})
    assert (answer.status_code, answer.http_version) == (200, "HTTP/1.1")
    assert client.post(path).status_code == 405


def test_core_query_param_name_unknown(client):
    for path in (*DOCUMENTS, ITEMS):
        assert client.get(path, params={"no_such": "1"}).status_code == 400


def test_core_query_param_value_invalid(client):
    for given in ({"limit": "many"}, {"bbox": "1,2,3"}, {"datetime": "soon"}):
        assert client.get(ITEMS, params=given).status_code == 400


def test_core_query_param_capitalization(client):
    assert client.get(ITEMS, params={"LIMIT": "1"}).status_code == 400


def test_core_query_param_list_delimiter(client):
    both = client.get(ITEMS, params={"category": "cafe,pub", "limit": 10_000}).json()
    apart = [client.get(ITEMS, params={"category": name}).json() for name in ("cafe", "pub")]
    assert both["numberMatched"] == sum(item["numberMatched"] for item in apart) > 0


def test_core_query_param_value_boolean(client):
    found = [client.get(ITEMS, params={"in_zone": name}) for name in ("true", "false")]
    assert all(item.status_code == 200 for item in found)
    assert client.get(ITEMS, params={"in_zone": "perhaps"}).status_code == 400


def test_landing_page_root_success(client):
    body = client.get("/", headers={"Accept": JSON}).json()
    found = rels(body)
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= found.keys()
    assert all(client.get(item["href"]).status_code == 200 for item in found.values())


def test_landing_page_conformance_success(client):
    declared = client.get("/conformance").json()["conformsTo"]
    assert len(declared) == len(set(declared))
    assert all(item.startswith("http://www.opengis.net/spec/") for item in declared)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_json_content(client, path):
    answer = client.get(path, headers={"Accept": JSON})
    assert answer.headers["content-type"] == JSON
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_html_content(client, path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == HTML
    assert answer.text.startswith("<!DOCTYPE html>")


def test_html_names_what_json_names(client, listed):
    page = client.get("/collections", headers={"Accept": "text/html"}).text
    assert all(item["id"] in page for item in listed)


def test_oas30_definition(client):
    answer = client.get("/api")
    assert answer.headers["content-type"] == OAS30
    assert answer.json()["openapi"].startswith("3.0.")
    validate(answer.json())


def test_oas30_completeness(client, listed):
    paths = client.get("/api").json()["paths"]
    assert {"/", "/conformance", "/collections"} <= paths.keys()
    assert all(f"/collections/{item['id']}/items" in paths for item in listed)


def test_collections_rc_md_success(client, listed):
    body = client.get("/collections").json()
    assert {"self", "alternate"} <= rels(body).keys()
    for item in listed:
        assert {"id", "title", "extent", "links"} <= item.keys()


def test_collections_rc_md_items(listed):
    assert len({item["id"] for item in listed}) == len(listed)
    assert all("items" in rels(item) for item in listed)


def test_collections_src_md_success(client, listed):
    for item in listed:
        answer = client.get(f"/collections/{item['id']}")
        assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
    assert client.get("/collections/nosuch").status_code == 404


def test_collections_extent(listed):
    for item in listed:
        ((west, south, east, north),) = item["extent"]["spatial"]["bbox"]
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        for start, end in item["extent"].get("temporal", {}).get("interval", []):
            assert start is None or end is None or start <= end


def test_simple_query_bbox(client, listed):
    (one,) = [item for item in listed if item["id"] == "businesses"]
    box = ",".join(map(str, one["extent"]["spatial"]["bbox"][0]))
    whole = client.get(ITEMS, params={"limit": 1}).json()["numberMatched"]
    assert client.get(ITEMS, params={"bbox": box}).json()["numberMatched"] == whole
    assert client.get(ITEMS, params={"bbox": "0,0,1,1"}).json()["numberMatched"] == 0


def test_simple_query_datetime(client):
    whole = client.get(ITEMS, params={"limit": 1}).json()["numberMatched"]
    told = client.get(ITEMS, params={"datetime": "../2100-01-01"}).json()["numberMatched"]
    never = client.get(ITEMS, params={"datetime": "../1900-01-01"}).json()["numberMatched"]
    assert 0 <= never < told <= whole
    assert client.get(ITEMS, params={"datetime": "2030-01-01/2020-01-01"}).status_code == 400


def test_simple_query_limit(client):
    body = client.get(ITEMS, params={"limit": 7}).json()
    assert body["numberReturned"] == len(body["features"]) == 7
    assert "next" in rels(body)
