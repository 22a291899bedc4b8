"""Layers made by hand, as a snapshot would hold them."""

import mmap

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
import shapely

from geo.snapshot.columns import BOUNDS
from geo.snapshot.layer import Field, Layer

TYPES = {
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.int64(): "integer",
    pa.float64(): "number",
}


@pytest.fixture
def layer_of():
    """A layer of these lon/lat shapes, named row by row, with any properties."""

    def make(shapes, geometry: str = "Point", **properties) -> Layer:
        shapes = np.asarray(shapes)
        ids = [f"{row:06}" for row in range(len(shapes))]
        properties.setdefault("provenance", ["observed"] * len(shapes))
        columns = {"id": ids, **properties, "_start": [0] * len(shapes)}
        columns |= dict(zip(BOUNDS, shapely.bounds(shapes).T, strict=True))
        if geometry != "Point":
            columns["_wkb"] = shapely.to_wkb(shapes)
        table = pa.table(columns)
        fields = {
            name: Field(name, TYPES.get(table[name].type, "list"), "", nullable=True, allowed=())
            for name in properties
        }
        meta = {"geometry": geometry, "bbox": shapely.total_bounds(shapes).tolist()}
        return Layer("places", meta, fields, table, mmap.mmap(-1, 1))

    return make


@pytest.fixture
def decoded():
    """The features of a tile, read by the reference decoder; y to the south."""

    def read(body: bytes) -> list[dict]:
        tile = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
        (layer,) = tile.values()
        assert (layer["version"], layer["extent"]) == (2, 4096)
        return layer["features"]

    return read
