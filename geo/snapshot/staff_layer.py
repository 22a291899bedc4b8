"""Values of a layer that are for staff alone: the parts of the layer that hold one, written anew.

A part that holds none serves staff as it serves everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.snapshot.columns import BOUNDS
from geo.snapshot.layer_batch import LayerBatch, arrow_schema
from geo.snapshot.layer_writer import write_rows
from geo.snapshot.part_catalogue import part_names
from geo.snapshot.partition import BATCH_ROWS


@dataclass(frozen=True)
class StaffValues:
    """What staff see in a layer of points instead of what the public sees.

    Attributes:
        layer_id: collection id.
        rows: by feature id; its columns take the place of those of the layer.
    """

    layer_id: str
    rows: pd.DataFrame


def write_staff_parts(values: StaffValues, stem: Path) -> list[str]:
    """Write the parts that hold a row of these beside those of the layer.

    Args:
        values: what staff see.
        stem: path of the files without what follows the layer's id in the names of its parts.

    Returns:
        Names of the files.
    """
    given, written = _to_table(values), []
    for name in part_names(values.layer_id, stem.parent):
        own = stem.with_name(stem.name + name.removeprefix(values.layer_id))
        with pa.memory_map(str(stem.parent / f"{name}.arrow")) as source:
            columns = pa.ipc.open_file(source).read_all()
            if pc.any(pc.is_in(columns["id"], given["id"])).as_py():
                write_rows(values.layer_id, _batches(columns, given, values.layer_id), own)
                written += [f"{own.name}{end}" for end in (".arrow", ".features")]
    return written


def _to_table(values: StaffValues) -> pa.Table:
    types = arrow_schema(values.layer_id)
    columns = {
        name: pa.Array.from_pandas(values.rows[name], type=types.field(name).type)
        for name in values.rows.columns
    }
    return pa.table({"id": pa.array(values.rows.index, pa.string()), **columns})


def _batches(columns: pa.Table, given: pa.Table, layer_id: str) -> Iterator[LayerBatch]:
    """Yield the rows of a part with the values given, some at a time."""
    for start in range(0, len(columns), BATCH_ROWS):
        rows = columns.slice(start, BATCH_ROWS).combine_chunks()
        places = pc.index_in(rows["id"], given["id"])
        properties = rows.select(arrow_schema(layer_id).names)
        for name in given.column_names[1:]:
            value = pc.if_else(pc.is_valid(places), given[name].take(places), rows[name])
            properties = properties.set_column(properties.schema.names.index(name), name, value)
        points = np.column_stack([rows[edge].to_numpy() for edge in BOUNDS[:2]])
        yield LayerBatch(rows["id"].combine_chunks(), points, properties)
