"""A register of the whole country: what lies beyond the city, from file to file.

The rows of the city go the way of every register. Those of other cities are millions, and no other
list speaks of them: they are kept on disk as they are read, joined with the dong of Korea by
spatial SQL, and written to the snapshot part by part, so that memory does not grow with them.
"""

from collections.abc import Iterator
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
from geo.pipeline.country.beyond import Beyond, describe_rows, write_rows
from geo.pipeline.country.engines import check_engine
from geo.pipeline.country.joins import check_points, country_dong
from geo.pipeline.country.layer import AT_ONCE
from geo.pipeline.country.rows import BEYOND, SPOOLED, to_rejects, to_rows
from geo.pipeline.country.runs import Runs

_POINTS: Final = pa.schema(
    [
        ("row", pa.int64()),
        *(SPOOLED.field(name) for name in ("id", "lon", "lat", "province")),
    ]
)


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
        self._dong = country_dong()
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
        write_rows(
            path,
            prefetch(self._usable(index)),
            lambda rows: on_step(Step("joining and sorting", rows, self.rows)),
        )
        return describe_rows(self._source, path, before, self._rejects)

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
        check_points(self.folder / "points.parquet", self._dong, checked)
        table = pq.read_table(checked, read_dictionary=["dong_code", "reason"])
        if not np.array_equal(table["row"], np.arange(self.rows)):
            raise ContractError("the rows of a join came in another order than they went in")
        runs = np.repeat(np.arange(len(self._files), dtype=np.int32), np.diff(self._runs.starts))
        files = pa.DictionaryArray.from_arrays(pa.array(runs), pa.array(self._files, pa.string()))
        table = table.unify_dictionaries().combine_chunks()
        columns = [table["dong_code"].chunk(0), table["reason"].chunk(0), files]
        return pa.record_batch(columns, ["dong_code", "reason", "file"])


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
