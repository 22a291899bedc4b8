"""Validate the batches of a large layer against its contract, without a frame of each."""

from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.snapshot.layer_batch import LayerBatch, arrow_schema, to_frame
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY
from geo.snapshot.schema.validate import Box, conform

_KEPT: Final = 10_000  # different values of a column that are remembered as right


class BatchValidator:
    """Validates batches as `geo.snapshot.schema.validate.conform` validates frames.

    A value that repeats itself is checked once for all batches. Where something may be wrong, the
    part goes to `conform`, which knows for certain and tells what it is.
    """

    def __init__(self, layer_id: str, within: Box) -> None:
        """Begin without values seen.

        Args:
            layer_id: collection id.
            within: west, south, east and north of where all of it lies, degrees.
        """
        self._layer_id, self._within = layer_id, within
        self._schema = arrow_schema(layer_id)
        self._right: dict[str, set[Any]] = {name: set() for name in self._schema.names}

    def __call__(self, part: LayerBatch) -> LayerBatch:
        """Return the part unchanged if it is valid.

        Raises:
            ContractError: as `geo.snapshot.schema.validate.conform`.
        """
        columns = zip(self._schema.names, part.properties.columns, strict=False)
        if not (
            self._right_type(part)
            and self._right_place(part)
            and all(self._is_right(name, column) for name, column in columns)
        ):
            conform(self._layer_id, to_frame(part), within=self._within)
        return part

    def _right_type(self, part: LayerBatch) -> bool:
        ids, columns = part.ids, part.properties
        ascend = pc.all(pc.less(ids[:-1], ids[1:]), min_count=0).as_py()
        return (
            columns.column_names == self._schema.names
            and [_value_type(column.type) for column in columns.columns] == self._schema.types
            # The first text of all is the empty one.
            and bool(len(ids) and not ids.null_count and ids[0].as_py() and ascend)
        )

    def _right_place(self, part: LayerBatch) -> bool:
        """Check whether the shapes are points inside the bounds; NaN is inside none."""
        if GEOMETRY[self._layer_id] != "Point" or part.shapes.ndim == 1:
            return False
        west, south, east, north = self._within
        inside = (part.shapes >= (west, south)) & (part.shapes <= (east, north))
        return bool(inside.all())

    def _is_right(self, name: str, column: pa.ChunkedArray) -> bool:
        contract, right = CONTRACTS[self._layer_id][name], self._right[name]
        if column.null_count and not contract.nullable:
            return False
        values = _distinct_values(column.combine_chunks())
        few = len(values) <= _KEPT
        if few:
            values = pa.array(
                [value for value in values.to_pylist() if value not in right], values.type
            )
        if len(values) and contract.mask_faults(_series(name, values, contract)):
            return False
        if few and len(right) + len(values) <= _KEPT:
            right.update(values.to_pylist())
        return True


def _series(name: str, values: pa.Array, contract: Any) -> pd.Series:
    if contract.kind == "list":  # its members, in a list of all of them
        return pd.Series([tuple(values.to_pylist())], dtype=object, name=name)
    series: pd.Series = pd.Series(values, dtype=contract.dtype, name=name)
    return series


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _distinct_values(column: pa.Array) -> pa.Array:
    """Return the values of a column without null; members of lists; texts with repetitions."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary
    if pa.types.is_list(column.type):
        return column.flatten().unique()
    return column.drop_null() if pa.types.is_string(column.type) else column.drop_null().unique()
