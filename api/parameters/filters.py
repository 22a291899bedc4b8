"""Which features a request is about: the same filters for items, tiles, counts and exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from api.parameters.datetime import Period, period, within
from geo.core.crs import CRS84, SERVED, box_to_store
from geo.core.errors import BadParameterError
from geo.core.parameter_values import number, one_of
from geo.serving.analysis.sample import drop_simulated
from geo.serving.analysis.shared_parameters import WITH
from geo.serving.query.cql2.filter import Filter, matching_rows, parse_filter
from geo.serving.query.property_parameter import PropertyParameter
from geo.snapshot.layer import Field, Layer
from geo.snapshot.point_index import BBox
from geo.snapshot.value_index import Rows

FILTER_LANGUAGES: Final = ("cql2-text", "cql2-json", "cql-text")  # GDAL calls the first the last
SELECTING: Final = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs")
_LONGEST_BBOX: Final = 500  # characters
_BBOX: Final = (
    "west,south,east,north in degrees, such as 126.78,37.32,126.80,37.34; "
    "with bbox-crs in its units and the order of its axes"
)


@dataclass(frozen=True)
class Selection:
    """Checked filters, all of which a feature has to pass.

    Attributes:
        where: property name to accepted values.
        boxes: lon/lat boxes, one of which must be touched; None for anywhere.
        outline: the box of another reference system in lon/lat, which must be touched as well.
        when: days that must be touched; None for any time.
        filter: a CQL2 expression that must be true; None for none.
    """

    where: Mapping[str, tuple[Any, ...]]
    boxes: tuple[BBox, ...] | None
    outline: shapely.Polygon | None
    when: Period | None
    filter: Filter | None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        selection = (self.boxes, self.when, self.filter)
        return not self.where and all(part is None for part in selection)


def selecting(layer: Layer) -> list[str]:
    """List the names of the parameters that choose features of a layer."""
    return [*SELECTING, *layer.fields]


def parse_selection(given: Mapping[str, str], layer: Layer) -> Selection:
    """Parse what the parameters of a request choose.

    Raises:
        BadParameterError: a value is not allowed.
    """
    where = {
        name: _values_in(layer, layer.fields[name].require_public(), text)
        for name, text in given.items()
        if name in layer.fields
    }
    boxes, outline = _box(given)
    return Selection(
        where,
        boxes,
        outline,
        period(given["datetime"]) if "datetime" in given else None,
        _filter(given, layer),
    )


def select_rows(layer: Layer, selection: Selection) -> Rows:
    """Row numbers of the features chosen, ascending."""
    rows = layer.select(selection.where) if selection.where else None
    if selection.boxes is not None:
        parts = [layer.touching(box, rows) for box in selection.boxes]
        rows = parts[0] if len(parts) == 1 else np.unique(np.concatenate([[], *parts])).astype(int)
    if rows is None:
        rows = np.arange(layer.count)
    if selection.outline is not None:
        rows = rows[shapely.intersects(layer.geometries(rows), selection.outline)]
    if selection.when is not None:
        rows = rows[within(layer, selection.when)[rows]]
    return rows if selection.filter is None else matching_rows(selection.filter, layer, rows)


def resting_on(businesses: Layer, rows: Rows, given: Mapping[str, str]) -> Rows:
    """Leave the observed businesses of a selection, unless the request asks for others too.

    A filter on `provenance` says by itself what is wanted.

    Args:
        businesses: the layer.
        rows: row numbers chosen, ascending.
        given: parameters of the request.
    """
    if WITH.read(given) or "provenance" in given:
        return rows
    return drop_simulated(businesses, rows)


def _filter(given: Mapping[str, str], layer: Layer) -> Filter | None:
    lang = one_of("filter-lang", given.get("filter-lang", "cql2-text"), FILTER_LANGUAGES)
    crs = one_of("filter-crs", given.get("filter-crs", CRS84), SERVED)
    if "filter" not in given:
        return None
    json = lang == "cql2-json"
    return parse_filter(
        given["filter"],
        lang="cql2-json" if json else "cql2-text",
        filter_crs=crs,
        fields=layer.fields,
    )


def _values_in(layer: Layer, field: Field, text: str) -> tuple[Any, ...]:
    """The values asked for; a text that the layer holds with its commas is one value.

    A client cannot tell us which it means: GDAL and browsers encode every comma.
    """
    holds_commas = not field.allowed and field.type in ("string", "list") and "," in text
    if holds_commas and len(layer.select({field.name: (text,)})):
        return (text,)
    return PropertyParameter(field).parse(text)


def _box(
    given: Mapping[str, str],
) -> tuple[tuple[BBox, ...] | None, shapely.Polygon | None]:
    """The boxes of a query, and the outline of one that is no box in degrees."""
    crs = one_of("bbox-crs", given.get("bbox-crs", CRS84), SERVED)
    if "bbox" not in given:
        return None, None
    if crs == CRS84:
        return lonlat_boxes(given["bbox"]), None
    corners = _corners(given["bbox"])
    if corners[0] > corners[2] or corners[1] > corners[3]:
        raise BadParameterError("bbox", given["bbox"], _BBOX)
    outline = box_to_store(corners, crs)
    if outline is None:
        return (), None
    shapely.prepare(outline)
    return (BBox(*outline.bounds),), outline


def _corners(text: str) -> tuple[float, float, float, float]:
    """Two corners, from four numbers or from six with heights, which do not select.

    Raises:
        BadParameterError: not four or six finite numbers.
    """
    parts = text.split(",") if len(text) <= _LONGEST_BBOX else []
    if len(parts) not in (4, 6):
        raise BadParameterError("bbox", text, _BBOX)
    numbers = [number("bbox", part.strip()) for part in parts]
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def lonlat_boxes(text: str) -> tuple[BBox, ...]:
    """Parse a box; two where it spans the antimeridian (west > east; RFC 7946, 5.2).

    Raises:
        BadParameterError: not four or six numbers in range, or south is above north.
    """
    west, south, east, north = _corners(text)
    if not (-90 <= south <= north <= 90 and abs(west) <= 180 and abs(east) <= 180):
        raise BadParameterError("bbox", text, _BBOX)
    if west <= east:
        return (BBox(west, south, east, north),)
    return BBox(west, south, 180.0, north), BBox(-180.0, south, east, north)
