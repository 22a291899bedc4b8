"""The rows of other cities as part of the businesses layer, some at a time."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.core.prefetch import prefetch
from geo.pipeline.country.engines import run_each
from geo.pipeline.registers.register import Register
from geo.snapshot.layer_batch import LayerBatch, arrow_schema
from geo.snapshot.manifest import StreamedFeatures

AT_ONCE: Final = 90_000  # rows; with those of the city among them they are written as one part
LAYER: Final = "businesses"
# What the register does not say of any place.
_SAME: Final[dict[str, Any]] = {
    "halal": "unknown",
    "halal_basis": None,
    "foreign_run": None,
    "operator_nationality": None,
    "in_zone": False,
    "in_food_street": False,
    "located_by": "register",
    "floor": None,
    "opening_hours": None,
    "note": None,
    "research_note": None,
    "for_visitors": True,
    "verified_on": None,
    "claims": [],
    "provenance": "observed",
}
# Texts that repeat themselves; each different one is read, checked and encoded once.
_REPEATED: Final = (
    "category", "address_detail", "phone", "opened_on", "source_date", "dong_code", "name_en",
)  # fmt: skip


def more_businesses(register: Register) -> StreamedFeatures:
    """Return the rows of a register in other cities, as a snapshot stores them; not checked yet."""
    if register.beyond is None:
        raise ValueError(f"{register.id} has no rows in other cities")
    about = register.about["beyond"]
    same = {
        **_SAME,
        "registers": [register.id],
        "source": register.id,
        "accuracy_m": about["accuracy_m"],
    }
    parts = partial(_together, register.beyond, same)
    return StreamedFeatures(
        lambda city: prefetch(parts(city)),
        about["rows"],
        about["bbox"],
        about["dates"],
        run_each,
    )


def _together(path: Path, same: dict[str, Any], city: LayerBatch) -> Iterator[LayerBatch]:
    """Merge the businesses of the city and of the country, by id, in batches."""
    left = city
    file = pq.ParquetFile(path, read_dictionary=list(_REPEATED))
    for batch in file.iter_batches(AT_ONCE):
        part = _part(batch, same)
        here = pc.sum(pc.less_equal(left.ids, part.ids[-1]), min_count=0).as_py()
        yield _merged(part, left.slice(0, here)) if here else part
        left = left.slice(here)
    if len(left):
        yield left


def _part(batch: pa.RecordBatch, same: dict[str, Any]) -> LayerBatch:
    """Convert rows of the register to rows of the layer."""
    gu = batch["dong_code"]
    known = {
        **{name: batch[name] for name in batch.schema.names},
        "gu_code": pa.DictionaryArray.from_arrays(
            gu.indices, pc.utf8_slice_codeunits(gu.dictionary, 0, 5)
        ),
    }
    columns = [
        known[field.name] if field.name in known else _all(same[field.name], field.type, len(batch))
        for field in arrow_schema(LAYER)
    ]
    return LayerBatch(
        batch["id"],
        np.column_stack([batch["lon"], batch["lat"]]),
        pa.table(columns, names=arrow_schema(LAYER).names),
    )


def _all(value: Any, kind: pa.DataType, rows: int) -> pa.Array:
    """Repeat a value in every row; a text becomes a dictionary of one."""
    if pa.types.is_string(kind):
        words = pa.array([value] if value is not None else [], kind)
        codes = pa.array(np.zeros(rows, np.int32), mask=np.full(rows, value is None))
        return pa.DictionaryArray.from_arrays(codes, words)
    if value is None:
        return pa.nulls(rows, kind)
    return pa.repeat(pa.scalar(value, kind), rows)


def _merged(part: LayerBatch, among: LayerBatch) -> LayerBatch:
    """Merge two parts by id."""
    ids = pa.concat_arrays([part.ids, among.ids])
    order = pc.sort_indices(ids)
    columns = {}
    for name in part.properties.column_names:
        own = part.properties[name].combine_chunks()
        other = among.properties[name].combine_chunks()
        if pa.types.is_dictionary(own.type):
            other = other.dictionary_encode()
        columns[name] = pa.concat_arrays([own, other]).take(order)
    shapes = np.concatenate([part.shapes, among.shapes])[order.to_numpy()]
    return LayerBatch(ids.take(order), shapes, pa.table(columns))
