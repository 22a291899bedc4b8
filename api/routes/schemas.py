"""What a collection holds and can be asked: JSON Schema (OGC API - Features, Parts 3 and 5)."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Final

from fastapi import Request, Response

from api.http.links import HTML, SCHEMA, base_url
from api.parameters.path import LayerOfPath
from api.responses.declared_route import operation, router
from api.responses.documents import DocumentForm, Form, document
from geo.snapshot.layer import Field, Layer

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FULL_DATE: Final = len("2025-11-01")
_INTERVAL: Final = {"valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
_INSTANT: Final = {"source_date": "primary-instant"}
_TYPES: Final = {"date": "string", "list": "array"}  # the others bear the same name
# JSON Schema knows no geometries; these formats are those of Part 5.
_GEOMETRIES: Final = {
    "Point": "geometry-point",
    "LineString": "geometry-linestring",
    "Polygon": "geometry-polygon-or-multipolygon",
    "Any": "geometry-any",
}

routes = router("Metadata")


@routes.get(
    "/collections/{collectionId}/queryables",
    **operation("getQueryables", "What filters may name", [SCHEMA, HTML]),
)
async def queryables(request: Request, layer: LayerOfPath, form: DocumentForm) -> Response:
    """Describe the properties that filters may name."""
    held = _properties(layer, _open(layer))
    return await _answer(request, layer, form, "queryables", {**held, "geometry": _geometry(layer)})


@routes.get(
    "/collections/{collectionId}/sortables",
    **operation("getSortables", "What sortby may name", [SCHEMA, HTML]),
)
async def sortables(request: Request, layer: LayerOfPath, form: DocumentForm) -> Response:
    """Describe the properties that `sortby` may name."""
    fields = [field for field in _open(layer) if field.type != "list"]
    held = _properties(layer, fields)
    return await _answer(request, layer, form, "sortables", {"id": _id(), **held})


def _open(layer: Layer) -> list[Field]:
    return [field for field in layer.fields.values() if not field.protected]


@routes.get(
    "/collections/{collectionId}/schema",
    **operation("getSchema", "What a feature holds", [SCHEMA, HTML]),
)
async def schema(request: Request, layer: LayerOfPath, form: DocumentForm) -> Response:
    """Describe what every feature of the collection holds."""
    held = {"id": _id(), **_in_sequence(layer), "geometry": _geometry(layer)}
    needed = [field.name for field in layer.fields.values() if not field.nullable]
    return await _answer(request, layer, form, "schema", held, required=["id", *needed])


async def _answer(
    request: Request, layer: Layer, form: Form, name: str, properties: Schema, **more: Any
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
    return await document(request, form, name, lambda: body, about=layer, kind=SCHEMA)


def _in_sequence(layer: Layer) -> Schema:
    held = _properties(layer, layer.fields.values()).items()
    return {
        name: {**described, "x-ogc-propertySeq": number}
        for number, (name, described) in enumerate(held, start=1)
    }


def _properties(layer: Layer, fields: Iterable[Field]) -> Schema:
    whole = {field.name for field in layer.fields.values() if _has_whole_days(layer, field)}
    return {
        field.name: {
            **_property(field),
            **({"format": "date"} if field.name in whole else {}),
            **_temporal_role(field.name, whole, layer),
        }
        for field in fields
    }


def _has_whole_days(layer: Layer, field: Field) -> bool:
    """Whether its dates are full-dates of RFC 3339: some sources know the month or year only."""
    if field.type != "date":
        return False
    return {len(text) for text in layer.distinct(field.name)} == {_FULL_DATE}


def _temporal_role(name: str, whole: AbstractSet[str], layer: Layer) -> Schema:
    """The role of the property that `datetime` asks about, where its values are whole days."""
    interval = "valid_from" in layer.fields
    roles = _INTERVAL if interval else _INSTANT
    return {"x-ogc-role": roles[name]} if name in roles and whole >= roles.keys() else {}


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
