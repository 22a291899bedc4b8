"""Street lines from the points of known addresses: vertices with building numbers.

A number advances by one for every 10 m, odd on the left and even on the right. Each line is fitted
(least squares, robust) to the buildings whose address is known and to the law's 10 m a number;
then lines are joined where they evidently meet. Rows of buildings without an address were tried as
further evidence and brought addresses held out no nearer, so they have no part in it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.core.crs import MEASURE, STORE
from geo.core.errors import SourceChangedError

BUILDING_M: Final = 9.0  # from the middle of a street to the middle of its buildings
SUB_NUMBERS: Final = 3  # "10-14" lies deep behind number 10 and says little of the street
ADDRESS_M: Final = 8.0  # one standard deviation of a building about the place of its number
GUESS_M: Final = 20.0  # that of the vertices in street_plan.toml
LENGTH: Final = 0.05  # that of the length of a number, as a share of 10 m
FEWEST: Final = 3  # addresses that make a fit
OUTLIER_M: Final = 60.0  # farther from the first guess an address is mistaken
JOIN_M: Final = 50.0  # lines whose ends are nearer than this may be joined
WITHIN: Final = 5  # numbers past the last known one up to which a vertex is fitted, not inferred
SAME_M: Final = 5.0  # a joint nearer than this is the end of the line itself

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class KnownAddresses:
    """Buildings whose address on one street is known.

    Attributes:
        numbers: building numbers, half way to the next where there is a sub-number.
        side: 1 for odd numbers, on the left; -1 for even ones.
        points: metres east and north (EPSG:5186).
    """

    numbers: Array
    side: Array
    points: Array

    def without(self, row: int) -> "KnownAddresses":
        """Leave out one building, to validate the line by it."""
        keep = np.arange(len(self.numbers)) != row
        return KnownAddresses(self.numbers[keep], self.side[keep], self.points[keep])


@dataclass(frozen=True)
class Line:
    """A street as its vertices.

    Attributes:
        name: Korean name.
        numbers: building number of each vertex.
        vertices: metres east and north.
        rmse_m: of the known buildings about the places of their numbers; None where traced.
        used: number of known addresses.
        basis: of each vertex: `fitted`, `traced`, or `inferred`: past the known addresses.
    """

    name: str
    numbers: tuple[int, ...]
    vertices: Array
    rmse_m: float | None
    used: int
    basis: tuple[str, ...]


def street_lines(points: pd.DataFrame) -> pd.DataFrame:
    """Build the table of street lines.

    Args:
        points: known addresses: `street_ko`, `building_no`, `sub_no`, `lon`, `lat`.

    Returns:
        One row per vertex, as `tables/street_lines.csv` has them.
    """
    plan = read_plan()
    known = {name: known_on(name, points) for name in plan}
    fitted = {name: fit_street(name, street, known[name]) for name, street in plan.items()}
    lines = join_ends(fitted, {name: street.get("joins", {}) for name, street in plan.items()})
    table = pd.concat([_rows(line) for line in lines.values()], ignore_index=True)
    return table.astype({"fit_rmse_m": float})


def read_plan() -> dict[str, dict[str, Any]]:
    """Read first guesses and joins by street."""
    text = Path(__file__).with_name("street_plan.toml").read_text(encoding="utf-8")
    plan: dict[str, dict[str, Any]] = tomllib.loads(text)["street"]
    return plan


def known_on(name: str, points: pd.DataFrame) -> KnownAddresses:
    """Return the known addresses of one street, each once."""
    rows = points[(points["street_ko"] == name) & (points["sub_no"] <= SUB_NUMBERS)]
    rows = rows.drop_duplicates(["building_no", "sub_no"])
    numbers = rows["building_no"].to_numpy(float)
    side = np.where(numbers % 2 == 1, 1.0, -1.0)
    behind = (rows["sub_no"] > 0).to_numpy(float)
    return KnownAddresses(numbers + behind, side, _metres(rows[["lon", "lat"]]))


def fit_street(name: str, plan: Mapping[str, Any], known: KnownAddresses) -> Line:
    """Fit one street to its known buildings, or leave it as planned where they are too few."""
    from scipy.optimize import least_squares  # takes long to import, and few need it

    guess = np.asarray(plan["vertices"], float)
    numbers, start = guess[:, 0], _metres(pd.DataFrame(guess[:, 1:]))
    off = np.hypot(*(_places(numbers, start, known) - known.points).T)
    known = KnownAddresses(
        *(part[off < OUTLIER_M] for part in (known.numbers, known.side, known.points))
    )
    used, whole = len(known.numbers), tuple(map(int, numbers))
    if not used:
        return Line(name, whole, start, None, used, ("traced",) * len(numbers))

    def misfit(flat: Array) -> Array:
        vertices = flat.reshape(-1, 2)
        return np.concatenate(
            [
                ((_places(numbers, vertices, known) - known.points) / ADDRESS_M).ravel(),
                ((vertices - start) / GUESS_M).ravel(),
                _stretch(numbers, vertices),
            ]
        )

    fitted = least_squares(misfit, start.ravel(), loss="soft_l1").x.reshape(-1, 2)
    if used < FEWEST:
        return Line(name, whole, fitted, None, used, ("traced",) * len(numbers))
    errors = np.hypot(*(_places(numbers, fitted, known) - known.points).T)
    rmse = round(float(np.sqrt(np.mean(errors**2))), 1)
    low, high = known.numbers.min() - WITHIN, known.numbers.max() + WITHIN
    basis = tuple("fitted" if low <= position <= high else "inferred" for position in numbers)
    return Line(name, whole, fitted, rmse, used, basis)


def join_ends(lines: Mapping[str, Line], joins: Mapping[str, Mapping[str, str]]) -> dict[str, Line]:
    """Extend the ends of lines to the streets that they meet.

    Raises:
        SourceChangedError: a street is too far from the one that it is to meet.
    """
    lines_led = dict(lines)
    for name, ends in joins.items():
        for end, onto in ends.items():
            lines_led[name] = _led_on(lines_led[name], end, lines_led[onto])
    return lines_led


def _led_on(line: Line, end: str, onto: Line) -> Line:
    turned = _reversed(line) if end == "start" else line
    last = turned.vertices[-1]
    at = _meeting(turned.vertices, onto)
    if np.hypot(*(at - last)) > JOIN_M:
        raise SourceChangedError(f"{line.name} ({end}) meets no {onto.name} within {JOIN_M:g} m")
    longer = _with_end(turned, at, -1 if end == "start" else 1)
    return _reversed(longer) if end == "start" else longer


def _meeting(vertices: Array, onto: Line) -> Array:
    """Return where a line, extended straight, meets another, or else the nearest point of it."""
    last, before = vertices[-1], vertices[-2]
    ahead = (last - before) / np.hypot(*(last - before))
    ray = shapely.LineString([last - ahead * JOIN_M / 2, last + ahead * JOIN_M])
    other = _drawn_out(onto)
    meets = shapely.get_coordinates(ray.intersection(other))
    if not len(meets):
        meets = shapely.get_coordinates(other.interpolate(other.project(shapely.Point(last))))
    nearest: Array = meets[np.argmin(np.hypot(*(meets - last).T))]
    return nearest


def _drawn_out(line: Line) -> shapely.LineString:
    """Extend a line by 50 m at both its ends, so that streets can meet at its corner."""
    first, second = line.vertices[:2]
    last, before = line.vertices[-1], line.vertices[-2]
    start = first + (first - second) / np.hypot(*(first - second)) * JOIN_M
    end = last + (last - before) / np.hypot(*(last - before)) * JOIN_M
    return shapely.LineString([start, *line.vertices, end])


def _with_end(line: Line, at: Array, step: int) -> Line:
    """End the line at a joint: by another vertex, or by moving its last one."""
    last, before = line.vertices[-1], line.vertices[-2]
    gap = float(np.hypot(*(at - last)))
    number = line.numbers[-1] + step * max(1, round(gap / 10))
    if gap < SAME_M or (at - last) @ (last - before) < 0 or number < 0:
        return replace(line, vertices=np.vstack([line.vertices[:-1], at]))
    return replace(
        line,
        numbers=(*line.numbers, number),
        vertices=np.vstack([line.vertices, at]),
        basis=(*line.basis, "inferred"),
    )


def _reversed(line: Line) -> Line:
    return replace(
        line, numbers=line.numbers[::-1], vertices=line.vertices[::-1], basis=line.basis[::-1]
    )


def _places(numbers: Array, vertices: Array, known: KnownAddresses) -> Array:
    """Return the positions of the known buildings by their numbers."""
    k = np.clip(np.searchsorted(numbers, known.numbers, side="right") - 1, 0, len(numbers) - 2)
    share = (known.numbers - numbers[k]) / (numbers[k + 1] - numbers[k])
    along = vertices[k + 1] - vertices[k]
    left = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    places: Array = vertices[k] + share[:, None] * along + BUILDING_M * known.side[:, None] * left
    return places


def _stretch(numbers: Array, vertices: Array) -> Array:
    lengths = np.hypot(*np.diff(vertices, axis=0).T)
    stretch: Array = (lengths / (10 * np.diff(numbers)) - 1) / LENGTH
    return stretch


def _metres(lonlat: pd.DataFrame) -> Array:
    to_metres = Transformer.from_crs(STORE, MEASURE, always_xy=True)
    return np.column_stack(to_metres.transform(*lonlat.to_numpy(float).T))


def _rows(line: Line) -> pd.DataFrame:
    to_lonlat = Transformer.from_crs(MEASURE, STORE, always_xy=True)
    lon, lat = to_lonlat.transform(*line.vertices.T)
    return pd.DataFrame(
        {
            "street_ko": line.name,
            "building_no": line.numbers,
            "lon": lon.round(6),
            "lat": lat.round(6),
            "fit_rmse_m": line.rmse_m,
            "points_used": line.used,
            "basis": line.basis,
        }
    )
