"""The tables inside a zip."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZipInfo

from geo.readers.archive import Budget, entry_name, open_entry, open_zip, safe_entries
from geo.readers.errors import ArchiveError, MissingFileError
from geo.readers.input_files import SUFFIXES, FileIdentity, InputFile, Readable, open_unchanged

_ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg")


def zip_tables(file: FileIdentity) -> Iterator[InputFile]:
    """List the tables of a zip by name, skipping hidden entries and other kinds of files.

    Raises:
        ArchiveError: the zip cannot be read or must not be.
        MissingFileError: no entry is a table.
    """
    archive = file.path.name
    budget = Budget(archive)
    with open_unchanged(file) as raw, open_zip(archive, raw) as package:
        names = {entry: entry_name(entry) for entry in safe_entries(archive, package)}
    tables = sorted(
        (entry for entry in names if _is_table(archive, names[entry])), key=names.__getitem__
    )
    if not tables:
        raise MissingFileError(
            archive, "the zip holds no file to read", f"allowed are {', '.join(SUFFIXES)}"
        )
    for entry in tables:
        name = f"{archive}/{names[entry]}"
        suffix = PurePosixPath(name).suffix.lower()
        yield InputFile(name, suffix, partial(_entry, file, name, entry, budget))


def _is_table(archive: str, name: str) -> bool:
    path = PurePosixPath(name)
    if any(step.startswith((".", "__MACOSX", "~$")) for step in path.parts):
        return False
    if path.suffix.lower() in _ARCHIVES:
        raise ArchiveError(archive, f"it holds another archive, {name!r}", "unpack that one first")
    return path.suffix.lower() in SUFFIXES


@contextmanager
def _entry(file: FileIdentity, name: str, entry: ZipInfo, budget: Budget) -> Iterator[Readable]:
    with (
        open_unchanged(file) as raw,
        open_zip(file.path.name, raw) as package,
        open_entry(name, package, entry, budget) as stream,
    ):
        yield stream
