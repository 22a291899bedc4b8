"""Estimate the number of rows before they are read, for progress bars."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from geo.readers.archive import open_zip, safe_entries
from geo.readers.entries import zip_tables
from geo.readers.errors import InputFileError
from geo.readers.input_files import identify_file, open_unchanged

_TEXTS: Final = (".csv", ".txt", ".tsv")
_SAMPLE: Final = 1_000_000  # bytes of a file that tell how long its rows are


def expected_rows(paths: Sequence[Path]) -> int:
    """Estimate how many rows of text files, folders and zips hold, from their sizes.

    Returns:
        0 where that is unknown, as for unreadable files: reading them raises the error.
    """
    try:
        return sum(size * head.count(b"\n") // len(head) for size, head in _heads(paths) if head)
    except (InputFileError, OSError):
        return 0


def _heads(paths: Sequence[Path]) -> Iterator[tuple[int, bytes]]:
    """Yield size and first bytes of each text file; of a zip, total size and its first entry's."""
    for path in paths:
        if path.is_dir():
            yield from _heads([file for file in sorted(path.iterdir()) if not file.is_dir()])
        elif path.suffix.lower() == ".zip":
            yield _zip_head(path)
        elif path.suffix.lower() in _TEXTS:
            with open_unchanged(identify_file(path)) as stream:
                yield path.stat().st_size, stream.read(_SAMPLE)


def _zip_head(path: Path) -> tuple[int, bytes]:
    file = identify_file(path)
    with open_unchanged(file) as raw, open_zip(path.name, raw) as package:
        size = sum(entry.file_size for entry in safe_entries(path.name, package))
    with next(zip_tables(file)).open() as stream:
        return size, stream.read(_SAMPLE)
