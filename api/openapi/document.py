"""The API described, once: content that is true OpenAPI 3.0.3 and 3.1.0 alike.

Clients read `components.parameters` (QGIS takes its page size there) and the literal paths of
the collections (GDAL its filters).
"""

from functools import partial
from typing import Any

from fastapi import Request, Response

from api.http.links import OPENAPI, base_url
from api.http.query_string import given_parameters
from api.openapi.parameters import common_parameters
from api.openapi.paths import TAGS, paths
from api.responses.documents import json_document
from api.service.current_snapshot import snapshot_of
from geo import __version__
from geo.snapshot.reader import Snapshot

Schema = dict[str, Any]


async def openapi_30(request: Request) -> Response:
    """The service as an OpenAPI 3.0.3 document."""
    given_parameters(request, [])
    make = partial(document, "3.0.3", snapshot_of(request), base_url(request))
    return await json_document(request, "3.0", make, OPENAPI)


async def openapi_31(request: Request) -> Response:
    """The service as an OpenAPI 3.1.0 document."""
    given_parameters(request, [])
    make = partial(document, "3.1.0", snapshot_of(request), base_url(request))
    return await json_document(request, "3.1", make)


def _server(request: Request) -> str:
    """Where the paths begin, seen from the document: /docs may call no other origin."""
    public: str | None = request.app.state.settings.public_url
    return public or request.scope.get("root_path") or "/"


def document(version: str, snapshot: Snapshot, server: str) -> Schema:
    """The whole description.

    Args:
        version: OpenAPI version to state; the content is valid in 3.0 and 3.1.
        snapshot: whose collections and properties are described.
        server: absolute address of the landing page, without the slash at its end.
    """
    return {
        "openapi": version,
        "info": {
            "title": "Ansan Atlas",
            "version": __version__,
            "description": "Maps and open data of Ansan, Korea, as OGC API - Features and Tiles.",
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths(snapshot),
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
            "geometry": {
                "description": "A geometry of GeoJSON; null where no place is known.",
                "required": ["type", "coordinates"],
            },
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
