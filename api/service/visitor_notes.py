"""Visitors' notes on places: SQLite beside the snapshots, for any number of processes.

A note is a place, a day and one of three answers. Its sender is a keyed hash of the place and the
network address, with a salt that is deleted when its day is over: it tells two senders of one day
apart and nothing else.
"""

import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

from geo.core.errors import BadParameterError, GeoError
from geo.serving.query.periods import KOREA
from maps.pages.eat.reports import NO_REPORTS, RECENT_DAYS, Reports, SpotNotes

SAID: Final = ("yes", "closed", "wrong")
MOST_A_DAY: Final = 1_000  # notes of all visitors
KEPT_DAYS: Final = 365
ENOUGH: Final = 2  # "closed" notes before a place is said to be closed
_FIRST_DAY: Final = date(2000, 1, 1)
_WAIT_S: Final = 5.0  # for another process that writes
_SENDER_BYTES: Final = 8
_IPV6_PREFIX: Final = 64  # one household
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS notes (spot TEXT NOT NULL, day TEXT NOT NULL, sender BLOB NOT NULL,"
    " said TEXT NOT NULL CHECK (said IN ('yes', 'closed', 'wrong')),"
    " PRIMARY KEY (spot, day, sender)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS notes_by_day ON notes (day)",
    "CREATE TABLE IF NOT EXISTS answers (spot TEXT PRIMARY KEY, verified_on TEXT NOT NULL,"
    " staff TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS salts (day TEXT PRIMARY KEY, salt BLOB NOT NULL) WITHOUT ROWID",
)
# Notes that count: those after the day on which staff last verified the place.
_COUNTED: Final = (
    "FROM notes LEFT JOIN answers USING (spot)"
    " WHERE notes.day > ? AND notes.day > COALESCE(answers.verified_on, '')"
)
_RECENT: Final = (
    f"SELECT spot, SUM(said = 'closed'), SUM(said = 'yes') {_COUNTED}"
    f" GROUP BY spot HAVING SUM(said = 'closed') >= {ENOUGH}"
)
_PER_SPOT: Final = (
    "SELECT notes.spot, SUM(said = 'yes'), SUM(said = 'closed'), SUM(said = 'wrong'),"
    " SUM(said = 'closed' AND notes.day > ?), MAX(notes.day), MAX(answers.verified_on)"
    f" {_COUNTED} GROUP BY notes.spot ORDER BY 5 DESC, 3 DESC, 4 DESC, 6 DESC, 1"
)

_log = logging.getLogger("ansan_atlas")


class NotesUnavailableError(GeoError):
    """Notes cannot be taken at present: the disk is full, or the day has had enough of them."""


