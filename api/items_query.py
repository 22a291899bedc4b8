"""The query of features: which properties, where, when, and how many."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from api.links import CRS84
from api.params import given_parameters, number, one_of, truth, whole_number
from api.period import Period, period
from geo.errors import BadParameterError
from geo.store import BBox, Field, Layer

DEFAULT_LIMIT: Final = 100
MAXIMUM_LIMIT: Final = 10_000
FORMATS: Final = ("json", "geojson")
COMMON: Final = ("f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime")
_CRS: Final = (CRS84,)  # GDAL sends it as soon as a collection states it
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


@dataclass(frozen=True)
class ItemsQuery:
    """A checked query of features.

    Attributes:
        where: property name to accepted values.
        boxes: lon/lat boxes, one of which must be touched; empty for anywhere.
        when: days that must be touched; None for any time.
        limit: most features in the answer.
        offset: features to pass over.
        given: the parameters as they were given, to build links from.
    """

    where: Mapping[str, tuple[Any, ...]]
    boxes: tuple[BBox, ...]
    when: Period | None
    limit: int
    offset: int
    given: Mapping[str, str]


def items_query(request: Request, layer: Layer) -> ItemsQuery:
    """The query of `/collections/{id}/items`.

    Raises:
        BadParameterError: a parameter or a value is not allowed.
    """
    given = given_parameters(request, [*COMMON, *layer.fields])
    one_of("f", given.get("f", "json"), FORMATS)
    for name in ("crs", "bbox-crs"):
        one_of(name, given.get(name, CRS84), _CRS)
    where = {
        name: _values_in(layer, layer.fields[name], text)
        for name, text in given.items()
        if name in layer.fields
    }
    limit = whole_number("limit", given.get("limit", str(DEFAULT_LIMIT)), least=1)
    return ItemsQuery(
        where,
        bbox_boxes(given["bbox"]) if "bbox" in given else (),
        period(given["datetime"]) if "datetime" in given else None,
        min(limit, MAXIMUM_LIMIT),  # clients break on a refused limit: a larger one is the largest
        whole_number("offset", given.get("offset", "0"), least=0),
        given,
    )


def property_values(field: Field, text: str) -> tuple[Any, ...]:
    """The values that a property filter accepts: a comma list, `null` where null may stand.

    Raises:
        BadParameterError: a value is not one that the property can have.
    """
    return tuple(_value(field, one.strip()) for one in text.split(","))


def _values_in(layer: Layer, field: Field, text: str) -> tuple[Any, ...]:
    """The values asked for; a text that the layer holds with its commas is one value.

    A client cannot tell us which it means: GDAL and browsers encode every comma.
    """
    holds_commas = not field.allowed and field.type in ("string", "list") and "," in text
    if holds_commas and len(layer.select({field.name: (text,)})):
        return (text,)
    return property_values(field, text)


def _value(field: Field, text: str) -> Any:
    if text == "null" and field.nullable:
        return None
    if field.allowed:
        one_of(field.name, text, _with_null(field, map(str, field.allowed)))
    if field.type == "boolean":
        # GDAL writes a truth as a number.
        return truth(field.name, {"1": "true", "0": "false"}.get(text, text))
    if field.type == "integer":
        return whole_number(field.name, text, least=0)
    if field.type == "number":
        return number(field.name, text)
    if field.type == "date" and not _DATE.fullmatch(text):
        raise BadParameterError(field.name, text, "a day, month or year, such as 2025-11-01")
    if not text:
        raise BadParameterError(field.name, text, "a value, or several joined by commas")
    return text


def _with_null(field: Field, allowed: Iterable[str]) -> list[str]:
    return [*allowed, *(["null"] if field.nullable else [])]


def bbox_boxes(text: str) -> tuple[BBox, ...]:
    """One box, or two where the box spans the antimeridian (west > east; RFC 7946, 5.2).

    Four numbers (west, south, east, north), or six with heights, which do not select.

    Raises:
        BadParameterError: not four or six numbers in range, or south above north.
    """
    allowed = "west,south,east,north in degrees, such as 126.78,37.32,126.80,37.34"
    parts = text.split(",") if len(text) <= 500 else []
    if len(parts) not in (4, 6):
        raise BadParameterError("bbox", text, allowed)
    numbers = [number("bbox", part.strip()) for part in parts]
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    if not (-90 <= south <= north <= 90 and abs(west) <= 180 and abs(east) <= 180):
        raise BadParameterError("bbox", text, allowed)
    if west <= east:
        return (BBox(west, south, east, north),)
    return BBox(west, south, 180.0, north), BBox(-180.0, south, east, north)
