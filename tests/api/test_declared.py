"""Routes declare what they take: FastAPI checks it, and the OpenAPI document shows it."""

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

from api.app import ROUTES
from api.responses.declared_route import BareRoute, CachedRoute, DeclaredRoute
from maps.i18n import VISITORS_LANGUAGES


def test_every_route_is_one_of_fastapi():
    assert all(isinstance(route, APIRoute) for route in ROUTES)


def test_only_hot_paths_are_bare():
    bare = {route.path.rpartition("/")[2] for route in ROUTES if isinstance(route, BareRoute)}
    assert bare == {
        "items", "{featureId}", "{tileCol}", "{tileCol}.png", "{tileMatrixSetId}", "tiles",
    }  # fmt: skip


def test_the_names_of_a_query_come_from_the_signature():
    names = {
        route.path: route.query_names
        for route in ROUTES
        if isinstance(route, CachedRoute) and not isinstance(route, BareRoute)
    }
    assert names["/conformance"] == ["f", "lang"]
    assert names["/collections/{collectionId}"] == ["f", "lang"]
    assert names["/analysis"] == ["f"]
    assert names["/openapi.json"] == []


@pytest.mark.parametrize(
    ("path", "parameter", "allowed"),
    [
        ("/conformance?f=xml", "f", "json, html"),
        ("/conformance?lang=fr", "lang", ", ".join(VISITORS_LANGUAGES)),
        ("/conformance?x=1", "x", "f, lang"),
        ("/conformance?f=html&f=json", "f", "once; join several values by commas"),
        ("/openapi.json?f=json", "f", "no parameters"),
        ("/analysis?f=csv", "f", "json"),
        ("/collections/dong/styles/default?f=xml", "f", "json, qml"),
    ],
)
def test_what_fastapi_refuses_is_a_problem_with_what_is_allowed(client, path, parameter, allowed):
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["parameter"], body["allowed"]) == (parameter, allowed)


def test_a_collection_that_there_is_not_goes_before_a_wrong_parameter(client):
    assert client.get("/collections/none?x=1").status_code == 404


def test_every_declared_route_answers_head(client):
    for path in ("/", "/conformance", "/collections/dong/items", "/analysis", "/health/live"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path


def test_every_described_operation_belongs_to_a_declared_route(client):
    declared = {
        route.path: route.operation_id
        for route in ROUTES
        if isinstance(route, DeclaredRoute) and route.include_in_schema
    }
    described = client.get("/openapi.json").json()["paths"]
    assert set(declared) <= set(described)
    every = {path: list(operations.values()) for path, operations in described.items()}
    for path, name in declared.items():
        assert name in {item["operationId"] for item in every[path]}
    assert not any("422" in item["responses"] for path in every.values() for item in path)


def test_pictures_and_joins_are_described(client):
    paths = client.get("/openapi.json").json()["paths"]
    picture = paths["/maps/hot-spots.{kind}"]["get"]
    assert set(picture["responses"]["200"]["content"]) == {"image/png", "application/pdf"}
    (kind,) = [parameter for parameter in picture["parameters"] if parameter.get("in") == "path"]
    assert kind["schema"]["enum"] == ["png", "pdf"]
    names = {
        parameter.get("name", parameter.get("$ref", "").rpartition("/")[2])
        for parameter in picture["parameters"]
    }
    assert {"scale", "category", "in_zone", "lang", "demonstration"} <= names
    assert "f" not in names
    fields = paths["/maps/join"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"table", "text", "by", "column", "year", "classes", "f"} <= set(fields["properties"])
    assert "application/pdf" in paths["/maps/join"]["post"]["responses"]["200"]["content"]


@pytest.mark.parametrize("root", ["", "/atlas"])
def test_a_route_that_is_passed_over_would_not_have_matched(root):
    paths = [route.path.replace("{", "").replace("}", "") for route in ROUTES]
    scopes = [
        {"type": "http", "method": "GET", "root_path": root, "path": root + path}
        for path in [*paths, "/none", "/maps", "/collections/a b/items", "//", ""]
    ]
    for route in ROUTES:
        found = [route.matches(dict(scope)) for scope in scopes]
        assert [item[0] for item in found] == [
            APIRoute.matches(route, dict(scope))[0] for scope in scopes
        ]
        assert any(match is not Match.NONE for match, _ in found)
