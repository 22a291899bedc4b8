"""The map of a picture: areas above dong, zone and streets, in metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import shape

from geo.core.crs import in_metres
from geo.snapshot.coverage import covered_outline
from geo.snapshot.reader import Snapshot
from maps.print.legend_entries import UNCOVERED, Entry, Fill
from maps.print.map_area import MapArea
from maps.print.paper import Frame, Page
from maps.print.typesetting import POINT_MM
from maps.style import colours
from maps.wording.dong_names import dong_names

DOT_M: Final = 6.0  # radius of a place that is a point
DOT_M2: Final = 500.0  # smaller areas stand for a place and lie above streets
BESIDE: Final = 0.05  # of the map, kept free around the areas
WIDE_M: Final = 25_000.0  # wider than this, what lies far from most has its own map
TOGETHER_M: Final = 2_000.0  # areas no farther apart belong together
GU_EDGE: Final = "#8c7f63"
SEA: Final = "#e9f0f3"
LEAST_M: Final = 400.0  # no map shows less than this
NEAR_M: Final = 6_000.0  # maps no wider than this show streets
APART_MM: Final = 0.2  # dots that are nearer to each other are drawn once
MARK_MM: Final = 1.0  # half the width of a point or a line
_ROUGH_M: Final = 50.0
_NAME_PT: Final = 7.0
_MOST_GROUND: Final = 12  # layers: of a few snapshots
_GROUND: Final[dict[tuple[str, str], list[Any]]] = {}

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Extent:
    """The extent of a map in metres (EPSG:5186), and the metres on a millimetre of paper."""

    west: float
    south: float
    east: float
    north: float
    metres_a_mm: float

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    @property
    def near(self) -> bool:
        """Whether the scale is large enough for streets."""
        return self.east - self.west <= NEAR_M


def metric_areas(shapes: Sequence[Any]) -> list[Any]:
    """Project GeoJSON geometries (lon/lat) to metres, points as dots; an empty one for None."""
    geometries = np.array(
        [shape(given) if given else shapely.Polygon() for given in shapes], object
    )
    metric = shapely.transform(geometries, in_metres) if len(geometries) else geometries
    points = shapely.get_type_id(metric) == shapely.GeometryType.POINT
    metric[points] = shapely.buffer(metric[points], DOT_M, quad_segs=8)
    return list(metric)


def extent_of(shapes: Sequence[Any], frame: Frame) -> Extent:
    """Compute the smallest extent of all shapes that fills the frame."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    width = max((east - west) * (1 + 2 * BESIDE), LEAST_M)
    height = max((north - south) * (1 + 2 * BESIDE), LEAST_M)
    scale = max(width / frame.width, height / frame.height)
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = scale * frame.width / 2, scale * frame.height / 2
    return Extent(x - half_x, y - half_y, x + half_x, y + half_y, scale)


