"""Lock of a home: one process at a time changes it, from reading what is there to the switch.

The lock is the kernel's (`flock`), so it goes with the process, however that ends. What is in
its file, who has the turn, is only for those who wait.
"""

import fcntl
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from geo.core.errors import SnapshotError
from geo.core.progress import Notice, one_line
from geo.core.reuse import FILE, Results, reuse_results

_LOCK: Final = ".lock"
_SCRATCH: Final = ".scratch-"
_SHOWN: Final = 200  # characters of a command
# Homes whose turn this thread of work has: what it calls takes no second one.
_MINE: Final[ContextVar[frozenset[Path]]] = ContextVar("turns", default=frozenset())


class HomeInUseError(SnapshotError):
    """Somebody else changes the home, and this does not wait."""


@dataclass(frozen=True)
class Turn:
    """How a turn is taken.

    Attributes:
        waits: whether to wait for whoever has the turn; else it is refused.
        by: who asks for it, for those who are refused or wait; "" for the process.
    """

    waits: bool = True
    by: str = ""


@contextmanager
def lock_home(
    home: Path,
    on_step: Callable[[str], None] = lambda _: None,
    turn: Turn = Turn(),
) -> Iterator[None]:
    """Lock a home for changes; within a turn, the same turn goes on.

    Args:
        home: folder that holds `snapshots/` and `current`; made where it is missing.
        on_step: called with the process that this waits for, if any.
        turn: whether to wait, and who asks.

    Raises:
        HomeInUseError: somebody else has the turn, and this does not wait.
        SnapshotError: the home is not a folder, or nothing can be written there.
    """
    key, mine = home.resolve(), _MINE.get()
    if key in mine:
        yield
        return
    with _open_lock(home) as lock:
        _take(lock, home, on_step, turn)
        token = _MINE.set(mine | {key})
        try:
            _clear_scratch(home, _dead)
            with reuse_results(home / FILE) as results:
                yield
            _save(results, home)
        finally:
            _MINE.reset(token)
            _clear_scratch(home, _mine)
            _say(lock, {})


def _save(results: Results, home: Path) -> None:
    """Write the results that changed, whole or not at all; without them nothing is wrong."""
    if not results.changed:
        return
    with suppress(OSError):
        unfinished = make_scratch_folder(home) / FILE
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(results.dump())
        unfinished.replace(home / FILE)


def make_scratch_folder(home: Path) -> Path:
    """Make a scratch folder, removed when the turn of this process ends."""
    home.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-", dir=home))


def _open_lock(home: Path) -> BinaryIO:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / _LOCK).open("ab+", buffering=0)  # who waits must not empty it
    except OSError as error:
        raise SnapshotError(f"no snapshots can be kept in {home}: {error.strerror}") from error


def _take(lock: BinaryIO, home: Path, on_step: Callable[[str], None], turn: Turn) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _holder(lock)
        if not turn.waits:
            raise HomeInUseError(
                f"{holder} is changing the atlas; try again when that is done"
            ) from error
        on_step(Notice(f"waiting for {holder} to be done in {home}"))
        fcntl.flock(lock, fcntl.LOCK_EX)
    command = one_line(" ".join(["atlas", *sys.argv[1:]]))[:_SHOWN]
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    _say(lock, {"pid": os.getpid(), "command": command, "since": since, "by": turn.by})


def _say(lock: BinaryIO, who: Mapping[str, Any]) -> None:
    with suppress(OSError):  # on a full disk; nobody but those who wait would read it
        lock.truncate(0)
        lock.write(json.dumps(who, ensure_ascii=False).encode())


def _holder(lock: BinaryIO) -> str:
    """Name the process that holds the lock, as far as it is written."""
    lock.seek(0)
    try:
        holder = json.loads(lock.read())
        who = holder.get("by") or f"process {holder['pid']} ({holder['command']})"
        return f"{who}, at work since {holder['since']},"
    except (ValueError, KeyError, TypeError):
        return "another process"


def _clear_scratch(home: Path, unwanted: Callable[[str], bool]) -> None:
    """Remove the scratch folders of some processes."""
    for left in home.glob(f"{_SCRATCH}*"):
        if unwanted(left.name.removeprefix(_SCRATCH).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)


def _mine(number: str) -> bool:
    return number == str(os.getpid())


def _dead(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return True
    except PermissionError:
        return False  # of somebody else
    return False
