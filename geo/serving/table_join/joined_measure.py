"""A table that was joined to the dong, as the result of a measure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.class_choice import OWN, own_bounds
from geo.serving.table_join.cells import parse_number, short_text
from geo.serving.table_join.dong_dictionary import dong_dictionary
from geo.serving.table_join.dong_names import DongDictionary
from geo.serving.table_join.join import JoinedTable
from geo.snapshot.reader import Snapshot
from geo.statistics.class_methods import METHODS, are_whole, method_bounds

_MOST: Final = 1e15  # beyond it not every whole number differs from the next
_NO_NUMBERS: Final = "a column of numbers, and no column of this table holds numbers alone"
_OWN: Final = {
    "dong_code": "code of the dong (행정동)",
    "name_ko": "its name",
    "name_en": "its name in English",
    "value": "of the column asked for; empty where the table says nothing",
    "state": "shown, or missing: the table lacks the dong or its value",
}
_TAKEN: Final = {*_OWN, "of", "release", "reason", "area_ha"}  # they mean something in findings


@dataclass(frozen=True)
class MapChoices:
    """What a user writes over a map, and the classes of its legend.

    Attributes:
        title: of the map; "" for the name of the column.
        unit: of the numbers.
        source: where the table is from, in the user's words.
        classes: one of `METHODS`, "own", or "" for round steps.
        breaks: upper bounds of own classes, as typed.
    """

    title: str = ""
    unit: str = ""
    source: str = ""
    classes: str = ""
    breaks: str = ""


def to_measure_result(
    joined: JoinedTable, snapshot: Snapshot, column: str, chosen: MapChoices | None = None
) -> MeasureResult:
    """Convert a column of numbers to a measure result on every dong of today, for a map.

    Args:
        joined: of `join_to_dong`.
        snapshot: for the outlines.
        column: one of `joined.numeric`.
        chosen: title, unit, source and classes of the user.

    Returns:
        One row per dong: `value`, its `state`, and every column of the table.

    Raises:
        BadParameterError: the table has no such column of numbers, or one that is too large to
            be written out.
    """
    if column not in joined.numeric:
        raise _no_such_column(joined, column, dong_dictionary(snapshot))
    layer, keys = snapshot.layers["dong"], _keys(joined.columns)
    everyone = np.arange(layer.count)
    records = layer.records(everyone, ["id", "name_ko", "name_en"])
    rows = [_row(record, joined, column, keys) for record in records]
    values = [row["value"] for row in rows if row["value"] is not None]
    if are_whole(values):
        rows = [_whole(row) for row in rows]
    shown, chosen = len(values), chosen or MapChoices()
    return MeasureResult(
        measure="joined",
        title=_title(column, chosen),
        method=f"Rows joined to the dong of today by the column {joined.key} ({joined.kind}), as "
        "handed in: the atlas has not checked the numbers, and keeps nothing of the table.",
        basis=Evidence(shown, _reasons(joined), (None, None), {}),
        parameters={"column": column, "by": joined.key, **_classes(values, chosen)},
        columns=(
            *(Column(name, meaning) for name, meaning in _OWN.items()),
            *(Column(key, f"{name}, as in the table", verbatim=True) for name, key in keys.items()),
        ),
        rows=rows,
        caveats=(
            *([f"Source, as typed in: {chosen.source}"] if chosen.source else []),
            *_caveats(joined, layer.count - shown, dong_dictionary(snapshot)),
            *_negative(values),
        ),
        shapes=[shapely.geometry.mapping(shape) for shape in layer.geometries(everyone)],
    )


def _no_such_column(joined: JoinedTable, column: str, dong: DongDictionary) -> BadParameterError:
    """Say which columns hold numbers; where none does, what keeps the nearest from it."""
    if joined.numeric or column in joined.columns:
        return BadParameterError("column", short_text(column), joined.numeric or _NO_NUMBERS)
    texts = {
        name: {code: str(row[name]) for code, row in joined.rows.items() if row[name] is not None}
        for name in joined.columns
    }
    others = {
        name: {code: text for code, text in cells.items() if parse_number(text) is None}
        for name, cells in texts.items()
    }
    name = min(texts, key=lambda each: len(others[each]) - len(texts[each]), default="")
    if not name or len(others[name]) == len(texts[name]):
        return BadParameterError("column", short_text(column), _NO_NUMBERS)
    code, text = next(iter(others[name].items()))
    cell = f"in the column {short_text(name)}, {short_text(text)} ({dong.names[code]}) is none"
    return BadParameterError("column", short_text(name), f"{_NO_NUMBERS}: {cell}")


def _row(
    record: Mapping[str, Any], joined: JoinedTable, column: str, keys: Mapping[str, str]
) -> dict[str, Any]:
    """Make the row of one dong.

    Raises:
        BadParameterError: its value is too large to be written out.
    """
    cells = joined.rows.get(record["id"], {})
    value = cells.get(column)
    if isinstance(value, float) and abs(value) > _MOST:
        cell = f"{short_text(column)}: {value:g} ({record['name_ko']})"
        raise BadParameterError("column", cell, f"numbers between -{_MOST:g} and {_MOST:g}")
    own = (*record.values(), value, "missing" if value is None else "shown")
    hers = {key: cells.get(name) for name, key in keys.items()}
    return {**dict(zip(_OWN, own, strict=True)), **hers}


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "value": None if row["value"] is None else int(row["value"])}


def _title(column: str, chosen: MapChoices) -> str:
    if not chosen.title and not chosen.unit:
        return f"{column} by dong, from a table that was handed in"
    unit = f" ({chosen.unit})" if chosen.unit else ""
    return f"{chosen.title or column}{unit}"


def _classes(values: Sequence[float], chosen: MapChoices) -> dict[str, list[float]]:
    """Compute the class bounds that a user chose; empty for round steps.

    Raises:
        BadParameterError: there is no such method, or own breaks are no ascending numbers.
    """
    method = one_of("classes", chosen.classes, ("", *METHODS, OWN))
    if method == OWN:
        return {"class_bounds": own_bounds(values, chosen.breaks)}
    mixed = min(values, default=0.0) < 0 < max(values, default=0.0)
    if not values or not (method or mixed):
        return {}
    return {"class_bounds": method_bounds(values, method or "equal")}


def _negative(values: Sequence[float]) -> Iterator[str]:
    below = sum(value < 0 for value in values)
    if below:
        yield (
            f"values below zero: {below} of {len(values)}. "
            "A count cannot be below zero; a change can"
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
