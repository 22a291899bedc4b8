"""Base layers without tiles: dong, zone, food street, and the town."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import shapely
from shapely.geometry import mapping, shape

from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.style import colours
from maps.web.folium_map import Box, Circles, Feature, Shapes, Town
from maps.web.page import Site
from maps.web.town import NEAR_ZONE, town_layers

DAEBU: Final = "4127361000"
_NAMES: Final = ("name_ko", "name_en")
ROAD_WIDTH: Final = {"motorway": 7, "trunk": 6, "primary": 6, "secondary": 5, "tertiary": 4,
                     "minor": 3, "service": 2, "pedestrian": 3, "path": 1}  # fmt: skip
AROUND: Final = 0.08  # degrees of land drawn around the zone, about 8 km
PLAIN: Final = 0.00008  # degrees by which the outline of the land is made plainer, about 8 m


def features(layer: Layer, **where: Any) -> list[Feature]:
    """Read features of a layer whose properties have given values."""
    rows = layer.select({name: [value] for name, value in where.items()})
    records: list[Feature] = orjson.loads(b"[" + layer.features(rows) + b"]")
    return records


def version_in_force(snapshot: Snapshot, layer_id: str) -> Feature:
    """Select the version of the zone or the food street that is in force."""
    return features(snapshot.layers[layer_id], valid_to=None)[0]


def box_of(feature: Feature) -> Box:
    """Compute the lon/lat box of one feature."""
    west, south, east, north = shape(feature["geometry"]).bounds
    return west, south, east, north


def zone_box(snapshot: Snapshot) -> Box:
    """Compute the box of the zone in force and of the station beside it."""
    area = shape(version_in_force(snapshot, "zone")["geometry"])
    stations = [
        shapely.Point(station["lon"], station["lat"]) for station in snapshot.manifest["stations"]
    ]
    beside = [station for station in stations if station.distance(area) < NEAR_ZONE]
    west, south, east, north = shapely.total_bounds([area, *beside])
    return float(west), float(south), float(east), float(north)


def inner_city(snapshot: Snapshot) -> Box:
    """Compute the box of all dong but the islands of Daebu-dong, which would triple its width."""
    shapes = [
        shape(feature["geometry"])
        for feature in features(snapshot.layers["dong"])
        if feature["id"] != DAEBU
    ]
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def inner_point(geometry: Mapping[str, Any]) -> list[float]:
    """Find a lon/lat point inside an area, for its name or its circle."""
    point = shape(geometry).representative_point()
    return [round(point.x, 6), round(point.y, 6)]


def name_of(facts: Mapping[str, Any], words: Words) -> str:
    """Choose the name in the reader's language, or the only one there is."""
    first, second = facts["name_en"], facts["name_ko"]
    if words.lang == "ko":
        first, second = second, first
    return str(first or second)


def base_layers(snapshot: Snapshot, site: Site) -> list[Shapes | Circles | Town]:
    """Build the base layers below the data of a map of the zone."""
    words = Words(site.lang)
    stations = _stations(snapshot, words)
    return [
        Shapes(_land(snapshot, site), pane="land", interactive=False),
        *_surveyed_layers(snapshot),
        Town(town_layers(snapshot, words, zone_box(snapshot), _station_labels(stations))),
        Circles(stations),
    ]


def land_style(site: Site) -> dict[str, Any]:
    """Style land without data: paper, or only its edge where tiles are the base map."""
    edge = {"color": colours.LAND_EDGE, "weight": 1}
    if site.basemap_url:
        return {**edge, "fill": False}
    return {**edge, "fillColor": colours.LAND, "fillOpacity": 1}


def outlines(snapshot: Snapshot) -> list[Shapes]:
    """Draw food street and zone; dashed, because their outlines are approximate."""
    food = {"color": colours.FOOD_STREET, "fillColor": colours.FOOD_STREET, "fillOpacity": 0.22,
            "weight": 1.5, "dashArray": "2 4"}  # fmt: skip
    zone = {"color": colours.ACCENT, "fill": False, "weight": 2.5, "dashArray": "8 5"}
    # The food street is a tint of the land, below the streets; the zone's line is above them.
    return [
        Shapes(
            [_styled_feature(version_in_force(snapshot, layer), style)],
            pane=pane,
            interactive=False,
        )
        for layer, style, pane in (("food-streets", food, "tint"), ("zone", zone, "areas"))
    ]


