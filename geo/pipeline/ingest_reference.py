"""Official outlines and tables of residents in: files → checked → ready to publish."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.core.errors import BadParameterError, SourceChangedError
from geo.core.source import Spec
from geo.core.vocab import CENSUS, CENSUS_YEARS
from geo.pipeline.adapters import outlines as official
from geo.pipeline.adapters import residents
from geo.pipeline.adapters.resident_rows import SPEC as RESIDENTS
from geo.pipeline.build import SnapshotDraft, compose_snapshot
from geo.pipeline.ingest import IngestResult
from geo.pipeline.load_account import Account
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.reference_layers import OUTLINES
from geo.pipeline.registers.release_date import release_of
from geo.readers import open_tables
from geo.readers.shapefiles import outline_paths

_COUNTS: Final = ["total", "domestic", "foreign", "male", "female"]
_Step = Callable[[str], None]


def prepare_outlines(
    files: Sequence[Path], layer: str, places: tuple[Path, Path], on_step: _Step = lambda _: None
) -> IngestResult:
    """Prepare official outlines of the dong, the zone or the food street.

    Args:
        files: shapefiles or GeoJSON, in folders or zips.
        layer: `dong`, `zone` or `food-streets`.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        GeoError: the files cannot be used; nothing has changed.
    """
    if layer not in OUTLINES:
        raise BadParameterError("layer", layer, OUTLINES)
    data, home = places
    loaded = load_from_snapshot(home)
    on_step("reading outlines")
    read = sum(_rows_in(path) for path in files)
    if layer == "dong":
        table = official.read_dong(files, data).set_index("dong_code", drop=False)
    else:
        (path,) = _only(files)
        table = official.read_outline(path, layer, data)
    before = loaded.references.tables.get(layer)
    same = _unchanged(before, table)
    account = Account(
        read=read,
        new=len(table) if before is None else 0,
        changed=0 if before is None else len(table) - same,
        unchanged=same,
        merged=read - 1 if layer != "dong" else 0,
        outside=read - len(table) if layer == "dong" else 0,
        set_aside=0,
    )
    stored = table.reset_index(drop=True)
    composed = _composed(data, loaded, layer, stored, (files, official.SPEC), on_step)
    return IngestResult(account, composed, {})


def prepare_residents(
    files: Sequence[Path],
    edition: tuple[int | None, str],
    places: tuple[Path, Path],
    on_step: _Step = lambda _: None,
) -> IngestResult:
    """Prepare tables of foreign residents by dong.

    Args:
        files: CSV or XLSX files, folders and zips.
        edition: year and definition, where no column says them; None and "" otherwise.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        GeoError: the files cannot be used; nothing has changed.
    """
    data, home = places
    loaded, areas = load_from_snapshot(home), residents.known_areas(data)
    on_step("reading tables")
    frames, rejects, read, used, outside = [], [], 0, 0, 0
    for table in open_tables(files):
        residents_read = residents.read_residents(
            table, areas, year=edition[0], definition=edition[1]
        )
        frames.append(residents_read.frame)
        read += residents_read.read + len(table.broken)
        broken = pd.DataFrame(table.broken, columns=["row", "reason", "text"])
        rejects += [rows.assign(file=table.name) for rows in (residents_read.rejects, broken)]
        used, outside = used + residents_read.used, outside + residents_read.outside
    release = _named(pd.concat(frames))
    before = loaded.references.tables.get("residents", release[:0])
    new, changed, unchanged, parts = _counted(before, release, used)
    untouched = before[~before["id"].isin(release["id"])]
    stored = pd.concat([untouched, release]).sort_values("id", ignore_index=True)
    rejected = pd.concat(rejects, ignore_index=True)
    account = Account(read, new, changed, unchanged, used - parts, outside, len(rejected))
    composed = _composed(data, loaded, "residents", stored, (files, RESIDENTS), on_step)
    details = {"definition": dict(release["definition"].value_counts())}
    return IngestResult(account, composed, details, rejects=rejected)


def _only(files: Sequence[Path]) -> Sequence[Path]:
    if len(files) != 1:
        raise BadParameterError("files", len(files), "one file with the outline of today")
    return files


def _rows_in(path: Path) -> int:
    with outline_paths(path) as files:
        return sum(int(pyogrio.read_info(file)["features"]) for file in files)


def _unchanged(before: pd.DataFrame | None, table: gpd.GeoDataFrame) -> int:
    if before is None or len(before) != len(table):
        return 0
    old = gpd.GeoDataFrame(before).geometry.reset_index(drop=True)
    return int(old.geom_equals(table.geometry.reset_index(drop=True)).sum())


def _composed(
    data: Path,
    loaded: LoadedData,
    kind: str,
    table: pd.DataFrame,
    origin: tuple[Sequence[Path], Spec],
    on_step: _Step,
) -> SnapshotDraft:
    files, spec = origin
    names = sorted(path.name for path in files)
    about = {
        "source_id": spec.id,
        "source": spec.public(),
        "files": names,
        "release": max(map(release_of, names)),
    }
    return compose_snapshot(data, loaded.with_reference(kind, table, about), on_step)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row an id made of dong, year and definition.

    Raises:
        SourceChangedError: a row appears twice, or is of a census that the atlas has already.
    """
    slugs = rows["definition"].str.lower().str.replace(r"\W+", "-", regex=True).str.strip("-")
    named = rows.assign(id=rows["dong_code"] + "-" + rows["year"].astype("str") + "-" + slugs)
    twice = sorted(named.loc[named["id"].duplicated(), "id"])
    if twice:
        raise SourceChangedError(f"residents appear twice: {twice[:3]}; name each table once")
    own = (named["definition"] == CENSUS) & named["year"].isin(CENSUS_YEARS)
    if own.any():
        years = sorted(set(named.loc[own, "year"]))
        raise SourceChangedError(f"the atlas has the census of {years} already")
    return named[["id", "dong_code", "name_ko", "year", "as_of", "definition", *_COUNTS]]


def _counted(before: pd.DataFrame, release: pd.DataFrame, used: int) -> tuple[int, int, int, int]:
    """Count the rows that are new, changed and unchanged, and the figures they hold.

    A row may tell of several years, and several rows (one for each sex) of one dong and year.
    """
    unit = ["dong_code"] if len(release) > used else ["dong_code", "year"]
    old = before.set_index("id")[_COUNTS].reindex(release["id"])
    now = release.set_index("id")[_COUNTS]
    differs = ((old != now) & ~(old.isna() & now.isna())).any(axis=1).to_numpy()
    known = release["id"].isin(before["id"]).to_numpy()
    fate = pd.DataFrame({"new": ~known, "changed": known & differs}, index=release.index)
    parts: Any = fate.groupby([release[name] for name in unit]).any()
    new, changed = parts["new"], parts["changed"] & ~parts["new"]
    return int(new.sum()), int(changed.sum()), int((~new & ~changed).sum()), len(parts)
