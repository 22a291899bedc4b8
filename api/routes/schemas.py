"""What a collection holds and can be asked: JSON Schema (OGC API - Features, Parts 3 and 5)."""

from collections.abc import Iterable
from typing import Any, Final

from fastapi import Request, Response

from api.http.links import SCHEMA, base_url
from api.responses.documents import document
from api.routes.items import layer_asked
from geo.snapshot.layer import Field, Layer

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final = {"date": "string", "list": "array"}  # the others bear the same name
# JSON Schema knows no geometries; these formats are those of Part 5.
_GEOMETRIES: Final = {
    "Point": "geometry-point",
    "LineString": "geometry-linestring",
    "Polygon": "geometry-polygon-or-multipolygon",
    "Any": "geometry-any",
}


async def queryables(request: Request) -> Response:
    """The properties that filters may name."""
    layer = layer_asked(request)
    held = {field.name: _property(field) for field in _open(layer)}
    return await _answer(request, layer, "queryables", {**held, "geometry": _geometry(layer)})


async def sortables(request: Request) -> Response:
    """The properties that `sortby` may name."""
    layer = layer_asked(request)
    fields = [field for field in _open(layer) if field.type != "list"]
    held = {field.name: _property(field) for field in fields}
    return await _answer(request, layer, "sortables", {"id": _id(), **held})


def _open(layer: Layer) -> list[Field]:
    return [field for field in layer.fields.values() if not field.protected]


async def schema(request: Request) -> Response:
    """What every feature of the collection holds."""
    layer = layer_asked(request)
    held = {"id": _id(), **_in_sequence(layer.fields.values()), "geometry": _geometry(layer)}
    needed = [field.name for field in layer.fields.values() if not field.nullable]
    return await _answer(request, layer, "schema", held, required=["id", *needed])


async def _answer(
    request: Request, layer: Layer, name: str, properties: Schema, **more: Any
) -> Response:
    here = f"{base_url(request)}/collections/{layer.id}/{name}"
    body = {
        "$schema": _DIALECT,
        "$id": here,
        "type": "object",
        "title": layer.meta["title"],
        "description": layer.meta["description"],
        "properties": properties,
        "additionalProperties": False,
        **more,
    }
    return await document(request, name, lambda: body, about=layer, kind=SCHEMA)


def _in_sequence(fields: Iterable[Field]) -> Schema:
    return {
        field.name: {**_property(field), "x-ogc-propertySeq": number}
        for number, field in enumerate(fields, start=1)
    }


def _property(field: Field) -> Schema:
    """One property; null is no type of its own, because desktop clients read a single one."""
    described: Schema = {
        "title": field.title or field.name,
        "description": f"{field.description}{'; null where unknown' if field.nullable else ''}",
        "type": _TYPES.get(field.type, field.type),
    }
    member: Schema = {"type": "string"} if field.type == "list" else described
    if field.allowed:
        member["enum"] = list(field.allowed)
    return {**described, "items": member} if field.type == "list" else described


def _id() -> Schema:
    text = "name of the feature, which never changes"
    return {"title": "id", "description": text, "type": "string", "x-ogc-role": "id"}


def _geometry(layer: Layer) -> Schema:
    return {
        "title": "geometry",
        "format": _GEOMETRIES[layer.meta["geometry"]],
        "x-ogc-role": "primary-geometry",
    }