def _surveyed_layers(snapshot: Snapshot) -> list[Shapes]:
    """Draw buildings and roads, where they are loaded; plain, because the data lie on them."""
    if not snapshot.ground:
        return []
    town = orjson.loads(snapshot.ground)
    house = {"stroke": False, "fillColor": colours.BUILDING, "fillOpacity": 1}
    houses = [_styled_feature(building, house) for building in town["building"]]
    edges, roads = [], []
    for road in town["road"]:
        width = ROAD_WIDTH.get(road["properties"]["type"], 2)
        edges.append(
            _styled_feature(
                {**road, "id": f"{road['id']} edge"}, _line(colours.ROAD_EDGE, width + 2)
            )
        )
        roads.append(_styled_feature(road, _line(colours.ROAD, width)))
    return [Shapes([*houses, *edges, *roads], pane="land", interactive=False)]


def _line(colour: str, width: float) -> dict[str, Any]:
    return {"color": colour, "weight": width, "opacity": 1, "fill": False}


def _land(snapshot: Snapshot, site: Site) -> list[Feature]:
    west, south, east, north = zone_box(snapshot)
    box = (west - AROUND, south - AROUND, east + AROUND, north + AROUND)
    land = []
    dong = features(snapshot.layers["dong"])
    plain = shapely.coverage_simplify([shape(feature["geometry"]) for feature in dong], PLAIN)
    for feature, area in zip(dong, plain, strict=True):
        part = shapely.set_precision(shapely.clip_by_rect(area, *box), 1e-5)
        if not part.is_empty:
            land.append(_styled_feature({**feature, "geometry": mapping(part)}, land_style(site)))
    return land


def _stations(snapshot: Snapshot, words: Words) -> list[Feature]:
    """Draw the surveyed stations of the base map, or else those of public lists."""
    surveyed = orjson.loads(snapshot.ground)["station"] if snapshot.ground else []
    named = [
        _dot(
            feature["id"],
            feature["geometry"]["coordinates"],
            [name_of(feature["properties"], words)],
        )
        for feature in surveyed
        if feature["properties"]["type"] == "station"
        and any(map(feature["properties"].get, _NAMES))
    ]
    return named or [_station(station, words) for station in snapshot.manifest["stations"]]


def _station_labels(stations: list[Feature]) -> list[dict[str, Any]]:
    """List name and location of each station, for its label."""
    return [
        {"name": station["properties"]["tip"][0], "at": station["geometry"]["coordinates"]}
        for station in stations
    ]


def _station(station: Mapping[str, Any], words: Words) -> Feature:
    """Draw a station of a list; the tooltip tells how exact its location is."""
    lines = words.listed([words.coded("railway line", line) for line in station["lines"]])
    doubt = words.coded("station", "doubt") % {"metres": words.number(station["accuracy_m"])}
    tip = [name_of(station, words), lines, doubt]
    return _dot(station["id"], [station["lon"], station["lat"]], tip)


def _dot(station_id: str, at: list[float], tip: list[str]) -> Feature:
    """Draw a station as a dark dot with its name."""
    style = {"radius": 7, "color": "#ffffff", "weight": 2, "fill": True,
             "fillColor": colours.INK, "fillOpacity": 1}  # fmt: skip
    return {
        "type": "Feature",
        "id": station_id,
        "geometry": {"type": "Point", "coordinates": at},
        "properties": {"style": style, "tip": tip},
    }


def _styled_feature(feature: Feature, style: dict[str, Any], **texts: str) -> Feature:
    """Reduce a feature to shape, style and texts: what the page needs."""
    return {
        "type": "Feature",
        "id": feature["id"],
        "geometry": feature["geometry"],
        "properties": {"style": style, **texts},
    }