def separate_islands(shapes: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Separate the areas of the map from remote islands, which get an inset map."""
    known = [area for area in shapes if not area.is_empty]
    west, _, east, _ = shapely.total_bounds(np.array(known, dtype=object)).tolist()
    if east - west <= WIDE_M:
        return known, []
    halos = shapely.buffer([area.simplify(_ROUGH_M) for area in known], TOGETHER_M / 2)
    groups = shapely.get_parts(shapely.union_all(halos))
    tree = shapely.STRtree(known)
    most = max(groups, key=lambda group: len(tree.query(group, predicate="intersects")))
    is_near = shapely.intersects(np.array(known, object), most)
    near, far = ([known[n] for n in np.flatnonzero(mask)] for mask in (is_near, ~is_near))
    return near, far


def draw_map(
    page: Page,
    frame: Frame,
    snapshot: Snapshot,
    shapes: Sequence[Any],
    entries: Sequence[Entry],
    focus: Sequence[Any],
) -> Extent:
    """Draw areas as their entries say, with the base map around them and the names of dong.

    Args:
        page: to draw on.
        frame: of the map.
        snapshot: for what lies around.
        shapes: all areas, metres.
        entries: how each is drawn.
        focus: the areas that the map must show.
    """
    extent = draw_areas(page, frame, snapshot, shapes, entries, focus)
    draw_names(page, frame, snapshot, extent)
    return extent


def draw_areas(
    page: Page,
    frame: Frame,
    snapshot: Snapshot,
    shapes: Sequence[Any],
    entries: Sequence[Entry],
    focus: Sequence[Any],
) -> Extent:
    """Draw a map as `draw_map` does, without names."""
    extent = extent_of(focus, frame)
    ground = place_map(page, frame, extent)
    dong = _metric(snapshot, "dong")
    ground.fill([shapely.box(*extent.bounds)], Fill(SEA, "none"), 0, zorder=0)
    ground.fill(_within(dong, extent), Fill(colours.LAND, colours.LAND_EDGE), 0.5, zorder=1)
    if any(entry.look == UNCOVERED for entry in entries):
        ground.fill(_uncovered_areas(snapshot, dong, extent), UNCOVERED, 0.5, zorder=1)
    dots = max(area.area for area in shapes) <= DOT_M2
    for entry in entries:
        drawn = [shapes[n] for n in entry.rows]
        if dots:
            drawn = _apart(drawn, extent)
        solids = [_widen(area, extent) for area in drawn]
        ground.fill(solids, entry.look, 0.5, zorder=4 if dots else 2)
    _draw_surroundings(ground, snapshot, dong, extent)
    page.box(frame, Fill("none", colours.INK), 0.8, zorder=5)
    return extent


def _uncovered_areas(snapshot: Snapshot, dong: Sequence[Any], extent: Extent) -> list[Any]:
    """Compute the part of the city on the map that no list of businesses covers."""
    known = covered_outline(snapshot.manifest["coverage"]["businesses"])
    if known is None:
        return []
    city = shapely.clip_by_rect(shapely.union_all(dong), *extent.bounds)
    return [shapely.difference(city, shapely.transform(known, in_metres))]


def place_map(page: Page, frame: Frame, extent: Extent) -> MapArea:
    """Create the area of a map in a frame of the page."""
    return MapArea(page, frame, (extent.west, extent.south), extent.metres_a_mm)


def _draw_surroundings(
    ground: MapArea, snapshot: Snapshot, dong: Sequence[Any], extent: Extent
) -> None:
    """Draw streets and outlines above the areas."""
    if extent.near:
        streets = [xy for street in _metric(snapshot, "streets") for xy in _parts(street)]
        for colour, width in ((colours.STREET_EDGE, 2.4), (colours.STREET, 1.5)):
            ground.lines(streets, 3, color=colour, linewidth=width)
    zone = snapshot.layers["zone"]
    now = zone.geometries(zone.select({"valid_to": [None]}))
    outlines = [shapely.transform(outline, in_metres) for outline in now]
    gu = _within(_metric(snapshot, "gu"), extent)
    ground.lines(_rings(_within(dong, extent)), 4, color=colours.LAND_EDGE, linewidth=0.7)
    ground.lines(_rings(gu), 4, color=GU_EDGE, linewidth=1.4)
    ground.lines(_rings(outlines), 4, color=colours.ACCENT, linewidth=1.4, linestyle=(0, (4, 2.5)))


def draw_names(
    page: Page, frame: Frame, snapshot: Snapshot, extent: Extent, numbered: Sequence[int] = ()
) -> None:
    """Draw names of the dong, the largest first; a name that would overlap another is left out.

    Args:
        page: to draw on.
        frame: of the map.
        snapshot: names the dong.
        extent: of the map.
        numbered: rows of dong that come first and are numbered from 1; where the name of one has
            no room, its number alone is drawn.
    """
    ground, window = place_map(page, frame, extent), shapely.box(*extent.bounds)
    names = [page.face.printable(name) for name in dong_names(snapshot, page.words).values()]
    parts = [shapely.clip_by_rect(area, *extent.bounds) for area in _metric(snapshot, "dong")]
    others = sorted(set(range(len(parts))).difference(numbered), key=lambda n: -parts[n].area)
    points = {n: parts[n].representative_point() for n in (*numbered, *others) if parts[n].area}
    kept = {
        n: _space(page, points[n], str(k), extent) for k, n in enumerate(numbered, 1) if n in points
    }
    for n, at in points.items():
        number = str(numbered.index(n) + 1) if n in kept else ""
        name = f"{number} {names[n]}".strip()
        space = _space(page, at, name, extent)
        taken = [other for m, other in kept.items() if m != n]
        if window.contains(space) and not any(space.intersects(other) for other in taken):
            kept[n] = space
            ground.name(at.x, at.y, name, _NAME_PT, zorder=5)
        elif number:
            ground.name(at.x, at.y, number, _NAME_PT, zorder=5)


def _space(page: Page, at: Any, text: str, extent: Extent) -> Any:
    """Compute the room of a name around a point, metres."""
    half_x = page.face.width_mm(text, _NAME_PT) / 2 * extent.metres_a_mm
    half_y = _NAME_PT * POINT_MM * 0.6 * extent.metres_a_mm
    return shapely.box(at.x - half_x, at.y - half_y, at.x + half_x, at.y + half_y)


def _widen(geometry: Any, extent: Extent) -> Any:
    """Buffer a point or a line so that it can be seen; an area stays as it is."""
    flat = shapely.get_dimensions(geometry) < 2 and not geometry.is_empty
    return geometry.buffer(MARK_MM * extent.metres_a_mm) if flat else geometry


def _apart(dots: Sequence[Any], extent: Extent) -> list[Any]:
    """Leave out dots that lie on another: the edge of one is as wide as they are apart."""
    if not dots:
        return []
    corners = shapely.bounds(np.array(dots, object))
    middles = (corners[:, :2] + corners[:, 2:]) / 2
    squares = np.floor(middles / (APART_MM * extent.metres_a_mm))
    _, first = np.unique(squares, axis=0, return_index=True)
    return [dots[n] for n in np.sort(first)]


def _metric(snapshot: Snapshot, layer_id: str) -> Sequence[Any]:
    """Project a layer of the ground; every map of a report has the same."""
    key = (snapshot.version, layer_id)
    if key not in _GROUND:
        if len(_GROUND) >= _MOST_GROUND:
            _GROUND.clear()
        layer = snapshot.layers[layer_id]
        shapes = layer.geometries(np.arange(layer.count))
        return _GROUND.setdefault(key, list(shapely.transform(shapes, in_metres)))
    return _GROUND[key]


def _within(shapes: Sequence[Any], extent: Extent) -> list[Any]:
    window = shapely.box(*extent.bounds)
    return [area for area in shapes if area.intersects(window)]


def _rings(areas: Sequence[Any]) -> list[Any]:
    return [xy for area in areas for xy in _parts(shapely.boundary(area))]


def _parts(line: Any) -> list[Any]:
    return [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
