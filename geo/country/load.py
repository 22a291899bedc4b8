"""A register of the whole country: what lies beyond the city, from file to file.

The rows of the city go the way of every register. Those of other cities are millions, and no other
list speaks of them: they are spooled to disk as they are read, joined with the dong of Korea by
spatial SQL, and written to the snapshot part by part, so that memory does not grow with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.country.joins import check_engine, country_dong, country_rows, dong_of_points
from geo.country.layer import AT_ONCE
from geo.errors import BadParameterError, ContractError
from geo.registers.records import no_rows
from geo.registers.register import SHRUNK, Register, ShrunkError
from geo.tidy import DECIMALS

NO_POINT: Final = "no coordinates, and addresses are known in Ansan only"
NO_DONG: Final = "its point lies in no dong"
TWICE: Final = "its id stands twice"
STRAY: Final = "its point lies in another province than its codes say"
_TEXT: Final = ("name_ko", "name_en", "category", "address_detail", "phone", "opened_on")
# Codes of provinces that changed after the boundaries of 2020: Gangwon, Jeonbuk.
_NOW: Final = {"42": "51", "45": "52"}
_SPOOL: Final = pa.schema(
    [
        ("row", pa.int64()),
        ("id", pa.string()),
        *((name, pa.string()) for name in _TEXT),
        ("address", pa.string()),
        ("cuisine", pa.list_(pa.string())),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("source_date", pa.string()),
        ("province", pa.string()),
        ("file", pa.string()),
        ("number", pa.int64()),
    ]
)
_JOINED: Final = _SPOOL.append(pa.field("dong_code", pa.string()))
KEPT: Final = [name for name in _SPOOL.names if name not in ("row", "province", "file", "number")]


@dataclass(frozen=True)
class Beyond:
    """Rows of other cities, ready for the layer.

    Attributes:
        path: Parquet file, by id: `KEPT` and `dong_code`.
        rows: how many there are.
        new: of these, not known before.
        changed: known, with other properties.
        bbox: west, south, east, north, degrees.
        dates: first and last source date, "" where none is known.
        aside: rows that cannot be used: file, row, reason, text.
    """

    path: Path
    rows: int
    bbox: tuple[float, float, float, float]
    dates: tuple[str, str]
    new: int
    changed: int
    aside: pd.DataFrame

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
            GeoError: SedonaDB or the boundaries of Korea are not installed.
        """
        check_engine()
        self._dong = country_dong()
        self.folder, self._source, self._release = folder, source, release
        self._path = folder / "spool.parquet"
        self._writer = pq.ParquetWriter(self._path, _SPOOL, compression="lz4")
        self._aside: list[pd.DataFrame] = []
        self.rows = 0

    def add(self, file: str, frame: pd.DataFrame) -> None:
        """Take rows (columns as `geo.registers.records.RECORD`, points in lon/lat)."""
        known = np.isfinite(frame["x"]) & np.isfinite(frame["y"])
        self._set_aside(file, frame[~known], NO_POINT)
        rows = frame[known]
        at = pa.array(np.arange(self.rows, self.rows + len(rows)))
        self.rows += len(rows)
        prefix = pa.scalar(f"{self._source}-")
        ids = pc.binary_join_element_wise(prefix, pa.array(rows["key"], pa.string()), "")
        columns = [at, ids, *(pa.array(rows[name], pa.string()) for name in _TEXT)]
        columns += [
            pa.array(rows["address_road"].fillna(rows["address_jibun"]), pa.string()),
            pa.array(rows["cuisine"], pa.list_(pa.string())),
            pa.array(rows["x"].round(DECIMALS)),
            pa.array(rows["y"].round(DECIMALS)),
            pa.array(rows["updated_on"].fillna(self._release or np.nan), pa.string()),
            pa.array(rows["gu_code"].str[:2], pa.string()),
            pa.array([file] * len(rows), pa.string()),
            pa.array(rows["row"]),
        ]
        self._writer.write_table(pa.table(columns, schema=_SPOOL))

    def finish(self, before: Path | None) -> Beyond:
        """Join with the dong of Korea and keep what lies in one.

        Args:
            before: what an earlier release left, None where there was none.

        Raises:
            GeoError: the engine gave up.
            ShrunkError: most rows known before are missing.
        """
        self._writer.close()
        placed, joined = (self.folder / f"{one}.parquet" for one in ("placed", "joined"))
        dong_of_points(self._path, self._dong, placed)
        _join(self._path, placed, self.folder / "rows.parquet")
        country_rows(self.folder / "rows.parquet", joined)
        reasons = _reasons(joined)
        self._collect(joined, reasons)
        path = self.folder / "beyond.parquet"
        rows = _keep(joined, reasons == "", path)
        new, changed = (rows, 0) if before is None else _changes(path, before)
        if before is not None:
            _check_shrunk(self._source, rows - new, pq.read_metadata(before).num_rows)
        aside = pd.concat([no_rows().assign(file=""), *self._aside], ignore_index=True)
        return Beyond(path, rows, *_extent(path), new, changed, aside)

    def _collect(self, joined: Path, reasons: Any) -> None:
        for at, table in _parts(joined):
            why = reasons[at : at + len(table)]
            if (why != "").any():
                frame = table.filter(pa.array(why != "")).to_pandas()
                told = frame["name_ko"].fillna("") + "; " + frame["address"].fillna("")
                columns = {"file": frame["file"], "row": frame["number"], "text": told}
                self._aside.append(pd.DataFrame({**columns, "reason": why[why != ""]}))

    def _set_aside(self, file: str, rows: pd.DataFrame, reason: str) -> None:
        if len(rows):
            told = rows["name_ko"].fillna("") + "; " + rows["address_road"].fillna("")
            columns = {"file": file, "row": rows["row"], "reason": reason, "text": told}
            self._aside.append(pd.DataFrame(columns))


