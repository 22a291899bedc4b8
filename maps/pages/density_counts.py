"""What is counted for the density map: rows of areas with their densities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from geo.core.vocab import CATEGORIES
from geo.serving.analysis.patterns import density
from geo.serving.analysis.sample import observed, population
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from geo.statistics.kernel_density import Band, Surface, bands, kernel, round_breaks
from maps.i18n import Words
from maps.pages.view_state import Density
from maps.web.base_layers import features, in_force, name_of

METRES_A_DEGREE: Final = 100_000  # between those of longitude and latitude; for drawing only

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """One area of the map, as the table shows it.

    Attributes:
        id: feature id on the map.
        name: name of the area; for a hexagon its H3 index, for a band "".
        near: for a hexagon the street nearest to its middle, otherwise "".
        density: businesses per hectare, or per square kilometre for dong; a band's lower bound;
            None where the lists do not cover all of the area.
        upper: a band's upper bound, otherwise None.
        count: businesses in it; None for a band.
        area: hectares, or square kilometres for dong.
        geometry: GeoJSON, lon/lat.
        because: why there is no density (`uncovered_because` of the measure), otherwise None.
    """

    id: str
    name: str
    near: str
    density: float | None
    upper: float | None
    count: int | None
    area: float
    geometry: dict[str, Any]
    because: str | None = None


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Attributes:
        n: businesses.
        simulated: how many of them are simulated.
        as_of: date of the totals that the simulated ones fill up, None without any.
        listed: newest date of the lists that the observed ones come from, None without any.
        surface: the kernel surface, where there is one.
        rows: areas to draw, the densest first.
        bounds: upper class bounds.
    """

    n: int
    simulated: int
    as_of: str | None
    listed: str | None
    surface: Surface | None
    rows: Sequence[Row]
    bounds: Sequence[float]


def count(snapshot: Snapshot, view: Density, words: Words) -> Counted:
    """Count what the view asks for."""
    if view.by == "dong":
        return _count_dong(snapshot, words)
    where: dict[str, list[Any]] = {"in_zone": [True]}
    if view.category:
        where["category"] = list(view.category)
    if view.foreign_run is not None:
        where["foreign_run"] = [view.foreign_run]
    layer = snapshot.layers["businesses"]
    rows = layer.select(where)
    if not view.with_simulated:
        rows = observed(layer, rows)
    counted = _described(layer, rows)
    if not len(rows):
        return counted
    if view.by == "hex":
        return _on_hexes(counted, snapshot, rows, words)
    lonlat = np.column_stack([layer.columns[edge].to_numpy()[rows] for edge in ("_west", "_south")])
    return _on_kernel(counted, snapshot, view, lonlat)


def is_unknown(snapshot: Snapshot, view: Density) -> bool:
    """Whether no list says who runs any of the businesses that a view's other filters choose."""
    if view.foreign_run is None:
        return False
    layer = snapshot.layers["businesses"]
    where: dict[str, list[Any]] = {"in_zone": [True]}
    if view.category:
        where["category"] = list(view.category)
    candidates = layer.select(where)
    if not view.with_simulated:
        candidates = observed(layer, candidates)
    known = layer.select({"foreign_run": [True, False]})
    return bool(len(candidates)) and not np.isin(candidates, known).any()


def _described(layer: Layer, rows: Rows) -> Counted:
    """Number and dates of the businesses of some rows, without areas."""
    dates: dict[str, list[str]] = {"observed": [], "simulated": []}
    for record in layer.records(rows, ["provenance", "source_date"]):
        dates[record["provenance"]].append(record["source_date"] or "")
    return Counted(
        n=len(rows),
        simulated=len(dates["simulated"]),
        as_of=max(dates["simulated"], default="") or None,
        listed=max(dates["observed"], default="") or None,
        surface=None,
        rows=(),
        bounds=(1.0,),
    )


