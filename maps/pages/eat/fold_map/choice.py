"""Which places a fold map has: kitchens of the food streets, numbered as on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.snapshot.reader import Snapshot
from maps.pages.eat.plane import DEGREE, metres
from maps.pages.eat.spots import Directory, Spot
from maps.web.base_layers import version_in_force

BESIDE_M: Final = 50.0  # a door so near belongs to the street
LIST: Final = "t:eat"  # the list whose numbers are printed: /eat?task=eat
_HOME: Final = "kr"


@dataclass(frozen=True)
class MapPlace:
    """A place with its number.

    Attributes:
        number: its place in the list of the screen, by minutes on foot from exit 1.
        spot: the place.
        x: metres east of the plane's corner.
        y: metres south of it.
    """

    number: int
    spot: Spot
    x: int
    y: int


def choose(directory: Directory, snapshot: Snapshot) -> list[MapPlace]:
    """List kitchens of other countries along the food streets that have a name in Latin letters.

    Args:
        directory: what visitors are shown.
        snapshot: for the outline of the food streets.
    """
    streets = _outline(snapshot)
    return [
        MapPlace(number, spot, *metres(spot.lon, spot.lat))
        for number, spot in enumerate(directory.tagged(LIST), 1)
        if spot.lon is not None
        and spot.lat is not None
        and _is_readable(spot)
        and shapely.contains_xy(streets, spot.lon, spot.lat)
    ]


def _is_readable(spot: Spot) -> bool:
    kitchens = set(spot.codes("c")) - {_HOME}
    return bool(kitchens and spot.en and spot.ko and spot.en != spot.ko)


def _outline(snapshot: Snapshot) -> Any:
    streets = shapely.geometry.shape(version_in_force(snapshot, "food-streets")["geometry"])
    return streets.buffer(BESIDE_M / min(DEGREE))


def exits(snapshot: Snapshot) -> list[tuple[str, str]]:
    """List the Korean and English names of the exits of the station."""
    layer = snapshot.layers.get("landmarks")
    if layer is None:
        return []
    rows = layer.records(np.arange(layer.count), ["name_ko", "name_en", "kind"])
    return [(row["name_ko"], row["name_en"]) for row in rows if row["kind"] == "exit"]


def box_of(places: Sequence[MapPlace], others: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the least and largest x and y of places and other points: x0, y0, x1, y1, metres."""
    xs = [place.x for place in places] + [x for x, _ in others]
    ys = [place.y for place in places] + [y for _, y in others]
    return min(xs), min(ys), max(xs), max(ys)
