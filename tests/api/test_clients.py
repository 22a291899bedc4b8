"""A client that people use: GDAL (as in QGIS and GeoPandas) reads the service."""

import json
import subprocess
import sys

import pyogrio
import pytest

pytestmark = pytest.mark.skipif(
    "OAPIF" not in pyogrio.list_drivers(), reason="this GDAL was built without the OAPIF driver"
)


def gdal(expression, *arguments):
    """The value of an expression over pyogrio, in its own process: GDAL waits without letting go
    of the interpreter, which the server of these tests needs too."""
    script = f"import ast, json, sys, pyogrio; a = sys.argv; print(json.dumps({expression}))"
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def count(address, layer, **selection):
    read = "len(pyogrio.raw.read(a[1], layer=a[2], **ast.literal_eval(a[3]))[2])"
    return gdal(read, f"OAPIF:{address}/", layer, repr(selection))


def test_gdal_lists_the_collections(address):
    layers = gdal("pyogrio.list_layers(a[1])[:, 0].tolist()", f"OAPIF:{address}/")
    assert {"businesses", "dong", "residents", "zone"} <= set(layers)


def test_gdal_follows_the_pages_to_the_end(address):
    assert count(address, "businesses") == 1441


@pytest.mark.parametrize(
    ("layer", "where", "found"),
    [
        ("residents", "year = 2025 AND dong_code = '4127354500'", 1),
        ("centres", "name_en = 'Ansan Global Youth Center, Sangnok branch'", 1),
    ],
)
def test_gdal_hands_its_filters_over(address, layer, where, found):
    assert count(address, layer, where=where) == found


def test_gdal_hands_its_box_over(address, client):
    box = (126.789, 37.328, 126.792, 37.331)
    query = {"bbox": ",".join(map(str, box)), "limit": 1}
    body = client.get("/collections/businesses/items", params=query).json()
    assert count(address, "businesses", bbox=box) == body["numberMatched"] > 0
