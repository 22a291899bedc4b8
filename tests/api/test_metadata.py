"""Landing page, conformance, collections, OpenAPI: what clients read first."""

import re

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from published import version_of

from api.app import ROUTES
from api.service.settings import Settings
from geo.serving.analysis.measures import MEASURES
from geo.snapshot.schema.layer_names import COLLECTIONS

PLACES = {
    "lang": "vi",
    "collectionId": "dong",
    "featureId": "4127354500",
    "spot": "samarkand",
    "corner": "gate",
    "tileMatrixSetId": "WebMercatorQuad",
    "styleId": "default",
    "tileMatrix": 0,
    "tileRow": 0,
    "tileCol": 0,
}


def links(body):
    return {link["rel"]: link for link in body["links"]}


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*"])
def test_root_is_json_for_everything_but_browsers(client, accept):
    answer = client.get("/", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


def test_root_is_a_page_for_a_browser(client):
    answer = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("text/html")


def test_format_in_the_query_wins_over_the_header(client):
    assert client.get("/?f=html").headers["content-type"].startswith("text/html")
    browser = {"Accept": "text/html"}
    assert client.get("/?f=json", headers=browser).headers["content-type"] == "application/json"


def test_landing_page_leads_to_all_parts(client, address):
    found = links(client.get("/").json())
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(found)
    assert found["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    for link in client.get("/").json()["links"]:
        assert link["href"].startswith(address)
        assert client.get(link["href"]).status_code == 200


def test_links_do_not_follow_the_host_header(client, address):
    body = client.get("/collections/dong/items", headers={"Host": "evil.example"}).json()
    assert all(link["href"].startswith(address) for link in body["links"])


def test_links_stand_on_the_public_url(home, serve):
    settings = Settings(home=home, public_url="https://atlas.example/ansan/")
    body = httpx.get(f"{serve(settings)}/collections/gu/items").json()
    assert links(body)["self"]["href"] == "https://atlas.example/ansan/collections/gu/items"


@pytest.mark.parametrize("path", ["/", "/collections", "/collections/dong/items"])
def test_who_takes_nothing_that_there_is_gets_a_406(client, path):
    answer = client.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/html" in answer.json()["detail"]


def test_newer_desktop_clients_find_the_classes_they_look_for(client):
    # QGIS hands filters over only where it finds all of these.
    classes = client.get("/conformance").json()["conformsTo"]
    cql2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
    features = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
    assert {cql2 + "basic-cql2", cql2 + "cql2-text"} <= set(classes)
    assert {features + "filter", features + "features-filter"} <= set(classes)


def test_there_are_the_eight_collections(client):
    found = [collection["id"] for collection in client.get("/collections").json()["collections"]]
    assert sorted(found) == sorted(COLLECTIONS)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_collection_is_described(client, collection):
    body = client.get(f"/collections/{collection}").json()
    assert body["itemType"] == "feature"
    west, south, east, north = body["extent"]["spatial"]["bbox"][0]
    assert 126.299 <= west < east <= 127.001  # rounded outward
    assert 36.999 <= south < north <= 37.501
    assert len(body["extent"]["temporal"]["interval"][0]) == 2
    assert body["attribution"]
    assert {"self", "items", "license"} <= set(links(body))
    for link in body["links"]:
        if link["rel"] != "license":
            assert client.get(link["href"]).status_code == 200, link


def test_openapi_30_is_valid(client):
    answer = client.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(answer.json()).validate()


def test_openapi_31_is_valid(client):
    body = client.get("/openapi.json").json()
    assert body["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(body).validate()


def test_openapi_tells_the_page_size(client):
    schema = client.get("/api").json()["components"]["parameters"]["limit"]["schema"]
    assert (schema["default"], schema["maximum"]) == (100, 10_000)


def test_every_documented_filter_is_accepted(client):
    paths = client.get("/api").json()["paths"]
    for collection in COLLECTIONS:
        operation = paths[f"/collections/{collection}/items"]["get"]
        for parameter in operation["parameters"]:
            if "$ref" in parameter:
                continue
            schema = parameter["schema"]
            member = schema.get("items", schema)
            sample = {"boolean": "true", "integer": "2020", "number": "1", "string": "x"}
            value = str(member.get("example", member.get("enum", [sample[member["type"]]])[0]))
            url = f"/collections/{collection}/items"
            assert client.get(url, params={parameter["name"]: value}).status_code == 200


def test_every_documented_path_answers(client):
    paths = client.get("/api").json()["paths"]
    apart = {f"/analysis/{name}" for name in MEASURES}  # and pictures: test_analysis, test_pictures
    for path in (path for path in paths if "{kind}" not in path and path not in apart):
        answer = client.get(path.format(**PLACES), follow_redirects=True)
        assert answer.status_code == 200, path


def test_health(client, home):
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = client.get("/health/ready").json()
    assert ready["snapshot"] == version_of(home / "current")
    assert ready["features"]["dong"] == 25


def test_other_origins_may_read(client):
    answer = client.get("/collections", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_every_route_is_documented(client):
    documented = client.get("/api").json()["paths"]
    # Each measure is described by its own address, because each takes other parameters; what is
    # for staff, and the forms that take a table or a note, are described in docs/api.md.
    named = {route.path for route in ROUTES if "{measure}" not in route.path}
    named = {path for path in named if not path.startswith("/staff")}
    named -= {"/eat/{spot}/notes", "/maps/join"}
    assert named <= set(documented)
    assert {f"/analysis/{name}" for name in MEASURES} <= set(documented)


def test_gdal_finds_the_filters_at_the_literal_path(client):
    operation = client.get("/api").json()["paths"]["/collections/businesses/items"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"] if "name" in parameter}
    assert {"category", "cuisine", "foreign_run", "provenance"} <= names


@pytest.mark.parametrize("path", ["/api", "/openapi.json"])
def test_servers_are_absolute(client, address, path):
    assert client.get(path).json()["servers"] == [{"url": address}]


def test_the_page_to_try_the_api_calls_its_own_origin(client):
    # The document names one address; the page may be open under another name of the same host.
    assert "spec.servers = [{ url: new URL(" in client.get("/static/docs.js").text
    assert "connect-src 'self'" in client.get("/docs").headers["content-security-policy"]


def test_extents_are_times_as_rfc_3339_writes_them(client):
    interval = client.get("/collections/zone").json()["extent"]["temporal"]["interval"]
    assert interval == [["2009-05-14T00:00:00Z", None]]


def test_json_of_the_root_depends_on_the_accept_header(client):
    assert client.get("/").headers["vary"] == "Accept, Accept-Encoding, Accept-Language"


@pytest.mark.parametrize("path", ["/api", "/openapi.json", "/", "/docs", "/analysis"])
def test_documents_are_packed_and_not_sent_twice(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert path == "/docs" or answer.headers["content-encoding"] == "gzip"  # fits one packet
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_of_other_origins_may_read_the_headers_and_send_a_token(client):
    shown = client.get("/collections").headers["access-control-expose-headers"].split(", ")
    assert {"Link", "Content-Crs", "OGC-NumberMatched", "ETag", "Content-Range"} <= set(shown)
    allowed = client.options("/collections").headers["access-control-allow-headers"].split(", ")
    assert set(allowed) == {"*", "Authorization"}


def test_health_is_never_kept(client):
    assert client.get("/health/ready").headers["cache-control"] == "no-store"


def test_a_collection_says_what_its_sources_cover(client):
    said = {
        item["source"]: item for item in client.get("/collections/businesses").json()["coverage"]
    }
    assert said["storefronts"]["outline"]["type"] in ("Polygon", "MultiPolygon")
    assert said["storefronts"]["sectors"] == ["retail", "food", "personal-services"]


def test_generators_can_use_the_names_and_groups_of_operations(client):
    body = client.get("/api").json()
    operations = [methods["get"] for methods in body["paths"].values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    # Dots only where OGC API - Tiles asks for them.
    plain = [name for name in names if ".collection.vector.get" not in name]
    assert all(re.fullmatch(r"get[A-Za-z0-9]+", name) for name in plain)
    assert all(re.fullmatch(r"[a-z]+(\.[a-zA-Z]+)+", name) for name in set(names) - set(plain))
    assert "getFeaturesFoodStreets" in names
    known = [tag["name"] for tag in body["tags"]]
    assert all(
        len(operation["tags"]) == 1 and operation["tags"][0] in known for operation in operations
    )
