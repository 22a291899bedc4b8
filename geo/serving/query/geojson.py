"""GeoJSON of features: the stored bytes, or encoded anew."""

from collections.abc import Sequence

import numpy as np

from geo.core.crs import CRS84, from_store
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

Piece = bytes | memoryview


def to_geojson(
    layer: Layer,
    rows: Rows,
    *,
    crs: str = CRS84,
    names: Sequence[str] | None = None,
    with_geometry: bool = True,
) -> Sequence[Piece]:
    """Encode features as GeoJSON.

    Args:
        layer: whose features they are.
        rows: row numbers, in the order wanted.
        crs: one of `geo.core.crs.SERVED`; its own axis comes first.
        names: properties to keep; None for all.
        with_geometry: whether to write the geometries, which are null otherwise.

    Returns:
        Pieces to be joined by commas, some of them views on the bytes of the layer.
    """
    if not len(rows):
        return []
    if is_stored(crs, names, with_geometry=with_geometry):
        return layer.feature_runs(rows)
    from geo.snapshot.geojson_encoder import (
        encode_features,  # stored features need no encoder
    )

    properties = list(layer.fields) if names is None else list(names)
    table = layer.take(rows, ["id", *properties]).combine_chunks()
    ids = table["id"].combine_chunks()
    shapes = from_store(layer.geometries(rows), crs) if with_geometry else np.full(len(rows), None)
    texts = encode_features(ids, shapes, table.select(properties))
    return ["".join(texts.to_pylist())[1:].encode()]


def is_stored(crs: str, names: Sequence[str] | None, *, with_geometry: bool) -> bool:
    """Tell whether features need not be encoded; the arguments are those of `to_geojson`."""
    return crs == CRS84 and names is None and with_geometry
