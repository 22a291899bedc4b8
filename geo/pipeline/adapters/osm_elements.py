"""Elements of OpenStreetMap and what they enclose, whichever file they came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import shapely

Position = tuple[float, float]  # longitude, latitude
INNER: Final = "inner"
OUTLINES: Final = ("", "outer", "outline", INNER)  # roles of lines that bound an area
CORNERS: Final = 4  # positions of the smallest ring, the first one twice

NO_POINT: Final = "it has no coordinates"
NO_PLACE: Final = "the file does not hold all points of its outline"
OUT_OF_RANGE: Final = "its coordinates are out of range"
NOT_CLOSED: Final = "its outline is not closed"
TOO_FEW: Final = "its outline has fewer than three corners"
NO_LENGTH: Final = "it has no length"
NOTHING: Final = "its outline encloses nothing"


class Line(NamedTuple):
    """A line of an element.

    Attributes:
        role: what it is to its relation; "" for a way of its own.
        positions: those that are in the file.
        whole: whether that is all of them.
    """

    role: str
    positions: Sequence[Position]
    whole: bool


@dataclass(frozen=True, slots=True)
class Element:
    """A node, way or relation; who edited it is never read.

    Attributes:
        kind: node, way or relation.
        id: its number, unique among its kind.
        tags: value by key.
        edited: when it was last edited, as ISO 8601; "" where the file does not say.
        at: position of a node, or the centre that the file gives; None where it gives none.
        lines: the way itself, or those members of a relation that bound an area.
    """

    kind: str
    id: int
    tags: Mapping[str, str]
    edited: str
    at: Position | None
    lines: tuple[Line, ...] = ()

    @property
    def key(self) -> str:
        """Kind and number, such as "way/45"."""
        return f"{self.kind}/{self.id}"

    def positions(self) -> Iterator[Position]:
        """Return all known positions."""
        if self.at is not None:
            yield self.at
        for line in self.lines:
            yield from line.positions


@dataclass(frozen=True)
class Flaw:
    """Why an element has no such shape."""

    reason: str


def point_inside(element: Element) -> Position | Flaw:
    """Return a point inside an element, else on its line, else its stated centre."""
    if element.lines and all(line.whole for line in element.lines):
        position = _on_surface(element)
        if not isinstance(position, Flaw) or element.at is None:
            return position
    if element.at is None:
        return Flaw(NO_POINT if element.kind == "node" else NO_PLACE)
    return element.at if _in_range([element.at]) else Flaw(OUT_OF_RANGE)


def _on_surface(element: Element) -> Position | Flaw:
    shape = area(element)
    if isinstance(shape, Flaw) and element.kind == "way":
        shape = line(element)
        if not isinstance(shape, Flaw):
            middle = shapely.line_interpolate_point(shape, 0.5, normalized=True)
            return middle.x, middle.y
    if isinstance(shape, Flaw):
        return shape
    point = shapely.point_on_surface(shape)
    return point.x, point.y


def line(element: Element) -> Any:
    """Return the way as a LineString, or a `Flaw`."""
    if not element.lines or not element.lines[0].whole:
        return Flaw(NO_PLACE)
    positions = element.lines[0].positions
    if not _in_range(positions):
        return Flaw(OUT_OF_RANGE)
    return shapely.LineString(positions) if len(set(positions)) > 1 else Flaw(NO_LENGTH)


def area(element: Element) -> Any:
    """Build a valid Polygon or MultiPolygon from the lines of an element, or a `Flaw`."""
    outer = [line for line in element.lines if line.role != INNER]
    shape = _enclosed(outer)
    if isinstance(shape, Flaw) or len(outer) == len(element.lines):
        return shape
    holes = _enclosed([line for line in element.lines if line.role == INNER])
    if isinstance(holes, Flaw):
        return holes
    left = shapely.difference(shape, holes)
    return Flaw(NOTHING) if left.is_empty else left


def _enclosed(lines: Sequence[Line]) -> Any:
    """Join lines to rings, and rings to one area; rings that cross themselves are repaired."""
    if not lines or not all(line.whole for line in lines):
        return Flaw(NO_PLACE)
    if not all(_in_range(line.positions) for line in lines):
        return Flaw(OUT_OF_RANGE)
    if any(len(line.positions) < 2 for line in lines):
        return Flaw(TOO_FEW)
    rings = _joined([shapely.LineString(line.positions) for line in lines])
    if not all(ring.is_closed for ring in rings):
        return Flaw(NOT_CLOSED)
    if any(len(ring.coords) < CORNERS for ring in rings):
        return Flaw(TOO_FEW)
    parts = shapely.make_valid(
        [shapely.Polygon(ring) for ring in rings], method="structure", keep_collapsed=False
    )
    shape = shapely.union_all(parts)
    return Flaw(NOTHING) if shape.is_empty else shape


def _joined(lines: list[Any]) -> list[Any]:
    if len(lines) == 1:
        return lines
    merged = shapely.line_merge(shapely.MultiLineString(lines))
    return list(shapely.get_parts(merged))


def _in_range(positions: Sequence[Position]) -> bool:
    return all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in positions)
