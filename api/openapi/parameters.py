"""The parameters of the API, described as params.py, items_query.py and page_query.py take them."""

from collections.abc import Iterable
from typing import Any, Final

from api.parameters.filters import FILTER_LANGUAGES
from api.parameters.items_query import DEFAULT_LIMIT, GEOMETRY, MAXIMUM_LIMIT
from api.routes.items import ITEM, ITEMS
from api.routes.styles import DEFAULT
from api.routes.tiles import MATRIX_SET
from geo.core.crs import CRS84, SERVED
from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M, CENSUS_YEARS, INDICATORS
from geo.serving.analysis.sample import SIMULATED
from geo.serving.tiles.tile_grid import DEEPEST
from geo.snapshot.layer import Field
from geo.snapshot.reader import Snapshot
from maps.i18n import VISITORS_LANGUAGES
from maps.pages.view_state import BY
from maps.web.map_pages import PAGES

Schema = dict[str, Any]

_INSTEAD: Final = "format of the answer, in place of the Accept header"
_OF_TABLE: Final = (
    "language of every word of CSV and XLSX, column headers and values included, and of the "
    "sentences of JSON and GeoJSON; without it, columns and values of CSV and XLSX have the names "
    "and codes of the JSON, and sentences are English"
)
_PLACE: Final[Schema] = {"type": "integer", "minimum": 0, "example": 0}
_TEXT: Final[Schema] = {"type": "string", "pattern": r"^[^,]*[^,\s][^,]*$"}
_DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?"
_MOMENT: Final = f"{_DAY}(T{_TIME})?"
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
    crs: Schema = {"type": "string", "enum": list(SERVED), "default": CRS84}
    known = list(snapshot.layers)
    return {
        "collectionId": _in_path("collectionId", {"type": "string", "enum": known}, "a collection"),
        "featureId": _in_path(
            "featureId", {"type": "string", "example": "zone-2023"}, "id of a feature"
        ),
        "fItems": choice("f", ITEMS, f"{_INSTEAD}; files hold all features unless a limit is set"),
        "fItem": choice("f", ITEM, _INSTEAD),
        "f": choice("f", ["json", "html"], _INSTEAD),
        "tileMatrixSetId": _in_path(
            "tileMatrixSetId", {"type": "string", "enum": [MATRIX_SET]}, "a tile matrix set"
        ),
        "styleId": _in_path("styleId", {"type": "string", "enum": [DEFAULT]}, "a style"),
        "tileMatrix": _in_path(
            "tileMatrix",
            {"type": "string", "enum": [str(zoom) for zoom in range(DEEPEST + 1)]},
            "zoom level",
        ),
        **{name: _in_path(name, _PLACE, "place of the tile") for name in ("tileRow", "tileCol")},
        "lang": choice(
            "lang", VISITORS_LANGUAGES, "language, in place of the Accept-Language header"
        ),
        "langOfTable": choice("lang", VISITORS_LANGUAGES, _OF_TABLE),
        "language": _in_path(
            "lang", {"type": "string", "enum": list(VISITORS_LANGUAGES)}, "a visitors' language"
        ),
        "limit": _limit(),
        "offset": in_query(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "features to pass over"
        ),
        "skipGeometry": in_query(
            "skipGeometry",
            {"type": "boolean", "default": False},
            "leave the geometries out (null in GeoJSON; not with f=fgb)",
        ),
        "bbox": _bbox(),
        "bbox-crs": in_query("bbox-crs", crs, "coordinate reference system of the box"),
        "crs": in_query("crs", crs, "coordinate reference system of the answer"),
        "filter-lang": in_query(
            "filter-lang",
            {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]},
            "language of the filter; cql-text is another name of cql2-text",
        ),
        "filter-crs": in_query("filter-crs", crs, "reference system of geometries in the filter"),
        "datetime": in_query(
            "datetime",
            {
                "type": "string",
                "pattern": f"^({_MOMENT}(/({_MOMENT}|\\.\\.)?)?|(\\.\\.)?/{_MOMENT})$",
                "example": "2025-01-01/..",
            },
            "a day, a time (Korean time without a zone), or a range of them with / and ..; "
            "features whose time it touches: the "
            "days a version was in force, else the day, month or year the source speaks of; "
            "features without a time always match",
        ),
    }


def item_parameters(fields: Iterable[Field]) -> list[Schema]:
    """The parameters of `/items` that depend on the properties there are."""
    held = list(fields)
    names = [field.name for field in held]
    sortable = ["id", *(field.name for field in held if field.type != "list")]
    orders: Schema = {
        "type": "string",
        "enum": [f"{sign}{name}" for name in sortable for sign in ("", "-")],
    }
    return [
        _filter(held),
        listed(
            "properties",
            {"type": "string", "enum": [*names, GEOMETRY]},
            "properties to keep of each; the geometry is null unless it is named as well",
        ),
        listed("sortby", orders, "properties to sort by, a minus for the largest first"),
        *map(feature_filter, held),
    ]


