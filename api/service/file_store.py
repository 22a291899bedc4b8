"""Files in a temporary folder: each made once, so that parts of it can be had (RFC 9110, 14)."""

import hashlib
import shutil
import weakref
from collections import OrderedDict
from collections.abc import Generator, Hashable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

MOST_BYTES: Final = 256_000_000  # of all files of one snapshot in one process
MOST_FILES: Final = 500  # empty ones and their questions take room as well


@dataclass(frozen=True)
class StoredFile:
    """A file on disk.

    Attributes:
        path: where it is.
        size: bytes.
        etag: strong, made of its content.
    """

    path: Path
    size: int
    etag: str


class FileStore:
    """The files asked for last, up to a total size; for use in one thread."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._folder: Path | None = None
        self._files: OrderedDict[Hashable, StoredFile] = OrderedDict()
        self._evicted: list[Path] = []
        self._most_bytes = most_bytes
        self._count = 0

    def find(self, key: Hashable) -> StoredFile | None:
        """Look up the file of a key, None where it has to be made."""
        if key in self._files:
            self._files.move_to_end(key)
        return self._files.get(key)

    def keep(self, key: Hashable, stored: StoredFile) -> None:
        """Remember a file; those not asked for longest give way."""
        if self._files.get(key) is not stored:
            self._files[key] = stored
            self._evict()

    def new_path(self) -> Path:
        """Make a path for a new file."""
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="atlas-files-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._count += 1
        return self._folder / str(self._count)

    def _evict(self) -> None:
        """Let the oldest files go; those let go before are removed, for nobody opens them now."""
        for path in self._evicted:
            path.unlink(missing_ok=True)
        self._evicted.clear()
        total = sum(stored.size for stored in self._files.values())
        while (total > self._most_bytes and len(self._files) > 1) or len(self._files) > MOST_FILES:
            _, stored = self._files.popitem(last=False)
            self._evicted.append(stored.path)
            total -= stored.size


def write_file(path: Path, pieces: Generator[bytes]) -> StoredFile:
    """Write a file piece by piece; closing the pieces when it is done, or has failed."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
                digest.update(piece)
    finally:
        pieces.close()
    return StoredFile(path, size, f'"{digest.hexdigest()[:32]}"')
