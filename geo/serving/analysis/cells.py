"""Units of a measure: hexagons, squares or dong, each with its true area."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import h3
import numpy as np
import shapely

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import BadParameterError
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from geo.statistics.cells import GRID_M, hexagon, hexagon_areas_ha, hexagons_at, squares
from geo.statistics.kernel_density import HECTARE_M2, RESOLUTION

SCALES: Final = ("hex", "grid", "dong")
LEAST_PART: Final = 0.1  # of a unit in the zone, to be a unit of its own
_MOST: Final = 20_000  # cells; more would not be a map of a zone

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Cells:
    """The units of one scale.

    Attributes:
        scale: one of `SCALES`.
        ids: name of each; H3 index, grid corner in kilometres, dong code.
        shapes: outlines, lon/lat.
        xy: centres in metres, shape (n, 2).
        area_ha: true areas in hectares.
        cell_of: for each point the place of its unit in `ids`; -1 for none.
        clipped: whether shapes and areas are the parts of the units that lie in the zone.
    """

    scale: str
    ids: tuple[str, ...]
    shapes: Any
    xy: Floats
    area_ha: Floats
    cell_of: Rows
    clipped: bool = False

    def counts(self, chosen: Any = None) -> Rows:
        """Count points in each unit, of all or of those that a mask chooses."""
        places = self.cell_of if chosen is None else self.cell_of[chosen]
        numbers: Rows = np.bincount(places[places >= 0], minlength=len(self.ids))
        return numbers

    @property
    def denominator(self) -> str:
        """The denominator of densities, in words."""
        return "the part of each unit that lies in the zone" if self.clipped else "each unit"

    def per_ha(self) -> Floats:
        """Compute points per hectare of each unit's area."""
        density: Floats = self.counts() / self.area_ha
        return density

    def geojson(self) -> list[Mapping[str, Any]]:
        """Convert the outlines to GeoJSON geometries."""
        return [shapely.geometry.mapping(shape) for shape in self.shapes]


def cells(snapshot: Snapshot, scale: str, lonlat: Floats, zone: Any) -> Cells:
    """Compute the units of a scale around points.

    Where all points lie in the zone, hexagons and squares are those that the zone covers, empty
    ones included, each cut off at its outline: what lies beyond was not counted, and no area
    there can be divided by. Otherwise they are whole, and are those whose centre lies in the zone
    and those that hold a point.

    Args:
        snapshot: for the dong.
        scale: one of `SCALES`.
        lonlat: points, degrees, shape (n, 2).
        zone: outline of the zone, lon/lat.

    Raises:
        BadParameterError: no such scale, or the points lie too far apart for it.
    """
    if scale not in SCALES:
        raise BadParameterError("scale", scale, SCALES)
    if scale == "dong":
        units = _dong(snapshot, lonlat)
    else:
        units = _units_around(scale, lonlat.tobytes(), zone.wkb)
    if len(units.ids) > _MOST:
        allowed = "fewer businesses, by a filter such as in_zone=true, or dong"
        raise BadParameterError("scale", scale, allowed)
    return units


def zone_in_force(snapshot: Snapshot) -> Any:
    """Read the outline of the zone in force, lon/lat."""
    zone = snapshot.layers["zone"]
    return zone.geometries(zone.select({"valid_to": [None]}))[0]


def all_in_zone(lonlat: Floats, zone: Any) -> bool:
    """Tell whether all points lie in the zone."""
    shapely.prepare(zone)
    return bool(shapely.intersects_xy(zone, *lonlat.T).all())


@lru_cache(maxsize=4)  # a page asks for the units of the same businesses several times
def _units_around(scale: str, lonlat: bytes, zone: bytes) -> Cells:
    """Compute hexagons or squares of points and a zone that are given as bytes."""
    make = _hexagons if scale == "hex" else _squares
    return make(np.frombuffer(lonlat).reshape(-1, 2), shapely.from_wkb(zone))


