"""Read lock of a snapshot: while it is open anywhere, nobody removes it.

The lock is the kernel's (`flock`, shared by readers) on the snapshot's folder, so it goes with the
process, however that ends.
"""

import errno
import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geo.core.errors import SnapshotError

# A file system that knows no locks: its snapshots are read without one.
_WITHOUT_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS)


class ReadLock:
    """A share of the read lock of a snapshot, released when nothing refers to it any more."""

    def __init__(self, folder: Path) -> None:
        """Take the share.

        Raises:
            SnapshotError: the snapshot is missing, or it is being removed.
        """
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise SnapshotError(f"snapshot {folder.name[:12]}: {error.strerror}") from error
        weakref.finalize(self, os.close, handle)
        if not _lock(handle, fcntl.LOCK_SH):
            raise SnapshotError(f"snapshot {folder.name[:12]} is being removed")


@contextmanager
def lock_for_removal(folder: Path) -> Iterator[bool]:
    """Lock a snapshot against readers; False where somebody reads it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _lock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            raise
    return True
