"""What OGC API - Tiles says of map tilesets: pictures, beside the members of TileJSON."""

from collections.abc import Mapping
from typing import Any, Final

from api.http.links import JSON, link, with_query
from api.parameters.path import MATRIX_SET
from api.routes.tilesets import MATRIX_SET_URI, MERCATOR, TILING_SCHEME, tile_limits
from geo.core.crs import CRS84
from geo.serving.analysis.measures import MEASURES
from geo.serving.tiles.tile_grid import DEEPEST
from geo.snapshot.layer import Layer

_PNG: Final = "image/png"
REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"


def map_tileset(measure: str, layer: Layer, base: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Describe the raster tiles of a measure (OGC 17-083r4, 7.2; dataType `map`).

    Args:
        measure: which one.
        layer: what it counts, for the extent.
        base: absolute address of the service, without the slash at its end.
        given: filters and parameters, which the tiles take as well.
    """
    here = f"{base}/analysis/{measure}/tiles/{MATRIX_SET}"
    place = f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}.png"
    west, south, east, north = layer.extent
    template = link("item", with_query(place, given), _PNG, "one tile")
    return {
        "title": MEASURES[measure].title,
        "dataType": "map",
        "crs": MERCATOR,
        "tileMatrixSetURI": MATRIX_SET_URI,
        "mediaTypes": [_PNG],
        "tileMatrixSetLimits": [tile_limits(layer, zoom) for zoom in range(DEEPEST + 1)],
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "links": [
            link("self", with_query(here, given), JSON, "the tileset, also as TileJSON"),
            {**template, "templated": True},
            link(TILING_SCHEME, f"{base}/tileMatrixSets/{MATRIX_SET}", JSON, MATRIX_SET),
            link("related", f"{base}/analysis/{measure}", JSON, "the measure"),
        ],
    }