class NoteStore:
    """The notes of a home, safe for threads and processes; nothing is made before the first."""

    def __init__(self, home: Path, today: Callable[[], date] | None = None) -> None:
        """Look after the notes of a home.

        Args:
            home: folder that holds the snapshots.
            today: the present day; by default that of Korea.
        """
        self.path = home / "notes" / "notes.sqlite"
        self._today = today or today_in_korea
        self._known: tuple[object, Reports] = (None, NO_REPORTS)

    def add(self, spot: str, said: str, address: str) -> None:
        """Take a note; a sender's second one on a place and a day replaces the first.

        Args:
            spot: id of a place.
            said: one of `SAID`.
            address: network address of the sender, which is not stored.

        Raises:
            NotesUnavailableError: it cannot be written, or there are too many today.
        """
        day = self._today()
        with self._writing() as base:
            base.execute("DELETE FROM notes WHERE day <= ?", [_before(day, KEPT_DAYS)])
            counted = base.execute("SELECT COUNT(*) FROM notes WHERE day = ?", [str(day)])
            if counted.fetchone()[0] >= MOST_A_DAY:
                raise NotesUnavailableError("no more notes are taken today")
            sender = _sender(_salt(base, day), spot, address)
            base.execute(
                "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)", [spot, str(day), sender, said]
            )

    def answer(self, spot: str, verified_on: date, staff: str) -> None:
        """Answer the notes on a place: those up to a day no longer count.

        Args:
            spot: id of the place.
            verified_on: day on which the place was found as the atlas says.
            staff: who answers.

        Raises:
            NotesUnavailableError: it cannot be written.
        """
        with self._writing() as base:
            row = [spot, str(verified_on), staff]
            base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", row)

    def require_notes(self, spot: str) -> None:
        """Refuse the id of a place on which there are no notes to answer.

        Raises:
            BadParameterError: there are none.
        """
        known = [note.spot for note in self.per_spot()]
        if spot not in known:
            raise BadParameterError("place", spot, known or "nothing: there are no notes")

    def per_spot(self) -> list[SpotNotes]:
        """Count the notes that staff have not answered, places said to be closed first.

        Raises:
            NotesUnavailableError: they cannot be read.
        """
        if self._is_empty():
            return []
        recent = _before(self._today(), RECENT_DAYS)
        try:
            with closing(_open(self.path)) as base:
                return [SpotNotes(*row) for row in base.execute(_PER_SPOT, [recent, ""])]
        except sqlite3.Error as error:
            raise NotesUnavailableError(f"{self.path} cannot be read: {error}") from error

    def is_fresh(self) -> bool:
        """Tell whether `reports` returns at once, without reading the file."""
        return self._known[0] == self._state()

    def reports(self) -> Reports:
        """Count what pages say of places; read anew when a process has written."""
        state = self._state()
        if self._known[0] != state:
            self._known = (state, self._read_reports())
        return self._known[1]

    def _state(self) -> object:
        """Tell versions of the file apart: SQLite counts its transactions in bytes 24 to 27."""
        try:
            with self.path.open("rb") as file:
                about, counter = os.fstat(file.fileno()), os.pread(file.fileno(), 4, 24)
        except OSError:
            return self._today()
        return self._today(), about.st_ino, about.st_mtime_ns, counter

    def _read_reports(self) -> Reports:
        if self._is_empty():
            return NO_REPORTS
        day = self._today()
        try:
            with closing(_open(self.path)) as base:
                _forget_salts(base, day)
                closed = base.execute(_RECENT, [_before(day, RECENT_DAYS)]).fetchall()
                verified = base.execute("SELECT spot, verified_on FROM answers").fetchall()
        except sqlite3.Error as error:  # pages go on without them
            _log.warning("notes of visitors in %s cannot be read: %s", self.path, error)
            return NO_REPORTS
        return Reports({spot: (gone, there) for spot, gone, there in closed}, dict(verified))

    def _is_empty(self) -> bool:
        """Tell whether no note was ever taken."""
        return not self.path.exists() or self.path.stat().st_size == 0

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction: whole on the disk, or not at all."""
        try:
            _make_private(self.path)
            with closing(_open(self.path)) as base:
                base.execute("BEGIN IMMEDIATE")
                for statement in _TABLES:
                    base.execute(statement)
                yield base
                base.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise NotesUnavailableError(f"notes cannot be written: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    """Open the file for writing where that is allowed, as a write that was cut off needs it."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    base = sqlite3.connect(address, _WAIT_S, isolation_level=None, uri=True)
    base.execute("PRAGMA secure_delete = ON")  # of a salt that is deleted nothing is left
    return base


def _make_private(path: Path) -> None:
    """Make the file where it is missing, for nobody else to read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _forget_salts(base: sqlite3.Connection, day: date) -> None:
    """Delete the salts of days that are over, as far as the file may be written."""
    if base.execute("SELECT 1 FROM salts WHERE day <> ?", [str(day)]).fetchone():
        with suppress(sqlite3.OperationalError):
            base.execute("DELETE FROM salts WHERE day <> ?", [str(day)])


def _salt(base: sqlite3.Connection, day: date) -> bytes:
    base.execute("DELETE FROM salts WHERE day <> ?", [str(day)])
    new = [str(day), secrets.token_bytes(32)]
    base.execute("INSERT OR IGNORE INTO salts VALUES (?, ?)", new)
    return bytes(base.execute("SELECT salt FROM salts").fetchone()[0])


def _sender(salt: bytes, spot: str, address: str) -> bytes:
    text = f"{spot}\n{household(address)}".encode()
    return hmac.digest(salt, text, hashlib.sha256)[:_SENDER_BYTES]


def read_day(text: str) -> date:
    """Read the day on which a place was verified.

    Raises:
        BadParameterError: it is no day of ISO 8601, or lies ahead.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_DAY <= day <= today_in_korea():
        raise BadParameterError("verified_on", text, f"a day until {today_in_korea()}")
    return day


def today_in_korea() -> date:
    """Return the present day in Korea."""
    return datetime.now(KOREA).date()


def household(address: str) -> str:
    """Return the part of a network address that its user cannot change at will.

    Args:
        address: IPv4 or IPv6; anything else is returned as it is.
    """
    try:
        given = ip_address(address)
    except ValueError:
        return address
    if not isinstance(given, IPv6Address):
        return address
    if given.ipv4_mapped is not None:
        return str(given.ipv4_mapped)
    return str(int(given) >> (128 - _IPV6_PREFIX))


def _before(day: date, days: int) -> str:
    return str(day - timedelta(days=days))
