"""Composition of a few areas side by side: businesses by category, beside those of the city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import BadParameterError
from geo.serving.analysis.area_parameter import (
    DONG,
    DRAWN,
    HEXAGON,
    RADIUS,
    STREET,
    AreasParameter,
    RequestedArea,
    requested_area,
)
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import UnitCoverage, unit_coverage
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import SIMULATED, PointSample
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.statistics.cells import hexagon
from geo.statistics.kernel_density import HECTARE_M2

AREAS: Final = AreasParameter()
OPEN_COLUMNS: Final = (
    "areas that are drawn count open columns only; who runs a business is published for fixed "
    "areas alone (measure operators)"
)
OVERLAPPING: Final = "areas that overlap count the same businesses, so they do not add up"
_SHARE_DIGITS: Final = 4
_QUADRANT: Final = 64  # edges of a quarter of a circle

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class _Area:
    """An area with its outline.

    Attributes:
        requested: as it was asked for.
        names: Korean and Latin name; None where it has none.
        outline: lon/lat.
    """

    requested: RequestedArea
    names: Mapping[str, str | None]
    outline: Any

    @property
    def values(self) -> dict[str, Any]:
        """The values that all rows of the area have."""
        metric = shapely.transform(self.outline, in_metres)
        named = {"area": self.requested.text, "area_type": self.requested.type, **self.names}
        return {**named, "area_ha": round(float(metric.area) / HECTARE_M2, 2)}


def areas(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Count businesses by category in each of up to four areas, and in all that are chosen.

    Raises:
        BadParameterError: there is no such dong, food street or hexagon, or it is not in Ansan.
    """
    texts = AREAS.read(parameters)
    places = [_locate(snapshot, requested_area(text)) for text in texts]
    outlines = np.array([place.outline for place in places], dtype=object)
    covered = unit_coverage(snapshot, outlines, sample)
    rows, shapes = _rows(places, sample, covered)
    return MeasureResult(
        measure="areas",
        title="What places are made of: businesses by category in up to four areas",
        method="Businesses whose point lies in the area, border included, by category, beside all "
        "that are chosen. A circle is a polygon of 256 edges in EPSG:5186; an edge of a polygon is "
        "straight in longitude and latitude.",
        basis=sample.basis,
        parameters={"area": list(texts)},
        columns=_COLUMNS,
        rows=rows,
        shapes=shapes,
        caveats=_caveats(places, outlines, covered),
    )


def _caveats(places: Sequence[_Area], outlines: Any, covered: UnitCoverage) -> tuple[str, ...]:
    drawn = any(place.requested.type in DRAWN for place in places)
    overlap = shapely.intersection(outlines[:, None], outlines[None, :])
    common = np.triu(shapely.area(overlap), k=1).any()
    return (
        *((OPEN_COLUMNS,) if drawn else ()),
        *((OVERLAPPING,) if common else ()),
        *covered.caveats,
    )


def _rows(
    places: Sequence[_Area], sample: PointSample, covered: UnitCoverage
) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
    """Compute a row for each area and each category that is counted, with its geometry."""
    kinds = np.array(sample.values("category"), dtype=str)
    simulated = np.array(sample.values("provenance"), dtype=str) == SIMULATED
    rows, shapes = list[dict[str, Any]](), list[Mapping[str, Any]]()
    for number, place in enumerate(places):
        within: Mask = shapely.intersects_xy(place.outline, *sample.lonlat.T)
        shape, values = shapely.geometry.mapping(place.outline), place.values
        for kind in np.unique(kinds).tolist():
            of_kind = kinds == kind
            figures = _figures(within, of_kind, simulated)
            count = covered.count(number, figures["count"])
            named = {**values, "category": kind, **figures, "count": count}
            rows.append({**named, **covered.row(number)})
            shapes.append(shape)
    return rows, shapes


def _figures(within: Mask, of_kind: Mask, simulated: Mask) -> dict[str, Any]:
    count, n, city = (int(mask.sum()) for mask in (within & of_kind, within, of_kind))
    made_up = int((within & of_kind & simulated).sum())
    return {
        "count": count,
        "n": n,
        "share": _share(count, n),
        "city_count": city,
        "city_share": _share(city, len(within)),
        "simulated_share": _share(made_up, count),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _SHARE_DIGITS) if whole else None


def _locate(snapshot: Snapshot, requested: RequestedArea) -> _Area:
    """Find the outline and the names of an area."""
    unnamed = {"name_ko": None, "name_en": None}
    if requested.type == DONG:
        return _fixed(snapshot.layers["dong"], requested)
    if requested.type == STREET:
        return _fixed(snapshot.layers["food-streets"], requested)
    area = _Area(requested, unnamed, _drawn_outline(requested))
    _check_inside(snapshot, area)
    return area


def _fixed(layer: Layer, requested: RequestedArea) -> _Area:
    row = layer.row_of(requested.code)
    if row is None:
        ids = ", ".join(layer.columns["id"].to_pylist())
        raise BadParameterError("area", requested.text, f"{requested.type}: one of {ids}")
    at = np.array([row], dtype=np.int64)
    known = [name for name in ("name_ko", "name_en") if name in layer.fields]
    names = {"name_ko": None, "name_en": None, **layer.records(at, known)[0]} if known else {}
    return _Area(requested, names or {"name_ko": None, "name_en": None}, layer.geometries(at)[0])


def _drawn_outline(requested: RequestedArea) -> Any:
    if requested.type == HEXAGON:
        return hexagon(requested.code)
    if requested.type == RADIUS:
        centre = shapely.transform(shapely.Point(requested.corners[0]), in_metres)
        circle = centre.buffer(requested.radius_m, quad_segs=_QUADRANT)
        return shapely.transform(circle, in_degrees)
    return shapely.Polygon(requested.corners)


def _check_inside(snapshot: Snapshot, area: _Area) -> None:
    """Check that a hexagon or polygon, or the centre of a circle, is within the city's extent.

    Raises:
        BadParameterError: it is not.
    """
    layer, requested = snapshot.layers["dong"], area.requested
    west, south, east, north = shapely.total_bounds(layer.geometries(np.arange(layer.count)))
    at = shapely.Point(requested.corners[0]) if requested.type == RADIUS else area.outline
    if not shapely.box(west, south, east, north).covers(at):
        allowed = (
            f"within Ansan: longitude {west:.3f} to {east:.3f}, latitude {south:.3f} to {north:.3f}"
        )
        raise BadParameterError("area", requested.text, allowed)


_COLUMNS: Final = (
    Column("area", "the area as it was asked for"),
    Column("area_type", "dong, street (a food street), hex, radius or polygon"),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
    Column("area_ha", "true area, hectares"),
    Column("category", "kind of business"),
    Column("count", "businesses of the category in the area; empty where nothing is known"),
    Column("n", "all businesses counted in the area"),
    Column("share", "the category among all businesses of the area, 0 to 1", share=True),
    Column("city_count", "businesses of the category among all that are chosen"),
    Column("city_share", "the category among all that are chosen, 0 to 1", share=True),
    Column("simulated_share", "simulated among those of `count`, 0 to 1", share=True),
    *COVERAGE,
)

MEASURES: Final[Mapping[str, Measure]] = {
    "areas": Measure(
        title="What places are made of: businesses by category in up to four areas",
        parameters=(AREAS,),
        of=areas,
        rests_on=("businesses", "dong"),
    ),
}
