"""Rows of the density map, taken from the measures `density`, `isolines` and `establishments`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from geo.core.vocab import CATEGORIES
from geo.serving.analysis.census import establishments
from geo.serving.analysis.density import density
from geo.serving.analysis.isolines import isolines
from geo.serving.analysis.sample import drop_simulated, point_sample
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from geo.statistics.kernel_density import round_breaks
from maps.i18n import Words
from maps.pages.view_state import Density
from maps.web.base_layers import features, name_of

METRES_A_DEGREE: Final = 100_000  # between those of longitude and latitude; for drawing only


@dataclass(frozen=True)
class Row:
    """An area of the map, as the table shows it.

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
class DensityCounts:
    """The counts that a view asks for.

    Attributes:
        n: businesses.
        simulated: how many of them are simulated.
        as_of: date of the totals that the simulated ones fill up, None without any.
        listed: newest date of the lists that the observed ones come from, None without any.
        rows: areas to draw, the densest first.
        bounds: upper class bounds.
    """

    n: int
    simulated: int
    as_of: str | None
    listed: str | None
    rows: Sequence[Row]
    bounds: Sequence[float]


def count_businesses(snapshot: Snapshot, view: Density, words: Words) -> DensityCounts:
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
        rows = drop_simulated(layer, rows)
    counts = _sample_counts(layer, rows)
    if not len(rows):
        return counts
    if view.by == "hex":
        return _on_hexes(counts, snapshot, rows, words)
    return _on_kernel(counts, snapshot, view, rows)


def is_unknown(snapshot: Snapshot, view: Density) -> bool:
    """Tell whether no operator is known of the businesses that the view's other filters choose."""
    if view.foreign_run is None:
        return False
    layer = snapshot.layers["businesses"]
    where: dict[str, list[Any]] = {"in_zone": [True]}
    if view.category:
        where["category"] = list(view.category)
    candidates = layer.select(where)
    if not view.with_simulated:
        candidates = drop_simulated(layer, candidates)
    known = layer.select({"foreign_run": [True, False]})
    return bool(len(candidates)) and not np.isin(candidates, known).any()


def _sample_counts(layer: Layer, rows: Rows) -> DensityCounts:
    """Count the businesses of some rows with their dates, without areas."""
    dates: dict[str, list[str]] = {"observed": [], "simulated": []}
    for record in layer.records(rows, ["provenance", "source_date"]):
        dates[record["provenance"]].append(record["source_date"] or "")
    return DensityCounts(
        n=len(rows),
        simulated=len(dates["simulated"]),
        as_of=max(dates["simulated"], default="") or None,
        listed=max(dates["observed"], default="") or None,
        rows=(),
        bounds=(1.0,),
    )


def _on_hexes(
    counts: DensityCounts, snapshot: Snapshot, business_rows: Rows, words: Words
) -> DensityCounts:
    """List the hexagons of the measure that hold a business, the densest first."""
    result = density(
        snapshot, point_sample(snapshot.layers["businesses"], business_rows), {"scale": "hex"}
    )
    streets = features(snapshot.layers["streets"])
    lines = [shape(street["geometry"]) for street in streets]
    rows = []
    for row, geometry in zip(result.rows, result.shapes or (), strict=True):
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
    return replace(counts, rows=rows, bounds=round_breaks(densest or 1.0))


def _on_kernel(
    counts: DensityCounts, snapshot: Snapshot, view: Density, business_rows: Rows
) -> DensityCounts:
    """List the bands between the isolines of the measure, the densest first."""
    sample = point_sample(snapshot.layers["businesses"], business_rows)
    parameters = {"bandwidth_m": str(view.bandwidth_m), "min_density": str(view.min_density)}
    result = isolines(snapshot, sample, parameters)
    shapes = _smooth_bands(result.shapes or (), result.parameters["cell_m"])
    rows = [
        Row(
            id=f"band-{row['from_per_ha']:g}",
            name="",
            near="",
            density=row["from_per_ha"],
            upper=row["to_per_ha"],
            count=None,
            area=row["area_ha"],
            geometry=geometry,
        )
        for row, geometry in zip(result.rows, shapes, strict=True)
    ]
    settings = result.parameters
    bounds, n = settings["class_bounds"], settings["n_in_zone"]
    return replace(counts, rows=rows[::-1], bounds=bounds, n=n)


def _smooth_bands(bands: Sequence[Mapping[str, Any]], cell_m: float) -> list[dict[str, Any]]:
    """Smooth the steps of cells out of bands; neighbours keep a common edge."""
    tolerance = 1.5 * cell_m / METRES_A_DEGREE
    shapes = shapely.coverage_simplify([shape(band) for band in bands], tolerance)
    return [mapping(shapely.set_precision(band, 1e-6)) for band in shapes]


def _count_dong(snapshot: Snapshot, words: Words) -> DensityCounts:
    """List the establishments of the measure by dong, the densest first."""
    result = establishments(snapshot, {})
    areas = {
        dong["id"]: dong["properties"]["area_km2"] for dong in features(snapshot.layers["dong"])
    }
    rows = [
        Row(
            id=row["dong_code"],
            name=name_of(row, words),
            near="",
            density=row["per_km2"],
            upper=None,
            count=row["establishments"],
            area=areas[row["dong_code"]],
            geometry=dict(geometry),
        )
        for row, geometry in zip(result.rows, result.shapes or (), strict=True)
    ]
    return DensityCounts(
        n=result.basis.n,
        simulated=0,
        as_of=None,
        listed=result.basis.dates[1],
        rows=sorted(rows, key=lambda row: -(row.density or 0)),
        bounds=result.parameters["class_bounds"],
    )


def categories(snapshot: Snapshot, view: Density, words: Words) -> list[tuple[str, str, int]]:
    """List code, word and number of the categories counted in the zone, the most frequent first."""
    layer = snapshot.layers["businesses"]
    rows = layer.select({"in_zone": [True]})
    if not view.with_simulated:
        rows = drop_simulated(layer, rows)
    counts = Counter(record["category"] for record in layer.records(rows, ["category"]))
    known = [(code, words.coded("category", code), counts[code]) for code in CATEGORIES]
    return sorted((item for item in known if item[2]), key=lambda item: (-item[2], item[1]))
