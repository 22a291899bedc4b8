"""The API described, once: content that is true OpenAPI 3.0.3 and 3.1.0 alike.

FastAPI would inline every parameter and write 3.1 only; clients read `components.parameters`
(QGIS takes its page size there) and the literal paths of the collections (GDAL its filters).
"""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.collections import json_answer
from api.links import GEOJSON, HTML, JSON, OPENAPI, base_url
from api.params import DEFAULT_LIMIT, MAXIMUM_LIMIT
from geo.density import BANDWIDTHS_M
from geo.store import Field, Layer, Snapshot
from geo.vocab import CENSUS_YEARS, INDICATORS
from maps.i18n import LANGUAGES
from maps.views import BY

router = APIRouter()
Schema = dict[str, Any]

_TYPES: Final = {
    "string": "string",
    "date": "string",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "list": "string",
}
_PROBLEM: Final = {
    "description": "The request cannot be answered; the body says which parameter is wrong.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
}


@router.api_route("/api", methods=["GET", "HEAD"])
async def openapi_30(request: Request) -> Response:
    """The service as an OpenAPI 3.0.3 document."""
    body = document("3.0.3", request.app.state.snapshot, base_url(request))
    return json_answer(body, OPENAPI)


@router.api_route("/openapi.json", methods=["GET", "HEAD"])
async def openapi_31(request: Request) -> Response:
    """The service as an OpenAPI 3.1.0 document."""
    return json_answer(document("3.1.0", request.app.state.snapshot, base_url(request)))


def document(version: str, snapshot: Snapshot, base: str) -> dict[str, Any]:
    """The whole description.

    Args:
        version: OpenAPI version to state; the content is valid in 3.0 and 3.1.
        snapshot: whose collections and properties are described.
        base: address of the landing page.
    """
    return {
        "openapi": version,
        "info": {
            "title": "Ansan Atlas",
            "version": "0.1.0",
            "description": "Maps and open data of Ansan, Korea, as OGC API - Features.",
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        },
        "servers": [{"url": base}],
        "paths": _paths(snapshot),
        "components": {
            "parameters": _common_parameters(snapshot),
            "schemas": {"problem": _problem_schema()},
        },
    }


def _paths(snapshot: Snapshot) -> dict[str, Any]:
    collection = {"$ref": "#/components/parameters/collectionId"}
    feature = {"$ref": "#/components/parameters/featureId"}
    paging = [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset", "bbox")]
    paths = {
        "/": _get("getLandingPage", "Landing page", JSON, []),
        "/conformance": _get("getConformance", "Conformance classes", JSON, []),
        "/collections": _get("getCollections", "All collections", JSON, []),
        "/collections/{collectionId}": _get("getCollection", "One collection", JSON, [collection]),
        "/collections/{collectionId}/items": _get(
            "getFeatures", "Features of a collection", GEOJSON, [collection, *paging]
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "getFeature", "One feature", GEOJSON, [collection, feature]
        ),
        **_map_paths(snapshot.layers["businesses"]),
        "/health/live": _get("getLive", "Whether the service runs", JSON, []),
        "/health/ready": _get("getReady", "Whether the service has data", JSON, []),
    }
    for layer in snapshot.layers.values():
        filters = [_filter(field) for field in layer.fields.values()]
        paths[f"/collections/{layer.id}/items"] = _get(
            f"getFeatures-{layer.id}", str(layer.meta["title"]), GEOJSON, [*paging, *filters]
        )
    return paths


def _map_paths(businesses: Layer) -> dict[str, Any]:
    """The pages with maps; what they filter by are properties of the businesses."""
    lang = _parameter("lang", "query", {"type": "string", "enum": list(LANGUAGES)}, "language")
    category, cuisine, halal = (
        _filter(businesses.fields[name]) for name in ("category", "cuisine", "halal")
    )
    place = _parameter("place", "query", {"type": "string"}, "id of the business to open")
    flag, number = {"type": "boolean"}, {"type": "number", "minimum": 0}
    low, high = BANDWIDTHS_M
    width = {"type": "number", "minimum": low, "maximum": high}
    visitors = [
        *(lang, category, cuisine, halal, place),
        _parameter("simulated", "query", flag, "draw the simulated businesses too"),
    ]
    staff = [
        *(lang, category),
        _parameter("by", "query", {"type": "string", "enum": list(BY)}, "what to count on"),
        _parameter("foreign_run", "query", flag, "run by a foreigner, or not; not with by=dong"),
        _parameter("min_density", "query", number, "hide what lies below"),
        _parameter("bandwidth_m", "query", width, "of the kernel, metres; with by=kernel only"),
    ]
    planners = [
        lang,
        _parameter("year", "query", {"type": "integer", "enum": list(CENSUS_YEARS)}, "census"),
        _parameter("indicator", "query", {"type": "string", "enum": list(INDICATORS)}, "figure"),
    ]
    return {
        "/maps/food-streets": _get("getFoodStreets", "Map for visitors", HTML, visitors),
        "/maps/density": _get("getDensity", "Map of business density", HTML, staff),
        "/maps/residents": _get("getResidents", "Map of residents by dong", HTML, planners),
    }


def _get(operation: str, summary: str, media_type: str, parameters: list[Schema]) -> dict[str, Any]:
    answer = {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}
    if media_type == HTML:
        answer["content"] = {HTML: {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters,
            "responses": {"200": answer, "400": _PROBLEM, "404": _PROBLEM},
        }
    }


def _common_parameters(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "collectionId": _parameter(
            "collectionId",
            "path",
            {"type": "string", "enum": list(snapshot.layers)},
            "a collection",
        ),
        "featureId": _parameter("featureId", "path", {"type": "string"}, "id of a feature"),
        "limit": _parameter(
            "limit",
            "query",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": MAXIMUM_LIMIT,
                "default": DEFAULT_LIMIT,
            },
            "most features in one answer; more than the maximum counts as the maximum",
        ),
        "offset": _parameter(
            "offset",
            "query",
            {"type": "integer", "minimum": 0, "default": 0},
            "features to pass over",
        ),
        "bbox": {
            **_parameter(
                "bbox",
                "query",
                {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
                "west,south,east,north in degrees (CRS84); features that touch the box",
            ),
            "style": "form",
            "explode": False,
        },
    }


def _parameter(name: str, where: str, schema: Schema, description: str) -> Schema:
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": description,
        "schema": schema,
    }


def _filter(field: Field) -> Schema:
    one: Schema = {"type": _TYPES[field.type]}
    if field.allowed:
        one["enum"] = list(field.allowed)
    shape = _parameter(
        field.name,
        "query",
        {"type": "array", "items": one, "minItems": 1},
        f"{field.description}; several values joined by commas",
    )
    return {**shape, "style": "form", "explode": False}


def _problem_schema() -> Schema:
    texts = ("type", "title", "detail", "parameter", "value", "allowed")
    properties: Schema = {name: {"type": "string"} for name in texts}
    return {
        "type": "object",
        "description": "Problem details (RFC 9457)",
        "required": ["type", "title", "status", "detail"],
        "properties": {**properties, "status": {"type": "integer"}},
    }
