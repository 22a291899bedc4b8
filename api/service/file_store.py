"""Files in a temporary folder: each made once, so that parts of it can be had (RFC 9110, 14)."""

import asyncio
import hashlib
import shutil
import weakref
from collections import OrderedDict
from collections.abc import Generator, Hashable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from starlette.concurrency import run_in_threadpool

MOST_BYTES: Final = 256_000_000  # of all files of one snapshot in one process
MOST_FILES: Final = 500  # empty ones and their questions take room as well
_AT_ONCE: Final = asyncio.Semaphore(4)  # files that are made at a time; others wait


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
    """The files asked for last, up to a total size."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._folder: Path | None = None
        self._files: OrderedDict[Hashable, StoredFile] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[StoredFile]] = {}
        self._evicted: list[Path] = []
        self._most_bytes = most_bytes
        self._count = 0

    async def find_or_make(self, key: Hashable, pieces: Generator[bytes]) -> StoredFile:
        """Return the file of a key; write it first if need be, once for all who wait for it."""
        if key in self._files:
            pieces.close()
            self._files.move_to_end(key)
            return self._files[key]
        if key in self._making:
            pieces.close()
        else:
            self._making[key] = asyncio.create_task(self._make(key, pieces))
        return await asyncio.shield(self._making[key])

    async def _make(self, key: Hashable, pieces: Generator[bytes]) -> StoredFile:
        try:
            async with _AT_ONCE:
                stored = await run_in_threadpool(_write, self._new_path(), pieces)
            self._files[key] = stored
            self._evict()
            return stored
        finally:
            del self._making[key]

    def _new_path(self) -> Path:
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


def _write(path: Path, pieces: Generator[bytes]) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            for piece in pieces:
                size += file.write(piece)
                digest.update(piece)
    finally:
        pieces.close()
    return StoredFile(path, size, f'"{digest.hexdigest()[:32]}"')