def _join(spool: Path, placed: Path, path: Path) -> None:
    """The dong beside each row; both files are in the order of rows."""
    dong = pq.ParquetFile(placed).iter_batches(AT_ONCE, columns=["row", "dong_code"])
    rows = pq.ParquetFile(spool).iter_batches(AT_ONCE)
    with pq.ParquetWriter(path, _JOINED, compression="lz4") as writer:
        for part, codes in zip(rows, dong, strict=True):
            if not part["row"].equals(codes["row"]):
                raise ContractError("the rows of a join came in another order than they went in")
            columns = [*part.columns, codes["dong_code"].cast(pa.string())]
            writer.write_batch(pa.record_batch(columns, schema=_JOINED))


def _parts(joined: Path) -> Iterator[tuple[int, pa.Table]]:
    """The joined rows a part at a time, each with the number of rows before it."""
    at = 0
    for batch in pq.ParquetFile(joined).iter_batches(AT_ONCE):
        # The engine writes views of texts, for which Arrow has few functions.
        table = pa.Table.from_batches([batch]).select(_JOINED.names).cast(_JOINED)
        yield at, table
        at += len(table)


def _reasons(joined: Path) -> Any:
    """Why each row cannot be used, "" where it can."""
    names = ["id", "dong_code", "province"]
    table = pa.concat_tables([part.select(names) for _, part in _parts(joined)])
    # By id, a row that stands twice has its like beside it.
    ids = table["id"].combine_chunks()
    same = np.zeros(len(ids), dtype=bool)
    if len(ids) > 1:
        same[1:] = pc.equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    twice = same | np.append(same[1:], False)
    drawn = _province(pc.utf8_slice_codeunits(table["dong_code"], 0, 2))
    said = _province(table["province"])
    stray = pc.fill_null(pc.not_equal(drawn, said), pa.scalar(value=False)).to_numpy()
    nowhere = pc.is_null(table["dong_code"]).to_numpy()
    return np.select([nowhere, twice, stray], [NO_DONG, TWICE, STRAY], default="")


def _province(codes: Any) -> Any:
    for old, new in _NOW.items():
        codes = pc.if_else(pc.equal(codes, old), new, codes)
    return codes


def _keep(joined: Path, kept: Any, path: Path) -> int:
    rows = 0
    schema = pa.schema([*(_SPOOL.field(name) for name in KEPT), ("dong_code", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for at, part in _parts(joined):
            table = part.filter(pa.array(kept[at : at + len(part)])).select(schema.names)
            writer.write_table(table)
            rows += len(table)
    return rows


def _changes(release: Path, before: Path) -> tuple[int, int]:
    """How many rows are new, and how many say something else than before."""
    now, old = _fingerprints(release), _fingerprints(before)
    known = old.reindex(now.index)
    new = known.isna()
    return int(new.sum()), int((~new & (known != now)).sum())


def _fingerprints(path: Path) -> pd.Series:
    """A number for what each row says, by id; nullable, so that no number loses digits."""
    ids, numbers = [], []
    said = [name for name in (*KEPT, "dong_code") if name not in ("id", "cuisine", "source_date")]
    for batch in pq.ParquetFile(path).iter_batches(AT_ONCE, columns=["id", *said]):
        texts = [batch[name].cast(pa.string()) for name in said]
        lines = pc.binary_join_element_wise(
            *texts, "\x1f", null_handling="replace", null_replacement=""
        )
        ids.append(batch["id"].to_pandas())
        numbers.append(pd.util.hash_array(lines.to_numpy(zero_copy_only=False)))
    index = pd.Index(pd.concat(ids)) if ids else pd.Index([], dtype="str")
    return pd.Series(np.concatenate([*numbers, np.array([], "uint64")]), index, dtype="UInt64")


def _extent(path: Path) -> tuple[tuple[float, float, float, float], tuple[str, str]]:
    table = pq.read_table(path, columns=["lon", "lat", "source_date"])
    if not len(table):
        return (180.0, 90.0, -180.0, -90.0), ("", "")
    lon, lat, days = (pc.min_max(table[name]).as_py() for name in table.column_names)
    box = (lon["min"], lat["min"], lon["max"], lat["max"])
    return box, (days["min"] or "", days["max"] or "")


def _check_shrunk(name: str, still: int, before: int) -> None:
    if still < SHRUNK * before:
        raise ShrunkError(
            f"{name}: {before - still:,} of {before:,} rows known before are missing from the new "
            "files; they are no newer release. Where that is meant, run "
            f"`atlas forget {name}` first"
        )


def check_source(name: str) -> None:
    """Refuse registers that are no lists of points of the whole country.

    Raises:
        BadParameterError: only SEMAS can be loaded for the whole country.
    """
    if name != "semas":
        raise BadParameterError("area", "all", "ansan, a gu or a dong; all with semas only")


def with_rows(
    register: Register, found: Beyond | None, accuracy_m: float, before: Register | None
) -> Register:
    """The register with its rows of other cities; those of an earlier load where none are new."""
    if found is None:
        if before is None or before.beyond is None:
            return register
        about = {**register.about, "beyond": before.about["beyond"]}
        return replace(register, about=about, beyond=before.beyond)
    told = {"rows": found.rows, "bbox": found.bbox, "dates": found.dates, "accuracy_m": accuracy_m}
    aside = pd.concat([register.quarantine, found.aside[list(register.quarantine.columns)]])
    return replace(
        register,
        about={**register.about, "beyond": told, "rows": register.about["rows"] + found.rows},
        quarantine=aside.sort_values(["file", "row", "reason"], ignore_index=True),
        beyond=found.path,
    )
