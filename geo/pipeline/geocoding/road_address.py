"""Korean road addresses to points, by measuring along streets whose vertices carry numbers.

A road number advances by one for every 10 m from the start of the road, odd on the left and even
on the right (Road Name Address Act, Enforcement Decree). Where a street is drawn with the building
number of each vertex, an address lies at its number between two vertices, on its own side.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import SourceChangedError

SIDE_M: Final = 5.0  # from the middle of a street to its house fronts
TRACED_RMSE_M: Final = 12.5  # for streets drawn through a handful of points, without a fit
FRONT_M: Final = 5.0  # where along a house front the door is, one standard deviation
SUB_NUMBER_M: Final = 10.0  # "33-1" lies somewhere between 33 and 35, 20 m apart
BEYOND_NUMBERS: Final = 5  # how far past the last vertex a street may be followed: 50 m

_REMEMBERED: Final = 100_000  # addresses; each step of a load parses them anew
_CITY = re.compile(r"(?:경기도?\s+)?안산시\s+(?:[가-힣]{2}구\s+)?")
_ROAD = re.compile(
    # 다문화길, 중앙대로, 부부로1길, 다문화1길, 중앙대로 12번길: a number before 길 is of the name
    r"(?P<street>[가-힣]+(?:대로|로)(?:\s?\d{1,4}(?:번|[가-힣])?길)?|[가-힣]+(?:\d{1,4}[가-힣]{0,4})?길"
    r"|[가-힣]+\d{1,4}[가-힣]{0,4}로(?:\s?\d{1,4}(?:번|[가-힣])?길)?)\s*"
    r"(?P<below>지하\s*)?(?P<main>\d{1,5})(?!\d|번?길|층|호)(?:\s*-\s*(?P<sub>\d{1,4}))?\s*,?\s*(?P<detail>.*)"
)
_FLOOR = re.compile(
    r"(?P<under>지하|(?<![가-힣])지|(?<![A-Za-z])[Bb])?\s*(?P<floor>\d{1,2})"
    r"(?:\s*[-~,]\s*\d{1,2})*\s*층|(?:지하\s*|(?<![A-Za-z])[Bb])(?P<below>\d)(?![\d호])"
)


@dataclass(frozen=True)
class RoadAddress:
    """A road address taken apart.

    Attributes:
        street: road name, such as 다문화1길.
        number: main building number.
        sub: sub-number (the 1 of "33-1"), 0 where there is none.
        detail: what follows the number, such as "2층" or "101호", "" where nothing does.
        below: a number of an underground building (지하 462), such as a station's arcade.
    """

    street: str
    number: int
    sub: int
    detail: str
    below: bool = False

    @property
    def floor(self) -> int | None:
        """Storey in the Korean count (ground floor 1, first basement -1); None if not said."""
        match = _FLOOR.search(self.detail)
        if match is None:
            return None
        if match["below"]:
            return -int(match["below"])
        return -int(match["floor"]) if match["under"] else int(match["floor"])


@dataclass(frozen=True)
class Street:
    """A street as a line in metres (EPSG:5186), with the building number of each vertex.

    Attributes:
        name: road name.
        numbers: building numbers, ascending, one per vertex.
        x: eastings of the vertices, metres.
        y: northings of the vertices, metres.
        rmse_m: how far known addresses lie from the line; None for a line traced by eye.
    """

    name: str
    numbers: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    rmse_m: float | None


@dataclass(frozen=True)
class AddressPoint:
    """Where an address is.

    Attributes:
        lon: degrees (EPSG:4326).
        lat: degrees (EPSG:4326).
        accuracy_m: radius in metres within which the door lies 19 times out of 20.
    """

    lon: float
    lat: float
    accuracy_m: float


@dataclass(frozen=True)
class NotLocated:
    """Why an address could not be turned into a point."""

    reason: str


def parse_address(text: str) -> RoadAddress | NotLocated:
    """Parse a road address; province, city and gu before the street are ignored."""
    before = _CITY.match(text)  # with and without the city, one parsing is remembered
    parsed = _parse(text[before.end() :] if before else text)
    if parsed is None:
        return NotLocated(f"no road name with a building number in {text!r}")
    return parsed


@lru_cache(maxsize=_REMEMBERED)
def _parse(text: str) -> RoadAddress | None:
    match = _ROAD.search(text.strip())
    if match is None:
        return None
    detail = re.sub(r"\([^)]*\)", "", match["detail"]).strip(" ,")
    return RoadAddress(
        re.sub(r"\s", "", match["street"]),
        int(match["main"]),
        int(match["sub"] or 0),
        detail,
        below=bool(match["below"]),
    )


def streets_by_name(vertices: Iterable[Mapping[str, str]]) -> dict[str, Street]:
    """Build streets from rows of street_ko, building_no, lon, lat, fit_rmse_m ("" if traced).

    Raises:
        SourceChangedError: a street has fewer than two building numbers.
    """
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in vertices:
        rows.setdefault(row["street_ko"], []).append(row)
    return {name: _street(name, sorted(part, key=_number)) for name, part in rows.items()}


def geocode_address(
    address: RoadAddress, streets: Mapping[str, Street]
) -> AddressPoint | NotLocated:
    """Geocode an address along its street, or return the reason why that is impossible."""
    street = streets.get(address.street)
    if street is None:
        return NotLocated(f"street {address.street} is not among the {len(streets)} drawn ones")
    beyond = max(street.numbers[0] - address.number, address.number - street.numbers[-1], 0)
    if beyond > BEYOND_NUMBERS:
        low, high = street.numbers[0], street.numbers[-1]
        return NotLocated(
            f"{address.street} is drawn from {low} to {high}, not to {address.number}"
        )
    x, y = _door(street, address.number, address.sub)
    lon, lat = in_degrees([(x, y)])[0]
    accuracy_m = _accuracy_m(street, address, beyond * 10.0)
    return AddressPoint(round(float(lon), 6), round(float(lat), 6), accuracy_m)


def _number(row: Mapping[str, str]) -> int:
    return int(row["building_no"])


def _street(name: str, rows: Sequence[Mapping[str, str]]) -> Street:
    if len({_number(row) for row in rows}) < max(len(rows), 2):
        raise SourceChangedError(f"street {name} needs two vertices with numbers of their own")
    x, y = in_metres([(float(row["lon"]), float(row["lat"])) for row in rows]).T.tolist()
    rmse = rows[0]["fit_rmse_m"]
    return Street(
        name, tuple(map(_number, rows)), tuple(x), tuple(y), float(rmse) if rmse else None
    )


def _door(street: Street, number: int, sub: int) -> tuple[float, float]:
    """Return metres east and north of a door: along the line, then out to its street side."""
    along = number + (1 if sub else 0)
    last = len(street.numbers) - 2
    k = min(max(int(np.searchsorted(street.numbers, along, side="right")) - 1, 0), last)
    share = (along - street.numbers[k]) / (street.numbers[k + 1] - street.numbers[k])
    east, north = street.x[k + 1] - street.x[k], street.y[k + 1] - street.y[k]
    out = (SIDE_M if number % 2 else -SIDE_M) / float(np.hypot(east, north))  # odd numbers: left
    return (
        street.x[k] + share * east - out * north,
        street.y[k] + share * north + out * east,
    )


def _accuracy_m(street: Street, address: RoadAddress, beyond_m: float) -> float:
    """Return two standard deviations of the line, door, sub-number and extrapolation."""
    rmse = TRACED_RMSE_M if street.rmse_m is None else street.rmse_m
    parts = (rmse, FRONT_M, SUB_NUMBER_M / 2 if address.sub else 0.0, beyond_m / 2)
    return float(round(2 * np.sqrt(sum(part**2 for part in parts))))
