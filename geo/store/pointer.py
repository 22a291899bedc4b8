"""The pointer of a store: which snapshot is current, and those published before it.

It is one small object, written only by compare-and-swap. Its generation grows with every write, so
that no two contents are alike and a store that compares contents sees each change.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Final

from geo.core.errors import StoreConflictError, StoreError
from geo.store.bucket import Bucket, MissingObjectError, Version

PUBLIC: Final = "public"
STAFF: Final = "staff"
CURRENT: Final = f"{PUBLIC}/current"
_FORMAT: Final = 1


@dataclass(frozen=True)
class Entry:
    """A snapshot in a store.

    Attributes:
        id: SHA-256 of its public manifest.
        staff: name of its whole manifest below `staff/`, by lot, so that it reveals nothing; ""
            where nothing is for staff alone.
        published: when, in UTC.
    """

    id: str
    staff: str
    published: str

    @property
    def manifest(self) -> str:
        """Name of the object with the public manifest."""
        return f"{PUBLIC}/manifests/{self.id}"

    @property
    def staff_manifest(self) -> str:
        """Name of the object with the whole manifest."""
        return f"{STAFF}/manifests/{self.staff}" if self.staff else ""


@dataclass(frozen=True)
class Pointer:
    """What is current in a store.

    Attributes:
        current: what services serve; None in a store that is new.
        history: all that were published and not removed since, newest first.
        generation: grows with every write.
        pruning: whether somebody removes old objects just now.
        seen: the version of the object, for the next write; None in a store that is new.
    """

    current: Entry | None = None
    history: tuple[Entry, ...] = ()
    generation: int = 0
    pruning: bool = False
    seen: Version | None = None

    def require_no_pruning(self) -> None:
        """Refuse to publish while objects are removed that an upload might count on.

        Raises:
            StoreConflictError: they are.
        """
        if self.pruning:
            raise StoreConflictError(
                "old snapshots are being removed from the store: try again in a minute; if that "
                "was cut off, `atlas prune` ends it"
            )

    def with_current(self, entry: Entry) -> "Pointer":
        """Return a pointer at an entry, which heads the history unless it is part of it."""
        history = self.history if entry in self.history else (entry, *self.history)
        return replace(self, current=entry, history=history)


def read_pointer(bucket: Bucket) -> Pointer:
    """Read the pointer of a store; an empty one where nothing was published yet.

    Raises:
        StoreError: it cannot be read, or is of another format.
    """
    try:
        content, seen = bucket.read(CURRENT)
    except MissingObjectError:
        return Pointer()
    try:
        found = json.loads(content)
        if found["format"] != _FORMAT:
            raise StoreError(f"format {found['format']} of the store is not {_FORMAT}")
        history = tuple(Entry(**entry) for entry in found["history"])
        current = Entry(**found["current"])
        return Pointer(current, history, found["generation"], found["pruning"], seen)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{CURRENT} of {bucket.address} is not a pointer") from error


def write_pointer(bucket: Bucket, pointer: Pointer) -> Pointer:
    """Write a pointer where it is still the version it was read from.

    Raises:
        StoreConflictError: somebody else wrote meanwhile.
    """
    newer = replace(pointer, generation=pointer.generation + 1)
    content = {"format": _FORMAT, **asdict(newer)}
    del content["seen"]
    seen = bucket.swap(CURRENT, json.dumps(content, indent=1).encode(), pointer.seen)
    return replace(newer, seen=seen)


def now() -> str:
    """Return the time as an entry states it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