def _hexagons(lonlat: Floats, zone: Any) -> Cells:
    cell_ids, clip = hexagons_at(lonlat), all_in_zone(lonlat, zone)
    contain = "overlap" if clip else "center"
    covered = h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(zone), RESOLUTION, contain)
    ids = sorted({*covered, *cell_ids})
    shapes = [hexagon(cell_id) for cell_id in ids]
    centres = np.array([h3.cell_to_latlng(cell_id)[::-1] for cell_id in ids]).reshape(-1, 2)
    area_ha = hexagon_areas_ha(ids)
    places = {cell_id: place for place, cell_id in enumerate(ids)}
    cell_of = np.array([places[cell_id] for cell_id in cell_ids], dtype=np.int64)
    units = Cells("hex", tuple(ids), np.array(shapes), in_metres(centres), area_ha, cell_of)
    return _clip_to_zone(units, zone) if clip else units


def _squares(lonlat: Floats, zone: Any) -> Cells:
    clip, outline = all_in_zone(lonlat, zone), shapely.transform(zone, in_metres)
    west, south, east, north = outline.bounds
    x, y = (
        np.arange(np.floor(low / GRID_M), np.floor(high / GRID_M) + 1)
        for low, high in ((west, east), (south, north))
    )
    corners = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    inside = shapely.contains_xy(outline, *((corners + 0.5) * GRID_M).T)
    if clip:
        inside = shapely.intersects(outline, shapely.transform(squares(corners), in_metres))
    point_cells = np.floor(in_metres(lonlat) / GRID_M)
    every, cell_of = np.unique(
        np.vstack([point_cells, corners[inside]]), axis=0, return_inverse=True
    )
    ids = tuple(f"{x * GRID_M / 1000:.1f}E{y * GRID_M / 1000:.1f}N" for x, y in every.tolist())
    shapes, xy = squares(every), (every + 0.5) * GRID_M
    area_ha = np.full(len(ids), GRID_M**2 / HECTARE_M2)
    places = cell_of.ravel()[: len(lonlat)].astype(np.int64)
    units = Cells("grid", ids, shapes, xy, area_ha, places)
    return _clip_to_zone(units, zone) if clip else units


def _clip_to_zone(units: Cells, zone: Any) -> Cells:
    """Clip units to the outline of the zone.

    Less than `LEAST_PART` of a unit is too little to divide by: it goes, with what stands on it,
    to the nearest unit of which more is left. Parts and what stands on them add up to the zone's.
    """
    whole, outline = (shapely.transform(geometry, in_metres) for geometry in (units.shapes, zone))
    pieces = shapely.intersection(whole, outline)
    parts = shapely.area(pieces) / shapely.area(whole)
    remaining = np.flatnonzero(parts >= min(LEAST_PART, parts.max(initial=0.0)))
    to = np.array(
        [
            shapely.distance(pieces[remaining], centroid).argmin()
            for centroid in shapely.centroid(pieces)
        ],
        dtype=np.int64,
    )
    to[remaining] = np.arange(len(remaining))
    groups = [np.flatnonzero(to == n) for n in range(len(remaining))]
    shapes = [
        units.shapes[members[0]]
        if len(members) == 1 and parts[members[0]] > 1 - 1e-9
        else shapely.transform(_dissolve(pieces[members]), in_degrees)
        for members in groups
    ]
    return Cells(
        units.scale,
        tuple(units.ids[n] for n in remaining),
        np.array(shapes, dtype=object),
        units.xy[remaining],
        np.bincount(to, weights=units.area_ha * parts, minlength=len(remaining)).astype(np.float64),
        to[units.cell_of],
        clipped=True,
    )


def _dissolve(pieces: Any) -> Any:
    """Dissolve pieces into one shape, to the millimetre, so that common edges vanish."""
    areas = [piece for piece in shapely.get_parts(pieces) if piece.geom_type == "Polygon"]
    return shapely.union_all(areas, grid_size=0.001)


def _dong(snapshot: Snapshot, lonlat: Floats) -> Cells:
    layer = snapshot.layers["dong"]
    rows = np.arange(layer.count)
    shapes = layer.geometries(rows)
    pairs = shapely.STRtree(shapes).query(shapely.points(lonlat), predicate="intersects")
    cell_of = np.full(len(lonlat), -1, dtype=np.int64)
    cell_of[pairs[0][::-1]] = pairs[1][::-1]  # on a shared border the first dong has it
    records = layer.records(rows, ["id", "area_km2"])
    area_ha = np.array([100 * record["area_km2"] for record in records])
    centres = in_metres(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    return Cells(
        "dong", tuple(record["id"] for record in records), shapes, centres, area_ha, cell_of
    )
