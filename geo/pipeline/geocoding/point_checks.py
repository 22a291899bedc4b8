"""Whether the points of a register lie where its rows say, and what is wrong when they do not.

One stray point is a slip of a clerk; most points astray are a wrong reading of the file: swapped
axes, another CRS, a datum shift left out. The likely cause is found by trying each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geo.core.crs import MEASURE, STORE
from geo.core.errors import GeoError

NEAR_M: Final = 300.0  # a door may lie this far outside the dong that its row names
EDGE_M: Final = 60.0  # most doors lie closer: outlines are accurate to 50 m
MOST: Final = 0.5  # more astray than this is no slip
FITTING: Final = 0.9  # a cause must explain this share of the points
BETTER: Final = 0.1  # and this much more than the file as declared
FEW: Final = 5  # rows that say nothing about a file as a whole
ENOUGH: Final = 2_000  # rows that say all about a file as a whole
SHIFTED_M: Final = 100.0  # points this far from their addresses, all the same way, are shifted

# Korean 1985 / Modified Central Belt as many scripts write it: without its datum shift.
NO_SHIFT: Final = (
    "+proj=tmerc +lat_0=38 +lon_0=127.0028902777778 +k=1 +x_0=200000 +y_0=500000 +ellps=bessel"
)
SYSTEMS: Final = {
    "EPSG:4326": "EPSG:4326",
    "EPSG:5174": "EPSG:5174",
    "EPSG:5181": "EPSG:5181",
    "EPSG:5186": "EPSG:5186",
    "EPSG:5179": "EPSG:5179",
    "EPSG:2097": "EPSG:2097",
    "EPSG:3857": "EPSG:3857",
    "EPSG:5174 without its datum shift": NO_SHIFT,
}
# Where a script gives PROJ easting first without saying so, 37° N comes to lie at 35° N.
NORTHING_FIRST: Final = ("EPSG:5174", "EPSG:5181", "EPSG:5186", "EPSG:5179")

_CITY: Final = "the city is"
_Array = np.ndarray[Any, np.dtype[np.float64]]
_Reader = Callable[[_Array, _Array], tuple[_Array, _Array]]


class ImplausibleError(GeoError):
    """Most points of a file lie elsewhere than its rows say."""


@dataclass(frozen=True)
class ClaimedPoints:
    """Points of a file and where its rows say that they are.

    Attributes:
        x: eastings or longitudes as read.
        y: northings or latitudes as read.
        crs: what the source declares for them.
        claimed: polygon (EPSG:5186) that each row names, None where it names none.
        doors: position (EPSG:5186, shape (n, 2)) of the address of each row, NaN where not known.
    """

    x: _Array
    y: _Array
    crs: str
    claimed: Any
    doors: _Array


@cache
def _between(source: str, target: str) -> Transformer:
    """Return PROJ's own operation between two systems, easting or longitude first."""
    return Transformer.from_crs(CRS(source), CRS(target), always_xy=True)


def to_metres(crs: str, x: _Array, y: _Array) -> tuple[_Array, _Array]:
    """Project points of any system to EPSG:5186, easting first; infinite where impossible."""
    return _between(crs, MEASURE).transform(x, y)


def to_degrees(crs: str, x: _Array, y: _Array) -> tuple[_Array, _Array]:
    """Transform points of any system to lon/lat by PROJ's operation; infinite if impossible."""
    return _between(crs, STORE).transform(x, y)


def check_points(file: str, claims: ClaimedPoints, city: shapely.Geometry) -> None:
    """Refuse a file whose points as a whole contradict the areas or addresses of its rows.

    Args:
        file: its name.
        claims: its points, and where its rows say that they lie.
        city: where points should lie whose rows say nothing, EPSG:5186.

    Raises:
        ImplausibleError: names the file, the share astray and the likely cause.
    """
    claims = _sample(claims)
    fit, judge = _judge(claims, city)
    now = fit(*_quietly(partial(to_metres, claims.crs), claims))
    if now + BETTER >= 1:  # nothing can explain so much more
        return
    best, cause = max(
        ((fit(*_quietly(reader, claims)), name) for name, reader in _causes(claims.crs)),
        key=lambda share: share[0],
    )
    explained = best >= FITTING and best > now + BETTER
    # A file may hold other cities too: without a cause, points outside this one say nothing.
    if explained or (now < 1 - MOST and judge != _CITY):
        likely = f"likely cause: {cause}" if explained else "no usual cause explains it"
        raise ImplausibleError(
            f"{file}: {100 * (1 - now):.0f} % of its points do not lie where {judge}, read as "
            f"{claims.crs}; {likely}; nothing was loaded"
        )


