"""Filling a home from a store: what is missing is downloaded, every byte is checked, then switched.

A file that the home's current snapshot has already is linked instead. A reader without rights to
the staff part gets the public part alone, which is a snapshot of its own.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from geo.core.errors import SnapshotError, StoreError
from geo.snapshot.folders import (
    UNFINISHED,
    check_bytes,
    file_hashes,
    flush_to_disk,
    switch_current,
)
from geo.snapshot.home_lock import lock_home
from geo.snapshot.integrity import NAME, parse_manifest, read_manifest, sha256_of
from geo.store.bucket import AccessDeniedError, Bucket
from geo.store.pointer import Entry
from geo.store.upload import object_names, public_manifest


def fetch_snapshot(bucket: Bucket, home: Path, entry: Entry) -> Path:
    """Bring a snapshot of a store into a home and make it current there.

    Args:
        bucket: the store.
        home: folder that holds `snapshots/` and `current`.
        entry: which snapshot.

    Returns:
        Its folder.

    Raises:
        SnapshotError: it is of another format, or the home cannot be written.
        StoreError: an object is missing or is not what its name says; what was current stays so.
    """
    content = read_whole_manifest(bucket, entry)
    with lock_home(home):
        folder = home / "snapshots" / hashlib.sha256(content).hexdigest()
        if not _is_intact(folder):
            _download(bucket, content, folder)
        if (home / "current").resolve() != folder.resolve():
            os.utime(folder)
            switch_current(home / "current", folder)
    return folder


def read_whole_manifest(bucket: Bucket, entry: Entry) -> bytes:
    """Read the manifest of an entry: the whole one, or the public one where no more is allowed.

    Raises:
        StoreError: it is missing, or not what the pointer says.
    """
    public = bucket.read(entry.manifest)[0]
    if hashlib.sha256(public).hexdigest() != entry.id:
        raise _altered(bucket, entry.manifest)
    if not entry.staff:
        return public
    try:
        whole = bucket.read(entry.staff_manifest)[0]
    except AccessDeniedError:
        return public
    if not _belongs(whole, public):
        raise _altered(bucket, entry.staff_manifest)
    return whole


def _belongs(whole: bytes, public: bytes) -> bool:
    """Whether a whole manifest has this public part."""
    try:
        return public_manifest(whole) == public
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _download(bucket: Bucket, content: bytes, folder: Path) -> None:
    """Write a snapshot beside the others; it gets its name when all of it is there and checked."""
    unfinished = _begin(folder.parent)
    try:
        (unfinished / NAME).write_bytes(content)
        manifest = read_manifest(unfinished)
        _fill(bucket, manifest, unfinished, folder.parents[1] / "current")
        for path in unfinished.iterdir():
            path.chmod(0o600)
            flush_to_disk(path)
        if folder.exists():  # damaged: put aside under a name that the next build clears away
            folder.rename(unfinished.with_name(f"{unfinished.name}-damaged"))
        unfinished.rename(folder)
        flush_to_disk(folder.parent)
    except OSError as error:
        raise SnapshotError(f"{folder.parent} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _begin(snapshots: Path) -> Path:
    """Make a folder to write a snapshot in, and remove what killed downloads left."""
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        for left in snapshots.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        return Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshots))
    except OSError as error:
        raise SnapshotError(f"{snapshots} cannot be written: {error.strerror}") from error


def _fill(bucket: Bucket, manifest: Mapping[str, Any], folder: Path, current: Path) -> None:
    """Link or download every file of a manifest, and check its hash."""
    here = _files_by_hash(current)
    names = object_names(manifest)
    for file, digest in file_hashes(manifest).items():
        path = folder / file
        if digest in here and _link(here[digest], path, digest):
            continue
        with path.open("wb") as to:
            bucket.download(names[file], to)
        if sha256_of(path) != digest:
            raise _altered(bucket, names[file])


def _files_by_hash(current: Path) -> dict[str, Path]:
    """Return the files of the current snapshot by the hash that its manifest states."""
    try:
        hashes = file_hashes(parse_manifest(current))
    except (SnapshotError, KeyError, TypeError, AttributeError):
        return {}
    return {digest: current.resolve() / name for name, digest in hashes.items()}


def _link(source: Path, to: Path, digest: str) -> bool:
    """Link a file of another snapshot where it still has these bytes."""
    try:
        if sha256_of(source) != digest:
            return False
        to.hardlink_to(source)
    except (OSError, SnapshotError):  # a file system without hard links, a file that is gone
        return False
    return True


def _is_intact(folder: Path) -> bool:
    with suppress(SnapshotError, OSError):
        check_bytes(folder)
        return True
    return False


def _altered(bucket: Bucket, name: str) -> StoreError:
    return StoreError(
        f"{name} of the store {bucket.address} is not what it was when it was published: nothing "
        "was switched; `atlas publish` from the home that has it writes it anew"
    )
