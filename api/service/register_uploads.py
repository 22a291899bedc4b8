"""Files of registers that staff are at work on: private, few, and not for long.

Each has a folder in the home that nobody else can open, named by a random id. It goes with the
load, when its reader lets go of it, or an hour after the last step.
"""

import hashlib
import json
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Final

from api.http.errors import NotFoundError
from geo.core.atomic_file import atomic_file

ENDINGS: Final = (".csv", ".xlsx", ".geojson", ".json", ".zip")
MOST_BYTES: Final = 20_000_000
MOST_EACH: Final = 3  # files that each of the staff is at work on; the oldest gives way
KEPT_S: Final = 3_600  # after the last step
_FOLDER: Final = ".staff-uploads"
_STATE: Final = "upload.json"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_ID_BYTES: Final = 16
_UNSAFE: Final = re.compile(r"[^\w() -]+")
_NAME_CHARACTERS: Final = 60


@dataclass(frozen=True)
class Upload:
    """A file of a register, and how far the work on it is.

    Attributes:
        id: of its folder.
        staff: who handed it in; nobody else sees it.
        name: as it was sent, for people to read.
        file: its name in the folder, of harmless characters.
        sha256: of the file.
        size: bytes.
        since: when it was handed in.
        layout: `sheet`, `skip` and `header_rows`, as far as they were given.
        tables: as `atlas inspect --json` lists them.
        choices: the fields of the form on columns, as they were sent last.
        source: what it was tried as: `table`, or a register of a publisher.
        account: what the dry run counted; {} before it.
        snapshot: id of what served at the dry run.
    """

    id: str
    staff: str
    name: str
    file: str
    sha256: str
    size: int
    since: str
    layout: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[dict[str, Any], ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    account: Mapping[str, Any] = field(default_factory=dict)
    snapshot: str = ""

    @property
    def table(self) -> dict[str, Any]:
        """The table that a mapping is for: the one with most rows."""
        return max(self.tables, key=lambda table: int(table["rows"]))


class UploadStore:
    """The files of registers in a home."""

    def __init__(self, home: Path) -> None:
        """Name the place; nothing is made before the first file."""
        self._root = home / _FOLDER

    def add(self, staff: str, name: str, content: bytes) -> Upload:
        """Keep a file.

        Args:
            staff: who hands it in.
            name: as it was sent, with one of `ENDINGS`.
            content: of the file.

        Raises:
            OSError: it cannot be written.
        """
        self._make_room(staff)
        made = secrets.token_urlsafe(_ID_BYTES)
        digest, now = hashlib.sha256(content).hexdigest(), datetime.now().astimezone()
        upload = Upload(
            made,
            staff,
            name,
            _safe_name(name),
            digest,
            len(content),
            now.isoformat("T", "microseconds"),
        )
        folder = self.folder(upload)
        folder.mkdir(mode=0o700, parents=True)
        self._root.chmod(0o700)
        (folder / upload.file).write_bytes(content)
        return self.save(upload)

    def folder(self, upload: Upload) -> Path:
        """Return the folder of a file."""
        return self._root / upload.id

    def save(self, upload: Upload, **changes: Any) -> Upload:
        """Keep how far the work is, and begin its hour anew.

        Raises:
            NotFoundError: the file is gone meanwhile.
        """
        changed = replace(upload, **changes)
        folder = self.folder(changed)
        if not folder.is_dir():
            raise NotFoundError("this file is no longer kept; hand it in again")
        with atomic_file(folder / _STATE) as to:
            to.write(json.dumps(asdict(changed), ensure_ascii=True).encode())
        return changed

    def find(self, upload_id: str, staff: str) -> Upload:
        """Return a file of one of the staff.

        Raises:
            NotFoundError: there is none, or it is of somebody else.
        """
        self.sweep()
        upload = self._read(self._root / upload_id) if _ID.fullmatch(upload_id) else None
        if upload is None or upload.staff != staff:
            raise NotFoundError("this file is no longer kept; hand it in again")
        return upload

    def of(self, staff: str) -> list[Upload]:
        """List the files of one of the staff, the newest first."""
        self.sweep()
        own = [upload for upload in self._all() if upload.staff == staff]
        return sorted(own, key=lambda upload: upload.since, reverse=True)

    def remove(self, upload: Upload) -> None:
        """Remove a file and all that was made of it."""
        shutil.rmtree(self.folder(upload), ignore_errors=True)

    def sweep(self) -> None:
        """Remove the files on which nobody has worked for an hour."""
        for folder in self._root.glob("*"):
            try:
                last = max(path.stat().st_mtime for path in (folder, *folder.glob(_STATE)))
            except OSError:  # somebody else has removed it
                continue
            if last < time.time() - KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)

    def _make_room(self, staff: str) -> None:
        for oldest in self.of(staff)[MOST_EACH - 1 :]:
            self.remove(oldest)

    def _all(self) -> list[Upload]:
        found = (self._read(folder) for folder in self._root.glob("*"))
        return [upload for upload in found if upload is not None]

    def _read(self, folder: Path) -> Upload | None:
        try:
            known = json.loads((folder / _STATE).read_bytes())
            return Upload(**{**known, "tables": tuple(known["tables"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


def _safe_name(name: str) -> str:
    """Return a file name of letters, digits and a few signs, which begins with neither - nor a dot.

    Letters of any script stay: registers of publishers are known by their names.
    """
    path = PurePath(unicodedata.normalize("NFC", name))
    stem = _UNSAFE.sub("_", path.stem)[:_NAME_CHARACTERS].strip(" -_")
    return f"{stem or 'register'}{path.suffix.lower()}"
