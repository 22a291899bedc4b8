"""The API described, once: content that is true OpenAPI 3.0.3 and 3.1.0 alike.

Clients read `components.parameters` (QGIS takes its page size there) and the literal paths of
the collections (GDAL its filters).
"""

from typing import Any, Final

from fastapi import Request, Response

from api.collections import json_answer
from api.items import VERSION
from api.links import GEOJSON, HTML, JSON, OPENAPI
from api.openapi_parameters import common_parameters, feature_filter, page_parameters
from api.params import given_parameters
from geo.store import Layer, Snapshot

Schema = dict[str, Any]

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
_RESPONSES: Final = {
    "304": {"description": "What the client holds (If-None-Match) is still true."},
    "400": {"description": "A parameter is wrong; the body says which.", "content": _PROBLEM},
    "404": {"description": "There is no such thing.", "content": _PROBLEM},
}
_ITEMS_PARAMETERS: Final = ("f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime")


async def openapi_30(request: Request) -> Response:
    """The service as an OpenAPI 3.0.3 document."""
    given_parameters(request, [])
    return json_answer(document("3.0.3", request.app.state.snapshot, _server(request)), OPENAPI)


async def openapi_31(request: Request) -> Response:
    """The service as an OpenAPI 3.1.0 document."""
    given_parameters(request, [])
    return json_answer(document("3.1.0", request.app.state.snapshot, _server(request)))


def _server(request: Request) -> str:
    """Where the paths begin, seen from the document: /docs may call no other origin."""
    public: str | None = request.app.state.settings.public_url
    return public or request.scope.get("root_path") or "/"


def document(version: str, snapshot: Snapshot, server: str) -> Schema:
    """The whole description.

    Args:
        version: OpenAPI version to state; the content is valid in 3.0 and 3.1.
        snapshot: whose collections and properties are described.
        server: address of the landing page, absolute or from the document's own.
    """
    return {
        "openapi": version,
        "info": {
            "title": "Ansan Atlas",
            "version": VERSION,
            "description": "Maps and open data of Ansan, Korea, as OGC API - Features.",
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        },
        "servers": [{"url": server}],
        "paths": _paths(snapshot),
        "components": {
            "parameters": common_parameters(snapshot),
            "schemas": {
                "problem": _problem(),
                "link": _link(),
                "featureCollection": _feature_collection(),
                "feature": _feature(),
            },
        },
    }


def _paths(snapshot: Snapshot) -> Schema:
    common = [_shared(name) for name in _ITEMS_PARAMETERS]
    one = [_shared("collectionId")]
    json, lang = [_shared("fJson")], _shared("lang")
    paths = {
        "/": _get("getLandingPage", "Landing page", JSON, [_shared("fPage"), lang]),
        "/conformance": _get("getConformance", "Conformance classes", JSON, json),
        "/collections": _get("getCollections", "All collections", JSON, json),
        "/collections/{collectionId}": _get("getCollection", "One collection", JSON, one + json),
        "/collections/{collectionId}/items": _get(
            "getFeatures", "Features of a collection", GEOJSON, one + common
        ),
        "/collections/{collectionId}/items/{featureId}": _get(
            "getFeature",
            "One feature",
            GEOJSON,
            [*one, _shared("featureId"), _shared("f"), _shared("crs")],
        ),
        "/api": _get("getApi30", "This description, OpenAPI 3.0", OPENAPI, []),
        "/openapi.json": _get("getApi31", "This description, OpenAPI 3.1", JSON, []),
        "/docs": _get("getDocs", "The API to read and try", HTML, []),
        "/health/live": _get("getLive", "Whether the service runs", JSON, []),
        "/health/ready": _get("getReady", "Whether the service has data", JSON, []),
    }
    for path, title, parameters in page_parameters(snapshot):
        name = path.rpartition("/")[2]
        paths[path] = _get(f"getMap-{name}", title, HTML, [*parameters, lang])
    for layer in snapshot.layers.values():
        paths[f"/collections/{layer.id}/items"] = _items_of(layer, common)
    landing_page = paths["/"]["get"]["responses"]["200"]["content"]
    landing_page[HTML] = {"schema": {"type": "string"}}
    return paths


def _items_of(layer: Layer, common: list[Schema]) -> Schema:
    filters = [feature_filter(field) for field in layer.fields.values()]
    title = str(layer.meta["title"])
    return _get(f"getFeatures-{layer.id}", title, GEOJSON, [*common, *filters])


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _get(operation: str, summary: str, media_type: str, parameters: list[Schema]) -> Schema:
    schema: Schema = {"type": "string"} if media_type == HTML else {"type": "object"}
    if media_type == GEOJSON:
        kind = "feature" if operation == "getFeature" else "featureCollection"
        schema = {"$ref": f"#/components/schemas/{kind}"}
    content = {media_type: {"schema": schema}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters,
            "responses": {"200": {"description": summary, "content": content}, **_RESPONSES},
        }
    }


def _problem() -> Schema:
    texts = ("type", "title", "detail", "parameter", "value", "allowed")
    properties: Schema = {name: {"type": "string"} for name in texts}
    return {
        "type": "object",
        "description": "Problem details (RFC 9457)",
        "required": ["type", "title", "status", "detail"],
        "properties": {**properties, "status": {"type": "integer"}},
    }


def _link() -> Schema:
    return {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    }


def _feature() -> Schema:
    return {
        "type": "object",
        "description": "A feature (RFC 7946); its properties bear the names of the filters.",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "required": ["type", "coordinates"]},
            "properties": {"type": "object"},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
        },
    }


def _feature_collection() -> Schema:
    members = ("type", "features", "numberMatched", "numberReturned", "timeStamp", "links")
    return {
        "type": "object",
        "description": "Features (RFC 7946), one page of those that match",
        "required": list(members),
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
        },
    }
