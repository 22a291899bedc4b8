"""Publishing: an immutable folder named by its content, and one atomic switch to it.

A build writes beside what is being served and renames at the end, so that a crash at any moment
leaves the old snapshot in place. Nothing in a snapshot depends on when or where it was built.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from calendar import monthrange
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.conform import conform
from geo.contract import GEOMETRY, field_list
from geo.encode import write_layer
from geo.errors import SnapshotError
from geo.vocab import ABOUT

FORMAT = 1
_UNFINISHED = ".building-"


def publish(
    layers: Mapping[str, gpd.GeoDataFrame],
    about: Mapping[str, Any],
    home: Path,
    *,
    tables: Mapping[str, pd.DataFrame | bytes] = MappingProxyType({}),
    on_layer: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write a snapshot and make it the current one.

    Args:
        layers: frames that conform to their contracts, by collection id.
        about: what else the manifest says, JSON values only: `accounts` (which source gave
            which layer), sources, class bounds.
        home: folder that holds `snapshots/` and `current`.
        tables: what else it carries, by file name: tables (.parquet), or bytes as they are.
        on_layer: told the id of each layer as it is written.

    Returns:
        The snapshot's folder, `home/snapshots/<sha256 of its manifest>`.

    Raises:
        SnapshotError: the home is no folder, or nothing can be written there; what was current
            stays so.
    """
    snapshots = home / "snapshots"
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SnapshotError(f"no snapshots can be kept in {home}: {error.strerror}") from error
    with _alone(home):
        _clear_unfinished(snapshots)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=snapshots))
        try:
            folder = _write(layers, about, tables, unfinished, on_layer)
            _settle(unfinished, folder)
            _switch(home / "current", folder)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            why = os.strerror(error.errno) if error.errno else str(error)
            raise SnapshotError(
                f"the snapshot cannot be written to {home}: {why}; the one before still serves"
            ) from error
    return folder


def _write(
    layers: Mapping[str, gpd.GeoDataFrame],
    about: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame | bytes],
    unfinished: Path,
    on_layer: Callable[[str], None],
) -> Path:
    """Fill the unfinished folder; the path it is to have."""
    for layer_id, frame in layers.items():
        on_layer(layer_id)
        write_layer(layer_id, frame, unfinished)
    for name, table in tables.items():
        if isinstance(table, bytes):
            (unfinished / name).write_bytes(table)
        else:
            table.to_parquet(unfinished / name, index=False)
    listed = {name: _sha256(unfinished / name) for name in tables}
    manifest = _manifest(layers, {**about, "tables": listed}, unfinished)
    (unfinished / "manifest.json").write_bytes(manifest)
    return unfinished.with_name(hashlib.sha256(manifest).hexdigest())


def verify(folder: Path) -> dict[str, int]:
    """Check every byte and every contract of a snapshot.

    Returns:
        Number of features by layer.

    Raises:
        SnapshotError: a file is missing, altered or not listed, or the name is not the content's.
        ContractError: a layer breaks its contract.
    """
    manifest = _check_bytes(folder)
    return {
        layer_id: len(conform(layer_id, gpd.read_parquet(folder / f"{layer_id}.parquet")))
        for layer_id in manifest["layers"]
    }


def _check_bytes(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that holds exactly the bytes its name stands for.

    Raises:
        SnapshotError: a file is missing, altered or not listed, or the name is not the content's.
    """
    path = folder / "manifest.json"
    if _sha256(path) != folder.resolve().name:
        raise SnapshotError(f"the manifest of {folder} does not belong to its name")
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    listed = {path.name}
    files = [meta["files"] for meta in manifest["layers"].values()]
    for name, expected in ChainMap(manifest["tables"], *files).items():
        listed.add(name)
        if _sha256(folder / name) != expected:
            raise SnapshotError(f"{name} of snapshot {folder.name[:12]} has been altered")
    strangers = sorted({one.name for one in folder.iterdir()} - listed)
    if strangers:
        raise SnapshotError(f"snapshot {folder.name[:12]} holds unlisted files {strangers}")
    return manifest


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as missing:
        raise SnapshotError(f"{path.name} is missing from {path.parent}") from missing


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two builds take turns; the lock goes with the process, however that ends."""
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clear_unfinished(snapshots: Path) -> None:
    for left in snapshots.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)


def _settle(unfinished: Path, folder: Path) -> None:
    """Give the finished folder its name, after its bytes have reached the disk."""
    if _intact(folder):
        shutil.rmtree(unfinished)  # the same content is there already
        return
    for path in unfinished.iterdir():
        _to_disk(path)
    unfinished.chmod(0o755)
    if folder.exists():  # damaged: put aside under a name that the next build clears away
        folder.rename(unfinished.with_name(f"{unfinished.name}-damaged"))
    unfinished.rename(folder)
    _to_disk(folder.parent)


def _intact(folder: Path) -> bool:
    try:
        _check_bytes(folder)
    except SnapshotError:
        return False
    return True


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _switch(current: Path, folder: Path) -> None:
    """Point `current` to the folder in one step, so that a reader never finds nothing."""
    link = current.with_name(".current-new")
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(current.parent), target_is_directory=True)
    link.replace(current)
    _to_disk(current.parent)


def _manifest(
    layers: Mapping[str, gpd.GeoDataFrame], about: Mapping[str, Any], folder: Path
) -> bytes:
    described = {
        layer_id: {
            **_describe(layer_id, frame),
            "sources": [one["source"] for one in about["accounts"] if one["layer"] == layer_id],
            "files": _files(layer_id, folder),
        }
        for layer_id, frame in layers.items()
    }
    whole = {"format": FORMAT, "layers": described, **about}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _files(layer_id: str, folder: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(folder.glob(f"{layer_id}.*"))}


def _describe(layer_id: str, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    title, description = ABOUT[layer_id]
    return {
        "title": title,
        "description": description,
        "geometry": GEOMETRY[layer_id],
        "count": len(frame),
        "bbox": [round(float(edge), 6) for edge in frame.total_bounds],
        "interval": _interval(frame),
        "fields": field_list(layer_id),
        "provenance": {
            str(kind): int(count) for kind, count in frame["provenance"].value_counts().items()
        },
    }


def _interval(frame: gpd.GeoDataFrame) -> list[str | None]:
    """First and last day the layer speaks of; null where that is open or not known."""
    if "valid_from" in frame:
        still_in_force = frame["valid_to"].isna().any()
        last = None if still_in_force else max(map(_last_day, frame["valid_to"]))
        return [min(map(_first_day, frame["valid_from"])), last]
    dates = frame["source_date"].dropna()
    if dates.empty:
        return [None, None]
    return [min(map(_first_day, dates)), max(map(_last_day, dates))]


def _first_day(date: str) -> str:
    """First day of a day, a month or a year."""
    return date + "-01-01"[len(date) - 4 :]


def _last_day(date: str) -> str:
    """Last day of a day, a month or a year."""
    if len(date) == len("2022"):
        return f"{date}-12-31"
    if len(date) == len("2022-02"):
        year, month = map(int, date.split("-"))
        return f"{date}-{monthrange(year, month)[1]:02d}"
    return date
