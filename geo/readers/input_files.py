"""List and open input files: files, the files of a folder, the entries of a zip."""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from geo.readers.errors import (
    ChangedFileError,
    MissingFileError,
    NotATableError,
    UnreadableFileError,
)

SUFFIXES: Final = (".csv", ".txt", ".tsv", ".xlsx", ".json", ".geojson")
_ZIP: Final = ".zip"
ALLOWED: Final = ", ".join((*SUFFIXES, _ZIP))
_SAVED_AS: Final = {
    ".xls": "open it in a spreadsheet program and save it as .xlsx",
    ".hwp": "save its table as .xlsx or .csv",
}


class Readable(Protocol):
    """An open file, as far as the readers need it."""

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; fewer only at the end."""


@dataclass(frozen=True)
class InputFile:
    """One file to read, on disk or inside a zip.

    Attributes:
        name: as people know it.
        suffix: lower case, with its dot.
        open: opens it for reading from the start; closing it checks that it did not change.
        named: it was asked for itself, not found in a folder or zip.
    """

    name: str
    suffix: str
    open: Callable[[], AbstractContextManager[Readable]]
    named: bool = False


@dataclass(frozen=True)
class FileIdentity:
    """The identity of a file, which must not change while it is read."""

    path: Path
    identity: tuple[int, int, int, int]


def identify_file(path: Path) -> FileIdentity:
    """Record the identity of a file: device, inode, size and modification time.

    Raises:
        MissingFileError: there is none.
        UnreadableFileError: it is not a regular file, or cannot be inspected.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError(str(path), "no such file", "check its name") from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(str(path), _reason(error), "check its name and rights") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError(path.name, "is not a regular file", "name a file or a folder")
    return FileIdentity(path, _identity(status))


@contextmanager
def open_unchanged(file: FileIdentity) -> Iterator[BinaryIO]:
    """Open a file, and check when it is closed that it has not changed since it was recorded.

    Raises:
        ChangedFileError: it was changed, replaced or removed since.
        UnreadableFileError: it cannot be opened or read.
    """
    name = file.path.name
    try:
        with file.path.open("rb") as stream:
            _check_identity(name, file.identity, os.fstat(stream.fileno()))
            yield stream
        _check_identity(name, file.identity, file.path.stat())
    except FileNotFoundError as error:
        raise ChangedFileError(name, "vanished while it was read", "start again") from error
    except OSError as error:
        raise UnreadableFileError(name, _reason(error), "copy it and try the copy") from error


def list_input_files(
    paths: Sequence[Path], entries: Callable[[FileIdentity], Iterator[InputFile]]
) -> Iterator[InputFile]:
    """Yield every file behind the paths, in their order; the files of a folder by name.

    Args:
        paths: files, folders and zips.
        entries: lists the tables of a zip.

    Raises:
        InputFileError: a path holds nothing that can be read, or something that must not be read.
    """
    if not paths:
        raise MissingFileError("files", "no file was named", f"name one of {ALLOWED}")
    for path in paths:
        inside = _folder(path) if path.is_dir() else [path]
        for file in inside:
            if file.suffix.lower() == _ZIP:
                yield from entries(identify_file(file))
            else:
                yield _file(file, named=file is path)


def _file(path: Path, *, named: bool) -> InputFile:
    file, suffix = identify_file(path), path.suffix.lower()
    if suffix not in SUFFIXES:
        advice = _SAVED_AS.get(suffix, f"allowed are {ALLOWED}")
        raise NotATableError(path.name, f"files ending in {suffix!r} are not read", advice)
    name = unicodedata.normalize("NFC", path.name)
    return InputFile(name, suffix, partial(open_unchanged, file), named)


def _folder(folder: Path) -> list[Path]:
    try:
        paths = [path for path in folder.iterdir() if _is_input(path)]
    except OSError as error:
        raise UnreadableFileError(str(folder), _reason(error), "check its rights") from error
    if not paths:
        raise MissingFileError(
            str(folder), "the folder holds no file to read", f"allowed are {ALLOWED}"
        )
    for path in paths:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise UnreadableFileError(
                path.name, "is a link out of its folder", "copy the file itself there"
            )
    return sorted(paths, key=lambda path: unicodedata.normalize("NFC", path.name))


def _is_input(path: Path) -> bool:
    # "~$" begins the lock file of a workbook that is open in a spreadsheet program.
    suffix = path.suffix.lower()
    return suffix in (*SUFFIXES, _ZIP) and not path.name.startswith((".", "~$"))


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _check_identity(name: str, identity: tuple[int, int, int, int], status: os.stat_result) -> None:
    if _identity(status) != identity:
        raise ChangedFileError(name, "changed while it was read", "wait until it is whole")


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
