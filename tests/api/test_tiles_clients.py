"""Vector tiles as maps and desktop programs ask for them: filters, formats, packing, GDAL."""

import gzip
import json
import subprocess
import sys

import brotli
import httpx
import pyproj
import pytest
import zstandard
from city_counts import EVERY
from tiling import BUSINESSES, DOWNTOWN, MVT, features, ids


@pytest.mark.parametrize(
    "query",
    [
        "category=restaurant,grocery&in_zone=true",
        "foreign_run=true&category=pub",
        "provenance=observed&in_zone=true",
        "bbox=126.789,37.328,126.792,37.331",
        "datetime=2025-01-01/..&in_zone=true",
        "filter=category='cafe' AND in_zone=true",
        "filter-lang=cql2-text&filter=name_ko LIKE '%25카페%25'",
    ],
)
def test_a_tile_holds_the_features_that_items_gives(query, client):
    wanted = client.get(f"/collections/businesses/items?limit=10000&{query}").json()["features"]
    assert 0 < len(wanted) < EVERY
    answer = client.get(f"{BUSINESSES}/5/12/27?{query}")
    assert ids(answer) == sorted(item["id"] for item in wanted)


def test_a_filter_that_nothing_passes_leaves_an_empty_tile(client):
    answer = client.get(f"{DOWNTOWN}?category=travel&bbox=126.70,37.30,126.71,37.31")
    assert answer.status_code == 204


def test_properties_are_those_asked_for(client):
    answer = client.get(f"{DOWNTOWN}?properties=category,address&in_zone=true")
    keys = {key for feature in features(answer.content) for key in feature["properties"]}
    assert keys == {"id", "category", "address"}


@pytest.mark.parametrize(
    "query", ["colour=red", "properties=colour", "category=palace", "f=png", "bbox=1", "limit=5"]
)
def test_a_wrong_parameter_is_refused_by_name(query, client):
    answer = client.get(f"{DOWNTOWN}?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.partition("=")[0]


def test_a_tile_that_a_client_has_is_not_sent_again(client):
    first = client.get(DOWNTOWN)
    again = client.get(DOWNTOWN, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{DOWNTOWN}?category=cafe")
    assert other.headers["ETag"] != first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"


UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}


@pytest.mark.parametrize("coding", UNPACK)
def test_a_tile_is_packed_as_the_client_takes_it(coding, address, client):
    plain = client.get(DOWNTOWN, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    asked = {"Accept-Encoding": coding}
    with httpx.stream("GET", f"{address}{DOWNTOWN}", headers=asked) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == coding
    assert UNPACK[coding](packed) == plain.content
    assert len(packed) < len(plain.content) / 2


def test_head_is_as_get_without_the_body(client):
    got, head = client.get(DOWNTOWN), client.head(DOWNTOWN)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]


@pytest.mark.parametrize("accept", ["*/*", MVT, "application/x-protobuf", "application/*"])
def test_map_clients_get_their_tile_whatever_they_call_it(accept, client):
    assert client.get(DOWNTOWN, headers={"Accept": accept}).headers["Content-Type"] == MVT


def test_a_client_that_takes_no_vector_tiles_is_told(client):
    assert client.get(DOWNTOWN, headers={"Accept": "image/png"}).status_code == 406


def test_tilejson_leads_a_map_to_the_tiles(client):
    tilejson = client.get(f"{BUSINESSES}?f=tilejson").json()
    assert tilejson["tilejson"] == "3.0.0"
    (template,) = tilejson["tiles"]
    address = template.format(z=14, y=6358, x=13962)
    assert client.get(address).content == client.get(DOWNTOWN).content
    assert (
        tilejson["bounds"]
        == client.get("/collections/businesses").json()["extent"]["spatial"]["bbox"][0]
    )
    assert [layer["id"] for layer in tilejson["vector_layers"]] == ["businesses"]
    assert (tilejson["minzoom"], tilejson["maxzoom"]) == (0, 20)
    assert tilejson["attribution"]


@pytest.mark.parametrize(
    "path",
    ["/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad", "/collections/dong/tiles",
     "/collections/dong/tiles/WebMercatorQuad"],
)  # fmt: skip
def test_descriptions_are_pages_for_a_browser(path, client):
    answer = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "WebMercatorQuad" in answer.text


_GDAL = """
import json, sys, pyogrio
address, layer, box = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
frame = pyogrio.read_dataframe(f"OGCAPI:{address}", layer=layer, API="TILES", **box)
print(json.dumps(sorted(frame["id"].unique())))
"""


@pytest.mark.parametrize(("name", "zoom"), [("centres", 14), ("dong", 10), ("streets", 15)])
def test_the_tiles_client_of_gdal_finds_every_feature(name, zoom, address, client):
    collection = client.get(f"/collections/{name}").json()
    mercator = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857")
    # GDAL takes the extent of a collection for metres, unless it is given in metres.
    box = mercator.transform_bounds(*collection["extent"]["spatial"]["bbox"][0])
    named = json.dumps(dict(zip(("MINX", "MINY", "MAXX", "MAXY"), box, strict=True)))
    command = [sys.executable, "-c", _GDAL, f"{address}/collections/{name}", f"Zoom level {zoom}"]
    done = subprocess.run([*command, named], check=True, capture_output=True, text=True, timeout=60)
    wanted = client.get(f"/collections/{name}/items?limit=10000").json()["features"]
    assert json.loads(done.stdout) == sorted(item["id"] for item in wanted)
