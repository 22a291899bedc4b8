"""Each parameter is declared once: what a route describes is what it accepts, and no more."""

import pytest

from api.parameters.language import LANG
from api.parameters.raster_query import PARAMETERS
from geo.serving.analysis.measures import MEASURES
from maps.pages.analyse import choices as analyse
from maps.pages.eat import parameters as eat
from maps.pages.plan import choices as plan
from maps.web.map_pages import PAGES

# Any text is a unit: one that there is not selects nothing. Dong may be named as well.
STAFF = {
    f"/{page}": [
        parameter.name for parameter in choices.PARAMETERS if parameter.name not in ("unit", "dong")
    ]
    for page, choices in (("analyse", analyse), ("plan", plan))
}
EAT = "/eat"  # its links are printed and passed on: it leaves out what there is not
PATHS = [
    *(f"/maps/{name}" for name in PAGES),
    "/maps/food-streets/cards",
    *STAFF,
    *(f"/analysis/{name}" for name in MEASURES),
    *(f"/analysis/{name}/tiles/WebMercatorQuad" for name in PARAMETERS),
]
OUTSIDE = {"string": "nonsense", "integer": "1066", "number": "-1", "boolean": "perhaps"}
# A bandwidth has a meaning with a kernel only.
BESIDE = {("/maps/density", "bandwidth_m"): {"by": "kernel"}}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def described(client):
    """The parameters of the query of a path, by name, as the OpenAPI document has them."""
    document = client.get("/openapi.json").json()

    def parameters(path):
        template = path.replace("WebMercatorQuad", "{tileMatrixSetId}")
        operation = document["paths"][template]["get"]
        found = [resolved(document, item) for item in operation.get("parameters", [])]
        return {item["name"]: item for item in found if item["in"] == "query"}

    return parameters


def resolved(document, parameter):
    name = parameter.get("$ref", "").rpartition("/")[2]
    return document["components"]["parameters"][name] if name else parameter


def own(path):
    """The parameters that the path's declaration lists, without filters and formats."""
    if path in STAFF:
        return STAFF[path]
    if path == EAT:
        return [parameter.name for parameter in eat.PARAMETERS]
    name = path.removesuffix("/tiles/WebMercatorQuad").rpartition("/")[2]
    if path.startswith("/maps/"):
        return (
            [parameter.name for parameter in PAGES[name].parameters] if name in PAGES else ["ids"]
        )
    listed = PARAMETERS[name] if "tiles" in path else MEASURES[name].parameters
    return [item.name for item in listed]


@pytest.mark.parametrize("path", [*PATHS, EAT])
def test_the_names_described_are_those_accepted(client, described, path):
    answer = client.get(f"{path}?no-such=1", headers=JSON).json()
    assert answer["parameter"] == "no-such"
    assert set(answer["allowed"].split(", ")) == set(described(path))
    assert set(own(path)) <= set(described(path))


@pytest.mark.parametrize("path", PATHS)
def test_a_value_outside_the_description_is_refused_with_what_is_described(client, described, path):
    for name in own(path):
        schema = described(path)[name]["schema"]
        schema = schema.get("items", schema)
        query = {name: OUTSIDE[schema["type"]], **BESIDE.get((path, name), {})}
        answer = client.get(path, params=query, headers=JSON)
        assert (answer.status_code, answer.json()["parameter"]) == (400, name)
        if "enum" in schema:
            allowed = answer.json()["allowed"].split(", ")
            assert [item for item in allowed if item != "null"] == [
                str(item) for item in schema["enum"]
            ]
        for bound in ("minimum", "maximum"):
            if bound in schema:
                assert f"{schema[bound]:g}" in answer.json()["allowed"]


def test_the_visitors_page_leaves_out_a_value_that_it_does_not_have(client, described):
    for name in set(own(EAT)) - {"q"}:
        schema = described(EAT)[name]["schema"]
        assert schema.keys() == {"type", "example"}  # nothing is said to be refused
        ignored = client.get(EAT, params={name: OUTSIDE[schema["type"]], "lang": "en"})
        assert ignored.text == client.get(EAT, params={"lang": "en"}).text, name


def test_the_visitors_page_finds_by_the_example_described(client, described):
    plain = client.get(EAT, params={"lang": "en"}).text
    for name in set(own(EAT)) - {"start", "saved"}:  # 20 results are passed over, none is saved
        example = described(EAT)[name]["schema"]["example"]
        assert client.get(EAT, params={name: example, "lang": "en"}).text != plain, name


def test_every_lang_has_the_values_of_its_one_declaration(client):
    document = client.get("/openapi.json").json()
    lang = [
        resolved(document, item)["schema"]
        for path in document["paths"].values()
        for operation in path.values()
        for item in operation.get("parameters", [])
        if resolved(document, item)["name"] == LANG.name
    ]
    assert len(lang) > 20
    assert all(schema == LANG.json_schema for schema in lang)


def values_of(schema):
    """The values that a description names: all of a list at once, each end of a range."""
    if schema["type"] == "array":
        return [",".join(schema["items"]["enum"])] if "enum" in schema["items"] else []
    if "enum" in schema:
        return schema["enum"]
    return [schema[bound] for bound in ("minimum", "maximum") if bound in schema]


@pytest.mark.parametrize("path", [f"/maps/{name}" for name in PAGES])
def test_a_page_accepts_what_is_described(client, described, path):
    for name in own(path):
        for value in values_of(described(path)[name]["schema"]):
            query = {name: value, **BESIDE.get((path, name), {})}
            assert client.get(path, params=query, headers=JSON).status_code == 200, query


@pytest.mark.parametrize(
    "path", ["/maps/density", "/maps/residents", "/analysis/density", "/analysis/surveys",
             "/analysis/shares/tiles/WebMercatorQuad"],
)  # fmt: skip
def test_the_default_described_is_what_no_value_answers(client, described, path):
    defaults = {
        name: described(path)[name]["schema"]["default"]
        for name in own(path)
        if "default" in described(path)[name]["schema"]
    }
    assert defaults
    if path == "/maps/density":
        del defaults["bandwidth_m"]  # refused beside hexagons, whatever it is
    plain, explicit = client.get(path), client.get(path, params=defaults)
    assert explicit.status_code == 200
    assert without_query(explicit, path) == without_query(plain, path)


def without_query(answer, path):
    """The body, without the address under which it was asked for."""
    if answer.headers["content-type"].startswith("text/html"):
        return answer.text
    body = answer.json()
    return body.get("rows", body.get("description"))
