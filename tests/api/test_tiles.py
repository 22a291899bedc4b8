"""Vector tiles: each abstract test of OGC API - Tiles (20-057), by its name."""

import pyproj
import pytest
from tiling import BUSINESSES, DOWNTOWN, MVT, REL, features, ids, linked

CLASSES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
QUAD = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
LIST = "/collections/{collectionId}/tiles"
SET = f"{LIST}/{{tileMatrixSetId}}"
TILE = f"{SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
EDGE_M = 20037508.342789244  # of EPSG:3857, from the centre to the north


@pytest.fixture(scope="module")
def names(client):
    # Helplines have no place, and so no tiles.
    held = [collection["id"] for collection in client.get("/collections").json()["collections"]]
    return [item for item in held if item != "helplines"]


@pytest.mark.parametrize("below", ["", "/WebMercatorQuad", "/WebMercatorQuad/0/0/0"])
def test_what_has_no_place_has_no_tiles(client, below):
    answer = client.get(f"/collections/helplines/tiles{below}")
    assert (answer.status_code, "no geometry" in answer.json()["detail"]) == (404, True)


def test_what_has_no_place_links_to_no_tiles(client):
    collection = client.get("/collections/helplines").json()
    assert "/tiles" not in str(collection["links"])
    every = client.get("/collections").json()["collections"]
    assert [item["id"] for item in every if "/tiles" not in str(item["links"])] == ["helplines"]


@pytest.fixture(scope="module")
def paths(client):
    return client.get("/api").json()["paths"]


def box_of(zoom, row, column):
    """A tile in lon/lat, by PROJ."""
    side = 2 * EDGE_M / 2**zoom
    west, north = column * side - EDGE_M, EDGE_M - row * side
    back = pyproj.Transformer.from_crs("EPSG:3857", "OGC:CRS84")
    return back.transform_bounds(west, north - side, west + side, north)


# Conformance class "Core"


def test_core_conformance_success(client):
    held = client.get("/conformance").json()["conformsTo"]
    classes = ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")
    assert {f"{CLASSES}/{name}" for name in classes} <= set(held)


def test_core_tc_op(client, names):
    for name in names:
        tileset = client.get(f"/collections/{name}/tiles/WebMercatorQuad").json()
        template = linked(tileset, "item")["href"]
        held = tileset["tileMatrixSetLimits"][0]
        values = (held["tileMatrix"], held["minTileRow"], held["minTileCol"])
        for variable, value in zip(("tileMatrix", "tileRow", "tileCol"), values, strict=True):
            template = template.replace(f"{{{variable}}}", str(value))
        assert client.get(template).status_code == 200


@pytest.mark.parametrize("name", ["tileMatrix", "tileRow", "tileCol"])
def test_core_tc_definitions(name, client, paths):
    # tc-tilematrix-definition, tc-tilerow-definition, tc-tilecol-definition
    shared = client.get("/api").json()["components"]["parameters"]
    given = paths[TILE]["get"]["parameters"]
    whole = [shared[item["$ref"].rpartition("/")[2]] if "$ref" in item else item for item in given]
    (found,) = [item for item in whole if item["name"] == name]
    assert (found["in"], found["required"]) == ("path", True)
    assert found["schema"]["type"] == ("string" if name == "tileMatrix" else "integer")


@pytest.mark.parametrize("tile", [(12, 1589, 3490), (16, 25433, 55849)])
def test_core_tc_success(tile, client):
    box = ",".join(map(repr, box_of(*tile)))
    zone = "in_zone=true"  # so few that a tile draws them one by one
    inside = client.get(f"/collections/businesses/items?limit=10000&{zone}&bbox={box}").json()
    path = f"{BUSINESSES}/{'/'.join(map(str, tile))}?{zone}"
    answer = client.get(path, headers={"Accept": MVT})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, MVT)
    assert ids(answer) == sorted(feature["id"] for feature in inside["features"])


