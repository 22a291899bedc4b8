"""What there is to say about the tiles of a collection, and about the grid that they lie on."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Request, Response

from api.http.links import HTML, JSON, base_url, link, with_query
from api.http.negotiation import Offer, has_already, representation
from api.http.query_string import given_parameters
from api.parameters.declared import DataParameters, Schema
from api.parameters.described import choice, shared_parameters
from api.parameters.filters import parse_selection, selecting
from api.parameters.items_query import property_names
from api.parameters.page_query import site_of
from api.parameters.path import (
    MATRIX_SET,
    TiledLayerOfPath,
    path_matrix_set,
    tiled_layer_asked,
)
from api.responses.declared_route import media_types, operation, router
from api.responses.documents import (
    PAGE,
    DocumentForm,
    answer_headers,
    document,
    page_answer,
    send_body,
)
from api.routes.tiles import MVT, tiled_parameters
from api.service.current_snapshot import snapshot_of
from geo.core.crs import CRS84
from geo.serving.formats.export import attributions
from geo.serving.tiles.points import COUNT, MOST
from geo.serving.tiles.properties import on_maps
from geo.serving.tiles.tile_grid import DEEPEST, limits
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.pages import documents

TILEJSON: Final = "application/vnd.mapbox.tile+json"
TILESET: Final[Offer] = {"json": (JSON,), "tilejson": (TILEJSON,), "html": PAGE}
MATRIX_SET_URI: Final = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
MERCATOR: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
TILING_SCHEME: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_FORM: Final = ("f", "lang")
_MATRICES: Final = 25  # in the set as it is registered
_EDGE_M: Final = 20037508.342789244  # from the centre of the world, on the axes of EPSG:3857
_TILE_PIXELS: Final = 256
_PIXEL_M: Final = 0.00028  # what scale denominators take for a pixel
_DIMENSIONS: Final = {"Point": 0, "Any": 0, "LineString": 1, "Polygon": 2}
_TYPES: Final = {"boolean": "boolean", "integer": "integer", "number": "number"}  # others: text

Document = dict[str, Any]

routes = router("Tiles")


@routes.get(
    "/collections/{collectionId}/tiles",
    **operation("ansan.collection.vector.getTileSetsList", "Tilesets", [JSON, HTML]),
)
async def tilesets(request: Request, layer: TiledLayerOfPath, form: DocumentForm) -> Response:
    """List the tilesets of a collection: one."""
    here = f"{base_url(request)}/collections/{layer.id}/tiles"
    body = {
        "links": [
            link("self", here, JSON, "this document"),
            link("alternate", f"{here}?f=html", HTML, "this document for people"),
        ],
        "tilesets": [_summary(layer, base_url(request))],
    }
    return await document(request, form, "tiles", lambda: body, about=layer)


async def _read(request: Request) -> dict[str, str]:
    """Read what a tileset is asked for.

    Raises:
        BadParameterError: a parameter or a value is not allowed.
    """
    layer = tiled_layer_asked(request)
    given = given_parameters(request, ["f", "lang", "properties", *selecting(layer)])
    parse_selection({name: text for name, text in given.items() if name not in _FORM}, layer)
    property_names(given.get("properties", ""), layer)
    return given


def _parameters(_: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    form = choice("f", TILESET, "format of the answer")
    return [form, *shared_parameters("lang"), *tiled_parameters(layers)]


@routes.get(
    "/collections/{collectionId}/tiles/{tileMatrixSetId}",
    **operation("ansan.collection.vector.getTileSet", "A tileset", media_types(TILESET)),
)
async def tileset(
    request: Request,
    layer: TiledLayerOfPath,
    _: Annotated[None, Depends(path_matrix_set)],
    given: Annotated[dict[str, str], Depends(DataParameters(_parameters, _read))],
) -> Response:
    """Describe the tiles of a collection, also as TileJSON."""
    snapshot = snapshot_of(request)
    filters = {name: text for name, text in given.items() if name not in _FORM}
    site = site_of(request, given)
    name = representation(request, given, TILESET)
    headers = answer_headers(request, f"{name} {site.lang}")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if name == "tilejson":
        body = _tilejson(layer, snapshot, base_url(request), filters)
        return await send_body(request, orjson.dumps(body), TILEJSON, headers)
    body = _described(layer, snapshot, base_url(request))
    if name == "json":
        return await send_body(request, orjson.dumps(body), JSON, headers)
    make = partial(documents.document, "tiles", body, snapshot, site, layer)
    return await page_answer(request, make, site, headers)


@routes.get(
    "/tileMatrixSets", **operation("getTileMatrixSetsList", "Tile matrix sets", [JSON, HTML])
)
async def matrix_sets(request: Request, form: DocumentForm) -> Response:
    """List the grids that tiles lie on: one."""
    here = f"{base_url(request)}/tileMatrixSets"
    itself = link("self", f"{here}/{MATRIX_SET}", JSON, MATRIX_SET)
    listed = {"id": MATRIX_SET, "title": MATRIX_SET, "uri": MATRIX_SET_URI, "crs": MERCATOR}
    body = {
        "links": [
            link("self", here, JSON, "this document"),
            link("alternate", f"{here}?f=html", HTML, "this document for people"),
        ],
        "tileMatrixSets": [{**listed, "links": [itself]}],
    }
    return await document(request, form, "tile-matrix-sets", lambda: body)


@routes.get(
    "/tileMatrixSets/{tileMatrixSetId}",
    dependencies=[Depends(path_matrix_set)],
    **operation("getTileMatrixSet", "A tile matrix set", [JSON, HTML]),
)
async def matrix_set(request: Request, form: DocumentForm) -> Response:
    """Describe the grid WebMercatorQuad as it is registered (OGC 17-083r4, D.1)."""
    body = {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": MATRIX_SET_URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(_MATRICES)],
    }
    return await document(request, form, "tile-matrix-set", lambda: body)


def _matrix(zoom: int) -> Document:
    cell_m = 2 * _EDGE_M / _TILE_PIXELS / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell_m / _PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_EDGE_M, _EDGE_M],
        "tileWidth": _TILE_PIXELS,
        "tileHeight": _TILE_PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def _summary(layer: Layer, base: str) -> Document:
    here = f"{base}/collections/{layer.id}/tiles/{MATRIX_SET}"
    grid = f"{base}/tileMatrixSets/{MATRIX_SET}"
    template = link("item", f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", MVT, "one tile")
    return {
        "title": layer.meta["title"],
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": [
            link("self", here, JSON, "the tileset"),
            {**template, "templated": True},
            link(TILING_SCHEME, grid, JSON, MATRIX_SET),
        ],
    }


def _described(layer: Layer, snapshot: Snapshot, base: str) -> Document:
    summary, collection = _summary(layer, base), f"{base}/collections/{layer.id}"
    here = f"{collection}/tiles/{MATRIX_SET}"
    west, south, east, north = layer.extent
    return {
        **summary,
        "description": layer.meta["description"],
        "attribution": "; ".join(attributions(snapshot, [layer.id])),
        "mediaTypes": [MVT],
        "tileMatrixSetLimits": [tile_limits(layer, zoom) for zoom in range(DEEPEST + 1)],
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "layers": [_layer(layer)],
        "links": [
            *summary["links"],
            link("alternate", f"{here}?f=tilejson", TILEJSON, "the tileset as TileJSON"),
            link("alternate", f"{here}?f=html", HTML, "the tileset for people"),
            link("collection", collection, JSON, layer.meta["title"]),
        ],
    }


def tile_limits(layer: Layer, zoom: int) -> Document:
    """Say which tiles of a zoom level may hold something."""
    held = limits(layer.meta["bbox"], zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": held.rows[0],
        "maxTileRow": held.rows[1],
        "minTileCol": held.columns[0],
        "maxTileCol": held.columns[1],
    }


def _layer(layer: Layer) -> Document:
    return {
        "id": layer.id,
        "title": layer.meta["title"],
        "description": _counting(layer),
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS[layer.meta["geometry"]],
        "minTileMatrix": "0",
        "maxTileMatrix": str(DEEPEST),
        "propertiesSchema": {"type": "object", "properties": _properties(layer)},
    }


def _tilejson(layer: Layer, snapshot: Snapshot, base: str, filters: Mapping[str, str]) -> Document:
    here = f"{base}/collections/{layer.id}/tiles/{MATRIX_SET}"
    fields = {name: item["description"] for name, item in _properties(layer).items()}
    return {
        "tilejson": "3.0.0",
        "name": layer.meta["title"],
        "description": f"{layer.meta['description']} {_counting(layer)}".strip(),
        "attribution": "; ".join(attributions(snapshot, [layer.id])),
        "tiles": [with_query(f"{here}/{{z}}/{{y}}/{{x}}", filters)],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": layer.extent,
        "vector_layers": [{"id": layer.id, "fields": fields}],
    }


def _properties(layer: Layer) -> dict[str, Document]:
    """The properties that features of a tile have unless others are asked for."""
    held = {"id": {"type": "string", "description": "name of the feature, which never changes"}}
    for name in on_maps(layer):
        field = layer.fields[name]
        kind = _TYPES.get(field.type, "string")
        held[name] = {"type": kind, "description": field.description}
    if not _DIMENSIONS[layer.meta["geometry"]]:
        held[COUNT] = {"type": "integer", "description": "features in the cell"}
        for kind in layer.fields["provenance"].allowed:
            held[f"{kind}_count"] = {"type": "integer", "description": f"those that are {kind}"}
    return held


def _counting(layer: Layer) -> str:
    """What a client has to know of tiles of many points."""
    if _DIMENSIONS[layer.meta["geometry"]]:
        return ""
    return (
        f"A tile with more than {MOST} features holds one point for each cell of a grid in place "
        f"of them; its {COUNT} tells how many features lie there."
    )
