"""Styles of the collections, for MapLibre and for QGIS."""

import json
import subprocess
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import mapbox_vector_tile
import pytest
from node import MODULES, node_with

from geo.snapshot.schema.layer_names import COLLECTIONS

DRAWN = sorted(set(COLLECTIONS) - {"helplines"})  # which have no place
MAPLIBRE = "application/vnd.mapbox.style+json"
QML = "application/x-qgis-layer-settings"
# Style specification 8, sources of type vector: what MapLibre cannot do without.
TYPES = {"fill", "line", "circle", "symbol"}
PAINT = {"fill": "fill-", "line": "line-", "circle": "circle-", "symbol": "text-"}
VALIDATE = """
import {validateStyleMin} from "@maplibre/maplibre-gl-style-spec";
import {readFileSync} from "node:fs";
const styles = JSON.parse(readFileSync(0, "utf8"));
const errors = styles.flatMap((style) => validateStyleMin(style));
console.log(JSON.stringify(errors.map((one) => one.message)));
"""


def style_of(client, collection, **asked):
    return client.get(f"/collections/{collection}/styles/default", params=asked)


@pytest.mark.parametrize("collection", DRAWN)
def test_a_style_has_what_the_specification_requires(client, collection):
    answer = style_of(client, collection)
    assert answer.headers["content-type"] == MAPLIBRE
    style = answer.json()
    assert style["version"] == 8
    names = [layer["id"] for layer in style["layers"]]
    assert len(names) == len(set(names)) > 0
    for source in style["sources"].values():
        assert source["type"] == "vector"
        assert source["attribution"]
        west, south, east, north = source["bounds"]
        assert west < east
        assert south < north
    for layer in style["layers"]:
        assert layer["type"] in TYPES
        assert layer["source"] in style["sources"]
        assert layer["source-layer"] == collection
        assert all(name.startswith(PAINT[layer["type"]]) for name in layer["paint"])


