"""Wrong input: a 4xx problem document that names parameter, value and what is allowed."""

import pytest

ITEMS = "/collections/businesses/items"

WRONG = [
    (f"{ITEMS}?limit=0", "limit", "0"),
    (f"{ITEMS}?limit=-1", "limit", "-1"),
    (f"{ITEMS}?limit=ten", "limit", "ten"),
    (f"{ITEMS}?limit=1.5", "limit", "1.5"),
    (f"{ITEMS}?limit=", "limit", ""),
    (f"{ITEMS}?offset=-1", "offset", "-1"),
    (f"{ITEMS}?bbox=1,2,3", "bbox", "1,2,3"),
    (f"{ITEMS}?bbox=1,2,3,x", "bbox", "x"),
    (f"{ITEMS}?bbox=nan,37,127,38", "bbox", "nan"),
    (f"{ITEMS}?bbox=126,37,inf,38", "bbox", "inf"),
    (f"{ITEMS}?bbox=126,38,127,37", "bbox", "126,38,127,37"),  # south above north
    (f"{ITEMS}?bbox=126,37,127,91", "bbox", "126,37,127,91"),
    (f"{ITEMS}?bbox=126,37,1000,38", "bbox", "126,37,1000,38"),
    (f"{ITEMS}?category=pizza", "category", "pizza"),
    (f"{ITEMS}?category=", "category", ""),
    (f"{ITEMS}?foreign_run=maybe", "foreign_run", "maybe"),
    (f"{ITEMS}?accuracy_m=near", "accuracy_m", "near"),
    (f"{ITEMS}?colour=red", "colour", "red"),
    (f"{ITEMS}?limit=1&limit=2", "limit", "2"),
    (f"{ITEMS}?category=pub&category=pizza", "category", "pizza"),
    (f"{ITEMS}?f=shapefile", "f", "shapefile"),
    (f"{ITEMS}?datetime=yesterday", "datetime", "yesterday"),
    (f"{ITEMS}?datetime=2025-12-31/2025-01-01", "datetime", "2025-12-31/2025-01-01"),
    (f"{ITEMS}?crs=EPSG:5186", "crs", "EPSG:5186"),
    (f"{ITEMS}?bbox=126,37,127,38&bbox-crs=EPSG:5186", "bbox-crs", "EPSG:5186"),
    (f"{ITEMS}?verified_on=today", "verified_on", "today"),
    (f"{ITEMS}?bbox=%D9%A1,2,3,4", "bbox", "١"),
    (f"{ITEMS}/samarkand?limit=5", "limit", "5"),
    ("/conformance?f=xml", "f", "xml"),
    ("/api?x=1", "x", "1"),
    ("/openapi.json?x=1", "x", "1"),
    ("/docs?x=1", "x", "1"),
    ("/?lang=xx", "lang", "xx"),
    ("/collections/residents/items?year=soon", "year", "soon"),
    ("/collections?limit=5", "limit", "5"),
    ("/maps/residents?year=2015&indicator=change", "year", "2015"),
    ("/maps/residents?indicator=wealth", "indicator", "wealth"),
    ("/maps/density?by=street", "by", "street"),
    ("/maps/density?by=dong&category=pub", "category", "pub"),
    ("/maps/density?by=dong&foreign_run=true", "foreign_run", "true"),
    ("/maps/density?by=hex&bandwidth_m=60", "bandwidth_m", "60"),
    ("/maps/density?by=kernel&bandwidth_m=5", "bandwidth_m", "5"),
    ("/maps/density?min_density=-1", "min_density", "-1"),
    ("/maps/density?min_density=nan", "min_density", "nan"),
    ("/maps/food-streets?cuisine=xx", "cuisine", "xx"),
    ("/maps/food-streets?place=nowhere", "place", "nowhere"),
    ("/maps/food-streets?simulated=2", "simulated", "2"),
    ("/maps/food-streets?lang=xx", "lang", "xx"),
    ("/?f=xml", "f", "xml"),
]


@pytest.mark.parametrize(("url", "parameter", "value"), WRONG)
def test_a_wrong_parameter_is_named(client, url, parameter, value):
    answer = client.get(url)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["parameter"], body["value"]) == (parameter, value)
    assert body["allowed"]
    assert body["allowed"] in body["detail"]


def test_the_allowed_values_are_listed(client):
    body = client.get(f"{ITEMS}?halal=very").json()
    assert body["allowed"] == "certified, self-declared, muslim-friendly, pork-free, unknown"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/collections/shops",
        f"{ITEMS}/nobody",
        f"{ITEMS}/%00",
        f"{ITEMS}/a%2Fb",
        "/collections/..%2f..%2fetc/items",
        "/maps/heat",
        "/static/..%2f..%2fpyproject.toml",
        "/collections/" + "x" * 5000,
    ],
)
def test_what_is_not_there_is_a_404_problem(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_service_only_reads(client, method):
    answer = client.request(method, ITEMS)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        "name_ko=%ff%fe",
        "%ff=1",
        "name_ko=%00",
        "a&" * 200,
        "bbox=" + "1," * 400,
        "limit=" + "9" * 3000,
        "name_ko=" + "x" * 8000,
        "=",
        "&&&",
        "bbox=%31,2,3,4&bbox",
        "limit=%D9%A1",  # a digit, but not one of ours
        "limit=1_000",
        "bbox=1_0,2,3,4",
    ],
)
def test_strange_queries_never_break_the_service(client, query):
    assert client.get(f"{ITEMS}?{query}").status_code in (200, 400)


def test_a_long_value_is_cut_in_the_answer(client):
    body = client.get(ITEMS, params={"category": "x" * 5000}).json()
    assert len(body["value"]) < 200


def test_control_characters_are_not_repeated(client):
    body = client.get(f"{ITEMS}?category=a%0d%0ab%1b").json()
    assert all(character.isprintable() for character in body["value"])


def test_a_failure_shows_nothing_internal(home, serve, monkeypatch):
    import httpx

    from api.service.settings import Settings
    from geo.snapshot.layer import Layer

    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Layer, "select", broken)
    answer = httpx.get(f"{serve(Settings(home=home))}{ITEMS}?category=pub")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_refused_value_is_not_repeated_as_markup(client):
    answer = client.get("/maps/density", params={"by": "<script>alert(1)</script>"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_where_nothing_may_be_asked_the_answer_says_so(client):
    assert client.get("/docs?x=1").json()["allowed"] == "no parameters"


def test_another_origin_may_ask_what_it_may_do(client):
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    answer = client.options(ITEMS, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"


def test_another_origin_learns_that_a_table_may_be_handed_in(client):
    answer = client.options("/maps/join")
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST"
    assert client.options("/eat/samarkand/notes").headers["allow"] == "POST, OPTIONS"
    assert client.options("/maps/residents").headers["allow"] == "GET, HEAD, OPTIONS"
