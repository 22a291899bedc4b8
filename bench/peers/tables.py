"""A layer as a PostGIS table, with the indexes that its questions want."""

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from bench.peers.postgis import Database, run_sql
from geo.snapshot.layer import Field, Layer

_TYPES: Final[Mapping[str, str]] = {
    "string": "text",
    "date": "text",  # may be a year alone
    "boolean": "boolean",
    "integer": "bigint",
    "number": "double precision",
    "list": "text[]",
}
_STORE: Final = 4326


def load(database: Database, layer: Layer, indexed: tuple[str, ...]) -> None:
    """Make a table of the layer's name with all its features.

    Args:
        database: where it goes.
        layer: what it holds; `id` is the primary key, `geom` the geometry.
        indexed: properties that get an index of their own.
    """
    columns = [f'"{field.name}" {_TYPES[field.type]}' for field in layer.fields.values()]
    indexes = [f'CREATE INDEX ON "{layer.id}" ("{name}")' for name in indexed]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_rows(layer))
        file.flush()
        statements = [
            f'CREATE TABLE "{layer.id}" (id text PRIMARY KEY, {", ".join(columns)}, '
            f"geom geometry(Geometry, {_STORE}))",
            f"\\copy \"{layer.id}\" FROM '{Path(file.name)}' CSV",
            f'CREATE INDEX ON "{layer.id}" USING gist (geom)',
            *indexes,
            f'VACUUM ANALYZE "{layer.id}"',
        ]
        run_sql(database, "".join(f"{statement}{_end(statement)}" for statement in statements))


def _end(statement: str) -> str:
    return "\n" if statement.startswith("\\") else ";\n"


def _rows(layer: Layer) -> Iterator[list[Any]]:
    rows = np.arange(layer.count)
    shapes = shapely.set_srid(layer.geometries(rows), _STORE)
    texts = shapely.to_wkb(shapes, hex=True, include_srid=True)
    fields = list(layer.fields.values())
    records = layer.records(rows, ["id", *layer.fields])
    for record, text in zip(records, texts, strict=True):
        yield [record["id"], *(_cell(record[field.name], field) for field in fields), text]


def _cell(value: Any, field: Field) -> Any:
    """As COPY reads it: nothing is null, a list stands in braces."""
    if field.type == "list" and value is not None:
        return "{" + ",".join(json.dumps(item, ensure_ascii=False) for item in value) + "}"
    return value
