"""Refusals in the log: a line at once, then at most one a minute, with addresses and counts."""

import asyncio
import logging
from collections import Counter
from typing import Final

from fastapi import Request

PERIOD_S: Final = 60.0
_MOST_ADDRESSES: Final = 1_000  # that are counted by themselves in a period
_NAMED: Final = 5  # in a line
_OTHERS: Final = "others"

_log = logging.getLogger("ansan_atlas")


class RefusalLog:
    """Counts of refusals by status and client; for use in one event loop."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, str]] = Counter()
        self._waits = False

    def note(self, status: int, address: str) -> None:
        """Count a refusal; log it now, or together with others at the end of the period.

        Args:
            status: HTTP status.
            address: of the client.
        """
        key = (status, address)
        full = len(self._counts) >= _MOST_ADDRESSES and key not in self._counts
        self._counts[(status, _OTHERS) if full else key] += 1
        if not self._waits:
            self._write()

    def _write(self) -> None:
        """Log what has been refused, if anything, and wait for a period."""
        self._waits = bool(self._counts)
        if not self._waits:
            return
        named = [
            f"{status} to {who} ({n})" for (status, who), n in self._counts.most_common(_NAMED)
        ]
        _log.warning("refused %s requests: %s", self._counts.total(), ", ".join(named))
        self._counts.clear()
        asyncio.get_running_loop().call_later(PERIOD_S, self._write)


def note_refusal(request: Request, status: int) -> None:
    """Count a refused request of the service.

    Args:
        request: the request.
        status: HTTP status.
    """
    client = request.scope.get("client")
    log: RefusalLog = request.app.state.refusals
    log.note(status, client[0] if client else "")
