"""Areas that a reader names or draws, with their outlines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
import shapely.ops

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import BadParameterError
from geo.serving.analysis.area_parameter import (
    DONG,
    HEXAGON,
    RADIUS,
    SECTION,
    STREET,
    RequestedArea,
)
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.statistics.cells import hexagon
from geo.statistics.kernel_density import HECTARE_M2

BESIDE_M: Final = 20.0  # half the width of a street section
_QUADRANT: Final = 64  # edges of a quarter of a circle


@dataclass(frozen=True)
class LocatedArea:
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


def locate(snapshot: Snapshot, requested: RequestedArea) -> LocatedArea:
    """Find the outline and the names of an area.

    Raises:
        BadParameterError: there is no such place, or it is not in Ansan.
    """
    unnamed = {"name_ko": None, "name_en": None}
    if requested.type == DONG:
        return _fixed(snapshot.layers["dong"], requested)
    if requested.type == STREET:
        return _fixed(snapshot.layers["food-streets"], requested)
    if requested.type == SECTION:
        return _section(snapshot.layers["streets"], requested)
    area = LocatedArea(requested, unnamed, _drawn_outline(requested))
    _check_inside(snapshot, area)
    return area


def _fixed(layer: Layer, requested: RequestedArea) -> LocatedArea:
    row = layer.row_of(requested.code)
    if row is None:
        ids = ", ".join(layer.columns["id"].to_pylist())
        raise BadParameterError("area", requested.text, f"{requested.type}: one of {ids}")
    at = np.array([row], dtype=np.int64)
    known = [name for name in ("name_ko", "name_en") if name in layer.fields]
    names = {"name_ko": None, "name_en": None, **layer.records(at, known)[0]} if known else {}
    return LocatedArea(
        requested, names or {"name_ko": None, "name_en": None}, layer.geometries(at)[0]
    )


def _section(layer: Layer, requested: RequestedArea) -> LocatedArea:
    """Cut the line of a street between two numbers, and widen it to both sides."""
    street = _fixed(layer, requested)
    row = np.array([layer.row_of(requested.code)], dtype=np.int64)
    (ends,) = layer.records(row, ["from_no", "to_no"])
    first, last = ends["from_no"], ends["to_no"]
    low, high = requested.numbers
    if high <= first or low >= last:
        raise BadParameterError("area", requested.text, f"section: numbers {first} to {last}")
    line = shapely.transform(street.outline, in_metres)
    at = [
        line.length * (min(max(number, first), last) - first) / (last - first)
        for number in (low, high)
    ]
    part = shapely.ops.substring(line, *at).buffer(BESIDE_M, cap_style="flat")
    return replace(street, outline=shapely.transform(part, in_degrees))


def _drawn_outline(requested: RequestedArea) -> Any:
    if requested.type == HEXAGON:
        return hexagon(requested.code)
    if requested.type == RADIUS:
        centre = shapely.transform(shapely.Point(requested.corners[0]), in_metres)
        circle = centre.buffer(requested.radius_m, quad_segs=_QUADRANT)
        return shapely.transform(circle, in_degrees)
    return shapely.Polygon(requested.corners)


def _check_inside(snapshot: Snapshot, area: LocatedArea) -> None:
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
