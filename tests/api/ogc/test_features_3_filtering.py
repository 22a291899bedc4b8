"""OGC API - Features, Part 3 (19-079r2): the abstract tests, by their names in Annex A."""

import pytest

PART = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
GEOJSON = "application/geo+json"
VALID = "{} IS NULL"
INVALID = "THIS IS NOT A FILTER"


def items(client, collection, **given):
    return client.get(f"/collections/{collection['id']}/items", params={"limit": 10_000, **given})


def whole_of(client, collection):
    """All features of a collection, page after page."""
    found, matched = [], 1
    while len(found) < matched:
        body = items(client, collection, offset=len(found)).json()
        found, matched = [*found, *body["features"]], body["numberMatched"]
    return found


def ids(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == GEOJSON
    return [feature["id"] for feature in answer.json()["features"]]


@pytest.fixture(scope="module")
def listed(client):
    return client.get("/collections").json()["collections"]


@pytest.fixture(scope="module")
def held(client, listed):
    """The queryables of each collection, by its id."""
    return {
        item["id"]: client.get(
            f"/collections/{item['id']}/queryables", headers={"Accept": SCHEMA}
        ).json()["properties"]
        for item in listed
    }


@pytest.fixture(scope="module")
def features(client, listed):
    """All features of each collection, by its id."""
    return {item["id"]: whole_of(client, item) for item in listed}


def of_items(api):
    """The parameters of the items of each collection, by name."""
    shared = api["components"]["parameters"]
    for path, held in api["paths"].items():
        if path.startswith("/collections/") and path.endswith("/items"):
            given = held["get"]["parameters"]
            whole = [
                shared[item["$ref"].rsplit("/", 1)[1]] if "$ref" in item else item for item in given
            ]
            yield {item["name"]: item for item in whole}


@pytest.fixture(scope="module")
def parameters(client):
    return next(of_items(client.get("/api").json()))


@pytest.mark.parametrize(
    "name", ["queryables", "queryables-query-parameters", "filter", "features-filter"]
)
def test_get_conformance(client, name):
    assert PART + name in client.get("/conformance").json()["conformsTo"]


def test_queryables_get_queryables(client, listed):
    for item in listed:
        here = f"/collections/{item['id']}/queryables"
        answer = client.get(here, headers={"Accept": SCHEMA})
        body = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (200, SCHEMA)
        assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert body["$id"] == str(client.base_url.join(here))
        assert (body["type"], body["additionalProperties"]) == ("object", False)
        assert body["properties"]


def test_queryables_get_collection(client, listed):
    for item in listed:
        body = client.get(f"/collections/{item['id']}").json()
        (found,) = [link for link in body["links"] if link["rel"] == QUERYABLES]
        assert found["href"] == str(client.base_url.join(f"/collections/{item['id']}/queryables"))
        assert client.get(found["href"]).status_code == 200


def test_queryables_expression_construction(client, listed):
    for item in listed:
        assert items(client, item, filter=VALID.format("no_queryable")).status_code == 400


def test_queryables_query_parameters_parameters(client, listed, held, features):
    for item in listed:
        whole = features[item["id"]]
        for name, kind in held[item["id"]].items():
            value = next((f["properties"][name] for f in whole if f["properties"].get(name)), None)
            if kind.get("type") not in ("string", "integer", "number", "boolean") or value is None:
                continue
            given = str(value).lower() if isinstance(value, bool) else str(value)
            wanted = [f["id"] for f in whole if f["properties"][name] == value]
            assert ids(items(client, item, **{name: given})) == wanted[:10_000], (item["id"], name)
        assert items(client, item, no_queryable="x").status_code == 400


def test_filter_filter_param_definition(parameters):
    parameter = parameters["filter"]
    assert (parameter["name"], parameter["in"], parameter.get("required", False)) == (
        "filter",
        "query",
        False,
    )
    assert parameter["schema"]["type"] == "string"


def test_filter_filter_lang_param_definition(parameters):
    parameter = parameters["filter-lang"]
    assert (parameter["name"], parameter["in"], parameter.get("required", False)) == (
        "filter-lang",
        "query",
        False,
    )
    assert {"cql2-text", "cql2-json"} <= set(parameter["schema"]["enum"])
    assert parameter["schema"]["default"] == "cql2-text"


def test_filter_filter_crs_param_definition(parameters):
    parameter = parameters["filter-crs"]
    assert (parameter["name"], parameter["in"], parameter.get("required", False)) == (
        "filter-crs",
        "query",
        False,
    )


@pytest.mark.parametrize("given", [{"filter-lang": "cql2-text"}, {}])
def test_filter_filter_param_and_filter_lang_default(client, listed, held, features, given):
    for item in listed:
        whole = features[item["id"]]
        for name in held[item["id"]]:
            if name == "geometry":
                continue
            wanted = [f["id"] for f in whole if f["properties"][name] is None]
            assert ids(items(client, item, filter=VALID.format(name), **given)) == wanted[:10_000]
        assert items(client, item, filter=INVALID, **given).status_code == 400


def test_filter_lang_of_another_language(client, listed):
    assert items(client, listed[0], filter="a=1", **{"filter-lang": "sql"}).status_code == 400


def test_filter_filter_crs_wgs84(client, listed):
    for item in listed:
        box = item["extent"]["spatial"]["bbox"][0]
        all_in = "S_INTERSECTS(geometry,BBOX({},{},{},{}))".format(*box)
        placed = items(client, item, filter="geometry IS NOT NULL")
        assert ids(items(client, item, filter=all_in)) == ids(placed)
        nowhere = "S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))"
        assert items(client, item, filter=nowhere).status_code == 400


def test_filter_filter_crs_param(client, listed):
    from pyproj import Transformer

    for item in listed:
        west, south, east, north = item["extent"]["spatial"]["bbox"][0]
        for uri in item["crs"]:
            code = uri.rsplit("/", 1)[1]
            to = None if code == "CRS84" else Transformer.from_crs("OGC:CRS84", f"EPSG:{code}")
            low, high = (to.transform(*xy) if to else xy for xy in ((west, south), (east, north)))
            middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            box = f"S_INTERSECTS(geometry,BBOX({low[0]},{low[1]},{middle[0]},{middle[1]}))"
            assert items(client, item, filter=box, **{"filter-crs": uri}).status_code == 200
        wrong = {"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/1"}
        assert items(client, item, filter="geometry IS NULL", **wrong).status_code == 400


def test_filter_mixing_expressions(client, listed):
    (businesses,) = [item for item in listed if item["id"] == "businesses"]
    cafes = set(ids(items(client, businesses, category="cafe")))
    inside = set(ids(items(client, businesses, filter="in_zone = true")))
    box = ",".join(map(str, (126.788, 37.327, 126.7911, 37.3298)))
    here = set(ids(items(client, businesses, bbox=box)))
    mixed = items(client, businesses, category="cafe", filter="in_zone = true", bbox=box)
    assert set(ids(mixed)) == cafes & inside & here != set()


def test_features_filter_paths(client, listed):
    held = list(of_items(client.get("/api").json()))
    assert len(held) >= len(listed)
    assert all({"filter", "filter-lang", "filter-crs"} <= item.keys() for item in held)
