"""A small drawing of the city (SVG) that needs no library in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import shape

from geo.core.vocab import CENSUS
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.style import colours
from maps.style.colours import class_of, spread_colours
from maps.web.base_layers import features, name_of, version_in_force

WIDTH: Final = 720  # units of the drawing
SQUEEZE: Final = 0.795  # a degree of longitude against one of latitude, at Ansan


@dataclass(frozen=True)
class Area:
    """A dong of the drawing.

    Attributes:
        name: name for the reader.
        value: its foreign share, 0 to 1; None where nobody lives.
        colour: fill.
        path: SVG path data.
    """

    name: str
    value: float | None
    colour: str
    path: str


@dataclass(frozen=True)
class Outline:
    """The drawing of the city.

    Attributes:
        width: of its view box.
        height: of its view box.
        areas: the dong.
        zone: middle of the special zone, x and y.
    """

    width: int
    height: int
    areas: Sequence[Area]
    zone: tuple[float, float]


def outline(snapshot: Snapshot, year: int, words: Words) -> Outline:
    """Draw the dong of a census, shaded by the share of foreign residents."""
    residents = features(snapshot.layers["residents"], year=year, definition=CENSUS)
    bounds = snapshot.manifest["classes"]["residents"]["foreign_share"]
    shades = spread_colours(colours.SHARE, len(bounds))
    shapes = [_main_parts(shape(feature["geometry"])) for feature in residents]
    west, south, east, north = shapely.total_bounds(shapes)
    scale = WIDTH / ((east - west) * SQUEEZE)

    def place(lonlat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        x = (lonlat[:, 0] - west) * SQUEEZE * scale
        return np.column_stack([x, (north - lonlat[:, 1]) * scale]).round(1)

    areas = []
    for feature, area in zip(residents, shapes, strict=True):
        share = feature["properties"]["foreign_share"]
        colour = "#ffffff" if share is None else shades[class_of(share, bounds)]
        name = name_of(feature["properties"], words)
        areas.append(Area(name, share, colour, _path(shapely.transform(area, place))))
    middle = shapely.transform(
        shape(version_in_force(snapshot, "zone")["geometry"]).centroid, place
    )
    return Outline(WIDTH, round((north - south) * scale), areas, (middle.x, middle.y))


def _main_parts(area: shapely.Geometry) -> shapely.Geometry:
    """Drop far, small islands of an area, which would shrink everything else to a corner."""
    parts = shapely.get_parts(area)
    sizes = shapely.area(parts)
    return shapely.union_all(parts[sizes > 0.1 * sizes.max()])


def _path(area: shapely.Geometry) -> str:
    rings = [
        ring.coords for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)
    ]
    return "".join(_ring(list(dict.fromkeys(ring))) for ring in rings)


def _ring(points: Sequence[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y, *_ in points) + "Z"