def test_the_styles_are_valid_by_the_reference_implementation(client):
    node = node_with("@maplibre/maplibre-gl-style-spec")
    styles = [style_of(client, collection).json() for collection in DRAWN]
    done = subprocess.run(
        [node, "--input-type=module", "-e", VALIDATE],
        input=json.dumps(styles).encode(),
        cwd=MODULES,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == []


def tile(client, source):
    """The first tile of a source that a map of the whole city would ask for."""
    template = urlsplit(source["tiles"][0])
    path = template.path.replace("{z}/{y}/{x}", "8/99/218")
    return client.get(f"{path}?{template.query}")


def used(expression):
    """Properties that an expression reads."""
    if not isinstance(expression, list):
        return set()
    if expression[:1] in (["get"], ["has"]):
        return {expression[1]}
    return set().union(*map(used, expression))


@pytest.mark.parametrize("collection", DRAWN)
def test_the_tiles_of_a_style_hold_the_layer_and_properties_that_it_draws(client, collection):
    style = style_of(client, collection).json()
    fields = client.get(
        f"/collections/{collection}/tiles/WebMercatorQuad", params={"f": "tilejson"}
    ).json()["vector_layers"][0]["fields"]
    for source in style["sources"].values():
        answer = tile(client, source)
        assert answer.status_code == 200
        assert list(mapbox_vector_tile.decode(answer.content)) == [collection]
    for layer in style["layers"]:
        read = [layer.get("filter"), *layer["paint"].values(), *layer.get("layout", {}).values()]
        assert set().union(*map(used, read)) <= fields.keys()


def test_one_version_of_the_same_places_is_drawn(client):
    def features(collection):
        (source,) = style_of(client, collection).json()["sources"].values()
        drawn = mapbox_vector_tile.decode(tile(client, source).content)
        return [feature["properties"] for feature in drawn[collection]["features"]]

    residents = features("residents")
    assert len(residents) == 25
    assert {resident["year"] for resident in residents} == {2025}
    assert len(features("zone")) == len(features("food-streets")) == 1


def test_simulated_features_are_apart_hollow_and_named(client):
    style = style_of(client, "businesses", lang="en").json()
    real, simulated = style["sources"]["businesses"], style["sources"]["businesses-simulated"]
    assert real["tiles"][0].endswith("?provenance=observed,approximate,fitted")
    assert simulated["tiles"][0].endswith("?provenance=simulated")
    ring, label = (layer for layer in style["layers"] if layer["source"] == "businesses-simulated")
    assert ring["paint"]["circle-opacity"] == 0
    assert ring["paint"]["circle-stroke-width"]
    assert label["layout"]["text-field"] == "simulated"
    # Names of real places are not hidden by labels of simulated ones: upper layers come first.
    assert style["layers"].index(label) < min(
        style["layers"].index(layer) for layer in style["layers"] if layer["source"] == "businesses"
    )
    korean = style_of(client, "businesses", lang="ko").json()
    (label,) = (layer for layer in korean["layers"] if layer["id"] == "businesses-simulated-labels")
    assert label["layout"]["text-field"] == "가상"


def test_nothing_is_said_to_be_simulated_where_nothing_is(client):
    for collection in set(DRAWN) - {"businesses"}:
        style = style_of(client, collection)
        assert list(style.json()["sources"]) == [collection]
        assert "simulated" not in style.text
        assert "simulated" not in style_of(client, collection, f="qml").text


@pytest.mark.parametrize(
    ("lang", "title", "first"), [("ko", "행정동", "name_ko"), ("en", "Dong", "name_en")]
)
def test_labels_are_in_the_language_of_the_reader(client, lang, title, first):
    answer = style_of(client, "dong", lang=lang)
    assert answer.headers["content-language"] == lang
    assert answer.json()["name"] == title
    text = answer.json()["layers"][-1]["layout"]["text-field"]
    assert text[:2] == ["coalesce", ["get", first]]


def test_a_share_has_the_colour_of_its_class(client):
    """Bounds by hand from the legend of /maps/residents."""
    style = style_of(client, "residents").json()
    colour = style["layers"][0]["paint"]["fill-color"]
    assert colour[0] == "case"
    tops = [part[2] for part in colour[3:-1:2]]
    legend = client.get("/maps/residents?lang=en", headers={"accept": "text/html"}).text
    assert tops == sorted(tops, key=lambda top: (top == 0, top))  # the last class has no top
    for top in tops[:-1]:
        assert f"{100 * top:.1f}%" in legend
    assert colour[4:-1:2] == [
        "#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494",
    ]  # fmt: skip


@pytest.mark.parametrize("collection", DRAWN)
def test_the_style_for_qgis_has_a_symbol_for_every_rule(client, collection):
    answer = style_of(client, collection, f="qml")
    assert answer.headers["content-type"] == QML
    assert answer.headers["content-disposition"] == f'attachment; filename="{collection}.qml"'
    root = ET.fromstring(answer.content)  # noqa: S314 # written by our own service
    rules = {element.get("symbol") for element in root.iter("rule")}
    marks = {element.get("name") for element in root.iter("symbol")}
    assert rules == marks
    assert len(rules) == {"businesses": 17, "residents": 5}.get(collection, 1)


def test_a_collection_leads_to_its_styles(client):
    links = client.get("/collections/zone").json()["links"]
    kinds = {link["type"]: link["href"] for link in links if link["rel"] == "stylesheet"}
    assert kinds.keys() == {MAPLIBRE, QML}
    for kind, href in kinds.items():
        assert client.get(href).headers["content-type"] == kind
    (listed,) = [link["href"] for link in links if link["rel"].endswith("/styles")]
    body = client.get(listed).json()
    assert body["default"] == "default"
    assert [style["id"] for style in body["styles"]] == ["default"]
    assert {link["href"] for link in body["styles"][0]["links"]} == set(kinds.values())
    page = client.get(listed, params={"f": "html", "lang": "ko"})
    assert "스타일" in page.text


def test_what_there_is_not_is_refused(client):
    assert client.get("/collections/helplines/styles").status_code == 404
    links = client.get("/collections/helplines").json()["links"]
    assert not [link for link in links if link["rel"] == "stylesheet"]
    assert client.get("/collections/zone/styles/night").status_code == 404
    assert style_of(client, "zone", f="sld").status_code == 400
    etag = style_of(client, "zone").headers["etag"]
    again = client.get("/collections/zone/styles/default", headers={"if-none-match": etag})
    assert again.status_code == 304
