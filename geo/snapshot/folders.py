"""Folders of a home: one a snapshot, and `current`, which points to the one that serves."""

import filecmp
import json
import os
import shutil
from collections import ChainMap
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from geo.core.errors import SnapshotError
from geo.snapshot.integrity import NAME, parse_manifest, sha256_of

UNFINISHED: Final = ".building-"  # no snapshot yet, or none any more


def check_bytes(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder after checking that it holds exactly the published bytes.

    Raises:
        SnapshotError: a file is missing, altered or not listed, or the name is not the content's.
    """
    path = folder / NAME
    if sha256_of(path) != folder.resolve().name:
        raise SnapshotError(f"the manifest of {folder} does not belong to its name")
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    listed = {path.name}
    for name, expected in file_hashes(manifest).items():
        listed.add(name)
        if sha256_of(folder / name) != expected:
            raise SnapshotError(f"{name} of snapshot {folder.name[:12]} has been altered")
    strangers = sorted({path.name for path in folder.iterdir()} - listed)
    if strangers:
        raise SnapshotError(f"snapshot {folder.name[:12]} holds unlisted files {strangers}")
    return manifest


def file_hashes(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of every file that a manifest lists, by name."""
    files = [meta["files"] for meta in manifest["layers"].values()]
    return dict(ChainMap(manifest["tables"], *files))


def share_files(folder: Path, older: Path) -> None:
    """Replace files that an older snapshot holds as well by hard links to its files.

    Args:
        folder: a snapshot that is not published yet.
        older: the one before it; nothing is linked where it is missing or damaged.
    """
    try:
        before = file_hashes(parse_manifest(older))
    except (SnapshotError, KeyError, TypeError, AttributeError):
        return
    for name, digest in file_hashes(parse_manifest(folder)).items():
        if before.get(name) == digest:
            with suppress(OSError):  # a file system without hard links: the copy stays
                _link(folder / name, older / name)


def _link(file: Path, older: Path) -> None:
    """Replace a file by a hard link to an older one of the same bytes."""
    if file.samefile(older):
        return
    if not filecmp.cmp(file, older, shallow=False):  # the older one has been damaged
        return
    link = file.with_name(f".{file.name}-link")
    link.hardlink_to(older)
    link.replace(file)


def switch_current(current: Path, folder: Path) -> None:
    """Point `current` to the folder in one step, so that a reader never finds nothing."""
    link = current.with_name(".current-new")
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(current.parent), target_is_directory=True)
    link.replace(current)
    flush_to_disk(current.parent)


def remove_snapshot(folder: Path) -> None:
    """Remove a snapshot: at once from sight, and the next build clears what a crash leaves."""
    doomed = folder.rename(folder.with_name(f"{UNFINISHED}{folder.name}"))
    shutil.rmtree(doomed)


def flush_to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
