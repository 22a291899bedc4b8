"""A table that was joined to the dong, as the result of a measure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from geo.core.errors import BadParameterError
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.table_join.cells import short_text
from geo.serving.table_join.dong_dictionary import dong_dictionary
from geo.serving.table_join.dong_names import DongDictionary
from geo.serving.table_join.join import JoinedTable
from geo.snapshot.reader import Snapshot

_MOST: Final = 1e15  # beyond it not every whole number differs from the next
_OWN: Final = {
    "dong_code": "code of the dong (행정동)",
    "name_ko": "its name",
    "name_en": "its name in English",
    "value": "of the column asked for; empty where the table says nothing",
    "state": "shown, or missing: the table lacks the dong or its value",
}
_TAKEN: Final = {*_OWN, "of", "release", "reason", "area_ha"}  # they mean something in findings


def to_measure_result(joined: JoinedTable, snapshot: Snapshot, column: str) -> MeasureResult:
    """Convert a column of numbers to a measure result on every dong of today, for a map.

    Args:
        joined: of `join_to_dong`.
        snapshot: for the outlines.
        column: one of `joined.numeric`.

    Returns:
        One row per dong: `value`, its `state`, and every column of the table.

    Raises:
        BadParameterError: the table has no such column of numbers, or one that is too large to
            be written out.
    """
    if column not in joined.numeric:
        raise BadParameterError(
            "column", short_text(column), joined.numeric or "a table with numbers"
        )
    layer, keys = snapshot.layers["dong"], _keys(joined.columns)
    everyone = np.arange(layer.count)
    rows = []
    for record in layer.records(everyone, ["id", "name_ko", "name_en"]):
        cells = joined.rows.get(record["id"], {})
        value = cells.get(column)
        if isinstance(value, float) and abs(value) > _MOST:
            cell = f"{short_text(column)}: {value:g} ({record['name_ko']})"
            raise BadParameterError("column", cell, f"numbers between -{_MOST:g} and {_MOST:g}")
        own = (*record.values(), value, "missing" if value is None else "shown")
        hers = {key: cells.get(name) for name, key in keys.items()}
        rows.append({**dict(zip(_OWN, own, strict=True)), **hers})
    shown = sum(row["value"] is not None for row in rows)
    return MeasureResult(
        measure="joined",
        title=f"{column} by dong, from a table that was handed in",
        method=f"Rows joined to the dong of today by the column {joined.key} ({joined.kind}), as "
        "handed in: the atlas has not checked the numbers, and keeps nothing of the table.",
        basis=Evidence(shown, _reasons(joined), (None, None), {}),
        parameters={"column": column, "by": joined.key},
        columns=(
            *(Column(name, meaning) for name, meaning in _OWN.items()),
            *(Column(key, f"{name}, as in the table", verbatim=True) for name, key in keys.items()),
        ),
        rows=rows,
        caveats=tuple(_caveats(joined, layer.count - shown, dong_dictionary(snapshot))),
        shapes=[shapely.geometry.mapping(shape) for shape in layer.geometries(everyone)],
    )


def _caveats(joined: JoinedTable, missing: int, dong: DongDictionary) -> Iterator[str]:
    yield f"{joined.read} rows read, {len(joined.rows)} joined, {len(joined.rejects)} set aside"
    for reason, count in _reasons(joined).items():
        yield f"{count} set aside: {reason}"
    for code, former in joined.renamed.items():
        yield f"{former} in the table is called {dong.names[code]} today (renamed)"
    if missing:
        yield f"{missing} dong have no value in the table"
    if joined.kind == "name" and dong.homonyms.issuperset(joined.rows):
        yield "every name is also that of a legal dong (법정동); all were taken for 행정동"


def _reasons(joined: JoinedTable) -> dict[str, int]:
    return dict(sorted(Counter(row.reason for row in joined.rejects).items()))


def _keys(columns: Sequence[str]) -> dict[str, str]:
    """Map each column to a key in the rows of the result, apart from reserved keys."""
    keys = {name: name for name in columns}
    for name in _TAKEN.intersection(columns):
        while keys[name] in _TAKEN or keys[name] in columns:
            keys[name] += "_"
    return keys
