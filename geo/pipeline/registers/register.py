"""Registers as the atlas keeps them: the placed records of each, carried from snapshot to snapshot.

A register is replaced part by part: a new release of a part names every row of that part, so a
row it no longer names has gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.core.errors import GeoError
from geo.core.frames import list_column
from geo.pipeline.adapters.records import LISTS, RECORD, TRUTHS
from geo.pipeline.disclosure.operator_listings import no_listings
from geo.pipeline.registers.earlier_rows import earlier_file, no_earlier, read_earlier
from geo.pipeline.registers.release_date import release_of

PLACED: Final = ("lon", "lat", "accuracy_m", "located_by", "area_code", "file")
MOVED_DEG: Final = 25.0 / 111_000  # 25 m: less is a better reading of the same door
SHRUNK: Final = 0.5  # a release that drops more than this of a part is no whole release
_NOT_COMPARED: Final = {"row", "file", "updated_on", "x", "y", "key", "part", "area_code"}
_SHORTEST: Final = 20  # rows of a part that say nothing about how much of it is missing


class ShrunkError(GeoError):
    """A release drops most of what its register had."""


class OlderReleaseError(GeoError):
    """A release is older than the one that it would replace."""


@dataclass(frozen=True)
class Register:
    """One register as loaded.

    Attributes:
        id: of its source; part of the ids of its features.
        about: what the manifest says: title, publisher, licence and the rest of the source, its
            `release` (date), and the areas that it `covers` (lists every business of).
        frame: placed records, indexed by feature id, columns `RECORD` and `PLACED`.
        quarantine: rows set aside: file, row, reason, text.
        changes: what the last release changed: id, kind, name_ko, before, after.
        beyond: file of its rows in other cities (`geo.pipeline.country.load`), None where it has
            none.
        past: who ran which business, in every state published so far
            (`geo.pipeline.disclosure.operator_listings`); empty for a register that does not say.
        earlier: open rows of the release before (`geo.pipeline.registers.earlier_rows`).
    """

    id: str
    about: Mapping[str, Any]
    frame: pd.DataFrame
    quarantine: pd.DataFrame
    changes: pd.DataFrame = field(default_factory=lambda: no_changes())
    beyond: Path | None = None
    past: pd.DataFrame = field(default_factory=no_listings, repr=False)
    earlier: pd.DataFrame = field(default_factory=no_earlier, repr=False)

    @property
    def covers(self) -> tuple[str, ...]:
        """Codes of the areas of which it lists every business; `zone` for the special zone."""
        zone_alone = ("zone",) if self.about.get("complete") else ()  # of snapshots before 0.2
        return tuple(self.about.get("covers", zone_alone))


def check_newer(before: Register | None, files: Mapping[str, Sequence[str]]) -> None:
    """Refuse files that are older than those which brought the same parts of a register.

    Args:
        before: the register, None for a first load.
        files: the parts that each new file holds, by its name.

    Raises:
        OlderReleaseError: by the dates in their names, a newer file has been loaded.
    """
    if before is None:
        return
    for file, parts in files.items():
        for loaded, held in before.about["files"].items():
            shared = sorted(set(parts) & set(held))
            if shared and "" < release_of(file) < release_of(loaded):
                raise OlderReleaseError(
                    f"{file} is of {release_of(file)}, older than {loaded} of "
                    f"{release_of(loaded)}, which holds the same part ({', '.join(shared)}): load "
                    "the newer one, or give --older to go back"
                )


@dataclass(frozen=True)
class Difference:
    """A release against what was there.

    Attributes:
        new: ids not known before.
        changed: ids known, with other properties.
        unchanged: ids known, as they were.
        frame: the register after the release.
        changes: opened, closed, moved, renamed, other; empty for a first load.
    """

    new: pd.Index
    changed: pd.Index
    unchanged: pd.Index
    frame: pd.DataFrame
    changes: pd.DataFrame


def no_changes() -> pd.DataFrame:
    """Return a change list without entries."""
    texts = {name: pd.Series(dtype="str") for name in CHANGE}
    return pd.DataFrame({**texts, **{name: pd.Series(dtype="float64") for name in WHERE}})


CHANGE: Final = ("id", "kind", "name_ko", "before", "after")
WHERE: Final = ("lon", "lat")  # where the business is, or was


def registers_from_snapshot(
    folder: Path, about: Mapping[str, Mapping[str, Any]]
) -> dict[str, Register]:
    """Read the registers of the snapshot in a folder, as its manifest lists them."""
    return {name: _read(folder, name, meta) for name, meta in about.items()}


def tables(registers: Mapping[str, Register]) -> dict[str, pd.DataFrame | Path]:
    """Return what a snapshot stores of the registers, by file name."""
    files: dict[str, pd.DataFrame | Path] = {}
    for name, register in sorted(registers.items()):
        files[f"register-{name}.parquet"] = _storable(register.frame)
        files[f"changes-{name}.parquet"] = register.changes.reset_index(drop=True)
        if len(register.past):
            files[f"listings-{name}.parquet"] = register.past
        if "earlier" in register.about:
            files[earlier_file(name)] = register.earlier.rename_axis("id").reset_index()
        if register.beyond is not None:
            files[f"beyond-{name}.parquet"] = register.beyond
    rejects = [
        register.quarantine.assign(source=name) for name, register in sorted(registers.items())
    ]
    if rejects:
        every = pd.concat(rejects, ignore_index=True)[["source", "file", "row", "reason", "text"]]
        # Of the types that reading it gives, so that a build writes the same bytes again.
        texts = every.columns.drop("row")
        files["quarantine.parquet"] = every.astype(dict.fromkeys(texts, "str"))
    return files


def difference(before: Register | None, release: pd.DataFrame) -> Difference:
    """Compare a release with the register before it.

    Args:
        before: the register, None for a first load.
        release: placed records, indexed by feature id.

    Raises:
        ShrunkError: most rows of a part that the release names have gone.
    """
    if before is None:
        nothing = release.index[:0]
        return Difference(release.index, nothing, nothing, release.sort_index(), no_changes())
    old = before.frame
    replaced = old["part"].fillna("").isin(release["part"].fillna(""))
    gone = old[replaced].index.difference(release.index)
    _check_shrunk(before.id, old[replaced], gone)
    both = release.index.intersection(old.index)
    differs = _differs(old.loc[both], release.loc[both])
    new = release.index.difference(old.index)
    # What has not changed stays as it was read first, so that the same file changes nothing.
    frame = pd.concat(
        [old[~replaced], old.loc[both[~differs]], release.loc[both[differs]], release.loc[new]]
    )
    since = str(before.about.get("release") or "")
    changes = _changes(old, release, both[differs], _first_listed(release.loc[new], since), gone)
    return Difference(new, both[differs], both[~differs], frame.sort_index(), changes)


def _check_shrunk(name: str, old: pd.DataFrame, gone: pd.Index) -> None:
    if len(old) >= _SHORTEST and len(gone) > SHRUNK * len(old):
        raise ShrunkError(
            f"{name}: {len(gone)} of {len(old)} rows known before are missing from the new files; "
            "they are no newer release of the same area. Where that is meant, run "
            f"`atlas forget {name}` first"
        )


def _differs(old: pd.DataFrame, new: pd.DataFrame) -> Any:
    compared = [name for name in (*RECORD, *PLACED) if name not in _NOT_COMPARED]
    same = np.ones(len(old), dtype=bool)
    for name in compared:
        left, right = old[name], new[name]
        if name in LISTS:
            left, right = left.map(tuple), right.map(tuple)
        equal = (left == right).fillna(value=False) | (left.isna() & right.isna())
        same &= equal.to_numpy(dtype=bool)
    return ~same


class _FirstListed(NamedTuple):
    """Rows of a release that were not known before.

    Attributes:
        opened: open ones, and closed ones that opened since the release before.
        closed: those that closed since the release before.
    """

    opened: pd.DataFrame
    closed: pd.DataFrame


def _first_listed(new: pd.DataFrame, since: str) -> _FirstListed:
    """Tell by their licence dates what happened to rows that are listed for the first time.

    A row that is closed when it is first listed may have opened and closed long ago: it counts
    only for what its dates put after the release before.

    Args:
        new: placed records.
        since: date of the release before; "" where it has none, which no day can be after.
    """
    ended = new["status"] == "closed"
    began, left = (_after(new[day], since) for day in ("opened_on", "closed_on"))
    return _FirstListed(new[~ended | began], new[ended & left])


def _after(days: pd.Series, since: str) -> pd.Series:
    """Return which days are after a day or month, as far as both are known."""
    later: pd.Series = days.astype("str").str[: len(since)] > since
    return later.fillna(value=False).astype(bool)


def _changes(
    old: pd.DataFrame, new: pd.DataFrame, changed: pd.Index, first: _FirstListed, gone: pd.Index
) -> pd.DataFrame:
    """List changes, one entry by kind and id; a row may have moved and been renamed at once."""
    was, now, left = old.loc[changed], new.loc[changed], old.loc[gone]
    left = left[left["status"] == "open"]
    shut = (was["status"] == "open") & (now["status"] == "closed")
    renamed = ~_equal(was["name_ko"], now["name_ko"])
    away = np.hypot(was["lon"] - now["lon"], was["lat"] - now["lat"]) > MOVED_DEG
    moved = away | ~_equal(was["address_road"], now["address_road"])
    other = ~(shut | renamed | moved)
    address = "address_road"
    parts = [
        _entries("opened", first.opened, None, first.opened[address]),
        _entries("closed", first.closed, first.closed[address], first.closed["closed_on"]),
        _entries("closed", left, left[address], None),
        _entries("closed", now[shut], was.loc[shut, address], now.loc[shut, "closed_on"]),
        _entries("moved", now[moved & ~shut], was.loc[moved, address], now.loc[moved, address]),
        _entries("renamed", now[renamed], was.loc[renamed, "name_ko"], now.loc[renamed, "name_ko"]),
        _entries("other", now[other], None, None),
    ]
    entries = pd.concat(parts).sort_values(["kind", "id"], ignore_index=True)
    return entries.astype(dict.fromkeys(CHANGE, "str"))


def _equal(left: pd.Series, right: pd.Series) -> pd.Series:
    same: pd.Series = (left == right) | (left.isna() & right.isna())
    return same


def _entries(kind: str, rows: pd.DataFrame, before: Any, after: Any) -> pd.DataFrame:
    entries = pd.DataFrame(
        {"kind": kind, "name_ko": rows["name_ko"], "before": before, "after": after},
        index=rows.index,
    )
    placed = entries.assign(lon=rows["lon"], lat=rows["lat"])
    return placed.rename_axis("id").reset_index()[[*CHANGE, *WHERE]]


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    lists = {name: frame[name].map(list) for name in LISTS}
    return frame.assign(**lists).rename_axis("id").reset_index()


def _read(folder: Path, name: str, about: Mapping[str, Any]) -> Register:
    stored = pd.read_parquet(folder / f"register-{name}.parquet").set_index("id")
    for column in LISTS:  # a list that older snapshots do not have
        if column not in stored:
            stored = stored.assign(**{column: list_column(stored.index)})
    frame = stored.assign(
        **{name: stored[name].map(tuple) for name in LISTS},
        **{name: stored[name].astype("boolean") for name in TRUTHS},
    )
    every = pd.read_parquet(folder / "quarantine.parquet")
    own = every[every["source"] == name].drop(columns="source").reset_index(drop=True)
    listed = pd.read_parquet(folder / f"changes-{name}.parquet")
    changes = listed.reindex(columns=[*CHANGE, *WHERE])  # snapshots before 0.3 have no points
    beyond = folder.resolve() / f"beyond-{name}.parquet"
    listings = folder / f"listings-{name}.parquet"
    past = no_listings()
    if listings.exists():
        past = pd.read_parquet(listings).astype(past.dtypes.to_dict())
    rows_beyond = beyond if beyond.exists() else None
    earlier = read_earlier(folder, name)
    return Register(name, about, frame, own, changes, rows_beyond, past, earlier)
