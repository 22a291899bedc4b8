"""Layers made of plain values, what a filter selects of them, and the queryables of a layer."""

import mmap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geo.core.crs import CRS84
from geo.serving.query.cql2.filter import mask, parse_filter
from geo.snapshot.columns import BOUNDS
from geo.snapshot.layer import Field, Layer

SCALARS = ("string", "boolean", "number", "integer", "date")
SIGNS = ("=", "<>", ">", "<", ">=", "<=")
DAY = "DATE('2022-04-14')"
VALUES = {"string": "'foo'", "boolean": "true", "number": "3.14", "integer": "1", "date": DAY}
TYPES = {
    "string": pa.string(),
    "date": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "list": pa.list_(pa.string()),
}


def layer_of(
    columns: Mapping[str, tuple[str, Sequence[Any]]], shapes: Sequence[Any] | None = None
) -> Layer:
    """A layer with a feature for each value of its columns: type and values by name."""
    count = len(next(iter(columns.values()))[1])
    held = np.array(shapes if shapes is not None else [shapely.Point(0, 0)] * count)
    point = bool((shapely.get_type_id(held) == shapely.GeometryType.POINT).all())
    table = {"id": pa.array([f"{row:06}" for row in range(count)])}
    table |= {name: pa.array(values, TYPES[kind]) for name, (kind, values) in columns.items()}
    table |= dict(zip(BOUNDS, map(pa.array, shapely.bounds(held).T), strict=True))
    table |= {"_start": pa.array(np.arange(count)), "_end": pa.array(np.arange(count) + 1)}
    if not point:
        table["_wkb"] = pa.array(shapely.to_wkb(held), pa.binary())
    fields = {
        name: Field(name, kind, description="", nullable=True, allowed=())
        for name, (kind, _) in columns.items()
    }
    geometry = "Point" if point else "Polygon"
    return Layer("made", {"geometry": geometry}, fields, pa.table(table), mmap.mmap(-1, 1))


def selected(layer: Layer, text: str, *, lang: Any = "cql2-text", crs: str = CRS84) -> list[int]:
    """The rows of which a filter is true."""
    found = parse_filter(text, lang=lang, filter_crs=crs, fields=layer.fields)
    return np.flatnonzero(mask(found, layer)).tolist()


def queryables(layers: Sequence[Layer], *types: str) -> list[tuple[Layer, str, str]]:
    """Every queryable of some types, with a value as annex A of OGC 21-065r2 has it."""
    return [
        (layer, field.name, VALUES.get(field.type, ""))
        for layer in layers
        for field in layer.fields.values()
        if field.type in types
    ]