def share_fitting(claims: ClaimedPoints, city: shapely.Geometry) -> float:
    """Return the share of points that lie where their rows, or else the city, say."""
    claims = _sample(claims)
    fit, _ = _judge(claims, city)
    return fit(*_quietly(partial(to_metres, claims.crs), claims))


def _sample(claims: ClaimedPoints) -> ClaimedPoints:
    """Sample rows from all over the file, enough to recognise what is wrong with it."""
    rows = np.unique(np.linspace(0, len(claims.x) - 1, min(len(claims.x), ENOUGH)).astype(int))
    return ClaimedPoints(
        claims.x[rows], claims.y[rows], claims.crs, claims.claimed[rows], claims.doors[rows]
    )


def _judge(
    claims: ClaimedPoints, city: shapely.Geometry
) -> tuple[Callable[[_Array, _Array], float], str]:
    """Return a score from 0 to 1 for points: by addresses where enough are known, else by areas."""
    known = np.isfinite(claims.doors).all(axis=1)
    if known.sum() >= FEW:
        return partial(_at_doors, claims.doors, known), "their addresses are"
    named = ~shapely.is_missing(claims.claimed)
    if named.sum() >= FEW:
        return partial(_in_areas, claims.claimed, named), "their rows say"
    everywhere = np.full(len(claims.x), city)
    return partial(_in_areas, everywhere, np.isfinite(claims.x)), _CITY


def _at_doors(doors: _Array, known: Any, east: _Array, north: _Array) -> float:
    away = np.hypot(east[known] - doors[known, 0], north[known] - doors[known, 1])
    return float(np.mean(away <= SHIFTED_M))


def _in_areas(claimed: Any, named: Any, east: _Array, north: _Array) -> float:
    points = shapely.points(east[named], north[named])
    return float(np.mean(shapely.dwithin(points, claimed[named], EDGE_M)))


def _quietly(reader: _Reader, claims: ClaimedPoints) -> tuple[_Array, _Array]:
    east, north = reader(claims.x, claims.y)
    # What a wrong system makes of a number may be infinite; far away says the same.
    return np.nan_to_num(east, posinf=1e12), np.nan_to_num(north, posinf=1e12)


def _causes(declared: str) -> Iterator[tuple[str, _Reader]]:
    """Yield the likely mistakes, and how points are to be read under each."""
    for name, system in SYSTEMS.items():
        if name != declared:
            yield f"the coordinates are {name}, not {declared}", partial(to_metres, system)
        yield f"the axes are swapped ({name})", partial(_swapped, system)
    if declared == STORE:
        for wrong in ("EPSG:5174 without its datum shift", "EPSG:5181", "EPSG:2097"):
            likely = "a datum shift is missing" if wrong.startswith("EPSG:5174") else "wrong CRS"
            name = f"{likely}: EPSG:5174 was turned into degrees as {wrong}"
            yield name, partial(_reread, SYSTEMS[wrong])
        for system in NORTHING_FIRST:
            name = f"{system} was turned into degrees northing first (always_xy was left out)"
            yield name, partial(_unturned, system)


def _swapped(system: str, x: _Array, y: _Array) -> tuple[_Array, _Array]:
    return to_metres(system, y, x)


def _reread(wrong: str, lon: _Array, lat: _Array) -> tuple[_Array, _Array]:
    """Undo a conversion to degrees by a wrong system, and read the points as EPSG:5174."""
    return to_metres("EPSG:5174", *_between(STORE, wrong).transform(lon, lat))


def _unturned(system: str, lon: _Array, lat: _Array) -> tuple[_Array, _Array]:
    """Undo a conversion to degrees with swapped axes, and read the points the right way."""
    northing, easting = _between(STORE, system).transform(lon, lat)
    return to_metres(system, easting, northing)


def stray_points(claims: ClaimedPoints, lon: pd.Series, lat: pd.Series) -> Any:
    """Return a mask of the points that contradict their own row; silent rows never do."""
    east, north = to_metres(STORE, lon.to_numpy(), lat.to_numpy())
    away = np.hypot(east - claims.doors[:, 0], north - claims.doors[:, 1])
    far_from_door = np.nan_to_num(away, nan=0.0) > 2 * NEAR_M
    near = shapely.dwithin(shapely.points(east, north), claims.claimed, NEAR_M)
    return far_from_door | (~near & ~shapely.is_missing(claims.claimed))
