"""Return to an older snapshot of a store, and removal of what no kept snapshot names."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from geo.core.errors import BadParameterError, SnapshotError
from geo.store.bucket import Bucket, MissingObjectError
from geo.store.download import read_whole_manifest
from geo.store.pointer import PUBLIC, STAFF, Entry, Pointer, read_pointer, write_pointer
from geo.store.upload import object_names

SHORT = 12  # characters of an id that people read


@dataclass(frozen=True)
class StorePruneResult:
    """Old content of a store.

    Attributes:
        snapshots: public ids of those that are gone, or would be.
        objects: how many objects.
        size: bytes of them.
    """

    snapshots: Sequence[str]
    objects: int
    size: int


def roll_back_store(bucket: Bucket, wanted: str = "") -> str:
    """Make an older snapshot of a store current again.

    Args:
        bucket: the store.
        wanted: its id or the beginning of it; "" for the one published before the current one.

    Returns:
        Its id.

    Raises:
        BadParameterError: there is no such snapshot, or there are several.
        SnapshotError: nothing was published, or an object of the snapshot is missing.
        StoreConflictError: somebody else changed the store meanwhile.
    """
    pointer = read_pointer(bucket)
    pointer.require_no_pruning()
    entry = _named(bucket, pointer, wanted) if wanted else _before(pointer)
    content = read_whole_manifest(bucket, entry)
    _require_objects(bucket, content)
    write_pointer(bucket, pointer.with_current(entry))
    return hashlib.sha256(content).hexdigest()


def prune_store(
    bucket: Bucket,
    limits: tuple[int, int],
    *,
    dry_run: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> StorePruneResult:
    """Remove snapshots that are neither current, among the newest nor young, and stray objects.

    The pointer is marked before anything is removed and afterwards, both by compare-and-swap: an
    upload that counts on an object of before fails at its own swap, and a new one is refused.

    Args:
        bucket: the store.
        limits: how many of the newest stay, and for how many days any stays.
        dry_run: whether to say only what would be removed.
        on_step: called with what happens next.

    Raises:
        StoreError: the store cannot be reached, or a kept manifest cannot be read.
        StoreConflictError: somebody else changed it meanwhile; nothing was removed.
    """
    pointer = read_pointer(bucket)
    if pointer.current is None:
        return StorePruneResult((), 0, 0)
    kept = tuple(_kept(pointer, *limits))
    named = {name for entry in kept for name in _objects(bucket, entry)}
    if dry_run:
        stored = _content(bucket)
    else:
        pointer = write_pointer(bucket, replace(pointer, history=kept, pruning=True))
        stored = _content(bucket)
    old = sorted(stored.keys() - named)
    if not dry_run:
        on_step("removing objects")
        bucket.remove(old)
        write_pointer(bucket, replace(pointer, pruning=False))
    manifests = f"{PUBLIC}/manifests/"
    gone = [name.removeprefix(manifests) for name in old if name.startswith(manifests)]
    return StorePruneResult(gone, len(old), sum(stored[name] for name in old))


def _kept(pointer: Pointer, keep: int, days: int) -> Iterator[Entry]:
    since = datetime.now(UTC) - timedelta(days=days)
    for number, entry in enumerate(pointer.history):
        young = datetime.fromisoformat(entry.published) >= since
        if number < keep or young or entry == pointer.current:
            yield entry


def _objects(bucket: Bucket, entry: Entry) -> set[str]:
    """Name everything that belongs to a snapshot."""
    content = bucket.read(entry.staff_manifest or entry.manifest)[0]
    own = {entry.manifest, entry.staff_manifest} - {""}
    return own | set(object_names(json.loads(content)).values())


def _content(bucket: Bucket) -> dict[str, int]:
    """List what removal may touch, never the pointer, with bytes."""
    folders = [f"{part}/{kind}" for part in (PUBLIC, STAFF) for kind in ("objects", "manifests")]
    return {name: size for folder in folders for name, size in bucket.sizes(folder).items()}


def _require_objects(bucket: Bucket, content: bytes) -> None:
    names = set(object_names(json.loads(content)).values())
    missing = sorted(names - _content(bucket).keys())
    if missing:
        raise SnapshotError(f"the store {bucket.address} has no {missing[0]}: nothing was switched")


def _before(pointer: Pointer) -> Entry:
    if pointer.current is None:
        raise SnapshotError("nothing was published to the store yet")
    older = pointer.history[pointer.history.index(pointer.current) + 1 :]
    if not older:
        raise SnapshotError("no snapshot of the store is older than the current one")
    return older[0]


def _named(bucket: Bucket, pointer: Pointer, wanted: str) -> Entry:
    known = list(_ids(bucket, pointer))
    found = {entry for id_, entry in known if id_.startswith(wanted) or entry.id.startswith(wanted)}
    if len(found) != 1:
        allowed = [id_[:SHORT] for id_, _ in known]
        raise BadParameterError("ID", wanted, allowed or "nothing, for there is no snapshot")
    return found.pop()


def _ids(bucket: Bucket, pointer: Pointer) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of a store by the ids that `atlas snapshots` shows where they were made."""
    for entry in pointer.history:
        with suppress(MissingObjectError):
            content = read_whole_manifest(bucket, entry)
            yield hashlib.sha256(content).hexdigest(), entry
