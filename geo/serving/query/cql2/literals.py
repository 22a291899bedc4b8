"""Dates, intervals and geometries as CQL2 JSON writes them, checked before they are used."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import orjson
import shapely

from geo.core.crs import SERVED, box_to_store, to_store
from geo.core.errors import BadParameterError
from geo.serving.query.cql2.temporal import FixedPeriod
from geo.serving.query.periods import KOREA, days

MOST_VERTICES: Final = 10_000  # of all geometries of a filter
_LONLAT: Final = {"OGC:CRS84": slice(None), "EPSG:4326": slice(None, None, -1)}
_SHAPES: Final = (
    "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
# Before and after every day that a calendar can name.
_EVER: Final = {"start": np.datetime64(-(10**7), "D"), "end": np.datetime64(10**7, "D")}
_INSTANT: Final = (
    "a day such as 2025-11-03, or a time with its zone such as 2025-11-03T09:00:00+09:00"
)


def excerpt(value: Any) -> str:
    """Quote the beginning of a part of a filter, for an error message."""
    return (value if isinstance(value, str) else orjson.dumps(value).decode())[:80]


def operand_error(value: Any, allowed: str) -> BadParameterError:
    """Create the error about a part of a filter that cannot be used."""
    return BadParameterError("filter", excerpt(value), allowed)


def parse_instant(node: Mapping[str, Any]) -> FixedPeriod:
    """Parse a DATE or TIMESTAMP to its day, in Korean time.

    Raises:
        BadParameterError: it is none that the calendar has.
    """
    form = _DATE if "date" in node else _TIME
    text = node["date"] if "date" in node else node["timestamp"]
    days = parse_day(text) if isinstance(text, str) and form.fullmatch(text) else None
    if days is None:
        raise operand_error(text, _INSTANT)
    return days


def parse_day(text: str) -> FixedPeriod | None:
    """Parse a day, month, year or time to the days that it names; None where it names none."""
    try:
        if _TIME.fullmatch(text):
            moment = datetime.fromisoformat(text.upper()).astimezone(KOREA).date()
            return FixedPeriod(np.datetime64(moment, "D"), np.datetime64(moment, "D"))
        if not _PARTIAL.fullmatch(text):
            return None
        date.fromisoformat(f"{text}-01-01"[: len("2025-01-01")])  # no year 0, no month 13
        first, last = days([text])
    except (ValueError, OverflowError):
        return None
    return FixedPeriod(first[0], last[0])


def end_of_interval(text: str, which: str) -> FixedPeriod:
    """Parse one end of an interval; `..` is open.

    Args:
        text: a day, a time or `..`.
        which: start or end.

    Raises:
        BadParameterError: it is none of them.
    """
    if text == "..":
        return FixedPeriod(_EVER[which], _EVER[which])
    days = parse_day(text) if _DATE.fullmatch(text) or _TIME.fullmatch(text) else None
    if days is None:
        raise operand_error(text, f"{_INSTANT}, or .. for an open end")
    return days


def parse_geometry(node: Mapping[str, Any], crs: str) -> Any:
    """Parse a geometry or box to a shapely geometry in lon/lat.

    Args:
        node: a GeoJSON geometry, or an object with a `bbox`.
        crs: one of `geo.core.crs.SERVED`, in which it is written, its own axis first.

    Raises:
        BadParameterError: it is none, is not valid, or has coordinates that the system lacks.
    """
    geometry = _box(node["bbox"], crs) if "bbox" in node and "type" not in node else _geojson(node)
    if "type" in node:
        _check_lonlat(node, shapely.get_coordinates(geometry), crs)
        geometry = to_store(np.array([geometry]), crs)[0]
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise operand_error(node, f"coordinates that {crs} has")
    if not geometry.is_valid:
        raise operand_error(node, f"a valid geometry: {shapely.is_valid_reason(geometry)}")
    return geometry


def _geojson(node: Mapping[str, Any]) -> Any:
    if node.get("type") not in _SHAPES:
        raise operand_error(node.get("type"), ", ".join(_SHAPES))
    try:
        geometry = shapely.force_2d(shapely.from_geojson(orjson.dumps(node)))
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise operand_error(node, "a GeoJSON geometry") from error
    if geometry is None or geometry.is_empty:
        raise operand_error(node, "a geometry that is not empty")
    return geometry


def _check_lonlat(node: Any, points: Any, crs: str) -> None:
    """Refuse coordinates that are nowhere on the globe."""
    order = _LONLAT.get(SERVED[crs])
    if order is not None and (np.abs(points[:, order]) > (180, 90)).any():
        raise operand_error(node, "longitudes from -180 to 180 and latitudes from -90 to 90")


def _box(numbers: Any, crs: str) -> Any:
    """Parse a box of four or six numbers; two boxes where it spans the antimeridian."""
    is_box = isinstance(numbers, list) and len(numbers) in (4, 6)
    if not is_box or not all(type(number) in (int, float) for number in numbers):
        raise operand_error(numbers, "BBOX(west, south, east, north), or six numbers with heights")
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    order = _LONLAT.get(SERVED[crs])
    if order is None:
        return _to_lonlat(low, high, crs)
    (west, south), (east, north) = low[order], high[order]
    _check_lonlat(numbers, np.array([low, high], dtype=float), crs)
    if south > north:
        raise operand_error(numbers, "a box whose south is not above its north")
    if west <= east:
        return _reduce_flat_box(west, south, east, north)
    return shapely.union(
        _reduce_flat_box(west, south, 180, north), _reduce_flat_box(-180, south, east, north)
    )


def _reduce_flat_box(west: float, south: float, east: float, north: float) -> Any:
    """Reduce a box without width or height to a line or point."""
    box = shapely.box(west, south, east, north)
    if box.area:
        return box
    ends = {(west, south), (east, north)}
    return shapely.Point(west, south) if len(ends) == 1 else shapely.LineString(sorted(ends))


def _to_lonlat(low: Any, high: Any, crs: str) -> Any:
    if low[0] > high[0] or low[1] > high[1] or not np.isfinite([*low, *high]).all():
        raise operand_error([*low, *high], "a box from its least to its largest coordinates")
    stored_box = box_to_store((low[0], low[1], high[0], high[1]), crs)
    # Far from Korea there is none; the other end of the world holds no feature either.
    return shapely.Point(-180, -90) if stored_box is None else stored_box
