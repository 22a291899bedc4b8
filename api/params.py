"""Query strings to checked values. Routes parse nothing."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import Request

from geo.errors import BadParameterError
from geo.store import BBox, Field, Layer

DEFAULT_LIMIT: Final = 100
MAXIMUM_LIMIT: Final = 10_000
MOST_PARAMETERS: Final = 50
MOST_OFFSET: Final = 2**53  # what JSON readers count exactly
_FORMATS: Final = ("json", "geojson")


@dataclass(frozen=True)
class ItemsQuery:
    """A checked query of features.

    Attributes:
        where: property name to accepted values.
        boxes: lon/lat boxes, one of which must be touched; empty for anywhere.
        limit: most features in the answer.
        offset: features to pass over.
        given: the parameters as they were given, to build links from.
    """

    where: Mapping[str, tuple[Any, ...]]
    boxes: tuple[BBox, ...]
    limit: int
    offset: int
    given: Mapping[str, str]


def given_parameters(request: Request, known: Iterable[str]) -> dict[str, str]:
    """The parameters of a request, each once and each known.

    Raises:
        BadParameterError: a parameter is unknown, stands twice or is not UTF-8.
    """
    known = list(known)
    found: dict[str, str] = {}
    for name, value in _pairs(request.scope["query_string"]):
        if name not in known:
            raise BadParameterError(name, value, known)
        if name in found:
            raise BadParameterError(name, value, "once; join several values by commas")
        found[name] = value
    return found


def items_query(request: Request, layer: Layer) -> ItemsQuery:
    """The query of `/collections/{id}/items`.

    Raises:
        BadParameterError: a parameter or a value is not allowed.
    """
    given = given_parameters(request, ["f", "limit", "offset", "bbox", *layer.fields])
    one_of("f", given.get("f", "json"), _FORMATS)
    where = {
        name: property_values(layer.fields[name], text)
        for name, text in given.items()
        if name in layer.fields
    }
    limit = whole_number("limit", given.get("limit", str(DEFAULT_LIMIT)), least=1)
    offset = whole_number("offset", given.get("offset", "0"), least=0)
    boxes = bbox_boxes(given["bbox"]) if "bbox" in given else ()
    # Clients break on a refused limit, so a larger one is the largest.
    return ItemsQuery(where, boxes, min(limit, MAXIMUM_LIMIT), min(offset, MOST_OFFSET), given)


def property_values(field: Field, text: str) -> tuple[Any, ...]:
    """The values that a property filter accepts: a comma list, `null` where null may stand.

    Raises:
        BadParameterError: a value is not one that the property can have.
    """
    return tuple(_property_value(field, one.strip()) for one in text.split(","))


def _property_value(field: Field, text: str) -> Any:
    if text == "null" and field.nullable:
        return None
    if field.allowed:
        one_of(field.name, text, map(str, field.allowed))
    if field.type == "boolean":
        return truth(field.name, text)
    if field.type == "integer":
        return whole_number(field.name, text, least=0)
    if field.type == "number":
        return number(field.name, text)
    if not text:
        raise BadParameterError(field.name, text, "a value, or several joined by commas")
    return text


def one_of(name: str, text: str, allowed: Iterable[str]) -> str:
    """The text, if it is on the list.

    Raises:
        BadParameterError: it is not.
    """
    values = list(allowed)
    if text not in values:
        raise BadParameterError(name, text, values)
    return text


def truth(name: str, text: str) -> bool:
    """`true` or `false`.

    Raises:
        BadParameterError: anything else.
    """
    return one_of(name, text, ("true", "false")) == "true"


def whole_number(name: str, text: str, *, least: int) -> int:
    """A whole number from `least` on; one with more digits than any count is the largest count.

    Raises:
        BadParameterError: not a whole number, or too small.
    """
    digits = text.removeprefix("+") if text[:1] == "+" else text
    if not (digits.isascii() and digits.isdigit()):
        raise BadParameterError(name, text, f"a whole number from {least} on")
    value = int(digits) if len(digits) <= len(str(MOST_OFFSET)) else MOST_OFFSET
    if value < least:
        raise BadParameterError(name, text, f"a whole number from {least} on")
    return value


def number(name: str, text: str) -> float:
    """A finite decimal number.

    Raises:
        BadParameterError: anything else.
    """
    try:
        value = float(text) if len(text) <= 50 and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadParameterError(name, text, "a number such as 1.5")
    return value


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


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadParameterError(
            "query", query.decode("latin-1"), f"UTF-8 text, at most {MOST_PARAMETERS} parameters"
        ) from error
