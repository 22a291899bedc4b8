"""Following a store: a thread that keeps a home at what the store says is current.

What services need to know of it is in a file of the home: one process follows, and its workers and
their health page read what it says. The file's time is that of the last answer of the store.
"""

import logging
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.core.atomic_file import atomic_file
from geo.core.errors import GeoError
from geo.store.bucket import Bucket, MissingObjectError, Version
from geo.store.download import fetch_snapshot
from geo.store.pointer import CURRENT, read_pointer

EVERY_S: Final = 0.25  # 10 million requests a month; half of it is the mean delay
_LONGEST_S: Final = 60.0  # between two tries of what fails
_FILE: Final = ".store-state"

_log = logging.getLogger("ansan_atlas")


@dataclass(frozen=True)
class StoreState:
    """What is known of the store that a home follows.

    Attributes:
        problem: why the home is not at what the store says, "" where it is.
        age: seconds since the store last answered, None where it never did.
    """

    problem: str
    age: float | None


def read_state(home: Path) -> StoreState:
    """Read what the process that follows the store says of it."""
    path = home / _FILE
    try:
        problem = path.read_text("utf-8")
        answered = path.stat().st_mtime
    except OSError:
        return StoreState("", None)
    return StoreState(problem, time.time() - answered if answered else None)


class Follower:
    """Keeps a home at what a store says is current."""

    def __init__(self, bucket: Bucket, home: Path) -> None:
        self._bucket, self._home = bucket, home
        self._seen: Version | None = None
        self._stop = threading.Event()
        self._problem: str | None = None
        self._answered = 0.0

    def look(self) -> bool:
        """Look once, and fetch what is new; whether it went well."""
        problem = self._look()
        if problem and problem != self._problem:
            _log.error("the store is not followed: %s", problem)
        self._say(problem)
        return not problem

    def start(self) -> None:
        """Follow in a thread until `stop` or the end of the process."""
        threading.Thread(target=self._run, name="atlas-store", daemon=True).start()

    def stop(self) -> None:
        """End after the look that is under way."""
        self._stop.set()

    def _run(self) -> None:
        pause = EVERY_S
        while not self._stop.is_set():
            pause = EVERY_S if self.look() else min(2 * pause, _LONGEST_S)
            self._stop.wait(pause)

    def _look(self) -> str:
        try:
            seen = self._bucket.version(CURRENT)
            self._answered = time.time()
            if seen != self._seen:
                self._follow()
                self._seen = seen
        except MissingObjectError as missing:
            return (
                f"{missing}: `atlas publish` writes it" if CURRENT in str(missing) else str(missing)
            )
        except GeoError as error:
            return str(error)
        except OSError as error:
            return f"{self._home} cannot be written: {error.strerror}"
        return ""

    def _follow(self) -> None:
        pointer = read_pointer(self._bucket)
        if pointer.current is not None:
            folder = fetch_snapshot(self._bucket, self._home, pointer.current)
            _log.info("snapshot %s is current in the store", folder.name[:12])

    def _say(self, problem: str) -> None:
        path = self._home / _FILE
        with suppress(OSError, GeoError):
            if problem != self._problem or not path.exists():
                self._home.mkdir(parents=True, exist_ok=True)
                with atomic_file(path) as file:
                    file.write(problem.encode())
                self._problem = problem
            os.utime(path, (self._answered, self._answered))
