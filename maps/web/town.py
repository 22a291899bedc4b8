"""The town below a map of the zone: houses with shops, streets, tracks, landmarks, names.

What the browser draws on canvases of its own (`static/town.js`). Houses are not footprints: each
stands for a building with shops, larger with more of them, turned as its street runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.core.vocab import PINNED
from geo.snapshot.layer import Layer
from geo.snapshot.point_index import BBox
from geo.snapshot.reader import Snapshot
from maps.i18n import Words

AROUND: Final = 0.03  # degrees around the zone within which houses are drawn, 3 km
MOST_HOUSES: Final = 2_500  # nearest to the zone, so that no page grows with the lists of a city
UNIT: Final = 1e-6  # degrees, of whole numbers in the data
METRES: Final = (88_500.0, 111_000.0)  # of a degree at Ansan; good enough for a drawing
ALONG_M: Final = 60.0  # a house nearer than this to a street stands along it
LEAST_M, MOST_M = 3.0, 13.0  # half the side of a house
PER_SHOP_M: Final = 1.3
TURNS: Final = 30  # steps of a quarter turn
NEAR_ZONE: Final = 0.01  # degrees from the zone to a station that is its own
# Landmarks with a name on the map, and from which zoom they have it: dot, zoom.
LANDMARKS: Final[Mapping[str, tuple[str, float]]] = {
    "police": ("#3a4b78", 14.5),
    "park": ("#3f7a35", 15.25),
    "entrance": ("#a8480f", 15.75),
    "office": ("#0b5c6e", 16.25),
    "church": ("#6b4a7c", 16.25),
    "mosque": ("#6b4a7c", 16.25),
    "symbol": ("#a8480f", 16.75),
    "plaza": ("#3f7a35", 17.0),
    "photo": ("#a8480f", 17.0),
}

NO_HOUSES: Final[dict[str, Any]] = {"start": [0, 0], "steps": []}

Box = tuple[float, float, float, float]
Array = np.ndarray[Any, np.dtype[np.float64]]


def town_layers(
    snapshot: Snapshot, words: Words, box: Box, stations: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Collect everything that `static/town.js` draws around a box.

    Args:
        snapshot: what is drawn.
        words: the reader's language.
        box: of the zone; houses are drawn some way around it.
        stations: `name` and `at` of each.
    """
    west, south, east, north = box
    around = (west - AROUND, south - AROUND, east + AROUND, north + AROUND)
    named = landmarks(snapshot, words)
    return {
        "houses": NO_HOUSES if snapshot.ground else houses(snapshot, around),
        "streets": streets(snapshot, words),
        "tracks": tracks(snapshot, words),
        "stations": stations,
        "places": named,
        "parks": [place for place in named if place["kind"] == "park"],
        "areas": areas(snapshot, words),
    }


def railway_tracks(snapshot: Snapshot, words: Words) -> dict[str, Any]:
    """Collect the railway tracks for a map of the whole city."""
    nothing: dict[str, Any] = {kind: [] for kind in ("streets", "stations", "places", "parks")}
    return {**nothing, "areas": [], "houses": NO_HOUSES, "tracks": tracks(snapshot, words)}


def houses(snapshot: Snapshot, box: Box) -> dict[str, Any]:
    """Encode buildings with observed businesses as whole numbers, each as a step from the last.

    Returns:
        `start` (lon, lat) and `steps`: east, north (millionths of a degree), half side
        (decimetres), turn (of 30 in a quarter).
    """
    buildings = _buildings(snapshot.layers["businesses"], box)
    if not len(buildings):
        return NO_HOUSES
    lonlat, shops = buildings[:, :2], buildings[:, 2]
    metres = lonlat * METRES
    sides = np.clip(LEAST_M + PER_SHOP_M * np.sqrt(shops), LEAST_M, _room(metres))
    turns = _turns(metres, _lines(snapshot))
    whole = np.round(lonlat / UNIT).astype(int)
    steps = np.diff(whole, axis=0, prepend=whole[:1])
    rows = np.column_stack([steps, np.round(sides * 10).astype(int), turns])
    return {"start": whole[0].tolist(), "steps": rows.ravel().tolist()}


def streets(snapshot: Snapshot, words: Words) -> list[dict[str, Any]]:
    """List streets with their names; an avenue (대로) is drawn wider than a lane (길)."""
    layer = snapshot.layers["streets"]
    rows = layer.records(np.arange(layer.count), ["name_ko", "name_en"])
    return [
        {
            "name": _name(row, words),
            "short": _plain_name(row, words),
            "width": _width(row["name_ko"]),
            "line": np.round(shapely.get_coordinates(line), 6).tolist(),
        }
        for row, line in zip(rows, _lines(snapshot), strict=True)
    ]


def tracks(snapshot: Snapshot, words: Words) -> list[dict[str, Any]]:
    """List the railway lines; none in a snapshot of an earlier version."""
    return [
        {
            "name": rail["name_ko" if words.lang == "ko" else "name_en"],
            "line": np.round(rail["line"], 5).tolist(),
        }
        for rail in snapshot.manifest.get("rails", [])
    ]


