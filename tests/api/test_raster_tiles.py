"""Raster tiles over HTTP: pictures, their meaning, and what is refused."""

import io

import numpy as np
import pytest
from PIL import Image

AT = "/analysis/density/tiles/WebMercatorQuad"
TILE = f"{AT}/15/12716/27925.png"


def picture(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == (256, 256)
    return np.array(image.convert("RGBA"))


@pytest.fixture(scope="module")
def tile(client):
    """The address of a tile in the middle of the zone, found by its vector tiles."""
    shop = client.get("/collections/businesses/items?in_zone=true&limit=1").json()["features"][0]
    lon, lat = np.array(shop["geometry"]["coordinates"])
    column = int((lon + 180) / 360 * 2**15)
    row = int((0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi)) * 2**15)
    return f"15/{row}/{column}.png"


@pytest.mark.parametrize("scale", ["kernel", "hex", "grid"])
def test_densities_are_drawn_on_every_scale(client, tile, scale):
    drawn = picture(client, f"{AT}/{tile}?scale={scale}")
    assert (drawn[..., 3] > 0).mean() > 0


def test_dong_are_drawn_where_the_lists_cover_all_of_them(client, tile):
    assert not picture(client, f"{AT}/{tile}?scale=dong")[..., 3].any()  # 원곡동, in part
    city = picture(client, f"{AT}/11/794/1745.png?scale=dong")[..., 3]  # of 25 dong two are whole
    assert 0 < (city > 0).mean() < 0.2


def test_colours_are_those_that_the_description_names(client, tile):
    told = client.get(AT).json()
    shades = {tuple(bytes.fromhex(item["colour"][1:])) for item in told["classes"]}
    drawn = picture(client, f"{AT}/{tile}?scale=hex")
    seen = {tuple(item[:3].tolist()) for item in drawn.reshape(-1, 4) if item[3]}
    assert seen <= shades
    assert len(seen) > 1
    assert told["tiles"][0].endswith("/{z}/{y}/{x}.png")
    assert told["attribution"]


def test_filters_and_a_least_density_leave_less(client, tile):
    def covered(asked):
        return (picture(client, f"{AT}/{tile}?{asked}")[..., 3] > 0).sum()

    assert covered("category=cafe") < covered("")
    assert covered("min_density=30") < covered("min_density=5") < covered("")
    assert covered("bandwidth_m=150") != covered("bandwidth_m=25")


def test_shares_are_drawn_where_enough_are_known(client, tile):
    drawn = picture(client, f"/analysis/shares/tiles/WebMercatorQuad/{tile}?with=simulated")
    assert 0 < (drawn[..., 3] > 0).mean() < 1


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        (f"{AT}/15/0/0.png", 404, "zoom"),
        (f"{AT}/25/0/0.png", 404, "zoom"),
        (f"{AT}/x/y/z.png", 404, "zoom"),
        ("/analysis/hot-spots/tiles/WebMercatorQuad", 404, "density"),
        ("/analysis/density/tiles/Other", 404, "WebMercatorQuad"),
        (f"{AT}?scale=city", 400, "scale"),
        (f"{AT}?bandwidth_m=5", 400, "bandwidth_m"),
        (f"{AT}?min_density=-1", 400, "min_density"),
        (f"{AT}?colour=red", 400, "colour"),
        (f"{AT}?category=restaurnt", 400, "category"),
    ],
)
def test_what_is_wrong_is_named(client, path, status, named):
    answer = client.get(path)
    assert answer.status_code == status
    assert named in answer.json()["detail"]


def test_small_units_are_refused_where_pixels_are_larger(client):
    answer = client.get(f"{AT}/10/397/872.png?scale=hex")
    assert answer.status_code == 400
    assert "zoom 13" in answer.json()["allowed"]


def test_a_tile_is_sent_once(client, tile):
    first = client.get(f"{AT}/{tile}")
    again = client.get(f"{AT}/{tile}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("scale", ["kernel", "hex"])
def test_tiles_show_observed_businesses_unless_others_are_asked_for(client, tile, scale):
    bare, real, every = (
        picture(client, f"{AT}/{tile}?scale={scale}{more}")
        for more in ("", "&provenance=observed", "&with=simulated")
    )
    assert (bare == real).all()
    assert (bare != every).any()


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ("density/tiles/WebMercatorQuad?foreign_run=true", True),
        ("density/tiles/WebMercatorQuad?foreign_run=true&with=simulated", False),
        ("density/tiles/WebMercatorQuad", False),
        ("shares/tiles/WebMercatorQuad", True),
        ("shares/tiles/WebMercatorQuad?with=simulated", False),
    ],
)
def test_empty_tiles_say_that_no_list_knows(client, asked, unknown):
    said = client.get(f"/analysis/{asked}").json()["description"]
    assert ("no list of real ones says it, and with=simulated" in said) is unknown


@pytest.mark.parametrize("measure", ["density", "shares"])
def test_a_map_tileset_is_described_as_ogc_api_tiles_asks(client, measure):
    """OGC 17-083r4, table 11: dataType, crs and links are required."""
    at = f"/analysis/{measure}/tiles"
    body = client.get(f"{at}/WebMercatorQuad?category=cafe").json()
    assert body["tilejson"] == "3.0.0"  # for map libraries, as before
    assert body["dataType"] == "map"
    assert body["crs"].endswith("/EPSG/0/3857")
    assert body["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    links = {link["rel"]: link for link in body["links"]}
    item = links["item"]
    assert (item["templated"], item["type"]) == (True, "image/png")
    limits = {
        tilematrixsetlimit["tileMatrix"]: tilematrixsetlimit
        for tilematrixsetlimit in body["tileMatrixSetLimits"]
    }
    at_11 = limits["11"]
    row, column = at_11["minTileRow"], at_11["minTileCol"]
    assert (row, column) == (794, 1745)  # where the city lies, by the formula of the grid
    address = item["href"].replace("{tileMatrix}", "11").replace("{tileRow}", str(row))
    answer = client.get(address.replace("{tileCol}", str(column)))
    assert answer.headers["content-type"] == "image/png"
    assert "category=cafe" in address
    grid = client.get(links["http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"]["href"])
    assert grid.json()["id"] == "WebMercatorQuad"


def test_the_list_of_measures_leads_to_map_tilesets(client):
    found = {}
    for measure in client.get("/analysis").json()["measures"]:
        for link in measure["links"]:
            if link["rel"].endswith("/tilesets-map"):
                found[measure["id"]] = client.get(link["href"]).json()
    assert found.keys() == {"density", "shares"}
    for body in found.values():
        assert [tileset["dataType"] for tileset in body["tilesets"]] == ["map"]
    assert client.get("/analysis/surveys/tiles").status_code == 404
    assert client.get("/analysis/density/tiles?f=html").status_code == 400
