"""A map of units (SVG): each in the colour of its class, over the outlines of the dong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
import shapely

from geo.serving.analysis.result import MeasureResult
from geo.snapshot.coverage import covered_outline
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.print.encodings import Encoding
from maps.print.legend_entries import Entry, add_uncovered, legend_entries
from maps.web.base_layers import inner_city
from maps.web.svg_plane import SvgPlane, path_data, paths_data

WIDTH: Final = 640
_AROUND: Final = 0.002  # degrees of ground around the units, about 200 m
_DOT: Final = 7  # radius of a point, units of the drawing
_OF_RESIDENTS: Final = ("reach",)
# What stands for matplotlib's hatches: patterns of the page.
_PATTERNS: Final = {"////": "hidden", "....": "missing", "\\\\": "in-part", "xxx": "uncovered"}


@dataclass(frozen=True)
class DrawnUnit:
    """A unit of the map.

    Attributes:
        id: of the unit.
        path: SVG path data.
        fill: colour, or the address of a pattern.
    """

    id: str
    path: str
    fill: str


@dataclass(frozen=True)
class LegendEntry:
    """An entry of the legend.

    Attributes:
        label: what it stands for.
        fill: colour, or the address of a pattern.
        amount: how many units are drawn so.
    """

    label: str
    fill: str
    amount: str


@dataclass(frozen=True)
class UnitMap:
    """The map of one result.

    Attributes:
        plane: of the drawing.
        ground: path data of the dong.
        uncovered: path data of what the lists do not cover; "" where they cover all.
        units: the units.
        legend: its entries.
    """

    plane: SvgPlane
    ground: Sequence[str]
    uncovered: str
    units: Sequence[DrawnUnit]
    legend: Sequence[LegendEntry]


def draw_units(
    snapshot: Snapshot,
    result: MeasureResult,
    encoding: Encoding,
    column: str,
    words: Words,
    *,
    unit: str = "unit",
) -> UnitMap:
    """Draw the units of a result; points become dots.

    Args:
        snapshot: for the outlines of the dong.
        result: with a shape for each row.
        encoding: how the column is drawn.
        column: which one.
        words: of the reader.
        unit: column that holds the id of a unit.
    """
    shapes = shapely.from_geojson(
        np.array([orjson.dumps(shape) for shape in result.shapes or ()], object)
    )
    ground = _ground(snapshot)
    plane = SvgPlane.around(_frame(snapshot, shapes), WIDTH)
    beyond = _uncovered(snapshot, ground, result.measure)
    entries = legend_entries(result.rows, encoding, column, words)
    if not beyond.is_empty:
        entries = add_uncovered(entries, words)
    fills = {row: _fill(entry) for entry in entries for row in entry.rows}
    paths = paths_data(_visible(plane.draw(shapes)))
    return UnitMap(
        plane,
        paths_data(plane.draw(ground)),
        path_data(plane.draw(beyond)),
        [
            DrawnUnit(row[unit], path, fills.get(number, "#ffffff"))
            for number, (row, path) in enumerate(zip(result.rows, paths, strict=True))
        ],
        [LegendEntry(entry.label, _fill(entry), entry.amount) for entry in entries],
    )


def _visible(shapes: Any) -> Any:
    """Buffer points in units of the drawing so that they can be seen and pressed."""
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    return np.where(points, shapely.buffer(shapes, np.where(points, _DOT, 0), quad_segs=4), shapes)


def _frame(snapshot: Snapshot, shapes: Any) -> Any:
    """Choose the part of the city that is drawn: where units are, without the islands."""
    city = shapely.box(*inner_city(snapshot))
    if not len(shapes):
        return city
    units = shapely.box(*shapely.total_bounds(shapes)).buffer(_AROUND)
    return shapely.intersection(city, units) if shapely.intersects(city, units) else units


def _ground(snapshot: Snapshot) -> Any:
    layer = snapshot.layers["dong"]
    return shapely.simplify(layer.geometries(np.arange(layer.count)), 0.0002)


def _uncovered(snapshot: Snapshot, ground: Any, measure: str) -> Any:
    """Compute the part of the city that no list covers, lon/lat; none where residents count."""
    known = covered_outline(snapshot.manifest["coverage"]["businesses"])
    if known is None or measure in _OF_RESIDENTS:
        return shapely.MultiPolygon()
    parts = shapely.get_parts(shapely.difference(shapely.union_all(ground), known))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _fill(entry: Entry) -> str:
    look = entry.look
    return f"url(#{_PATTERNS[look.hatch]})" if look.hatch else look.face
