"""The parameter of areas that a reader names or draws.

A dong, a food street, a section of a street, a hexagon, a circle or a polygon.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import h3
import shapely

from geo.core.errors import BadParameterError
from geo.core.parameter_values import number
from geo.core.parameters import Parameter
from geo.statistics.kernel_density import RESOLUTION

MOST_AREAS: Final = 4
MOST_CORNERS: Final = 50
RADII_M: Final = (100, 1000)
DONG, STREET, HEXAGON, RADIUS, POLYGON = "dong", "street", "hex", "radius", "polygon"
SECTION: Final = "section"
AREA_TYPES: Final = (DONG, STREET, SECTION, HEXAGON, RADIUS, POLYGON)
DRAWN: Final = (RADIUS, POLYGON)
WRITTEN: Final = (
    f"dong:CODE, street:ID, section:STREET,FROM,TO (numbers of doors), hex:INDEX (H3, resolution "
    f"{RESOLUTION}) or hex:LON,LAT, radius:LON,LAT,METRES "
    f"({RADII_M[0]} to {RADII_M[1]} m) or polygon:LON LAT,LON LAT,LON LAT (3 to {MOST_CORNERS} "
    "corners whose edges do not cross)"
)
_BETWEEN: Final = re.compile(rf",(?=(?:{'|'.join(AREA_TYPES)}):)")
_DEFAULT: Final = ("dong:4127354500",)  # Wongok-dong

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RequestedArea:
    """An area as it was asked for.

    Attributes:
        text: of the query.
        type: one of `AREA_TYPES`.
        code: dong code, id of a street or food street, or H3 index; "" where it is drawn.
        corners: of a polygon, or the centre of a circle; lon/lat.
        radius_m: of a circle.
        numbers: first and last number of a street section.
    """

    text: str
    type: str
    code: str = ""
    corners: Corners = ()
    radius_m: float = 0.0
    numbers: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class AreasParameter(Parameter):
    """Up to four areas.

    Attributes:
        name: in the query.
        default: of a request that names none.
    """

    name: str = "area"
    default: tuple[str, ...] = _DEFAULT
    description: str = f"areas to describe, at most {MOST_AREAS}, each {WRITTEN}"
    repeatable: ClassVar[bool] = True

    @property
    def json_schema(self) -> dict[str, Any]:
        """A short list of texts."""
        member = {"type": "string", "example": _DEFAULT[0]}
        return {"type": "array", "items": member, "minItems": 1, "maxItems": MOST_AREAS}

    def parse(self, text: str) -> tuple[str, ...]:
        """Check the form of each area; the data decide whether there is such a place."""
        parts = (part.strip(", ") for part in _BETWEEN.split(text))  # forms send empty ones, too
        asked = [requested_area(part, self.name) for part in filter(None, parts)]
        texts = tuple(dict.fromkeys(each.text for each in asked))
        if len(texts) > MOST_AREAS:
            raise BadParameterError(self.name, text, f"at most {MOST_AREAS} areas")
        return texts or self.default


def requested_area(text: str, name: str = "area") -> RequestedArea:
    """Parse an area.

    Args:
        text: of the query.
        name: of the parameter, for refusals.

    Raises:
        BadParameterError: it is not written as an area, or its polygon is not simple.
    """
    kind, _, rest = text.partition(":")
    if kind not in AREA_TYPES or not rest:
        raise BadParameterError(name, text, WRITTEN)
    if kind == RADIUS:
        return _circle(text, rest, name)
    if kind == POLYGON:
        return RequestedArea(text, POLYGON, corners=_corners(text, rest, name))
    if kind == HEXAGON:
        return _hexagon(text, rest, name)
    if kind == SECTION:
        return _section(text, rest, name)
    return RequestedArea(text, kind, rest)


def _hexagon(text: str, rest: str, name: str) -> RequestedArea:
    """Parse an H3 index, or the point that a hexagon holds: the text then has the index."""
    parts = rest.split(",")
    if len(parts) == 2:
        lon, lat = (
            number(name, part.strip(), -most, most)
            for part, most in zip(parts, (180, 90), strict=True)
        )
        index = h3.latlng_to_cell(lat, lon, RESOLUTION)
        return RequestedArea(f"{HEXAGON}:{index}", HEXAGON, index)
    if not (h3.is_valid_cell(rest) and h3.get_resolution(rest) == RESOLUTION):
        allowed = f"hex: an H3 index of resolution {RESOLUTION}, or LON,LAT"
        raise BadParameterError(name, text, allowed)
    return RequestedArea(text, HEXAGON, rest)


def _section(text: str, rest: str, name: str) -> RequestedArea:
    """Parse a street and the numbers of two doors, the lower one first."""
    street, *numbers = (part.strip() for part in rest.split(","))
    if len(numbers) != 2 or not all(re.fullmatch(r"[0-9]{1,5}", part) for part in numbers):
        allowed = "section:STREET,FROM,TO, such as section:damunhwa-gil,6,19"
        raise BadParameterError(name, text, allowed)
    low, high = sorted(map(int, numbers))
    if low == high:
        raise BadParameterError(name, text, "section: two different numbers")
    return RequestedArea(f"{SECTION}:{street},{low},{high}", SECTION, street, numbers=(low, high))


def _circle(text: str, rest: str, name: str) -> RequestedArea:
    parts = rest.split(",")
    if len(parts) != 3:
        allowed = "radius:LON,LAT,METRES, such as radius:126.7949,37.3292,300"
        raise BadParameterError(name, text, allowed)
    lon, lat = (number(name, part.strip()) for part in parts[:2])
    radius_m = number(name, parts[2].strip(), *RADII_M)
    return RequestedArea(text, RADIUS, corners=((lon, lat),), radius_m=radius_m)


def _corners(text: str, rest: str, name: str) -> Corners:
    pairs = [part.split() for part in rest.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise BadParameterError(name, text, "polygon:LON LAT,LON LAT,LON LAT in degrees")
    corners = [(number(name, lon), number(name, lat)) for lon, lat in pairs]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise BadParameterError(name, text, f"polygon: 3 to {MOST_CORNERS} corners")
    if not shapely.Polygon(corners).is_valid:
        raise BadParameterError(name, text, "polygon: corners in order, edges that do not cross")
    return tuple(corners)
