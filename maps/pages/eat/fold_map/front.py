"""The front of the fold map: the drawn ground, the streets' names, and the numbered marks."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
import shapely.ops

from geo.snapshot.reader import Snapshot
from maps.pages.eat.fold_map.choice import MapPlace, box_of
from maps.pages.eat.fold_map.marks import SIZE, PaperMark, merge
from maps.pages.eat.fold_map.sheet import CONTEXT, EXIT_1, HIGH, INK, MARGIN, QUIET_INK, WIDE, Sheet
from maps.pages.eat.plane import CORNER, DEGREE, metres
from maps.web.base_layers import version_in_force

TOP: Final = 21.0  # millimetres; the title stands above
BOTTOM: Final = 15.5  # the sources stand below
PAD_M: Final = 25.0
STREET_M: Final = 8.0
HOUSE_M: Final = 10.0
NAME_PT: Final = 7.0
HALF_NAME_MM: Final = 1.3
ALONG: Final = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)  # where a name is tried, of its street
_LAND, _FOOD, _HOUSE = (251, 246, 236), (246, 217, 184), (226, 213, 193)
_TRACK: Final = (139, 131, 120)


class Frame:
    """Where metres of the plane lie on the paper.

    Attributes:
        x: left edge, millimetres.
        y: top edge.
        width: of the map.
        height: of the map.
    """

    def __init__(self, box: tuple[int, ...]) -> None:
        """Fit a box of metres, at its shape, into the page."""
        self.x, self.y = MARGIN, TOP
        self.width, self.height = WIDE - 2 * MARGIN, HIGH - TOP - BOTTOM
        x0, y0, x1, y1 = box
        self._scale = min(self.width / (x1 - x0 + 2 * PAD_M), self.height / (y1 - y0 + 2 * PAD_M))
        self._middle = (x0 + x1) / 2, (y0 + y1) / 2

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Convert metres of the plane to millimetres of the page."""
        return (
            self.x + self.width / 2 + (x - self._middle[0]) * self._scale,
            self.y + self.height / 2 + (y - self._middle[1]) * self._scale,
        )

    def length(self, metres_long: float) -> float:
        """Convert a length."""
        return metres_long * self._scale

    def place_shape(self, shape: Any) -> Any:
        """Convert a geometry in degrees, cut to the map."""
        placed = shapely.transform(shape, self._place_degrees)
        return shapely.intersection(placed, self.outline)

    def _place_degrees(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        plane = (points - CORNER) * (DEGREE[0], -DEGREE[1])
        middle = (self.x + self.width / 2, self.y + self.height / 2)
        return np.asarray((plane - self._middle) * self._scale + middle)

    @property
    def outline(self) -> Any:
        """The edge of the map, millimetres."""
        return shapely.box(self.x, self.y, self.x + self.width, self.y + self.height)


def draw_front(
    sheet: Sheet, snapshot: Snapshot, places: Sequence[MapPlace], origin: tuple[int, int] | None
) -> None:
    """Draw the map.

    Args:
        sheet: the document, on a fresh page.
        snapshot: for the ground.
        places: what is numbered.
        origin: where minutes are counted from, metres of the plane.
    """
    frame = Frame(box_of(places, [origin] if origin else []))
    sheet.set_fill_color(*_LAND)
    sheet.rect(frame.x, frame.y, frame.width, frame.height, style="F")
    _fill(sheet, frame, version_in_force(snapshot, "food-streets"))
    _draw_houses(sheet, frame, snapshot)
    streets = snapshot.layers["streets"]
    rows = np.arange(streets.count)
    lines = [frame.place_shape(line) for line in streets.geometries(rows)]
    _stroke(sheet, lines, frame.length(STREET_M), (255, 255, 255))
    rails = snapshot.manifest.get("rails", [])
    tracks = [frame.place_shape(shapely.LineString(rail["line"])) for rail in rails]
    _stroke(sheet, tracks, 0.7, _TRACK)
    marks = merge(sheet, [(place.number, frame.place(place.x, place.y)) for place in places])
    names = [row["name_ko"] for row in streets.records(rows, ["name_ko"])]
    for name, line in zip(names, lines, strict=True):
        _name_street(sheet, name, line, marks)
    if origin:
        _draw_origin(sheet, frame.place(*origin))
    for mark in marks:
        sheet.write_number(mark.text, (mark.x, mark.y), SIZE)


def _fill(sheet: Sheet, frame: Frame, feature: Any) -> None:
    shape = frame.place_shape(shapely.geometry.shape(feature["geometry"]))
    sheet.set_fill_color(*_FOOD)
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            sheet.polygon(shapely.get_coordinates(part.exterior).tolist(), style="F")


def _draw_houses(sheet: Sheet, frame: Frame, snapshot: Snapshot) -> None:
    layer = snapshot.layers["businesses"]
    rows = layer.select({"provenance": ["observed"], "located_by": ["register"]})
    points = {metres(x, y) for x, y in shapely.get_coordinates(layer.geometries(rows)).tolist()}
    half, side = HOUSE_M / 2, frame.length(HOUSE_M)
    sheet.set_fill_color(*_HOUSE)
    for x, y in sorted(points):
        left, top = frame.place(x - half, y - half)
        if shapely.contains(frame.outline, shapely.box(left, top, left + side, top + side)):
            sheet.rect(left, top, side, side, style="F")


def _stroke(
    sheet: Sheet, shapes: Iterable[Any], width: float, colour: tuple[int, int, int]
) -> None:
    sheet.set_draw_color(*colour)
    sheet.set_line_width(width)
    for shape in shapes:
        for part in shapely.get_parts(shape):
            if part.geom_type == "LineString" and part.length:
                sheet.polyline(shapely.get_coordinates(part).tolist())


def _name_street(sheet: Sheet, name: str, line: Any, marks: Sequence[PaperMark]) -> None:
    """Write the name of a street along its longest straight piece, where no mark covers it."""
    pieces = [
        shapely.LineString(sorted(pair))  # from left to right, as it is read
        for part in shapely.get_parts(line)
        for pair in pairwise(shapely.get_coordinates(part).tolist())
    ]
    width = sheet.width_of(name, NAME_PT)
    covered = [shapely.box(*mark.box) for mark in marks]
    for piece in sorted(pieces, key=lambda piece: -piece.length):
        for share in ALONG:
            middle = piece.length * share
            label = shapely.ops.substring(piece, middle - width / 2, middle + width / 2)
            if (
                label.length > width * 0.99
                and not shapely.intersects(label.buffer(HALF_NAME_MM), covered).any()
            ):
                _write_along(sheet, name, label)
                return


def _write_along(sheet: Sheet, name: str, line: Any) -> None:
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    angle = -math.degrees(math.atan2(y1 - y0, x1 - x0))
    x, y, width = (x0 + x1) / 2, (y0 + y1) / 2, line.length + 2
    with sheet.rotation(angle, x, y):
        sheet.write_lines(name, (x - width / 2, y - 1.6, width), NAME_PT, QUIET_INK, "C")


def _draw_origin(sheet: Sheet, at: tuple[float, float]) -> None:
    sheet.set_fill_color(194, 119, 63)
    sheet.set_draw_color(255, 255, 255)
    sheet.set_line_width(0.4)
    sheet.circle(at[0], at[1], 2.2, style="FD")
    name = sheet.words.coded(CONTEXT, EXIT_1)
    sheet.write_lines(name, (at[0] - 15, at[1] + 2.4, 30), 7.5, INK, "C")
