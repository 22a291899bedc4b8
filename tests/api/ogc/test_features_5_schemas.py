"""OGC API - Features, Part 5 (23-058): the abstract tests, by their names in Annex A."""

import pytest
from jsonschema.validators import Draft202012Validator

PART = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
SCHEMA = "application/schema+json"
KINDS = ("schema", "queryables", "sortables")
ROLE = "x-ogc-role"


@pytest.fixture(scope="module")
def listed(client):
    return [collection["id"] for collection in client.get("/collections").json()["collections"]]


@pytest.fixture(scope="module")
def schemas(client, listed):
    """Every schema with its address."""
    return [
        (kind, path, client.get(path, headers={"Accept": SCHEMA}))
        for kind in KINDS
        for path in (f"/collections/{item}/{kind}" for item in listed)
    ]


def with_role(body, role):
    return [schema for schema in body["properties"].values() if schema.get(ROLE) == role]


@pytest.mark.parametrize(
    "name",
    [
        "schemas",
        "queryables",
        "advanced-property-roles",
        "returnables-and-receivables",
        "sortables",
    ],
)
def test_get_conformance(client, name):
    assert PART + name in client.get("/conformance").json()["conformsTo"]


def test_schemas_basic_schema_inspection(client, schemas):
    for _, path, answer in schemas:
        body = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (200, SCHEMA)
        assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert body["$id"] == str(client.base_url.join(path))
        assert body["type"] == "object"
        Draft202012Validator.check_schema(body)
        known = {*Draft202012Validator.VALIDATORS, "title", "description", "examples", "default"}
        for schema in body["properties"].values():
            assert "type" in schema or schema["format"].startswith("geometry-")
            assert all(word in known or word.startswith("x-") for word in schema)


def test_schemas_role(schemas):
    for _, _, answer in schemas:
        roles = [schema[ROLE] for schema in answer.json()["properties"].values() if ROLE in schema]
        assert all(isinstance(role, str) for role in roles)


def test_schemas_role_id(schemas):
    for kind, _, answer in schemas:
        found = with_role(answer.json(), "id")
        assert len(found) == (kind != "queryables")
        assert all(item["type"] in ("string", "integer") for item in found)


def test_schemas_property_seq(schemas):
    for _, _, answer in schemas:
        for schema in answer.json()["properties"].values():
            assert isinstance(schema.get("x-ogc-propertySeq", 0), int)


def test_advanced_property_roles_role_primary_geometry(schemas):
    for kind, _, answer in schemas:
        found = with_role(answer.json(), "primary-geometry")
        assert len(found) == (kind != "sortables")
        for item in found:
            assert "type" not in item
            assert "$ref" not in item
            assert item["format"].startswith("geometry-")


def test_advanced_property_roles_role_primary_temporal(schemas):
    for _, _, answer in schemas:
        for role in ("primary-instant", "primary-interval-start", "primary-interval-end"):
            found = with_role(answer.json(), role)
            assert len(found) <= 1
            assert all(item["format"] in ("date", "date-time") for item in found)


@pytest.mark.parametrize("kind", KINDS)
def test_link(client, listed, kind):
    for item in listed:
        body = client.get(f"/collections/{item}").json()
        (found,) = [link for link in body["links"] if link["rel"] == REL + kind]
        assert found["href"] == str(client.base_url.join(f"/collections/{item}/{kind}"))


def test_returnables_and_receivables_response_1(client, listed):
    for item in listed:
        schema = client.get(f"/collections/{item}/schema").json()
        apart = ("id", "primary-geometry")  # these stand beside the properties of a GeoJSON feature
        held = {n: s for n, s in schema["properties"].items() if s.get(ROLE) not in apart}
        properties = {
            "type": "object", "properties": held, "additionalProperties": False,
            "required": [name for name in schema["required"] if name in held],
        }  # fmt: skip
        checker = Draft202012Validator(properties)
        of_ids = Draft202012Validator({"type": with_role(schema, "id")[0]["type"]})
        for feature in client.get(f"/collections/{item}/items?limit=10000").json()["features"]:
            # A null in GeoJSON is a property without a value (RFC 7946, 3.2), as one left out.
            checker.validate({k: v for k, v in feature["properties"].items() if v is not None})
            of_ids.validate(feature["id"])


def test_sortables_op_and_response(client, listed):
    for item in listed:
        held = client.get(f"/collections/{item}/sortables").json()["properties"]
        assert all(kind["type"] not in ("array", "object") for kind in held.values())
        for name in held:
            assert client.get(f"/collections/{item}/items?sortby=-{name}").status_code == 200


def test_items_lead_to_the_queryables(client, listed):
    for item in listed:
        links = client.get(f"/collections/{item}/items?limit=1").json()["links"]
        (found,) = [link for link in links if link["rel"] == REL + "queryables"]
        assert found["href"] == str(client.base_url.join(f"/collections/{item}/queryables"))
        assert found["type"] == SCHEMA


def test_whole_days_are_dates(client):
    # A month or a year is no full-date of RFC 3339: such a property has no format.
    zone = client.get("/collections/zone/schema").json()["properties"]
    assert zone["valid_from"]["format"] == zone["valid_to"]["format"] == "date"
    assert (
        "format"
        not in client.get("/collections/businesses/schema").json()["properties"]["source_date"]
    )


def test_the_time_that_datetime_asks_for_has_its_role(client, listed):
    zone = client.get("/collections/zone/schema").json()["properties"]
    assert zone["valid_from"][ROLE] == "primary-interval-start"
    assert zone["valid_to"][ROLE] == "primary-interval-end"
    for item in listed:
        held = client.get(f"/collections/{item}/schema").json()["properties"]
        roles = {name for name, kind in held.items() if kind.get(ROLE) == "primary-instant"}
        assert roles <= {"source_date"}
        assert all(held[name]["format"] == "date" for name in roles)