def _on_hexes(counted: Counted, snapshot: Snapshot, chosen: Rows, words: Words) -> Counted:
    """The hexagons of the measure that hold a business, the densest first."""
    found = density(snapshot, population(snapshot.layers["businesses"], chosen), {"scale": "hex"})
    streets = features(snapshot.layers["streets"])
    lines = [shape(one["geometry"]) for one in streets]
    rows = []
    for row, geometry in zip(found.rows, found.shapes or (), strict=True):
        if not row["count"]:
            continue
        outline = shapely.transform(shape(geometry), lambda lonlat: lonlat.round(6))
        # Degrees are good enough to tell which street is nearest; nothing is measured here.
        away = shapely.distance(lines, outline.centroid)
        rows.append(
            Row(
                id=row["unit"],
                name=row["unit"],
                near=name_of(streets[int(away.argmin())]["properties"], words),
                density=row["per_ha"],
                upper=None,
                count=row["count"],
                area=row["area_ha"],
                geometry=mapping(outline),
                because=row["uncovered_because"],
            )
        )
    rows.sort(key=lambda row: (row.density is None, -(row.density or 0)))
    densest = rows[0].density if rows else None
    return replace(counted, rows=rows, bounds=round_breaks(densest or 1.0))


def _on_kernel(counted: Counted, snapshot: Snapshot, view: Density, lonlat: Floats) -> Counted:
    zone = shape(in_force(snapshot, "zone")["geometry"])
    surface = kernel(lonlat, zone, bandwidth_m=view.bandwidth_m)
    bounds = round_breaks(surface.maximum)
    found = bands(surface, bounds, minimum=view.min_density)
    rows = []
    for band, geometry in zip(found, _smoothed(found, surface.cell_m), strict=True):
        low = max(band.low, view.min_density)
        rows.append(
            Row(
                id=f"band-{band.low:g}",
                name="",
                near="",
                density=low,
                upper=band.high,
                count=None,
                area=_hectares(surface, low, band.high),
                geometry=geometry,
            )
        )
    return replace(counted, surface=surface, rows=rows[::-1], bounds=bounds, n=surface.n)


def _smoothed(found: Sequence[Band], cell_m: float) -> list[dict[str, Any]]:
    """The bands without the steps of their cells; neighbours keep a common edge."""
    tolerance = 1.5 * cell_m / METRES_A_DEGREE
    shapes = shapely.coverage_simplify([shape(band.geometry) for band in found], tolerance)
    return [mapping(shapely.set_precision(one, 1e-6)) for one in shapes]


def _hectares(surface: Surface, low: float, high: float) -> float:
    """Area of the surface whose density lies from low to high."""
    cells = np.count_nonzero((surface.values >= low) & (surface.values < high))
    return float(cells * surface.cell_m**2 / 10_000)


def _count_dong(snapshot: Snapshot, words: Words) -> Counted:
    layer = snapshot.layers["dong"]
    rows = []
    for one in features(layer):
        facts = one["properties"]
        count, area = facts["establishments_2020"], facts["area_km2"]
        rows.append(
            Row(
                id=one["id"],
                name=name_of(facts, words),
                near="",
                density=count / area,
                upper=None,
                count=count,
                area=area,
                geometry=one["geometry"],
            )
        )
    return Counted(
        n=sum(row.count or 0 for row in rows),
        simulated=0,
        as_of=None,
        listed=layer.meta["interval"][1],
        surface=None,
        rows=sorted(rows, key=lambda row: -(row.density or 0)),
        bounds=snapshot.manifest["classes"]["dong"]["establishments_per_km2"],
    )


def categories(snapshot: Snapshot, view: Density, words: Words) -> list[tuple[str, str, int]]:
    """Code, word and number of the categories counted in the zone, the most frequent first."""
    layer = snapshot.layers["businesses"]
    rows = layer.select({"in_zone": [True]})
    if not view.with_simulated:
        rows = observed(layer, rows)
    counts = Counter(one["category"] for one in layer.records(rows, ["category"]))
    known = [(code, words.coded("category", code), counts[code]) for code in CATEGORIES]
    return sorted((one for one in known if one[2]), key=lambda one: (-one[2], one[1]))
