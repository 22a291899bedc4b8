"""Helper processes for long work, so that nothing of it holds up the event loop.

Two for each worker: one for what takes a moment (filters, pages, tiles), one for what takes longer
(measures, pictures, joins). They are forked from a process that has imported everything and has
compiled the templates. They start with the first work there is, or soon after the service, and
start anew for another snapshot, or after a task that went beyond its budget.
"""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.service.current_snapshot import ROLE, serving
from api.service.helper_process import BUDGET, Budget, OverBudgetError, work
from api.service.helper_task import Place, packed_task, read_outcome

Lane = Literal["quick", "slow"]
# Before helpers are forked, so that no request pays for it; what is not installed is left out.
_IMPORTED: Final = (
    "api.app",
    "maps.print.picture",
    "scipy.fft",
    "scipy.sparse.csgraph",
    "scipy.spatial",
    "scipy.special",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "xlsxwriter",
    "pyarrow.parquet",
    "maps.preloaded",
)
BEGIN_AFTER_S: Final = 10
_FORKS: Final = multiprocessing.get_context("forkserver")

_log = logging.getLogger("ansan_atlas")


class EndingError(Exception):
    """The service ends, and begins no further work."""


class Helper:
    """A process that does one task at a time; for use in one event loop."""

    def __init__(self, home: Path, budget: Budget = BUDGET) -> None:
        """Begin without a process.

        Args:
            home: folder with the snapshots.
            budget: of each task.
        """
        self._home, self._budget, self._turn = home, budget, asyncio.Lock()
        self._process: Any = None
        self._connection: Connection | None = None
        self._place: Place | None = None
        self._closed = False

    async def begin(self) -> None:
        """Start the process, before there is work for it."""
        async with self._turn:
            with suppress(EndingError):
                await run_in_threadpool(self._start)

    async def run(self, request: Request, function: Callable[[], Any]) -> Any:
        """Call a function in the helper and return its result.

        Args:
            request: for which it is done.
            function: with its arguments; every part of it can be pickled.

        Raises:
            OverBudgetError: it takes more work or memory than it may.
            EndingError: the service ends.
        """
        held = serving(request)
        place = Place(held.snapshot.id, ROLE in request.scope)
        async with self._turn:
            return await run_in_threadpool(
                self._do, place, partial(packed_task, held, place, function)
            )

    @property
    def pids(self) -> Sequence[int]:
        """The process, where there is one."""
        return [] if self._process is None else [self._process.pid]

    def close(self) -> None:
        """End the process, whatever it does."""
        self._closed = True
        self._end()

    def _do(self, place: Place, make: Callable[[], bytes]) -> Any:
        if self._place is not None and self._place.id != place.id:
            self._end()  # so that nothing keeps the snapshot before from being removed
        connection = self._start()
        self._place = place
        task = make()
        try:
            connection.send_bytes(task)
            outcome = connection.recv_bytes()
        except (EOFError, OSError) as error:
            self._end()
            if self._closed:
                raise EndingError from error
            _log.warning("a helper process has ended in the middle of a task")
            raise OverBudgetError from error
        try:
            return read_outcome(outcome)
        except OverBudgetError:
            self._end()
            raise

    def _start(self) -> Connection:
        if self._connection is not None:
            return self._connection
        ours, theirs = _FORKS.Pipe()
        _FORKS.set_forkserver_preload(list(_IMPORTED))
        process = _FORKS.Process(target=work, args=(theirs, self._home, self._budget), daemon=True)
        process.start()
        theirs.close()
        self._process, self._connection = process, ours
        if self._closed:
            self._end()
            raise EndingError
        return ours

    def _end(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = self._place = None
        if process is not None:
            process.kill()
            process.join()
        if connection is not None:
            connection.close()


class Helpers:
    """The helpers of one worker."""

    def __init__(self, home: Path) -> None:
        """Begin without processes.

        Args:
            home: folder with the snapshots.
        """
        self._lanes: dict[Lane, Helper] = {"quick": Helper(home), "slow": Helper(home)}

    def of(self, lane: Lane) -> Helper:
        """Choose the helper of a lane."""
        return self._lanes[lane]

    async def begin(self) -> None:
        """Start all processes, once the first requests after a start have been answered."""
        await asyncio.sleep(BEGIN_AFTER_S)
        for helper in self._lanes.values():
            await helper.begin()

    def close(self) -> None:
        """End all processes."""
        for helper in self._lanes.values():
            helper.close()
