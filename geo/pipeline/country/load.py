"""A register of the whole country: what lies beyond the city, from file to file.

The rows of the city go the way of every register. Those of other cities are millions, and no other
list speaks of them: they are kept on disk as they are read, joined with the dong of Korea by
spatial SQL, and written to the snapshot part by part, so that memory does not grow with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.core.errors import BadParameterError, ContractError
from geo.core.prefetch import prefetch
from geo.core.progress import OnStep, Step
from geo.pipeline.adapters.catalogue import ADAPTERS
from geo.pipeline.adapters.records import no_rows
from geo.pipeline.country.engines import check_engine, chosen_engine, use_engine
from geo.pipeline.country.joins import check_points, country_dong
from geo.pipeline.country.layer import AT_ONCE
from geo.pipeline.country.releases import changes, check_shrunk
from geo.pipeline.country.rows import BEYOND, SPOOLED, to_rejects, to_rows
from geo.pipeline.country.runs import Runs, evenly
from geo.pipeline.registers.register import Register

_UNLIKE: Final = ("id", "lon", "lat")  # columns that hardly ever repeat a value
_POINTS: Final = pa.schema(
    [
        ("row", pa.int64()),
        *(SPOOLED.field(name) for name in ("id", "lon", "lat", "province")),
    ]
)


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


class Spool:
    """Takes the rows of other cities as they are read."""

    def __init__(self, source: str, release: str, folder: Path) -> None:
        """Open a spool.

        Args:
            source: id of the register.
            release: date of rows that bear none, "" where it is not known.
            folder: where its files may lie for a while.

        Raises:
            GeoError: the engine or the boundaries of Korea are not installed.
        """
        check_engine()
        self._dong, self._engine = country_dong(), chosen_engine()
        self.folder, self._source, self._release = folder, source, release
        self._runs = Runs(folder / "spool.arrow", SPOOLED)
        self._points = pq.ParquetWriter(folder / "points.parquet", _POINTS, compression="none")
        self._files: list[str] = []
        self._rejects: list[pd.DataFrame] = []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._runs.rows

    def add(self, file: str, frame: pd.DataFrame) -> None:
        """Add rows (columns as `geo.pipeline.adapters.records.RECORD`, points in lon/lat)."""
        first = self.rows
        spooled = self._runs.add(to_rows(self._source, self._release, frame))
        numbers = pa.array(np.arange(first, self.rows))
        points = [numbers, *(spooled[name] for name in _POINTS.names[1:])]
        self._points.write_table(pa.table(points, schema=_POINTS))
        self._files += [file] * (len(spooled) > 0)

    def finish(self, before: Path | None, on_step: OnStep = lambda _: None) -> Beyond:
        """Join with the dong of Korea and keep the rows inside one.

        Args:
            before: what an earlier release left, None where there was none.
            on_step: told what happens next, and how far it is.

        Raises:
            GeoError: the engine gave up.
            ShrunkError: most rows known before are missing.
        """
        self._runs.close()
        self._points.close()
        path = self.folder / "beyond.parquet"
        on_step("joining with the dong of Korea")
        index = self._found()
        rows = self._keep(path, index, on_step)
        new, changed = (rows, 0) if before is None else changes(path, before)
        if before is not None:
            check_shrunk(self._source, rows - new, pq.read_metadata(before).num_rows)
        none = no_rows().assign(file="")
        rejects = pd.concat([none, *self._rejects]).sort_values(["file", "row"], ignore_index=True)
        return Beyond(path, rows, *_extent(path), new, changed, rejects)

    def _keep(self, path: Path, index: pa.RecordBatch, on_step: OnStep) -> int:
        """Write the usable rows, by id, and set the others aside."""
        rows, alike = 0, [name for name in BEYOND.names if name not in _UNLIKE]
        with pq.ParquetWriter(path, BEYOND, compression="zstd", use_dictionary=alike) as writer:
            for table in evenly(prefetch(self._usable(index)), AT_ONCE):
                writer.write_table(table)
                rows += len(table)
                on_step(Step("joining and sorting", rows, self.rows))
        return rows

    def _usable(self, index: pa.RecordBatch) -> Iterator[pa.Table]:
        for table in self._runs.by_id(index, AT_ONCE):
            usable = table["reason"].is_null()
            wrong = table.filter(pc.invert(usable))
            if len(wrong):
                self._rejects.append(to_rejects(wrong))
            rows = table.select(BEYOND.names).cast(BEYOND)
            yield rows.filter(usable) if len(wrong) else rows

    def _found(self) -> pa.RecordBatch:
        """Return the dong of each row, why it cannot be used, and the file that it came from."""
        checked = self.folder / "checked.parquet"
        with use_engine(self._engine):  # another thread than the one that chose it
            check_points(self.folder / "points.parquet", self._dong, checked)
        table = pq.read_table(checked, read_dictionary=["dong_code", "reason"])
        if not np.array_equal(table["row"], np.arange(self.rows)):
            raise ContractError("the rows of a join came in another order than they went in")
        runs = np.repeat(np.arange(len(self._files), dtype=np.int32), np.diff(self._runs.starts))
        files = pa.DictionaryArray.from_arrays(pa.array(runs), pa.array(self._files, pa.string()))
        table = table.unify_dictionaries().combine_chunks()
        columns = [table["dong_code"].chunk(0), table["reason"].chunk(0), files]
        return pa.record_batch(columns, ["dong_code", "reason", "file"])


def _extent(path: Path) -> tuple[tuple[float, float, float, float], tuple[str, str]]:
    table = pq.read_table(path, columns=["lon", "lat", "source_date"])
    if not len(table):
        return (180.0, 90.0, -180.0, -90.0), ("", "")
    lon, lat, days = (pc.min_max(table[name]).as_py() for name in table.column_names)
    box = (lon["min"], lat["min"], lon["max"], lat["max"])
    return box, (days["min"] or "", days["max"] or "")


def check_source(name: str) -> None:
    """Refuse registers that are no lists of points of the whole country.

    Raises:
        BadParameterError: the adapter does not say that it may be loaded for the whole country.
    """
    able = [other for other, adapter in ADAPTERS.items() if adapter.whole_country]
    if name not in able:
        raise BadParameterError(
            "area", "all", f"ansan, a gu or a dong; all with {', '.join(able)} only"
        )


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
