"""Parameters of the path: what each names, and the 404 where there is no such thing."""

from typing import Annotated, Final

from fastapi import Depends, Path, Request
from pydantic import WithJsonSchema

from api.http.errors import NotFoundError, excerpt
from api.service.current_snapshot import snapshot_of
from geo.serving.tiles.tile_grid import DEEPEST
from geo.snapshot.layer import Layer

MATRIX_SET: Final = "WebMercatorQuad"
_LEVELS: Final = [str(zoom) for zoom in range(DEEPEST + 1)]
_AT = WithJsonSchema({"type": "integer", "minimum": 0, "example": 0})

# The OpenAPI document adds which collections there are.
Collection = Annotated[str, Path(alias="collectionId", description="a collection")]
Feature = Annotated[
    str,
    Path(alias="featureId", description="id of a feature"),
    WithJsonSchema({"type": "string", "example": "zone-2023"}),
]
MatrixSet = Annotated[
    str,
    Path(alias="tileMatrixSetId", description="a tile matrix set"),
    WithJsonSchema({"type": "string", "enum": [MATRIX_SET]}),
]
Zoom = Annotated[
    str,
    Path(alias="tileMatrix", description="zoom level"),
    WithJsonSchema({"type": "string", "enum": _LEVELS}),
]
TileRow = Annotated[str, Path(alias="tileRow", description="place of the tile"), _AT]
TileColumn = Annotated[str, Path(alias="tileCol", description="place of the tile"), _AT]


def layer_asked(request: Request) -> Layer:
    """Find the layer that the path names.

    Raises:
        NotFoundError: there is no such collection.
    """
    snapshot = snapshot_of(request)
    name = request.path_params["collectionId"]
    if name not in snapshot.layers:
        known = ", ".join(snapshot.layers)
        raise NotFoundError(f"no collection {excerpt(name)}; there are {known}")
    return snapshot.layers[name]


def tiled_layer_asked(request: Request) -> Layer:
    """Find the layer that the path names, which has tiles.

    Raises:
        NotFoundError: there is no such collection, or none of its features has a geometry.
    """
    layer = layer_asked(request)
    if layer.has_no_place:
        raise NotFoundError(f"no tiles of {layer.id}; its features have no geometry")
    return layer


def matrix_set_asked(request: Request) -> None:
    """Refuse any tile matrix set but the one that there is.

    Raises:
        NotFoundError: it is another one.
    """
    name = request.path_params["tileMatrixSetId"]
    if name != MATRIX_SET:
        raise NotFoundError(f"no tile matrix set {excerpt(name)}; there is {MATRIX_SET}")


async def path_layer(request: Request, _: Collection) -> Layer:
    """Find the layer that the path names, as a dependency."""
    return layer_asked(request)


async def path_tiled_layer(request: Request, _: Collection) -> Layer:
    """Find the layer with tiles that the path names, as a dependency."""
    return tiled_layer_asked(request)


async def path_matrix_set(request: Request, _: MatrixSet) -> None:
    """Refuse any tile matrix set but the one that there is, as a dependency."""
    matrix_set_asked(request)


async def path_tile(_zoom: Zoom, _row: TileRow, _column: TileColumn) -> None:
    """Declare the place of a tile in the path; the handler reads it."""


async def path_feature(_: Feature) -> None:
    """Declare the id of a feature in the path; the handler reads it."""


LayerOfPath = Annotated[Layer, Depends(path_layer)]
TiledLayerOfPath = Annotated[Layer, Depends(path_tiled_layer)]
