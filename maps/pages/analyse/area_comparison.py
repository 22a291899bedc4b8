"""Areas side by side: a column for each, a row for each category, and a map to draw on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from geo.serving.analysis.area_parameter import (
    DONG,
    HEXAGON,
    POLYGON,
    RADIUS,
    SECTION,
    STREET,
    requested_area,
)
from geo.serving.analysis.coverage import COVERED, NOT_COVERED
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.chart import Chart, Charted, draw_chart
from maps.pages.analyse.ranking import names_of_units
from maps.pages.analyse.selection import Selection
from maps.pages.analyse.unit_names import RANGE
from maps.web.base_layers import inner_city
from maps.web.label_places import PlacedLabel, place_labels
from maps.web.svg_plane import SvgPlane, path_data, paths_data
from maps.wording.dong_names import dong_names

# ColorBrewer Dark2 (Brewer, C., colorbrewer2.org).
COLOURS: Final = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a")
CONTEXT: Final = "analyse area"
NAMES: Final = {
    STREET: "Food street (%(code)s)",
    HEXAGON: "Hexagon %(code)s",
    RADIUS: "%(metres)s m around %(at)s",
    POLYGON: "Polygon of %(corners)s corners",
}
_WIDTH: Final = 640
_RATIO: Final = "against_first"
SECTION_NUMBERS: Final = 20  # doors on both sides of some 200 m
_COARSE: Final = 0.0002  # degrees by which outlines of the ground are simplified, about 20 m


@dataclass(frozen=True)
class ComparedArea:
    """An area of the comparison.

    Attributes:
        text: of the address.
        name: for readers.
        colour: on the map and of its bars.
        n: businesses in it.
        area_ha: hectares.
        state: covered, partly-covered or not-covered.
        largest: category with the most businesses; None where nothing is counted.
        share: of that category.
        path: SVG path data.
        label: where its number stands, units of the drawing.
    """

    text: str
    name: str
    colour: str
    n: int
    area_ha: float
    state: str
    largest: str | None
    share: float
    path: str
    label: tuple[float, float]

    @property
    def is_whole(self) -> bool:
        """Whether the lists cover all of it."""
        return self.state == COVERED

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of it."""
        return self.state == NOT_COVERED and not self.n


@dataclass(frozen=True)
class AreaComparison:
    """Areas side by side.

    Attributes:
        areas: one to four.
        rows: category, a row of the measure for each area, and a figure of the city; the most
            frequent category of the city first.
        largest: share by which all bars are measured.
        plane: of the map.
        ground: path data of the dong.
        stations: their labels.
        ratios: of two areas, how many times the share of the first the second has; else None.
    """

    areas: Sequence[ComparedArea]
    rows: Sequence[tuple[str, Sequence[Row]]]
    largest: float
    plane: SvgPlane
    ground: Sequence[str]
    stations: Sequence[PlacedLabel]
    ratios: Chart | None = None


def compare_rows(snapshot: Snapshot, result: MeasureResult, words: Words) -> AreaComparison:
    """Set the rows of the measure `areas` side by side.

    Args:
        snapshot: for names and the ground.
        result: of the measure.
        words: of the reader.
    """
    names = _names(snapshot, result.parameters["area"], words)
    plane = _plane(snapshot)
    of_area: dict[str, list[tuple[Row, Any]]] = {text: [] for text in result.parameters["area"]}
    for row, shape in zip(result.rows, result.shapes or (), strict=True):
        of_area[row["area"]].append((row, shape))
    places = [
        _compared(text, found, names, plane, (colour, words))
        for colour, (text, found) in zip(COLOURS, of_area.items(), strict=False)
        if found
    ]
    by_kind: dict[str, list[Row]] = {}
    for row in sorted(result.rows, key=lambda row: (-row["city_count"], row["category"])):
        by_kind.setdefault(row["category"], []).append(row)
    order = list(of_area)
    rows = [
        (kind, sorted(found, key=lambda row: order.index(row["area"])))
        for kind, found in by_kind.items()
    ]
    shares = [row[name] or 0 for row in result.rows for name in ("share", "city_share")]
    layer = snapshot.layers["dong"]
    ground = shapely.simplify(layer.geometries(np.arange(layer.count)), _COARSE)
    paths = paths_data(plane.draw(ground))
    largest = max(shares, default=0) or 1
    stations = _stations(snapshot, plane, words)
    ratios = _ratios(rows, words) if len(places) == 2 else None
    return AreaComparison(places, rows, largest, plane, paths, stations, ratios)


