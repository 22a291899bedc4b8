"""Read zips safely, without trusting the sizes and names they state."""

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geo.readers.errors import ArchiveError
from geo.readers.input_files import Readable

MAX_RATIO: Final = 200  # registers shrink 8 to 60 times; deflate's own limit is 1,032
FREE_BYTES: Final = 8_000_000  # read before the ratio counts
MAX_TOTAL: Final = 16_000_000_000
MAX_ENTRIES: Final = 10_000
_MAX_READ: Final = 16_000_000  # bytes; above what a reader asks for at once
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_DAMAGE: Final = (
    BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Budget:
    """Budget of bytes for unpacking a zip."""

    def __init__(self, name: str, limit: int = MAX_TOTAL) -> None:
        self.name = name
        self._limit = limit
        self._spent: dict[int, int] = {}

    def spend(self, entry: ZipInfo, read: int) -> None:
        """Note that an entry has given so many bytes since it was opened.

        Raises:
            ArchiveError: it grew far more than tables do, or all entries together are too large.
        """
        # An entry is opened more than once; only the longest reading of it counts.
        before = self._spent.get(entry.header_offset, 0)
        self._spent[entry.header_offset] = max(before, read)
        if read > FREE_BYTES + MAX_RATIO * entry.compress_size:
            self._refuse(f"an entry unpacks to more than {MAX_RATIO} times its size")
        if sum(self._spent.values()) > self._limit:
            self._refuse(f"it unpacks to more than {self._limit:,} bytes")

    def _refuse(self, problem: str) -> None:
        raise ArchiveError(self.name, problem, "unpack it yourself and name the files")


class MeteredStream:
    """A stream of a zip entry whose unpacked bytes are charged to a budget."""

    def __init__(self, name: str, entry: ZipInfo, stream: Readable, budget: Budget) -> None:
        self._name, self._entry, self._stream, self._budget = name, entry, stream, budget
        self._read = 0

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes.

        Raises:
            ArchiveError: the entry is damaged or exceeds the budget.
        """
        try:
            data = self._stream.read(size)
        except _DAMAGE as error:
            raise _damage_error(self._name, error) from error
        self._read += len(data)
        self._budget.spend(self._entry, self._read)
        return data


class _Careful:
    """A file that refuses the one large read by which zipfile loads the list of entries."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.seek, self.tell, self.seekable = raw.seek, raw.tell, raw.seekable

    def read(self, size: int = -1, /) -> bytes:
        data = self._raw.read(_MAX_READ if size < 0 else min(size, _MAX_READ))
        if len(data) == _MAX_READ:
            raise BadZipFile("its list of entries is too long")
        return data


@contextmanager
def open_zip(name: str, raw: BinaryIO) -> Iterator[ZipFile]:
    """Open the zip in an open file.

    Raises:
        ArchiveError: it is none, or its list of entries is damaged.
    """
    try:
        package = ZipFile(_Careful(raw))
    except _DAMAGE as error:
        raise _damage_error(name, error) from error
    with package:
        yield package


def safe_entries(name: str, package: ZipFile) -> list[ZipInfo]:
    """List the entries of a zip that are files, after checking that all of them are safe to unpack.

    Raises:
        ArchiveError: one is encrypted, named outside the zip, a link, packed in a rare way, or
            shares its bytes with another.
    """
    entries = package.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ArchiveError(name, f"it has {len(entries):,} entries", f"{MAX_ENTRIES:,} are allowed")
    for entry in entries:
        problem = _problem(entry)
        if problem:
            raise ArchiveError(name, f"entry {entry_name(entry)!r} {problem}", "pack it anew")
    _refuse_overlap(name, entries, package.start_dir)
    return [entry for entry in entries if not entry.is_dir()]


def entry_name(entry: ZipInfo) -> str:
    """Decode the name of an entry, in whichever encoding Korean programs wrote it."""
    raw = entry.orig_filename
    if not entry.flag_bits & _UTF8_NAME:
        packed = raw.encode("cp437")  # zipfile decodes names without the UTF-8 mark by it
        for encoding in ("utf-8", "cp949"):
            try:
                raw = packed.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", raw)


def _problem(entry: ZipInfo) -> str:
    name = entry_name(entry)
    steps = re.split(r"[/\\]", name)
    if ".." in steps or not steps[0] or re.match(r"[A-Za-z]:", name) or _CONTROL.search(name):
        return "has a name that leads out of the zip"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "is packed in a way that is not read"
    return ""


def _refuse_overlap(name: str, entries: list[ZipInfo], end: int) -> None:
    """Refuse entries that share bytes: a small zip could unpack to anything."""
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        if entry.header_offset + 30 + entry.compress_size > end:
            raise ArchiveError(
                name, f"entry {entry_name(entry)!r} lies over another", "pack it anew"
            )
        end = entry.header_offset


@contextmanager
def open_entry(name: str, package: ZipFile, entry: ZipInfo, budget: Budget) -> Iterator[Readable]:
    """Open an entry for reading.

    Args:
        name: for messages.
        package: an open zip.
        entry: one that `safe_entries` let pass.
        budget: of the whole zip.

    Raises:
        ArchiveError: the entry is damaged; its stream raises it too, or if the budget is exceeded.
    """
    try:
        stream = package.open(entry)
    except _DAMAGE as error:
        raise _damage_error(name, error) from error
    with stream:
        yield MeteredStream(name, entry, stream, budget)


def _damage_error(name: str, error: Exception) -> ArchiveError:
    return ArchiveError(name, f"the zip is damaged ({error})", "download it again")
