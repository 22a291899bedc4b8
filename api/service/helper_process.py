"""What a helper process does: one task after the other, each within a budget of work and memory.

It has a lower priority than the service, so that answers that are at hand do not wait for it.
"""

import math
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa

from api.service.current_snapshot import CurrentSnapshot
from api.service.helper_task import Place, packed_outcome, read_task
from geo.snapshot.reader import open_snapshot

_NICER: Final = 5


@dataclass(frozen=True)
class Budget:
    """What one task may take.

    Attributes:
        cpu_s: processor time; a request is to take no more than 1 s, and not all machines are fast.
        memory: bytes beside what the process has from its start.
    """

    cpu_s: float = 5.0
    memory: int = 600_000_000


BUDGET: Final = Budget()


class OverBudgetError(Exception):
    """A request takes more work or memory than one may."""


class _OutOfTimeError(BaseException):
    """The budget of work is used up; nothing catches it by accident."""


def work(connection: Connection, home: Path, budget: Budget) -> None:
    """Do tasks until the service disconnects.

    Args:
        connection: to the service.
        home: folder with the snapshots.
        budget: of each task.
    """
    _prepare(budget.memory)
    opened = _Opened(home)
    while True:
        try:
            task = connection.recv_bytes()
        except (EOFError, OSError):
            return
        outcome, is_sound = _done(task, opened, budget.cpu_s)
        connection.send_bytes(outcome)
        if not is_sound:
            return  # what was interrupted anywhere is not relied on any more


def _prepare(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the service ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, _stop)
    os.nice(_NICER)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    most = _data_bytes() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _done(task: bytes, opened: "_Opened", cpu_s: float) -> tuple[bytes, bool]:
    """What came of a task, and whether another may follow."""
    with _Attempt() as attempt:
        _, function = read_task(task, opened)
        with _limited(cpu_s):
            attempt.outcome = packed_outcome(value=function())
    error = attempt.error
    if isinstance(error, _OutOfTimeError | MemoryError):
        return packed_outcome(error=OverBudgetError()), False
    return attempt.outcome if error is None else packed_outcome(error=error), True


class _Attempt:
    """An attempt whose error is sent to the service, which raises it again."""

    outcome = b""
    error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: Any, error: BaseException | None, _trace: Any) -> bool:
        self.error = error
        return True


@contextmanager
def _limited(cpu_s: float) -> Iterator[None]:
    """Interrupt what takes more processor time than it may; end what does not even notice."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = math.ceil(used.ru_utime + used.ru_stime + 2 * cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _stop(*_: Any) -> None:
    raise _OutOfTimeError


class _Opened:
    """The snapshot asked for last."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._held: CurrentSnapshot | None = None

    def __call__(self, place: Place) -> CurrentSnapshot:
        if self._held is None or self._held.snapshot.id != place.id:
            self._held = None
            self._held = CurrentSnapshot(open_snapshot(self._home / "snapshots" / place.id))
        return self._held.for_staff if place.staff else self._held


def _data_bytes() -> int:
    """Memory of this process that counts for its limit; 0 on a system that does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[5]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
