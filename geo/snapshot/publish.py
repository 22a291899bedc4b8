"""Publishing: an immutable folder named by its content, and one atomic switch to it.

A build writes next to what is being served and renames at the end, so that a crash at any moment
leaves the old snapshot in place. Nothing in a snapshot depends on when or where it was built.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.core.crs import STORE
from geo.core.errors import SnapshotError
from geo.core.progress import Step
from geo.snapshot.folders import (
    UNFINISHED,
    check_bytes,
    flush_to_disk,
    share_files,
    switch_current,
)
from geo.snapshot.home_lock import lock_home
from geo.snapshot.integrity import sha256_of
from geo.snapshot.layer_batch import to_batch
from geo.snapshot.layer_writer import WriteOptions, write_batches
from geo.snapshot.manifest import StreamedFeatures, build_manifest, describe_layer
from geo.snapshot.schema.validate import CITY, KOREA, conform
from geo.snapshot.staff_layer import StaffValues, write_staff_parts
from geo.snapshot.unchanged_layers import Folders, write_once

Table = pd.DataFrame | bytes | Path | StaffValues


def publish(
    layers: Mapping[str, gpd.GeoDataFrame],
    about: Mapping[str, Any],
    home: Path,
    *,
    tables: Mapping[str, Table] = MappingProxyType({}),
    more: Mapping[str, StreamedFeatures] = MappingProxyType({}),
    on_layer: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write a snapshot and make it the current one.

    Args:
        layers: frames that conform to their contracts, by collection id.
        about: what else the manifest says, JSON values only: `accounts` (which source gave
            which layer), sources, class bounds.
        home: folder that holds `snapshots/` and `current`.
        tables: what else it carries, by file name: tables (.parquet), bytes or files as they are,
            or values of a layer for staff, whose files have that name and what its parts add.
        more: further observed features of layers.
        on_layer: called with the id of each layer as it is written, and with the progress of one
            with more features.

    Returns:
        The snapshot's folder, `home/snapshots/<sha256 of its manifest>`.

    Raises:
        SnapshotError: the home is not a folder, or nothing can be written there; what was current
            stays so.
    """
    with lock_home(home):
        unfinished = _begin(home)
        try:
            described = {}
            for layer_id, frame in layers.items():
                on_layer(layer_id)
                folders, extra = (unfinished, home / "current"), more.get(layer_id)
                described[layer_id] = _write_layer(layer_id, frame, extra, folders, on_layer)
            folder = _write_rest(described, {**about, "tables": tables}, unfinished)
            share_files(unfinished, home / "current")
            _settle(unfinished, folder)
            switch_current(home / "current", folder)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise write_error(home, error) from error
    return folder


def write_error(home: Path, error: OSError) -> SnapshotError:
    """Make the error for a snapshot that could not be written."""
    why = os.strerror(error.errno) if error.errno else str(error)
    return SnapshotError(
        f"the snapshot cannot be written to {home}: {why}; the one before still serves"
    )


def _write_layer(
    layer_id: str,
    frame: gpd.GeoDataFrame,
    more: StreamedFeatures | None,
    folders: Folders,
    on_layer: Callable[[str], None],
) -> Mapping[str, Any]:
    """Write the files of a layer and describe it."""
    folder, _ = folders

    def write() -> dict[str, Any]:
        own = to_batch(layer_id, frame)
        parts = write_batches(layer_id, [own], folder, len(own))
        return describe_layer(layer_id, frame, folder, None, parts)

    if more is None:
        return write_once(layer_id, frame, write, folders)
    own = to_batch(layer_id, frame)
    count = len(own) + more.count
    how_far = partial(Step, f"writing {layer_id}", total=count)
    how = WriteOptions(KOREA, more.run, lambda rows: on_layer(how_far(rows)))
    parts = write_batches(layer_id, more.parts(own), folder, count, how)
    return describe_layer(layer_id, frame, folder, more, parts)


def _write_rest(
    described: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any], unfinished: Path
) -> Path:
    """Write tables and manifest beside the layers; return the final path of the folder."""
    written = [
        name for file, table in about["tables"].items() for name in _write(table, unfinished / file)
    ]
    listed = {name: sha256_of(unfinished / name) for name in written}
    manifest = build_manifest(described, {**about, "tables": listed})
    (unfinished / "manifest.json").write_bytes(manifest)
    return unfinished.with_name(hashlib.sha256(manifest).hexdigest())


def _write(table: Table, path: Path) -> list[str]:
    """Write a table; return the names of its files."""
    if isinstance(table, StaffValues):
        return write_staff_parts(table, path)
    if isinstance(table, bytes):
        path.write_bytes(table)
    elif isinstance(table, Path):
        shutil.copyfile(table, path)
    else:
        table.to_parquet(path, index=False)
    return [path.name]


def verify(folder: Path) -> dict[str, int]:
    """Check every byte and every contract of a snapshot.

    Returns:
        Number of features by layer.

    Raises:
        SnapshotError: a file is missing, altered or not listed, or the name is not the content's.
        ContractError: a layer breaks its contract.
    """
    manifest = check_bytes(folder)
    country = any("beyond" in register for register in manifest.get("registers", {}).values())
    return {
        layer_id: sum(
            len(conform(layer_id, part, within=KOREA if country else CITY))
            for part in _parts(folder / f"{layer_id}.parquet")
        )
        for layer_id in manifest["layers"]
    }


def _parts(path: Path) -> Iterator[gpd.GeoDataFrame]:
    """Yield a layer as it was written, a part at a time."""
    file = pq.ParquetFile(path)
    for number in range(file.num_row_groups):
        rows = file.read_row_group(number).drop_columns(["bbox"]).to_pandas()
        yield gpd.GeoDataFrame(rows, geometry=shapely.from_wkb(rows["geometry"]), crs=STORE)


def _begin(home: Path) -> Path:
    """Make a folder to write a snapshot in, and remove what killed builds left."""
    snapshots = home / "snapshots"
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        _clear_unfinished(snapshots)
        for folder in snapshots.iterdir():  # of a time when others might read them
            with suppress(PermissionError):  # of another user, who answers for it
                folder.chmod(0o700)
        return Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshots))
    except OSError as error:
        raise SnapshotError(f"no snapshots can be kept in {home}: {error.strerror}") from error


def _clear_unfinished(snapshots: Path) -> None:
    for left in snapshots.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)


def _settle(unfinished: Path, folder: Path) -> None:
    """Give the finished folder its name, after its bytes have reached the disk."""
    _own(unfinished)
    if _intact(folder):
        _own(folder)
        os.utime(folder)  # published again, so that it is the newest
        shutil.rmtree(unfinished)  # the same content is there already
        return
    for path in unfinished.iterdir():
        flush_to_disk(path)
    if folder.exists():  # damaged: put aside under a name that the next build clears away
        folder.rename(unfinished.with_name(f"{unfinished.name}-damaged"))
    unfinished.rename(folder)
    flush_to_disk(folder.parent)


def _own(folder: Path) -> None:
    """Restrict a snapshot to this user, because it holds protected data."""
    folder.chmod(0o700)
    for path in folder.iterdir():
        path.chmod(0o600)


def _intact(folder: Path) -> bool:
    try:
        check_bytes(folder)
    except SnapshotError:
        return False
    return True
