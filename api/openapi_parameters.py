"""The parameters of the API, described as params.py, items_query.py and page_query.py take them."""

from typing import Any, Final

from api.items_query import DEFAULT_LIMIT, FORMATS, MAXIMUM_LIMIT
from api.links import CRS84
from geo.store import Field, Snapshot
from geo.vocab import BANDWIDTH_M, BANDWIDTHS_M, CENSUS_YEARS, INDICATORS
from maps.i18n import LANGUAGES
from maps.views import BY

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "pattern": r"^[^,]*[^,\s][^,]*$"}
_MOMENT: Final = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"
_MEMBERS: Final[dict[str, Schema]] = {
    "string": _TEXT,
    "list": _TEXT,
    "date": {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$", "example": "2025-11-01"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
}


def common_parameters(snapshot: Snapshot) -> Schema:
    """Parameters that several paths share, by the name they are referred to."""
    crs: Schema = {"type": "string", "enum": [CRS84], "default": CRS84}
    known = list(snapshot.layers)
    return {
        "collectionId": _in_path("collectionId", {"type": "string", "enum": known}, "a collection"),
        "featureId": _in_path(
            "featureId", {"type": "string", "example": "zone-2023"}, "id of a feature"
        ),
        "f": _choice("f", FORMATS, "format of the answer"),
        "fJson": _choice("f", ["json"], "format of the answer"),
        "fPage": _choice("f", ["json", "html"], "format, in place of the Accept header"),
        "lang": _choice("lang", LANGUAGES, "language, in place of the Accept-Language header"),
        "limit": _limit(),
        "offset": _in_query(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "features to pass over"
        ),
        "bbox": _bbox(),
        "bbox-crs": _in_query("bbox-crs", crs, "coordinate reference system of the box"),
        "crs": _in_query("crs", crs, "coordinate reference system of the answer"),
        "datetime": _in_query(
            "datetime",
            {
                "type": "string",
                "pattern": f"^({_MOMENT}(/({_MOMENT}|\\.\\.)?)?|(\\.\\.)?/{_MOMENT})$",
                "example": "2025-01-01/..",
            },
            "a day, a time, or a range of them with / and ..; features whose time it touches: the "
            "days a version was in force, else the day, month or year the source speaks of; "
            "features without a time always match",
        ),
    }


def feature_filter(field: Field) -> Schema:
    """The filter for one property."""
    member = dict(_MEMBERS[field.type])
    if field.allowed:
        member["enum"] = list(field.allowed)
    null = "; `null` for unknown" if field.nullable else ""
    any_member = " (any member)" if field.type == "list" else ""
    return _list(
        field.name, member, f"{field.description}{any_member}; several joined by commas{null}"
    )


def page_parameters(snapshot: Snapshot) -> list[tuple[str, str, list[Schema]]]:
    """Path, title and parameters of each map page."""
    fields = snapshot.layers["businesses"].fields
    category, halal = feature_filter(fields["category"]), feature_filter(fields["halal"])
    truth: Schema = {"type": "boolean"}
    low, high = BANDWIDTHS_M
    width = {"type": "number", "minimum": low, "maximum": high, "default": BANDWIDTH_M}
    year = {"type": "integer", "enum": list(CENSUS_YEARS), "default": max(CENSUS_YEARS)}
    least = {"type": "number", "minimum": 0, "default": 0}
    return [
        (
            "/maps/food-streets",
            "Map for visitors",
            [
                category,
                _list("cuisine", {"type": "string", "enum": _cuisines(snapshot)}, "kitchens"),
                halal,
                _in_query("simulated", truth, "also draw the simulated businesses"),
                _in_query(
                    "place",
                    {"type": "string", "minLength": 1, "example": "samarkand"},
                    "id of an observed business, whose popup is open",
                ),
            ],
        ),
        (
            "/maps/density",
            "Map of business density",
            [
                _choice("by", BY, "hexagons, kernel surface, or dong"),
                category,
                _in_query("foreign_run", truth, "only those (not) run by foreigners"),
                _in_query("min_density", least, "hide what is below, per hectare; by=dong: km²"),
                _in_query("bandwidth_m", width, "metres, standard deviation; by=kernel only"),
            ],
        ),
        (
            "/maps/residents",
            "Map of residents by dong",
            [
                _in_query("year", year, "census; change is known for the last only"),
                _choice("indicator", INDICATORS, "what the map shows"),
            ],
        ),
    ]


def _cuisines(snapshot: Snapshot) -> list[str]:
    column = snapshot.layers["businesses"].columns["cuisine"].combine_chunks()
    return sorted(set(column.flatten().to_pylist()))


def _limit() -> Schema:
    schema = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT}
    return _in_query(
        "limit", schema, "most features in one answer; more than the maximum is the maximum"
    )


def _bbox() -> Schema:
    text = "west,south,east,north in degrees (CRS84), or with heights; features that touch the box"
    shape = _list("bbox", {"type": "number"}, text)
    sizes = [{"minItems": size, "maxItems": size} for size in (4, 6)]
    example = [126.785, 37.325, 126.8, 37.335]
    return {**shape, "schema": {**shape["schema"], "oneOf": sizes, "example": example}}


def _choice(name: str, values: Any, description: str) -> Schema:
    return _in_query(name, {"type": "string", "enum": list(values)}, description)


def _list(name: str, member: Schema, description: str) -> Schema:
    schema = {"type": "array", "items": member, "minItems": 1}
    return {**_in_query(name, schema, description), "style": "form", "explode": False}


def _in_query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _in_path(name: str, schema: Schema, description: str) -> Schema:
    where = {"name": name, "in": "path", "required": True}
    return {**where, "description": description, "schema": schema}
