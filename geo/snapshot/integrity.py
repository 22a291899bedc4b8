"""Integrity of a snapshot: its files are checked against the manifest as they are opened.

A file is hashed once per process, before anything of it is believed: a flipped bit in mapped
columns would end the process. Features of a whole country are some gigabytes and are never mapped;
they are hashed block by block, each as it is first read (decision 1), and so is each column of a
layer in parts (decision 19).
"""

import hashlib
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from geo.core.errors import SnapshotError

FORMAT: Final = 2
NAME: Final = "manifest.json"
_NEEDED: Final = ("accounts", "layers", "tables")  # by everybody who opens a snapshot
# A build carries over what was loaded, which it cannot read from what is damaged.
REMEDY: Final = "let `current` point to another snapshot, or remove it, and run `atlas build`"
LARGE: Final = 64_000_000  # bytes of a file of features that is hashed by blocks
BLOCK: Final = 4 * 2**20  # bytes; 4 ms where it is first read
COLUMN_BLOCK: Final = 2**20  # bytes of a file of columns
FINE_BLOCK: Final = 2**14  # bytes of features in parts: those of a box lie here and there


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a snapshot, checking its format first.

    Raises:
        SnapshotError: it is missing, cut off, of another format or lacks a field.
    """
    manifest = parse_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise SnapshotError(
            f"format {manifest.get('format')!r} of the snapshot is not {FORMAT}, which this atlas "
            "reads: run `atlas build`"
        )
    lacking = [name for name in _NEEDED if name not in manifest]
    if lacking:
        raise SnapshotError(f"{NAME} lacks {', '.join(lacking)}: run `atlas build`")
    return manifest


def parse_manifest(folder: Path) -> dict[str, Any]:
    """Parse the manifest of a snapshot of this format or an older one, even if it lacks fields.

    Raises:
        SnapshotError: it is missing, cut off or of a newer format.
    """
    try:
        manifest = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError as error:
        raise SnapshotError(f"{NAME} is missing: run `atlas build`") from error
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{NAME} cannot be read: {REMEDY}") from error
    if not isinstance(manifest, dict):
        raise SnapshotError(f"{NAME} is not an object: {REMEDY}")
    version = manifest.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise SnapshotError(
            f"format {version} of the snapshot is newer than {FORMAT}, which this atlas reads: "
            "update the atlas, or run `atlas build` in a home of its own"
        )
    return manifest


def check_file(path: Path, expected: str) -> None:
    """Refuse a file that is not what the manifest says.

    Args:
        path: of the file.
        expected: its SHA-256.

    Raises:
        SnapshotError: it has been altered.
        OSError: it cannot be read.
    """
    now = path.stat()
    if _sha256(path, now.st_ino, now.st_size, now.st_mtime_ns) != expected:
        raise altered_error(path.name)


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file.

    Raises:
        SnapshotError: it is missing.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as missing:
        raise SnapshotError(f"{path.name} is missing from {path.parent}") from missing


def altered_error(name: str) -> SnapshotError:
    """Make the error for an altered file."""
    return SnapshotError(f"{name} has been altered since it was published: {REMEDY}")


@lru_cache(maxsize=1024)
def _sha256(path: Path, _inode: int, _size: int, _changed: int) -> str:
    return sha256_of(path)


def block_hashes(path: Path) -> list[str]:
    """Compute the SHA-256 of each block of a large file; none for a file that is hashed whole."""
    return _hashes(path, BLOCK) if path.stat().st_size > LARGE else []


def column_hashes(path: Path) -> list[str]:
    """Compute the SHA-256 of each block of a file of columns."""
    return _hashes(path, COLUMN_BLOCK)


def _hashes(path: Path, size: int) -> list[str]:
    with path.open("rb") as file:
        return [hashlib.sha256(block).hexdigest() for block in iter(lambda: file.read(size), b"")]


def feature_digests(path: Path) -> list[bytes]:
    """Compute the SHA-256, as bytes, of each fine block of a file of features."""
    return [bytes.fromhex(digest) for digest in _hashes(path, FINE_BLOCK)]


class Digests(Protocol):
    """The SHA-256 of the blocks of a file, as bytes."""

    def __len__(self) -> int:
        """Return the number of blocks."""
        ...

    def __getitem__(self, number: int, /) -> bytes:
        """Return that of one block."""
        ...


class Blocks:
    """The blocks of an open file, each checked before its bytes are used."""

    def __init__(
        self, name: str, file: int, expected: Digests, block_size: int | None = None
    ) -> None:
        """Check the size, and the last block, at once.

        Args:
            name: of the file, for messages.
            file: its descriptor.
            expected: SHA-256 of each block.
            block_size: bytes of a block; None for coarse ones of features.

        Raises:
            SnapshotError: the file has been cut off or altered.
        """
        self._name, self._file, self._expected = name, file, expected
        self._block_size = block_size or BLOCK
        self._sound: set[int] = set()
        size = os.fstat(file).st_size
        if -(-size // self._block_size) != len(expected):
            raise altered_error(name)
        self.check(size - 1, size)

    def check(self, start: int, end: int) -> None:
        """Check the blocks from one place to another that were not checked before.

        Raises:
            SnapshotError: one has been altered.
        """
        size = self._block_size
        for number in range(start // size, -(-end // size)):
            if number not in self._sound:
                block = os.pread(self._file, size, number * size)
                if hashlib.sha256(block).digest() != self._expected[number]:
                    raise altered_error(self._name)
                self._sound.add(number)


def column_blocks(name: str, file: int, expected: Sequence[str]) -> Blocks:
    """Return the blocks of an open file of columns by their hashes as hexadecimal numbers."""
    return Blocks(name, file, [bytes.fromhex(digest) for digest in expected], COLUMN_BLOCK)
