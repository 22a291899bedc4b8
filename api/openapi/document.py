"""The OpenAPI document: what FastAPI makes of the routes, completed by what depends on the data.

Its content is true OpenAPI 3.0.3 and 3.1.0 alike. Clients read `components.parameters` (QGIS takes
its page size there) and the literal paths of the collections (GDAL its filters).
"""

from collections.abc import Iterable, Sequence
from copy import copy
from functools import partial
from typing import Any, Final

from fastapi import Depends, Request, Response
from fastapi.openapi.utils import get_openapi

from api.http.links import JSON, OPENAPI, base_url
from api.parameters.declared import only_declared
from api.responses.declared_route import DeclaredRoute, operation, operation_id, router
from api.responses.documents import json_document
from api.service.current_snapshot import snapshot_of
from geo import __version__
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

Schema = dict[str, Any]
routes = router("Metadata")
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
_OF_EACH: Final = "/collections/{collectionId}/items"  # described for each collection as well
_REFERRED: Final = (
    "bbox", "bbox-crs", "collectionId", "crs", "datetime", "featureId", "filter-crs",
    "filter-lang", "lang", "limit", "offset", "skipGeometry", "styleId", "tileCol", "tileMatrix",
    "tileMatrixSetId", "tileRow",
)  # fmt: skip


@routes.get(
    "/api",
    dependencies=[Depends(only_declared)],
    **operation("getApi30", "This description, OpenAPI 3.0", [OPENAPI]),
)
async def openapi_30(request: Request) -> Response:
    """Answer with the service as an OpenAPI 3.0.3 document."""
    return await json_document(request, "3.0", partial(_document, "3.0.3", request), OPENAPI)


@routes.get(
    "/openapi.json",
    dependencies=[Depends(only_declared)],
    **operation("getApi31", "This description, OpenAPI 3.1", [JSON]),
)
async def openapi_31(request: Request) -> Response:
    """Answer with the service as an OpenAPI 3.1.0 document."""
    return await json_document(request, "3.1", partial(_document, "3.1.0", request))


def _document(version: str, request: Request) -> Schema:
    return document(version, request.app.routes, snapshot_of(request), base_url(request))


def document(version: str, served: Iterable[Any], snapshot: Snapshot, server: str) -> Schema:
    """Describe the whole service.

    Args:
        version: OpenAPI version to state; the content is valid in 3.0 and 3.1.
        served: the routes, of which those that declare themselves are described.
        snapshot: whose collections and properties are described.
        server: absolute address of the landing page, without the slash at its end.
    """
    declared = [
        route for route in served if isinstance(route, DeclaredRoute) and route.include_in_schema
    ]
    api = get_openapi(
        title="Ansan Atlas",
        version=__version__,
        openapi_version=version,
        description="Maps and open data of Ansan, Korea, as OGC API - Features and Tiles.",
        license_info={"name": "MIT", "url": "https://opensource.org/license/mit"},
        servers=[{"url": server}],
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
        routes=list(map(_without_head, declared)),
    )
    for route in declared:
        _complete(api["paths"], route, snapshot)
    schemas = {
        "problem": _problem(),
        "link": _link(),
        "featureCollection": _feature_collection(),
        "feature": _feature(),
    }
    api["components"] = {
        "parameters": _refer(api["paths"]),
        "schemas": schemas,
    }
    return api


def _without_head(route: DeclaredRoute) -> DeclaredRoute:
    """Copy a route as it is described: HEAD needs no operation of its own."""
    described = copy(route)
    described.methods = set(route.methods or ()) - {"HEAD"}
    return described


def _complete(paths: Schema, route: DeclaredRoute, snapshot: Snapshot) -> None:
    """Complete the operation of a route by what only the data know."""
    layers = list(snapshot.layers.values())
    plain = next(
        described
        for described in paths[route.path_format].values()
        if described["operationId"] == route.operation_id
    )
    plain.pop("description", None)  # the docstring, which is for programmers
    plain["responses"].pop("422", None)  # a wrong parameter is a 400
    fixed = [_tidy(parameter, layers) for parameter in plain.get("parameters", [])]
    plain["parameters"] = [*fixed, *_of_data(route, snapshot, layers)]
    if route.path_format != _OF_EACH:
        return
    for layer in layers:
        title = str(layer.meta["title"])
        found = {**plain["responses"]["200"], "description": title}
        paths[f"/collections/{layer.id}/items"] = {
            "get": {
                **plain,
                "operationId": operation_id("getFeatures", layer.id),
                "summary": title,
                "parameters": _of_data(route, snapshot, [layer]),
                "responses": {**plain["responses"], "200": found},
            }
        }


def _of_data(route: DeclaredRoute, snapshot: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    return [
        dict(parameter) for describe in route.describes for parameter in describe(snapshot, layers)
    ]


def _tidy(parameter: Schema, layers: Sequence[Layer]) -> Schema:
    """Describe a parameter as FastAPI parses it: several values are joined by commas."""
    schema = dict(parameter["schema"])
    for repeated in ("title", "description"):  # of the parameter itself
        schema.pop(repeated, None)
    if parameter["name"] == "collectionId":
        schema["enum"] = [layer.id for layer in layers]
    tidied = {**parameter, "schema": schema}
    if parameter["in"] == "query":  # OGC 17-069r4, 7.15
        del tidied["required"]
        tidied |= {"style": "form", "explode": False}
    return tidied


def _refer(paths: Schema) -> Schema:
    """Refer to the parameters that many paths share, and collect those."""
    lists = [described["parameters"] for path in paths.values() for described in path.values()]
    every = [parameter for parameters in lists for parameter in parameters]
    common = {}
    for name in _REFERRED:
        alike = [parameter for parameter in every if parameter["name"] == name]
        common[name] = max(alike, key=alike.count)
    for parameters in lists:
        parameters[:] = [
            {"$ref": f"#/components/parameters/{parameter['name']}"}
            if common.get(parameter["name"]) == parameter
            else parameter
            for parameter in parameters
        ]
    return common


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
