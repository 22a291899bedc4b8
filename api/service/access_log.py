"""The access log: one JSON object a line for each request, without paths, queries or tokens.

Lines are written by a thread, some at a time, so that a slow disk or a full pipe delays no answer;
where too many wait they are dropped and counted.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

import orjson

from api.service.metrics import count_unlogged

STANDARD_OUTPUT: Final = "-"
PERIOD_S: Final = 0.1  # between two writes
MOST_WAITING: Final = 20_000  # lines
_AT_ONCE: Final = 4_096  # bytes that a pipe takes from several workers without mixing them
_END_WITHIN_S: Final = 1.0

_log = logging.getLogger("ansan_atlas")


class AccessLog:
    """A writer of lines."""

    def __init__(self, target: str) -> None:
        """Open the log.

        Args:
            target: a file, or "-" for standard output.

        Raises:
            OSError: nothing can be written there.
        """
        self._target = target
        self._entries: list[Mapping[str, Any]] = []
        self._waiting = 0
        self._batches: SimpleQueue[list[Mapping[str, Any]] | None] = SimpleQueue()
        self._timer: asyncio.TimerHandle | None = None
        if target != STANDARD_OUTPUT:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        self._write([])

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add a line, to be written soon; the entry is read later, and must not change."""
        if self._waiting >= MOST_WAITING:
            count_unlogged(1)
            return
        self._waiting += 1
        self._entries.append(entry)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PERIOD_S, self._hand_over)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write lines for as long as the service runs."""
        thread = threading.Thread(target=self._work, name="access log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._hand_over()
            self._batches.put(None)
            thread.join(_END_WITHIN_S)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._batches.put(self._entries)
        self._entries = []

    def _work(self) -> None:
        while (entries := self._batches.get()) is not None:
            try:
                self._write([orjson.dumps(entry) + b"\n" for entry in entries])
            except OSError as error:
                count_unlogged(len(entries))
                _log.error("the access log cannot be written: %s", error.strerror)
            self._waiting -= len(entries)

    def _write(self, lines: list[bytes]) -> None:
        if self._target == STANDARD_OUTPUT:
            for piece in _pieces(lines):
                _write_whole(1, piece)
            return
        # Opened anew each time: after a rotation it is another file.
        handle = os.open(self._target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write_whole(handle, b"".join(lines))
        finally:
            os.close(handle)


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into pieces that are written in one go."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > _AT_ONCE:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece


def _write_whole(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
