"""The paths of the API, each with what it takes and what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.http.links import GEOJSON, HTML, JSON, JSON_LD, OPENAPI, SCHEMA
from api.http.negotiation import Offer
from api.openapi.parameters import (
    analysis_parameters,
    choice,
    in_query,
    item_parameters,
    listed,
    page_parameters,
)
from api.openapi.visitors import visitor_paths
from api.routes import analysis, catalogue, counts, items, raster_tiles, styles, tiles, tilesets
from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M
from geo.serving.analysis.measures import MEASURES, Measure
from geo.serving.query.counts import countable
from geo.snapshot.layer import Field, Layer
from geo.snapshot.reader import Snapshot

Schema = dict[str, Any]

_PROBLEM: Final = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}},
    "text/html": {"schema": {"type": "string"}},  # for people, by Accept or f=html
}
_REFUSED: Final = {
    "304": {"description": "What the client holds (If-None-Match) is still true."},
    "400": {"description": "A parameter is wrong; the body says which.", "content": _PROBLEM},
    "403": {"description": "Nobody may ask about this; the body says why.", "content": _PROBLEM},
    "404": {"description": "There is no such thing.", "content": _PROBLEM},
    "406": {"description": "It is not offered in what the client takes.", "content": _PROBLEM},
}
_EMPTY: Final = {"204": {"description": "There is nothing in this tile, nor in any below it."}}
_PAGE: Final = (JSON, HTML)
_SCHEMAS: Final = {
    "queryables": "What filters may name",
    "sortables": "What sortby may name",
    "schema": "What a feature holds",
}
_SELECTING: Final = ("bbox", "bbox-crs", "datetime", "filter-lang", "filter-crs")
_ITEMS: Final = ("fItems", "lang", "limit", "offset", "crs", "skipGeometry", *_SELECTING)
# What client generators make their modules of.
TAGS: Final = {
    "Metadata": "What there is, and how it is asked for",
    "Features": "The features of the collections",
    "Tiles": "Vector tiles of the collections",
    "Analysis": "Counts and measures, and raster tiles of them",
    "Maps": "Pages with maps",
    "Visitors": "Places, desks and helplines for visitors",
    "Health": "Whether the service runs and has data, and what it measures of itself",
}
_TILES: Final = "/collections/{collectionId}/tiles"


def paths(snapshot: Snapshot) -> Schema:
    """All paths."""
    health = {
        "/health/live": _get("getLive", "Whether the service runs", [JSON], []),
        "/health/ready": _get("getReady", "Whether the service has data", [JSON], []),
        "/metrics": _get(
            "getMetrics", "Counts and times, for Prometheus", [CONTENT_TYPE_PLAIN_0_0_4], []
        ),
    }
    groups = (
        _metadata(),
        _features(snapshot),
        _tiles(snapshot),
        _analysis(snapshot),
        _pages(snapshot),
        visitor_paths(_get, _shared("lang")),
        health,
    )
    return {
        path: {"get": {"tags": [tag], **operations["get"]}}
        for tag, group in zip(TAGS, groups, strict=True)
        for path, operations in group.items()
    }


def _metadata() -> Schema:
    one, plain = [_shared("collectionId")], [_shared("f"), _shared("lang")]
    schemas = {
        f"/collections/{{collectionId}}/{name}": _get(
            _named("get", name), title, (SCHEMA, HTML), one + plain
        )
        for name, title in _SCHEMAS.items()
    }
    return {
        "/": _get("getLandingPage", "Landing page", _PAGE, plain),
        "/conformance": _get("getConformance", "Conformance classes", _PAGE, plain),
        "/collections": _get("getCollections", "All collections", _PAGE, plain),
        "/collections/{collectionId}": _get("getCollection", "One collection", _PAGE, one + plain),
        **schemas,
        "/api": _get("getApi30", "This description, OpenAPI 3.0", [OPENAPI], []),
        "/openapi.json": _get("getApi31", "This description, OpenAPI 3.1", [JSON], []),
        "/docs": _get("getDocs", "The API to read and try", [HTML], []),
        "/catalog.jsonld": _get("getCatalog", "The data sets as DCAT", [JSON_LD], []),
        "/sitemap.xml": _get("getSitemap", "The pages, for search engines", [catalogue.XML], []),
        "/robots.txt": _get("getRobots", "What crawlers leave alone", [catalogue.TEXT], []),
        "/languages/{lang}": _get(
            "getWords", "Visitors' words of a language", [catalogue.TEXT], [_shared("language")]
        ),
    }


def _features(snapshot: Snapshot) -> Schema:
    one = [_shared("collectionId")]
    by_id = [*one, *map(_shared, ("featureId", "fItem", "lang", "crs"))]
    found = {
        "/collections/{collectionId}/items": _items(
            "getFeatures", "Features", one, _common_fields(snapshot)
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "getFeature", "One feature", _kinds(items.ITEM), by_id
        ),
    }
    for layer in snapshot.layers.values():
        title, fields = str(layer.meta["title"]), layer.fields.values()
        found[f"/collections/{layer.id}/items"] = _items(
            _named("getFeatures", layer.id), title, [], fields
        )
    return found


def _items(operation: str, title: str, path: list[Schema], fields: Iterable[Field]) -> Schema:
    parameters = [*path, *map(_shared, _ITEMS), *item_parameters(fields)]
    return _get(operation, title, _kinds(items.ITEMS), parameters)


def _tiles(snapshot: Snapshot) -> Schema:
    one, grid = [_shared("collectionId")], [_shared("tileMatrixSetId")]
    plain = [_shared("f"), _shared("lang")]
    place = [_shared(name) for name in ("tileMatrix", "tileRow", "tileCol")]
    shape = choice("f", tiles.TILE, "format of the tile")
    chosen = [_shared(name) for name in _SELECTING]
    filters = [
        parameter
        for parameter in item_parameters(_common_fields(snapshot))
        if parameter["name"] != "sortby"
    ]
    tile = _get(
        "ansan.collection.vector.getTile",
        "A vector tile",
        [tiles.MVT],
        [*one, *grid, *place, shape, *chosen, *filters],
    )
    tile["get"]["responses"] |= _EMPTY
    formats = choice("f", tilesets.TILESET, "format of the answer")
    return {
        _TILES: _get("ansan.collection.vector.getTileSetsList", "Tilesets", _PAGE, one + plain),
        f"{_TILES}/{{tileMatrixSetId}}": _get(
            "ansan.collection.vector.getTileSet",
            "A tileset",
            _kinds(tilesets.TILESET),
            [*one, *grid, formats, _shared("lang"), *chosen, *filters],
        ),
        f"{_TILES}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile,
        "/collections/{collectionId}/styles": _get(
            "getStyles", "Styles of a collection", _PAGE, one + plain
        ),
        "/collections/{collectionId}/styles/{styleId}": _get(
            "getStyle",
            "A style, for MapLibre or QGIS",
            _kinds(styles.STYLE),
            [*one, _shared("styleId"), choice("f", styles.STYLE, "format"), _shared("lang")],
        ),
        "/tileMatrixSets": _get("getTileMatrixSetsList", "Tile matrix sets", _PAGE, plain),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "getTileMatrixSet", "A tile matrix set", _PAGE, grid + plain
        ),
    }


def _analysis(snapshot: Snapshot) -> Schema:
    businesses = snapshot.layers[counts.DEFAULT_COLLECTION]
    filters = _filters(businesses)
    by = listed("by", {"type": "string", "enum": countable(businesses)}, "properties to count by")
    by["schema"] |= {"maxItems": 3, "uniqueItems": True, "default": [counts.DEFAULT_BY]}
    collection = choice("collection", [businesses.id], "what is counted; others as their items")
    plain = choice("f", ["json"], "format of the answer")
    found = {
        "/analysis": _get("getMeasures", "The measures there are", [JSON], [plain]),
        "/analysis/counts": _get(
            "getCounts",
            "Numbers of features by the values of some properties",
            [JSON],
            [by, collection, plain, *filters],
        ),
    }
    for name, measure in MEASURES.items():
        shape = choice("f", analysis.FORMATS, "format of the answer")
        own = [*_options(measure), shape, _shared("langOfTable")]
        found[f"/analysis/{name}"] = _get(
            _named("getMeasure", name),
            measure.title,
            _kinds(analysis.FORMATS),
            [*own, *([*analysis_parameters(), *filters] if measure.of else [])],
        )
    return {**found, **_rasters(filters)}


def _rasters(filters: list[Schema]) -> Schema:
    """Raster tiles of each measure that has some."""
    place = [_shared(name) for name in ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol")]
    numbers = {
        "bandwidth_m": _range(*BANDWIDTHS_M) | {"default": BANDWIDTH_M},
        "min_density": _range(0, None) | {"default": 0},
    }
    found = {}
    for name, options in raster_tiles.MEASURES.items():
        own = [choice(key, values, "the first is the default") for key, values in options.items()]
        held = [in_query(one, numbers[one], "a number") for one in raster_tiles.NUMBERS[name]]
        given = [*own, *held, analysis_parameters()[0], *filters]
        here = f"/analysis/{name}/tiles/{{tileMatrixSetId}}"
        found[f"/analysis/{name}/tiles"] = _get(
            _named("getRasterTilesets", name), f"Map tilesets of {name}", [JSON], [_json_only()]
        )
        found[here] = _get(
            _named("getRaster", name), f"Raster tiles of {name}", [JSON], place[:1] + given
        )
        found[f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}.png"] = _get(
            _named("getRasterTile", name),
            f"A raster tile of {name}",
            [raster_tiles.PNG],
            place + given,
        )
    return found


def _json_only() -> Schema:
    return choice("f", ["json"], "format of the answer")


def _options(measure: Measure) -> list[Schema]:
    choices = [
        {**one, "schema": {**one["schema"], "default": values[0]}}
        for name, values in measure.options.items()
        for one in [choice(name, values, "the first is the default")]
    ]
    numbers = [
        in_query(name, _range(one.least, one.most) | {"default": one.default}, "a number")
        for name, one in measure.numbers.items()
    ]
    return [*choices, *numbers]


def _range(least: float, most: float | None) -> Schema:
    top = {} if most is None else {"maximum": most}
    return {"type": "number", "minimum": least, **top}


def _filters(layer: Layer) -> list[Schema]:
    shaping = ("sortby", "properties")
    own = [one for one in item_parameters(layer.fields.values()) if one["name"] not in shaping]
    return [*(_shared(name) for name in _SELECTING), *own]


def _pages(snapshot: Snapshot) -> Schema:
    return {
        path: _get(
            _named("getMap", path.removeprefix("/maps/")), title, [HTML], [*own, _shared("lang")]
        )
        for path, title, own in page_parameters(snapshot)
    }


def _common_fields(snapshot: Snapshot) -> list[Field]:
    """The properties that every layer has."""
    first, *others = snapshot.layers.values()
    return [one for one in first.fields.values() if all(one.name in each.fields for each in others)]


def _named(verb: str, name: str) -> str:
    """Build an operationId that generators need not change, such as getMeasureHotSpots."""
    return verb + "".join(word.capitalize() for word in name.replace("/", "-").split("-"))


def _kinds(offer: Offer) -> list[str]:
    return list(dict.fromkeys(kinds[0].partition(";")[0] for kinds in offer.values()))


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _get(
    operation: str, summary: str, kinds: Sequence[str], parameters: Sequence[Mapping[str, Any]]
) -> Schema:
    content = {kind: {"schema": _body(kind, operation)} for kind in kinds}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {"200": {"description": summary, "content": content}, **_REFUSED},
        }
    }


def _body(kind: str, operation: str) -> Schema:
    if kind == GEOJSON and not operation.startswith("getMeasure"):
        name = "feature" if operation == "getFeature" else "featureCollection"
        return {"$ref": f"#/components/schemas/{name}"}
    if "json" in kind and not kind.endswith("seq"):
        return {"type": "object"}
    return {"type": "string", **({} if kind.startswith("text/") else {"format": "binary"})}
