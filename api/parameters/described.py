"""OpenAPI descriptions of the parameters that a bare handler reads by itself."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from api.parameters.declared import INSTEAD, Schema
from api.parameters.filters import FILTER_LANGUAGES
from api.parameters.items_query import DEFAULT_LIMIT, GEOMETRY, MAXIMUM_LIMIT
from api.parameters.language import LANG
from geo.core.crs import CRS84, SERVED
from geo.core.parameters import Parameter
from geo.serving.query.property_parameter import PropertyParameter
from geo.snapshot.layer import Field, Layer
from geo.snapshot.reader import Snapshot

_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?"
_MOMENT: Final = f"{_DAY}(T{_TIME})?"
_WHEN: Final = f"^({_MOMENT}(/({_MOMENT}|\\.\\.)?)?|(\\.\\.)?/{_MOMENT})$"
SELECTING: Final = ("bbox", "bbox-crs", "datetime", "filter-lang", "filter-crs")
_SHAPING: Final = ("sortby", "properties")


def shared_parameters(*names: str) -> list[Schema]:
    """List parameters that several paths share, by their names."""
    return [_SHARED[name] for name in names]


def common_fields(layers: Sequence[Layer]) -> list[Field]:
    """List the properties that all of the layers have."""
    first, *others = layers
    return [
        field
        for name, field in first.fields.items()
        if all(name in other.fields for other in others)
    ]


def filter_parameters(fields: Iterable[Field]) -> list[Schema]:
    """Describe what chooses features by place, time and properties."""
    own = item_parameters(fields)
    return [*shared_parameters(*SELECTING), *(each for each in own if each["name"] not in _SHAPING)]


def selecting_parameters(snapshot: Snapshot, _: Sequence[Layer]) -> list[Schema]:
    """Describe what chooses the businesses that a measure rests on."""
    return filter_parameters(snapshot.layers["businesses"].fields.values())


def item_parameters(fields: Iterable[Field]) -> list[Schema]:
    """Describe the parameters of `/items` that depend on the properties."""
    held = list(fields)
    names = [field.name for field in held]
    sortable = ["id", *(field.name for field in held if field.type != "list")]
    orders: Schema = {
        "type": "string",
        "enum": [f"{sign}{name}" for name in sortable for sign in ("", "-")],
    }
    return [
        _filter(held),
        comma_list(
            "properties",
            {"type": "string", "enum": [*names, GEOMETRY]},
            "properties to keep of each; the geometry is null unless it is named as well",
        ),
        comma_list("sortby", orders, "properties to sort by, a minus for the largest first"),
        *(described(PropertyParameter(field)) for field in held),
    ]


def _filter(fields: list[Field]) -> Schema:
    """The CQL2 expression: what a tester may make up is one comparison of a closed list."""
    field = next(field for field in fields if field.name == "provenance")
    values = "|".join(field.allowed)
    schema = {
        "type": "string",
        "pattern": f"^{field.name} (=|<>) '({values})'$",
        "example": f"{field.name} = 'observed'",
    }
    text = (
        "CQL2 expression over the queryables; any is allowed, the pattern is a simple example; "
        "a TIMESTAMP needs its zone (Z or +09:00), a DATE is a day in Korea"
    )
    return in_query("filter", schema, text)


def described(parameter: Parameter) -> Schema:
    """Describe a parameter by its declaration."""
    return in_query(parameter.name, parameter.json_schema, parameter.description)


def _limit() -> Schema:
    schema = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT}
    return in_query(
        "limit", schema, "most features in one answer; more than the maximum is the maximum"
    )


def _bbox() -> Schema:
    text = "west,south,east,north in degrees (CRS84), or with heights; features that touch the box"
    sizes = [{"minItems": size, "maxItems": size} for size in (4, 6)]
    schema = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 4,  # beside `oneOf`: official test suites and code generators read these only
        "maxItems": 6,
        "oneOf": sizes,
        "example": [126.785, 37.325, 126.8, 37.335],
    }
    return in_query("bbox", schema, text)


def choice(name: str, values: Iterable[str], description: str, **more: Any) -> Schema:
    """Describe a choice from a closed list; `more` goes into its schema."""
    return in_query(name, {"type": "string", "enum": list(values), **more}, description)


def comma_list(name: str, member: Schema, description: str) -> Schema:
    """Describe a list joined by commas."""
    return in_query(name, {"type": "array", "items": member, "minItems": 1}, description)


def in_query(name: str, schema: Schema, description: str) -> Schema:
    """Describe a parameter of the query; commas join its values (OGC 17-069r4, 7.15)."""
    where = {"name": name, "in": "query", "style": "form", "explode": False}
    return {**where, "description": description, "schema": schema}


def _shared() -> dict[str, Schema]:
    crs: Schema = {"type": "string", "enum": list(SERVED), "default": CRS84}
    least: Schema = {"type": "integer", "minimum": 0, "default": 0}
    languages = {
        "type": "string",
        "enum": list(FILTER_LANGUAGES),
        "default": FILTER_LANGUAGES[0],
    }
    skip = "leave the geometries out (null in GeoJSON; not with f=fgb)"
    parameters = [
        described(LANG),
        choice("f", ["json", "html"], INSTEAD),
        _limit(),
        in_query("offset", least, "features to pass over"),
        in_query("skipGeometry", {"type": "boolean", "default": False}, skip),
        _bbox(),
        in_query("bbox-crs", crs, "coordinate reference system of the box"),
        in_query("crs", crs, "coordinate reference system of the answer"),
        in_query(
            "filter-lang",
            languages,
            "language of the filter; cql-text is another name of cql2-text",
        ),
        in_query("filter-crs", crs, "reference system of geometries in the filter"),
        in_query(
            "datetime",
            {"type": "string", "pattern": _WHEN, "example": "2025-01-01/.."},
            "a day, a time (Korean time without a zone), or a range of them with / and ..; "
            "features whose time it touches: the "
            "days a version was in force, else the day, month or year the source speaks of; "
            "features without a time always match",
        ),
    ]
    return {parameter["name"]: parameter for parameter in parameters}


_SHARED: Final = _shared()
