"""Layers made by hand, and what a format writes of them."""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geo.core.crs import CRS84
from geo.serving.formats import FORMATS, Selection
from geo.snapshot.columns import BOUNDS
from geo.snapshot.geojson_encoder import encode_features
from geo.snapshot.layer import Field, Layer
from geo.snapshot.reader import FeatureFile

_TYPES = {"string": "string", "bool": "boolean", "int64": "integer", "double": "number"}
HERE = shapely.Point(126.7912, 37.3262)


def layer(columns: dict[str, pa.Array], shapes: Sequence[Any] = (), kind: str = "Point") -> Layer:
    """A layer `made` with ids a0, a1, …; its rows are all at one point unless shapes are given."""
    properties = pa.table(columns)
    count = properties.num_rows
    held = np.array(list(shapes) or [HERE] * count)
    ids = pa.array([f"a{row}" for row in range(count)])
    texts = [row.encode() for row in encode_features(ids, held, properties).to_pylist()]
    ends = np.cumsum([len(text) for text in texts])
    with tempfile.NamedTemporaryFile() as file:  # open files outlive their names
        file.write(b"".join(texts))
        file.flush()
        blob = FeatureFile(Path(file.name))
    table = pa.table({"id": ids, **columns})
    for name, edge in zip(BOUNDS, shapely.bounds(held).T, strict=True):
        table = table.append_column(name, pa.array(edge))
    starts = np.concatenate([[0], ends[:-1]]) + 1
    table = table.append_column("_start", pa.array(starts)).append_column("_end", pa.array(ends))
    if kind != "Point":
        table = table.append_column("_wkb", pa.array(shapely.to_wkb(held), pa.binary()))
    fields = {
        field.name: Field(
            field.name, _TYPES.get(str(field.type), "list"), "", nullable=True, allowed=()
        )
        for field in properties.schema
    }
    return Layer("made", {"geometry": kind, "title": "Made <by> hand"}, fields, table, blob)


def selection(
    of: Layer, *, rows: Any = None, names: Any = None, crs: str = CRS84, ordered: bool = False
) -> Selection:
    """All of a layer, or some of it."""
    return Selection(
        of,
        np.arange(of.count) if rows is None else np.array(rows, np.int64),
        list(of.fields) if names is None else names,
        crs,
        ("Shops: <City> & Co (CC BY 4.0)",),
        ordered,
    )


def taken(kind: str, chosen: Selection) -> bytes:
    """What a format writes."""
    with closing(FORMATS[kind].chunks(chosen)) as pieces:
        return b"".join(pieces)


def texts(*values: str | None) -> dict[str, pa.Array]:
    """One column of text, `name`."""
    return {"name": pa.array(values, pa.string())}