def _ratios(rows: Sequence[tuple[str, Sequence[Row]]], words: Words) -> Chart | None:
    """Draw the ratio of the second area to the first by category; None where none is known."""
    named = [
        {**of_both[1], "name": words.coded("category", kind), "unit": ""} for kind, of_both in rows
    ]
    charted = Charted(_RATIO, f"{_RATIO}_low", f"{_RATIO}_high", reference=1.0)
    return draw_chart(named, charted, words)


def area_name(text: str, names: Mapping[str, str], words: Words) -> str:
    """Name an area for readers.

    Args:
        text: of the address.
        names: of dong by code, of streets by id, and of hexagons by index.
        words: of the reader.
    """
    area = requested_area(text)
    if area.type == DONG:
        return names.get(area.code, area.code)
    if area.type == SECTION:
        low, high = area.numbers
        return RANGE.format(street=names.get(area.code, area.code), low=low, high=high)
    if area.type == HEXAGON and area.code in names:
        return names[area.code]
    values = {"code": area.code, "corners": words.number(len(area.corners))}
    if area.type == STREET:
        values["code"] = area.code.rpartition("-")[2]
    if area.type == RADIUS:
        lon, lat = area.corners[0]
        values |= {"metres": words.number(area.radius_m), "at": f"{lat:.4f}, {lon:.4f}"}
    return words.coded(CONTEXT, NAMES[area.type]) % values


def _names(snapshot: Snapshot, texts: Sequence[str], words: Words) -> dict[str, str]:
    """Name what areas may be called by; hexagons only where one of them is asked for."""
    names = dong_names(snapshot, words) | street_names(snapshot, words)
    if any(text.startswith(f"{HEXAGON}:") for text in texts):
        names |= names_of_units(snapshot, Selection(), "hex", words)
    return names


def street_names(snapshot: Snapshot, words: Words) -> dict[str, str]:
    """Map the id of each street to its name in the reader's language."""
    columns = snapshot.layers["streets"].columns
    names = columns["name_ko" if words.lang == "ko" else "name_en"].to_pylist()
    return dict(zip(columns["id"].to_pylist(), names, strict=True))


def sections(snapshot: Snapshot) -> list[str]:
    """List sections of all streets, each of about `SECTION_NUMBERS` numbers, as areas."""
    columns = snapshot.layers["streets"].columns
    ends = zip(*(columns[name].to_pylist() for name in ("id", "from_no", "to_no")), strict=True)
    found = []
    for street, first, last in ends:
        parts = max(1, round((last - first) / SECTION_NUMBERS))
        cuts = [first + (last - first) * n // parts for n in range(parts + 1)]
        found += [f"{SECTION}:{street},{low},{high}" for low, high in pairwise(cuts)]
    return found


def _compared(
    text: str,
    found: Sequence[tuple[Row, Any]],
    names: Mapping[str, str],
    plane: SvgPlane,
    looks: tuple[str, Words],
) -> ComparedArea:
    colour, words = looks
    first, shape = found[0]
    outline = plane.draw(shapely.geometry.shape(shape))
    top = max((row for row, _ in found), key=lambda row: row["count"] or 0)
    at = shapely.point_on_surface(outline)
    return ComparedArea(
        text=text,
        name=area_name(text, names, words),
        colour=colour,
        n=first["n"],
        area_ha=first["area_ha"],
        state=first["coverage"],
        largest=top["category"] if top["count"] else None,
        share=top["share"] or 0.0,
        path=path_data(outline),
        label=(round(at.x, 1), round(at.y, 1)),
    )


def _plane(snapshot: Snapshot) -> SvgPlane:
    return SvgPlane.around(shapely.box(*inner_city(snapshot)), _WIDTH)


def _stations(snapshot: Snapshot, plane: SvgPlane, words: Words) -> list[PlacedLabel]:
    """Place the stations, by which readers find their way on the map."""
    stations = snapshot.manifest["stations"]
    places = np.array(
        [[station["lon"], station["lat"]] for station in stations], dtype=float
    ).reshape(-1, 2)
    name = "name_ko" if words.lang == "ko" else "name_en"
    points = [
        (station[name] or station["name_ko"], float(x), float(y))
        for station, (x, y) in zip(stations, plane.place(places), strict=True)
    ]
    return place_labels(points, plane.width, plane.height)