def landmarks(snapshot: Snapshot, words: Words) -> list[dict[str, Any]]:
    """List landmarks of the kinds of `LANDMARKS` whose point is known, one at each point."""
    layer = snapshot.layers.get("landmarks")
    if layer is None:  # a snapshot of an earlier version
        return []
    rows = layer.select({"kind": list(LANDMARKS)})
    rows = rows[~shapely.is_missing(layer.geometries(rows))]
    facts = layer.records(rows, ["name_ko", "name_en", "kind"])
    places = np.round(shapely.get_coordinates(layer.geometries(rows)), 6).tolist()
    ordered = sorted(
        zip(facts, places, strict=True), key=lambda item: LANDMARKS[item[0]["kind"]][1]
    )
    first = {tuple(at): (row, at) for row, at in reversed(ordered)}
    return [
        {
            "name": _plain_name(row, words),
            "kind": row["kind"],
            "at": at,
            "colour": LANDMARKS[row["kind"]][0],
            "from": LANDMARKS[row["kind"]][1],
        }
        for row, at in reversed(first.values())
    ]


def areas(snapshot: Snapshot, words: Words) -> list[dict[str, Any]]:
    """List names of the dong, each at a point inside."""
    layer = snapshot.layers["dong"]
    rows = np.arange(layer.count)
    inside = shapely.point_on_surface(layer.geometries(rows))
    return [
        {
            "name": _plain_name(row, words),
            "at": np.round(shapely.get_coordinates(at)[0], 5).tolist(),
        }
        for row, at in zip(layer.records(rows, ["name_ko", "name_en"]), inside, strict=True)
    ]


def _buildings(layer: Layer, box: Box) -> Array:
    """Count shops by building: lon, lat and number, in order of location; the nearest alone."""
    where = {"provenance": ["observed"], "located_by": list(PINNED)}
    rows = layer.select(where, BBox(*box))
    lonlat = np.round(shapely.get_coordinates(layer.geometries(rows)), 6)
    if not len(lonlat):
        return np.empty((0, 3))
    places, counts = np.unique(lonlat, axis=0, return_counts=True)
    middle = np.add(box[:2], box[2:]) / 2
    distances = np.hypot(*((places - middle) * METRES).T)
    nearest = np.sort(np.argsort(distances, kind="stable")[:MOST_HOUSES])
    return np.column_stack([places, counts])[nearest]


def _room(metres: Array) -> Array:
    """Compute half a side that leaves a gap to the nearest neighbour."""
    tree = shapely.STRtree(shapely.points(metres))
    if len(metres) < 2:
        return np.full(len(metres), MOST_M)
    (own, _), away = tree.query_nearest(
        tree.geometries, exclusive=True, return_distance=True, all_matches=False
    )
    room = np.full(len(metres), MOST_M)
    room[own] = away * 0.46
    clipped: Array = np.clip(room, LEAST_M, MOST_M)
    return clipped


def _turns(metres: Array, lines: Sequence[Any]) -> Any:
    """Compute the angle of each house: along its street, or else towards its nearest neighbour."""
    parts = [
        line
        for polyline in lines
        for line in zip(
            *(_flat(polyline)[k : len(_flat(polyline)) - 1 + k] for k in (0, 1)), strict=True
        )
    ]
    ways = shapely.linestrings(np.asarray(parts)) if parts else np.empty(0, object)
    tree = shapely.STRtree(ways)
    angles = _neighbours_way(metres)
    (own, near), away = tree.query_nearest(
        shapely.points(metres), return_distance=True, all_matches=False
    )
    close = away < ALONG_M
    way = np.asarray([b - a for a, b in parts]).reshape(-1, 2)
    angles[own[close]] = np.arctan2(way[near[close], 1], way[near[close], 0])
    quarter = np.pi / 2
    return np.round((angles % quarter) / quarter * TURNS).astype(int) % TURNS


def _neighbours_way(metres: Array) -> Array:
    """Compute the direction to the nearest house, which in a row is that of the street."""
    angles = np.zeros(len(metres))
    if len(metres) < 2:
        return angles
    tree = shapely.STRtree(shapely.points(metres))
    own, near = tree.query_nearest(tree.geometries, exclusive=True, all_matches=False)
    way = metres[near] - metres[own]
    angles[own] = np.arctan2(way[:, 1], way[:, 0])
    return angles


def _lines(snapshot: Snapshot) -> list[Any]:
    layer = snapshot.layers["streets"]
    return list(layer.geometries(np.arange(layer.count)))


def _flat(line: Any) -> Array:
    flat: Array = shapely.get_coordinates(line) * METRES
    return flat


def _width(name_ko: str) -> int:
    if name_ko.endswith("대로"):
        return 3
    return 1 if name_ko.endswith("길") else 2


def _plain_name(names: Mapping[str, Any], words: Words) -> str:
    first, second = names["name_en"], names["name_ko"]
    return str((second or first) if words.lang == "ko" else (first or second))


def _name(names: Mapping[str, Any], words: Words) -> str:
    if words.lang == "ko" or not names["name_en"]:
        return str(names["name_ko"])
    return f"{names['name_en']} {names['name_ko']}"