def _filter(fields: list[Field]) -> Schema:
    """The CQL2 expression: what a tester may make up is one comparison of a closed list."""
    field = next(one for one in fields if one.name == "provenance")
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


def feature_filter(field: Field) -> Schema:
    """The filter for one property."""
    member = dict(_MEMBERS[field.type])
    if field.allowed:
        member["enum"] = list(field.allowed)
    null = "; `null` for unknown" if field.nullable else ""
    any_member = " (any member)" if field.type == "list" else ""
    return listed(
        field.name, member, f"{field.description}{any_member}; several joined by commas{null}"
    )


def analysis_parameters() -> list[Schema]:
    """What measures of businesses rest on."""
    show = "give p-values and verdicts of mostly simulated businesses too; they are not real"
    return [
        choice("with", [SIMULATED], "count simulated businesses beside the observed ones"),
        in_query("demonstration", {"type": "boolean", "default": False}, show),
    ]


def page_parameters(snapshot: Snapshot) -> list[tuple[str, str, list[Schema]]]:
    """Path, title and parameters of each map page."""
    fields = snapshot.layers["businesses"].fields
    category = feature_filter(fields["category"])
    truth: Schema = {"type": "boolean"}
    low, high = BANDWIDTHS_M
    width = {"type": "number", "minimum": low, "maximum": high, "default": BANDWIDTH_M}
    year = {"type": "integer", "enum": list(CENSUS_YEARS), "default": max(CENSUS_YEARS)}
    least = {"type": "number", "minimum": 0, "default": 0}
    return [
        *_visitor_pages(snapshot),
        *_declared_pages(),
        (
            "/maps/density",
            "Map of business density",
            [
                choice("by", BY, "hexagons, kernel surface, or dong"),
                category,
                in_query("foreign_run", truth, "only those (not) run by foreigners"),
                choice("with", [SIMULATED], "also count the simulated businesses"),
                in_query("min_density", least, "hide what is below, per hectare; by=dong: km²"),
                in_query("bandwidth_m", width, "metres, standard deviation; by=kernel only"),
            ],
        ),
        (
            "/maps/residents",
            "Map of residents by dong",
            [
                in_query("year", year, "census; change is known for the last only"),
                choice("indicator", INDICATORS, "what the map shows"),
            ],
        ),
    ]


def _declared_pages() -> list[tuple[str, str, list[Schema]]]:
    """The map pages that have their parameters in their declaration."""
    return [
        (
            f"/maps/{name}",
            page.title,
            [
                *(
                    choice(one, values, "the first is the default")
                    for one, values in page.options.items()
                ),
                *(
                    in_query(
                        one,
                        {"type": "number", "minimum": low, "maximum": high, "default": default},
                        "a number",
                    )
                    for one, (default, low, high) in page.numbers.items()
                ),
            ],
        )
        for name, page in PAGES.items()
        if page.draw
    ]


def _visitor_pages(snapshot: Snapshot) -> list[tuple[str, str, list[Schema]]]:
    """The map for visitors, and the piece of it that its script asks for."""
    fields = snapshot.layers["businesses"].fields
    category, halal = feature_filter(fields["category"]), feature_filter(fields["halal"])
    truth: Schema = {"type": "boolean"}
    return [
        (
            "/maps/food-streets",
            "Map for visitors",
            [
                category,
                listed("cuisine", {"type": "string", "enum": _cuisines(snapshot)}, "kitchens"),
                halal,
                in_query("simulated", truth, "also draw the simulated businesses"),
                in_query(
                    "place",
                    {"type": "string", "example": "samarkand"},
                    "id of a business that visitors are shown, whose popup is open",
                ),
                in_query("whole", truth, "write the whole list, not its beginning"),
            ],
        ),
        (
            "/maps/food-streets/cards",
            "What the map for visitors says of some places, a piece of a page",
            [
                listed("ids", {"type": "string", "example": "samarkand"}, "businesses, centres"),
            ],
        ),
    ]


def _cuisines(snapshot: Snapshot) -> list[str]:
    column = snapshot.layers["businesses"].columns["cuisine"].combine_chunks()
    return sorted(set(column.flatten().to_pylist()))


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


def choice(name: str, values: Any, description: str) -> Schema:
    """One of a closed list."""
    return in_query(name, {"type": "string", "enum": list(values)}, description)


def listed(name: str, member: Schema, description: str) -> Schema:
    """A list joined by commas."""
    return in_query(name, {"type": "array", "items": member, "minItems": 1}, description)


def in_query(name: str, schema: Schema, description: str) -> Schema:
    """A parameter of the query; several values are joined by commas (OGC 17-069r4, 7.15)."""
    where = {"name": name, "in": "query", "style": "form", "explode": False}
    return {**where, "description": description, "schema": schema}


def _in_path(name: str, schema: Schema, description: str) -> Schema:
    where = {"name": name, "in": "path", "required": True}
    return {**where, "description": description, "schema": schema}
