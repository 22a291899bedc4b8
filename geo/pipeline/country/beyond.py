"""The rows of other cities, checked and by id, and what is said of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.pipeline.adapters.records import no_rows
from geo.pipeline.country.layer import AT_ONCE
from geo.pipeline.country.releases import changes, check_shrunk
from geo.pipeline.country.rows import BEYOND
from geo.pipeline.country.runs import evenly
from geo.pipeline.registers.register import Register

_UNLIKE: Final = ("id", "lon", "lat")  # columns that hardly ever repeat a value


@dataclass(frozen=True)
class Beyond:
    """Rows of other cities, ready for the layer.

    Attributes:
        path: Parquet file, by id, in the columns of a record that a layer needs and `dong_code`.
        rows: how many there are.
        new: of these, not known before.
        changed: known, with other properties.
        bbox: west, south, east, north, degrees.
        dates: first and last source date, "" where none is known.
        rejects: rows that cannot be used: file, row, reason, text.
    """

    path: Path
    rows: int
    bbox: tuple[float, float, float, float]
    dates: tuple[str, str]
    new: int
    changed: int
    rejects: pd.DataFrame

    @property
    def unchanged(self) -> int:
        """Rows known before, as they were."""
        return self.rows - self.new - self.changed


def write_rows(path: Path, tables: Iterable[pa.Table], on_rows: Callable[[int], None]) -> None:
    """Write the usable rows, which come by id; what is written does not tell in which batches.

    Args:
        path: Parquet file to write.
        tables: rows of the schema `BEYOND`.
        on_rows: told how many have been written.
    """
    rows, alike = 0, [name for name in BEYOND.names if name not in _UNLIKE]
    with pq.ParquetWriter(path, BEYOND, compression="zstd", use_dictionary=alike) as writer:
        for table in evenly(tables, AT_ONCE):
            writer.write_table(table)
            rows += len(table)
            on_rows(rows)


def describe_rows(
    source: str, path: Path, before: Path | None, rejects: list[pd.DataFrame]
) -> Beyond:
    """Describe the rows of a release, and compare them with the release before.

    Args:
        source: id of the register.
        path: what `write_rows` wrote.
        before: what it wrote for an earlier release, None where there was none.
        rejects: rows set aside.

    Raises:
        ShrunkError: most rows known before are missing.
    """
    rows = pq.read_metadata(path).num_rows
    new, changed = (rows, 0) if before is None else changes(path, before)
    if before is not None:
        check_shrunk(source, rows - new, pq.read_metadata(before).num_rows)
    every = pd.concat([no_rows().assign(file=""), *rejects])
    ordered = every.sort_values(["file", "row"], ignore_index=True)
    return Beyond(path, rows, *_extent(path), new, changed, ordered)


def _extent(path: Path) -> tuple[tuple[float, float, float, float], tuple[str, str]]:
    table = pq.read_table(path, columns=["lon", "lat", "source_date"])
    if not len(table):
        return (180.0, 90.0, -180.0, -90.0), ("", "")
    lon, lat, days = (pc.min_max(table[name]).as_py() for name in table.column_names)
    box = (lon["min"], lat["min"], lon["max"], lat["max"])
    return box, (days["min"] or "", days["max"] or "")


def with_rows(
    register: Register, beyond: Beyond | None, accuracy_m: float, before: Register | None
) -> Register:
    """Return the register with its rows of other cities, or those of the earlier load."""
    if beyond is None:
        if before is None or before.beyond is None:
            return register
        about = {**register.about, "beyond": before.about["beyond"]}
        return replace(register, about=about, beyond=before.beyond)
    entry = {
        "rows": beyond.rows,
        "bbox": beyond.bbox,
        "dates": beyond.dates,
        "accuracy_m": accuracy_m,
    }
    rejects = pd.concat([register.quarantine, beyond.rejects[list(register.quarantine.columns)]])
    return replace(
        register,
        about={**register.about, "beyond": entry, "rows": register.about["rows"] + beyond.rows},
        quarantine=rejects.sort_values(["file", "row", "reason"], ignore_index=True),
        beyond=beyond.path,
    )
