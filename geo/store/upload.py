"""Publishing to a store: objects by content, manifests after them, the pointer last."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import SnapshotError, StoreConflictError
from geo.core.progress import Step
from geo.snapshot.folders import check_bytes, file_hashes
from geo.snapshot.integrity import NAME
from geo.snapshot.read_lock import ReadLock
from geo.snapshot.reader import public_part
from geo.store.bucket import Bucket, MissingObjectError, without_conditions
from geo.store.pointer import (
    PUBLIC,
    STAFF,
    Entry,
    Pointer,
    now,
    read_pointer,
    write_pointer,
)


@dataclass(frozen=True)
class Upload:
    """What a publication did.

    Attributes:
        id: of the snapshot, as `atlas snapshots` names it.
        objects: how many were uploaded; the store had the others.
        size: bytes of them.
        switched: False where the same was current already.
    """

    id: str
    objects: int
    size: int
    switched: bool


def upload_current(
    home: Path, bucket: Bucket, on_step: Callable[[str], None] = lambda _: None
) -> Upload:
    """Upload the current snapshot of a home, and make it current in the store.

    Args:
        home: folder that holds `snapshots/` and `current`.
        bucket: the store.
        on_step: called with what happens next.

    Raises:
        SnapshotError: there is no snapshot, or it is damaged.
        StoreError: the store cannot be reached, or has no conditional writes.
        StoreConflictError: somebody else changed it meanwhile; what is current there stays so.
    """
    current = home / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {home}: run `atlas build` first")
    folder = current.resolve()
    lock = ReadLock(folder)
    on_step(f"checking {folder.name[:12]}")
    manifest = check_bytes(folder)
    pointer = read_pointer(bucket)
    pointer.require_no_pruning()
    require_conditional_writes(bucket)
    bucket.close_to_others(STAFF)
    sent = _send_objects(bucket, folder, manifest, on_step)
    entry = _send_manifests(bucket, folder, manifest, pointer)
    switched = entry != pointer.current
    if switched:
        write_pointer(bucket, pointer.with_current(entry))
    del lock
    return Upload(folder.name, len(sent), sum(sent), switched)


def require_conditional_writes(bucket: Bucket) -> None:
    """Try whether a store compares before it writes.

    Raises:
        StoreError: it does not, or it cannot be reached.
    """
    name = f"{PUBLIC}/probe-{secrets.token_hex(8)}"
    first = bucket.swap(name, b"first", None)
    try:
        bucket.swap(name, b"second", first)
        for seen in (None, first):
            _require_refusal(bucket, name, seen)
    finally:
        bucket.remove([name])


def _require_refusal(bucket: Bucket, name: str, seen: Mapping[str, str] | None) -> None:
    try:
        bucket.swap(name, b"third", seen)
    except StoreConflictError:
        return
    raise without_conditions(bucket.address)


def object_names(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the name in a store of every file that a manifest lists, by file name."""
    public = file_hashes(public_part(manifest))
    return {
        name: f"{PUBLIC if name in public else STAFF}/objects/{digest}"
        for name, digest in file_hashes(manifest).items()
    }


def public_manifest(content: bytes) -> bytes:
    """Return a manifest without what is for staff alone; the same bytes where nothing is."""
    manifest = json.loads(content)
    public = public_part(manifest)
    if public == manifest:
        return content
    return json.dumps(public, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _send_objects(
    bucket: Bucket, folder: Path, manifest: Mapping[str, Any], on_step: Callable[[str], None]
) -> list[int]:
    """Upload the files that a store lacks; return their sizes."""
    stored = {**bucket.sizes(f"{PUBLIC}/objects"), **bucket.sizes(f"{STAFF}/objects")}
    files = {name: folder / file for file, name in object_names(manifest).items()}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    missing = [name for name in files if stored.get(name) != sizes[name]]
    with ThreadPoolExecutor(max_workers=8) as executor:
        sending = executor.map(lambda name: bucket.write(name, files[name]), missing)
        for count, _ in enumerate(sending, 1):
            on_step(Step("uploading objects", count, len(missing)))
    return [sizes[name] for name in missing]


def _send_manifests(
    bucket: Bucket, folder: Path, manifest: Mapping[str, Any], pointer: Pointer
) -> Entry:
    whole = (folder / NAME).read_bytes()
    public = public_manifest(whole)
    digest = hashlib.sha256(public).hexdigest()
    known = _same_entry(bucket, pointer, digest, whole)
    if known is not None:
        return known
    entry = Entry(digest, "" if public == whole else secrets.token_hex(16), now())
    if entry.staff:
        bucket.write(entry.staff_manifest, whole)
    bucket.write(entry.manifest, public)
    return entry


def _same_entry(bucket: Bucket, pointer: Pointer, digest: str, whole: bytes) -> Entry | None:
    """Return the entry of the history with the same content, None where there is none."""
    for entry in pointer.history:
        name = entry.staff_manifest or entry.manifest
        with suppress(MissingObjectError):
            if entry.id == digest and bucket.read(name)[0] == whole:
                return entry
    return None