@pytest.mark.parametrize(
    "beyond",
    ["21/0/0", "25/0/0", "99999999/0/0", "0/1/0", "0/0/1", "9/0/0", "14/6358/16383",
     "a/0/0", "0/x/0", "0/0/-1", "0/0/+0", "0/0/0.0", "0/0/%C2%B2", "-0/0/0", "0/0/1e1"],
)  # fmt: skip
def test_core_tc_error_out_of_range(beyond, client):
    answer = client.get(f"{BUSINESSES}/{beyond}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_core_tc_error_empty(client):
    tileset = client.get(BUSINESSES).json()
    held = tileset["tileMatrixSetLimits"][16]
    # The city is not a box: in its south-west corner there are no businesses.
    tile = f"{held['tileMatrix']}/{held['maxTileRow']}/{held['minTileCol']}"
    answer = client.get(f"{BUSINESSES}/{tile}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["OATiles-hint"] == "empty"


# Conformance class "TileSet"


def test_tileset_description(client, names):
    for name in names:
        tileset = client.get(f"/collections/{name}/tiles/WebMercatorQuad").json()
        assert (tileset["dataType"], tileset["crs"].rpartition("/")[2]) == ("vector", "3857")
        assert tileset["tileMatrixSetURI"] == QUAD
        grid = client.get(linked(tileset, f"{REL}/tiling-scheme")["href"]).json()
        assert grid["uri"] == QUAD
        item = linked(tileset, "item")
        assert (item["templated"], item["type"]) == (True, MVT)
        assert all(text in item["href"] for text in ("{tileMatrix}", "{tileRow}", "{tileCol}"))
        (layer,) = tileset["layers"]
        assert layer["id"] == name
        assert {"id", "provenance"} <= set(layer["propertiesSchema"]["properties"])


def test_the_tileset_names_the_properties_of_its_tiles(client, names):
    for name in names:
        tileset = client.get(f"/collections/{name}/tiles/WebMercatorQuad").json()
        schema = tileset["layers"][0]["propertiesSchema"]["properties"]
        body = client.get(f"/collections/{name}/tiles/WebMercatorQuad/0/0/0").content
        found = {key for feature in features(body) for key in feature["properties"]}
        assert found <= set(schema)


def test_limits_and_box_of_a_tileset_are_those_of_its_features(client):
    tileset = client.get(BUSINESSES).json()
    extent = client.get("/collections/businesses").json()["extent"]["spatial"]["bbox"][0]
    box = tileset["boundingBox"]
    assert [*box["lowerLeft"], *box["upperRight"]] == extent
    west, south, east, north = extent
    for held in tileset["tileMatrixSetLimits"]:
        zoom = int(held["tileMatrix"])
        left, _, _, top = box_of(zoom, held["minTileRow"], held["minTileCol"])
        _, bottom, right, _ = box_of(zoom, held["maxTileRow"], held["maxTileCol"])
        assert left <= west + 1e-9
        assert bottom <= south + 1e-9
        assert right >= east - 1e-9
        assert top >= north - 1e-9


# Conformance classes "TileSets List" and "Geo Data TileSets"


def test_tilesets_list_tileset_links(client, names):
    for name in names:
        here = f"/collections/{name}/tiles"
        (tileset,) = client.get(here).json()["tilesets"]
        assert (tileset["dataType"], tileset["tileMatrixSetURI"]) == ("vector", QUAD)
        assert tileset["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
        assert linked(tileset, "self")["href"].endswith(f"{here}/WebMercatorQuad")
        whole = client.get(linked(tileset, "self")["href"]).json()
        assert tileset.items() <= {**whole, "links": tileset["links"]}.items()
        assert client.get(linked(tileset, f"{REL}/tiling-scheme")["href"]).status_code == 200


def test_geodata_tilesets_desc_links(client, names):
    for name in names:
        found = linked(client.get(f"/collections/{name}").json(), f"{REL}/tilesets-vector")
        assert found["href"].endswith(f"/collections/{name}/tiles")


def test_geodata_tilesets_operation(client, names):
    for name in names:
        collection = client.get(f"/collections/{name}").json()
        answer = client.get(linked(collection, f"{REL}/tilesets-vector")["href"])
        assert len(answer.json()["tilesets"]) == 1


# Conformance class "Mapbox Vector Tiles"


def test_mvt_content(client, names):
    for name in names:
        answer = client.get(f"/collections/{name}/tiles/WebMercatorQuad/0/0/0")
        assert answer.headers["Content-Type"] == MVT
        kind = client.get(f"/collections/{name}/items?limit=1").json()["features"][0]["geometry"]
        for feature in features(answer.content):
            assert feature["geometry"]["type"].removeprefix("Multi") == kind["type"].removeprefix(
                "Multi"
            )


def test_mvt_content_maps_linearly_from_the_north_west(client):
    zoom, row, column = 14, 6358, 13962
    place = client.get("/collections/businesses/items/samarkand").json()["geometry"]["coordinates"]
    east, north = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857").transform(*place)
    side = 2 * EDGE_M / 2**zoom
    wanted = [(east + EDGE_M) / side - column, (EDGE_M - north) / side - row]
    found = features(client.get(f"{DOWNTOWN}?in_zone=true").content)
    (there,) = [item for item in found if item["properties"]["id"] == "samarkand"]
    assert there["geometry"]["coordinates"] == [int(part * 4096) for part in wanted]


# Conformance class "OpenAPI 3.0"


def test_oas30_completeness(paths):
    for path in (LIST, SET, TILE):
        assert {"200", "404"} <= set(paths[path]["get"]["responses"])
    answers = paths[TILE]["get"]["responses"]
    assert MVT in answers["200"]["content"]
    assert "204" in answers


def test_oas30_operation_id(paths):
    suffixes = {
        LIST: ".collection.vector.getTileSetsList",
        SET: ".collection.vector.getTileSet",
        TILE: ".collection.vector.getTile",
        "/tileMatrixSets": "getTileMatrixSetsList",
        "/tileMatrixSets/{tileMatrixSetId}": "getTileMatrixSet",
    }
    for path, suffix in suffixes.items():
        assert paths[path]["get"]["operationId"].endswith(suffix)


# Two Dimensional Tile Matrix Set (17-083r4)


@pytest.mark.parametrize(
    ("zoom", "scale", "cell"),
    # As registered at opengis.net, to its 15 digits.
    [
        (0, 559082264.028717, 156543.033928041),
        (9, 1091957.54693108, 305.748113140704),
        (14, 34123.6733415964, 9.55462853564703),
        (24, 33.3238997476528, 0.0093306919293428),
    ],
)
def test_tms_json_tilematrixset(zoom, scale, cell, client):
    grid = client.get("/tileMatrixSets/WebMercatorQuad").json()
    assert (grid["id"], grid["uri"], grid["orderedAxes"]) == ("WebMercatorQuad", QUAD, ["X", "Y"])
    assert len(grid["tileMatrices"]) == 25
    matrix = grid["tileMatrices"][zoom]
    assert matrix["id"] == str(zoom)
    assert matrix["scaleDenominator"] == pytest.approx(scale, rel=1e-13)
    assert matrix["cellSize"] == pytest.approx(cell, rel=1e-13)
    assert matrix["pointOfOrigin"] == pytest.approx([-EDGE_M, EDGE_M])
    assert (matrix["tileWidth"], matrix["matrixHeight"]) == (256, 2**zoom)
    assert matrix["cornerOfOrigin"] == "topLeft"


def test_tms_tilematrixsetlimits(client):
    found = client.get(BUSINESSES).json()["tileMatrixSetLimits"]
    assert [item["tileMatrix"] for item in found] == [str(zoom) for zoom in range(21)]
    for item in found:
        assert 0 <= item["minTileRow"] <= item["maxTileRow"] < 2 ** int(item["tileMatrix"])
        assert 0 <= item["minTileCol"] <= item["maxTileCol"] < 2 ** int(item["tileMatrix"])


def test_tile_matrix_sets_are_listed_and_found_from_the_landing_page(client):
    landing = client.get("/?f=json").json()
    (one,) = client.get(linked(landing, f"{REL}/tiling-schemes")["href"]).json()["tileMatrixSets"]
    assert (one["id"], one["uri"]) == ("WebMercatorQuad", QUAD)
    assert client.get(linked(one, "self")["href"]).json()["id"] == "WebMercatorQuad"


@pytest.mark.parametrize(
    "path",
    ["/tileMatrixSets/WorldCRS84Quad", "/collections/dong/tiles/WorldCRS84Quad",
     "/collections/dong/tiles/WorldCRS84Quad/0/0/0", "/collections/none/tiles",
     "/collections/none/tiles/WebMercatorQuad/0/0/0"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(path, client):
    assert client.get(path).status_code == 404
