"""The query of features: which, in what order, how many, and what of each."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import Request

from api.http.query_string import given_parameters
from api.parameters.filters import Selection, parse_selection, selecting
from geo.core.crs import CRS84, SERVED
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of, truth, whole_number
from geo.serving.query.order import Cursor, SortKey
from geo.snapshot.layer import Field, Layer

DEFAULT_LIMIT: Final = 100
MAXIMUM_LIMIT: Final = 10_000
PAGING: Final = ("limit", "offset", "cursor", "sortby")
SHAPING: Final = ("f", "lang", "crs", "properties", "skipGeometry")
GEOMETRY: Final = "geometry"  # the word for it among `properties`
_LONGEST_CURSOR: Final = 4_000  # characters
_VALUES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@dataclass(frozen=True)
class ItemsQuery:
    """A checked query of features.

    Attributes:
        selection: which features.
        sort_keys: what to sort by; empty for the order of ids.
        limit: most features on a page; None where none was asked for.
        offset: features to pass over.
        place: where the page before ended; None for the first one, or where `offset` leads.
        crs: URI of the reference system of the answer.
        names: properties wanted; None for all.
        with_geometry: whether the geometries are wanted.
        given: the parameters as they were given, to build links from.
    """

    selection: Selection
    sort_keys: tuple[SortKey, ...]
    limit: int | None
    offset: int
    place: Cursor | None
    crs: str
    names: tuple[str, ...] | None
    with_geometry: bool
    given: Mapping[str, str]

    @property
    def page_size(self) -> int:
        """Most features on one page."""
        # Clients break on a refused limit: a larger one is the largest.
        return min(self.limit or DEFAULT_LIMIT, MAXIMUM_LIMIT)


def items_query(request: Request, layer: Layer) -> ItemsQuery:
    """Parse the query of `/collections/{id}/items`.

    Raises:
        BadParameterError: a parameter or a value is not allowed.
    """
    given = given_parameters(request, [*SHAPING, *PAGING, *selecting(layer)])
    sort_keys = _sort_keys(given["sortby"], layer) if "sortby" in given else ()
    if "cursor" in given and "offset" in given:
        raise BadParameterError("offset", given["offset"], "cursor or offset, not both")
    return ItemsQuery(
        parse_selection(given, layer),
        sort_keys,
        whole_number("limit", given["limit"], least=1) if "limit" in given else None,
        whole_number("offset", given.get("offset", "0"), least=0),
        _place(given["cursor"], sort_keys, layer) if "cursor" in given else None,
        one_of("crs", given.get("crs", CRS84), SERVED),
        property_names(given["properties"], layer) if "properties" in given else None,
        _with_geometry(given),
        given,
    )


def _with_geometry(given: Mapping[str, str]) -> bool:
    """Whether geometries are wanted: not with `skipGeometry`, nor unnamed among `properties`."""
    named = {part.strip() for part in given.get("properties", GEOMETRY).split(",")}
    skipped = "skipGeometry" in given and truth("skipGeometry", given["skipGeometry"])
    return GEOMETRY in named and not skipped


def cursor(place: Cursor) -> str:
    """Write a place among the features as links carry it."""
    part = [place.part] if place.part else []
    return urlsafe_b64encode(orjson.dumps([*place.values, place.id, *part])).decode().rstrip("=")


def _place(text: str, sort_keys: tuple[SortKey, ...], layer: Layer) -> Cursor:
    allowed = "a cursor from a `next` link, together with the sortby it was made for"
    try:
        padded = text + "=" * (-len(text) % 4)
        held = orjson.loads(urlsafe_b64decode(padded)) if len(text) <= _LONGEST_CURSOR else None
    except ValueError as error:  # binascii.Error, UnicodeEncodeError and JSONDecodeError are ones
        raise BadParameterError("cursor", text, allowed) from error
    part = 0
    if isinstance(held, list) and len(held) == len(sort_keys) + 2:  # of a layer of several parts
        part = held.pop()
    if (
        not isinstance(held, list)
        or type(part) is not int
        or part < 0
        or len(held) != len(sort_keys) + 1
        or not isinstance(held[-1], str)
    ):
        raise BadParameterError("cursor", text, allowed)
    for key, value in zip(sort_keys, held, strict=False):
        if not _is_value(value, layer.fields.get(key.name)):
            raise BadParameterError("cursor", text, allowed)
    return Cursor(tuple(held[:-1]), held[-1], part)


def _is_value(value: Any, field: Field | None) -> bool:
    """Whether a value can occur in a property (None: in the id)."""
    if value is None:
        return field is not None
    kind = _VALUES.get(field.type, str) if field else str
    whole = not isinstance(value, bool) or kind is bool
    return whole and isinstance(value, kind) and abs(_magnitude(value)) < 2**63


def _magnitude(value: Any) -> float:
    return 0 if isinstance(value, str) else value


def _sort_keys(text: str, layer: Layer) -> tuple[SortKey, ...]:
    sortable = ["id", *(field.name for field in layer.fields.values() if field.type != "list")]
    sort_keys: list[SortKey] = []
    for part in text.split(","):
        # A plus arrives as the space that it stands for in a query.
        name = part.strip().removeprefix("+")
        descending = name.startswith("-")
        name = one_of("sortby", name.removeprefix("-"), sortable)
        if name in layer.fields:
            layer.fields[name].require_public()
        if name not in {key.name for key in sort_keys}:  # named again, it decides nothing
            sort_keys.append(SortKey(name, descending))
    return tuple(sort_keys)


def property_names(text: str, layer: Layer) -> tuple[str, ...]:
    """Parse a list of properties, in the order of the layer; the geometry may be among them.

    Raises:
        BadParameterError: the layer has no such property.
    """
    parts = (part.strip() for part in text.split(",") if part)
    wanted = {one_of("properties", part, [*layer.fields, GEOMETRY]) for part in parts}
    return tuple(name for name in layer.fields if name in wanted)
