"""The town under the maps: houses where shops are, streets, tracks, names; small enough to send."""

import json
from dataclasses import replace

import brotli
import numpy as np
import pytest
from shapely.geometry import Point, shape

from maps.i18n import Words
from maps.pages import density, food_streets, residents
from maps.pages.view_state import Density, FoodStreets, Residents
from maps.web import town
from maps.web.base_layers import base_layers, features, version_in_force, zone_box
from maps.web.folium_map import Town
from maps.web.page import Site
from maps.web.town import _room, _turns, houses, streets, town_layers, tracks

OSM = "© OpenStreetMap contributors, ODbL"
RAILS = [
    {"name_en": "Line 4", "name_ko": "4호선", "colour": "#009BCE",
     "line": [[126.78, 37.325], [126.80, 37.32]]}
]  # fmt: skip


def unpacked(packed):
    """Lon, lat, half side in metres and turn in degrees of each house."""
    rows = np.asarray(packed["steps"], float).reshape(-1, 4)
    rows[:, :2] = np.cumsum(rows[:, :2], axis=0) + packed["start"]
    return rows * [1e-6, 1e-6, 0.1, 3]


def town_of(chart):
    return next(child.data for child in chart._children.values() if isinstance(child, Town))


def test_a_house_stands_where_businesses_share_a_building(small):
    found = unpacked(houses(small, zone_box(small)))
    # Alpha and beta in one, the hostile one in another; gamma and simulated ones have none.
    assert found[:, :2] == pytest.approx(np.array([[126.789, 37.33], [126.79, 37.33]]), abs=1e-6)


def test_houses_of_the_zone_hold_every_pinned_business(real):
    box = zone_box(real)
    layer = real.layers["businesses"]
    known = {
        tuple(feature["geometry"]["coordinates"])
        for feature in features(layer, provenance="observed", in_zone=True)
        if feature["properties"]["located_by"] in ("register", "street-number")
    }
    found = {(round(lon, 6), round(lat, 6)) for lon, lat, *_ in unpacked(houses(real, box))}
    assert {(round(lon, 6), round(lat, 6)) for lon, lat in known} <= found
    assert len(found) >= len(known) > 400


def test_of_many_houses_the_nearest_to_the_zone_are_drawn(real, monkeypatch):
    box = zone_box(real)
    every = unpacked(houses(real, box))
    monkeypatch.setattr(town, "MOST_HOUSES", 20)
    found = unpacked(houses(real, box))
    middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
    far = np.sort(np.hypot(*((every[:, :2] - middle) * town.METRES).T))
    assert len(found) == 20
    drawn = np.hypot(*((found[:, :2] - middle) * town.METRES).T)
    assert np.sort(drawn) == pytest.approx(far[:20])


def test_houses_do_not_overlap_their_neighbours():
    metres = np.array([[0.0, 0], [12, 0], [100, 0]])
    assert _room(metres) == pytest.approx([12 * 0.46, 12 * 0.46, 13.0])


def test_houses_turn_as_their_street_runs(small):
    line = features(small.layers["streets"])[0]["geometry"]["coordinates"]  # one to one, degrees
    on_it = np.asarray(line[0]) * (88_500, 111_000) + [5, 0]
    (turn,) = _turns(on_it[None], [shape({"type": "LineString", "coordinates": line})])
    assert turn * 3 == pytest.approx(np.degrees(np.arctan2(111_000, 88_500)), abs=1.5)


def test_streets_have_the_names_of_the_signs(small):
    (street,) = streets(small, Words("en"))
    assert (street["name"], street["short"], street["width"]) == ("Bubu-ro 부부로", "Bubu-ro", 2)
    assert streets(small, Words("ko"))[0]["name"] == "부부로"


def test_ground_data_are_small(real):
    layers = base_layers(real, Site("en"))
    packed = brotli.compress(json.dumps([layer.data for layer in layers]).encode())
    assert len(packed) <= 60_000


def test_every_map_draws_the_tracks_and_names_openstreetmap(small):
    railed = replace(
        small,
        manifest={
            **small.manifest,
            "rails": RAILS,
            "sources": {
                **small.manifest["sources"],
                "rails": {**small.manifest["sources"]["test"], "attribution": OSM},
            },
        },
    )
    assert tracks(railed, Words("ko"))[0]["name"] == "4호선"
    for build, view in (
        (food_streets, FoodStreets()), (density, Density()), (density, Density(by="dong")),
        (residents, Residents()),
    ):  # fmt: skip
        html = build.page(railed, view, Site("en")).html
        assert '"tracks": [{"line": [[126.78, 37.325], [126.8, 37.32]]' in html
        assert f'class="map-corner" translate="no">{OSM}' in html
        assert OSM not in build.page(small, view, Site("en")).html


def test_real_tracks_pass_the_station(real):
    lines = [track["line"] for track in tracks(real, Words("en"))]
    assert len(lines) == 3
    station = Point(126.788764, 37.327061)  # OpenStreetMap
    nearest = min(
        shape({"type": "LineString", "coordinates": line}).distance(station) for line in lines
    )
    assert nearest * 111_000 < 60


def test_a_box_of_the_zone_takes_no_far_station(real):
    far = {"lon": 126.9038, "lat": 37.3124}  # Banwol, 10 km to the east
    more = replace(real, manifest={**real.manifest, "stations": [*real.manifest["stations"], far]})
    assert zone_box(more) == zone_box(real)
    west, _, east, _ = zone_box(real)
    zone = shape(version_in_force(real, "zone")["geometry"]).bounds
    assert west <= zone[0] < zone[2] <= east


def test_town_says_everything_that_its_script_reads(small):
    data = town_layers(small, Words("en"), zone_box(small), [])
    assert data.keys() == {"houses", "streets", "tracks", "stations", "places", "parks", "areas"}
    assert {area["name"] for area in data["areas"]} == {"Wongok-dong", "Choji-dong"} or len(
        data["areas"]
    ) == 2
    assert town_of(food_streets.chart(small, Site("en"))).keys() == data.keys()
