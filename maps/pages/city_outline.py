"""A small drawing of the city (SVG) that needs no library in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry import shape

from geo.core.vocab import CENSUS
from geo.serving.analysis.indicators import indicator_values
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.style import colours
from maps.style.colours import class_of, spread_colours
from maps.web.base_layers import features, name_of, version_in_force
from maps.web.svg_plane import SvgPlane, path_data

WIDTH: Final = 720  # units of the drawing


@dataclass(frozen=True)
class Area:
    """A dong of the drawing.

    Attributes:
        code: of the dong at the time of the census.
        name: name for the reader.
        value: the indicator; None where it has none.
        colour: fill.
        path: SVG path data.
        inner: x and y of a point inside it.
    """

    code: str
    name: str
    value: float | None
    colour: str
    path: str
    inner: tuple[float, float]


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


def outline(
    snapshot: Snapshot, year: int, words: Words, indicator: str = "foreign_share"
) -> Outline:
    """Draw the dong of a census, shaded by an indicator, in classes that all years share.

    Args:
        snapshot: the data.
        year: of the census.
        words: of the reader.
        indicator: one of `geo.core.vocab.INDICATORS` that is a rate.
    """
    layer = snapshot.layers["residents"]
    residents = features(layer, year=year, definition=CENSUS)
    value_of = {
        str(layer.columns["id"][row]): value
        for row, value in indicator_values(layer, year, indicator)
    }
    bounds = snapshot.manifest["classes"]["residents"][indicator]
    shades = spread_colours(colours.SHARE, len(bounds))
    shapes = [_main_parts(shape(feature["geometry"])) for feature in residents]
    plane = SvgPlane.around(shapes, WIDTH)
    areas = []
    for feature, area in zip(residents, shapes, strict=True):
        facts, value = feature["properties"], value_of[feature["id"]]
        colour = "#ffffff" if value is None else shades[class_of(value, bounds)]
        drawn = plane.draw(area)
        inner = drawn.representative_point()
        names = (facts["dong_code"], name_of(facts, words))
        areas.append(Area(*names, value, colour, path_data(drawn), (inner.x, inner.y)))
    middle = plane.draw(shape(version_in_force(snapshot, "zone")["geometry"]).centroid)
    return Outline(plane.width, plane.height, areas, (middle.x, middle.y))


def _main_parts(area: shapely.Geometry) -> shapely.Geometry:
    """Drop far, small islands of an area, which would shrink everything else to a corner."""
    parts = shapely.get_parts(area)
    sizes = shapely.area(parts)
    return shapely.union_all(parts[sizes > 0.1 * sizes.max()])
