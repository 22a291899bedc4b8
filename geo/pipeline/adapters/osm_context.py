"""The ground under the maps from OpenStreetMap: roads, buildings and stations of a box."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.crs import STORE
from geo.core.errors import BadParameterError
from geo.core.source import load_spec
from geo.pipeline.adapters.osm_elements import Element, Flaw, area, line, point_inside
from geo.pipeline.adapters.osm_files import read_elements
from geo.readers.normalize.names import clean

SPEC = load_spec(__file__, "osm")
KEYS: Final = ("highway", "building", "railway")
NO_LINE: Final = "a square, not a line"
_NAMES: Final = {"name_ko": ("name:ko", "name"), "name_en": ("name:en", "int_name")}


class Box(NamedTuple):
    """Bounds in degrees (EPSG:4326)."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Context:
    """What is drawn under the layers, EPSG:4326, indexed by key such as "way/45".

    Attributes:
        roads: LineString; `highway` as tagged, `kind` as drawn, `name_ko`, `name_en`.
        buildings: Polygon or MultiPolygon, valid; `building` as tagged, names.
        stations: Point; `kind` (station or entrance), `ref` (number of the exit), names.
        rejects: `layer`, `key` and `reason` of elements in the box that cannot be drawn, and of
            those that may lie in it but have no positions in the file.
    """

    roads: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    rejects: pd.DataFrame


@dataclass(frozen=True)
class _Layer:
    """How to build a layer: its properties of an element, None for other elements."""

    properties_of: Callable[[Element], Mapping[str, str] | None]
    shape: Callable[[Element], Any]
    columns: tuple[str, ...]


def context(path: Path, box: Box) -> Context:
    """Read roads, buildings and stations that touch a box, whole and not cut at its edge.

    Args:
        path: Overpass JSON, .osm.pbf or .osm.
        box: bounds in degrees.

    Raises:
        BadParameterError: the box is empty or not in degrees.
        SourceChangedError: the file is none of these, or damaged.
    """
    _check(box)
    window = shapely.box(*box)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _LAYERS}
    rejects: list[tuple[str, str, str]] = []
    for element in read_elements(path, KEYS):
        for name, layer in _LAYERS.items():
            properties = layer.properties_of(element)
            if properties is None or not _may_touch(element, box):
                continue
            shape = layer.shape(element)
            if isinstance(shape, Flaw):
                rejects.append((name, element.key, shape.reason))
            elif shapely.intersects(shape, window):
                rows[name].append(
                    {"key": element.key, **properties, **_names(element), "shape": shape}
                )
    layers = {name: _frame(rows[name], layer.columns) for name, layer in _LAYERS.items()}
    return Context(**layers, rejects=pd.DataFrame(rejects, columns=["layer", "key", "reason"]))


def _check(box: Box) -> None:
    lon = -180 <= box.west < box.east <= 180
    lat = -90 <= box.south < box.north <= 90
    if not (lon and lat):
        raise BadParameterError("box", tuple(box), "west < east and south < north, in degrees")


def _may_touch(element: Element, box: Box) -> bool:
    """Return whether the bounds of an element touch the box, or are not known."""
    known = list(element.positions())
    if not known:
        return True
    lons, lats = zip(*known, strict=True)
    # Not what lies outside is asked: positions that are no numbers are neither.
    return not (
        max(lons) < box.west
        or min(lons) > box.east
        or max(lats) < box.south
        or min(lats) > box.north
    )


def _road(element: Element) -> Mapping[str, str] | None:
    highway = element.tags.get("highway", "")
    kind = SPEC.lookup["road"].get(highway)
    if kind is None or element.kind != "way":
        return None
    return {"highway": highway, "kind": kind}


def _road_shape(element: Element) -> Any:
    return Flaw(NO_LINE) if element.tags.get("area") == "yes" else line(element)


def _building(element: Element) -> Mapping[str, str] | None:
    building = element.tags.get("building", "no")
    # A relation of another type groups the parts of a building that are drawn on their own.
    drawn = element.kind == "way" or element.tags.get("type") == "multipolygon"
    return {"building": building} if drawn and building != "no" else None


def _station(element: Element) -> Mapping[str, str] | None:
    kind = SPEC.lookup["station"].get(element.tags.get("railway", ""))
    return None if kind is None else {"kind": kind, "ref": element.tags.get("ref", "")}


def _station_shape(element: Element) -> Any:
    position = point_inside(element)
    return position if isinstance(position, Flaw) else shapely.Point(position)


def _names(element: Element) -> dict[str, str]:
    return {
        column: next((element.tags[key] for key in keys if element.tags.get(key)), "")
        for column, keys in _NAMES.items()
    }


_LAYERS: Final = {
    "roads": _Layer(_road, _road_shape, ("highway", "kind")),
    "buildings": _Layer(_building, area, ("building",)),
    "stations": _Layer(_station, _station_shape, ("kind", "ref")),
}


def _frame(rows: list[dict[str, Any]], columns: Iterable[str]) -> gpd.GeoDataFrame:
    """Build one layer; an element that occurs twice in the file is drawn once."""
    named = (*columns, *_NAMES)
    texts = {name: clean(pd.Series([row[name] for row in rows], dtype="str")) for name in named}
    keys = pd.Index([row["key"] for row in rows], name="id", dtype="str")
    shapes = [row["shape"] for row in rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(texts).set_axis(keys), geometry=shapes, crs=STORE)
    return frame[~frame.index.duplicated()]
