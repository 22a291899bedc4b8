"""Features without a geometry (RFC 7946, 3.2) go through every format and filter."""

import io

import geopandas as gpd
import mapbox_vector_tile
import pandas as pd
import pyogrio
import pytest

LAYERS = {"landmarks": (27, 13), "helplines": (24, 0)}  # features, and those with a point
FORMATS = ("json", "html", "csv", "fgb", "parquet", "kml")
CITY = "126.3,37.0,127.0,37.5"


def items(client, layer, **asked):
    answer = client.get(f"/collections/{layer}/items", params={"limit": 100, **asked})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize(("layer", "counts"), LAYERS.items())
def test_the_geometry_is_null_and_the_feature_is_there(client, layer, counts):
    found = items(client, layer).json()
    assert found["numberMatched"] == counts[0]
    assert sum(feature["geometry"] is not None for feature in found["features"]) == counts[1]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_document_of_the_layer_is_a_page_too(client, layer, lang):
    here = f"/collections/{layer}"
    first = items(client, layer).json()["features"][-1]["id"]
    tiles = ("/tiles", "/tiles/WebMercatorQuad") if LAYERS[layer][1] else ()
    for path in ("", "/items", f"/items/{first}", "/queryables", "/schema", *tiles):
        for kind in ("html", "json"):
            answer = client.get(f"{here}{path}", params={"f": kind, "lang": lang})
            assert answer.status_code == 200, (path, answer.text)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("where", [{}, {"bbox": CITY}, {"name_en": "Ansan Station exit 1"}])
def test_no_format_fails(client, layer, kind, where):
    items(client, layer, f=kind, **where)


@pytest.mark.parametrize(("layer", "counts"), LAYERS.items())
def test_a_box_holds_only_what_has_a_point(client, layer, counts):
    assert items(client, layer, bbox=CITY).json()["numberMatched"] == counts[1]


@pytest.mark.parametrize(("layer", "counts"), LAYERS.items())
@pytest.mark.parametrize("crs", [None, "http://www.opengis.net/def/crs/EPSG/0/5186"])
def test_other_systems_are_served(client, layer, counts, crs):
    asked = {"crs": crs} if crs else {}
    found = items(client, layer, **asked).json()["features"]
    assert sum(item["geometry"] is None for item in found) == counts[0] - counts[1]


@pytest.mark.parametrize(("layer", "counts"), LAYERS.items())
def test_the_filter_language_knows_null_and_unknown(client, layer, counts):
    def matched(text):
        return items(client, layer, filter=text).json()["numberMatched"]

    every, placed = counts
    beyond = "S_DISJOINT(geometry, POINT(0 0))"  # true of all points, unknown without one
    assert matched("geometry IS NULL") == every - placed
    assert matched("geometry IS NOT NULL") == placed
    assert matched(beyond) == placed
    assert matched(f"NOT {beyond}") == 0
    assert matched("S_EQUALS(geometry, geometry)") == placed


@pytest.mark.parametrize(("layer", "counts"), LAYERS.items())
def test_files_that_are_taken_away_hold_every_feature(client, layer, counts):
    every, placed = counts
    frame = gpd.read_parquet(io.BytesIO(items(client, layer, f="parquet").content))
    assert (len(frame), int(frame.geometry.notna().sum())) == counts
    file = pyogrio.read_dataframe(io.BytesIO(items(client, layer, f="fgb").content))
    assert len(file) == every
    if placed:
        assert int(file.geometry.notna().sum()) == placed
    table = pd.read_csv(io.BytesIO(items(client, layer, f="csv").content), dtype=str)
    assert (len(table), int(table["lon"].notna().sum())) == counts
    text = items(client, layer, f="kml").text
    assert (text.count("<Placemark>"), text.count("<Point>")) == counts


def test_tiles_hold_what_has_a_point(client):
    # Ansan Station at zoom 8: column 218, row 99 (126.79 E, 37.33 N).
    path = "/collections/{}/tiles/WebMercatorQuad/8/99/218"
    answer = client.get(path.format("landmarks"))
    assert answer.status_code == 200
    assert len(mapbox_vector_tile.decode(answer.content)["landmarks"]["features"]) == 13
    assert client.get(path.format("helplines")).status_code == 404


def test_a_layer_without_any_place_tells_the_box_of_the_city_that_it_serves(client):
    extent = client.get("/collections/helplines", params={"f": "json"}).json()["extent"]
    # Rounded outward by 1e-6, as every published extent.
    assert extent["spatial"]["bbox"] == [[126.299999, 36.999999, 127.000001, 37.500001]]
