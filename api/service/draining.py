"""A service that is asked to end reports it for a while, before it stops to listen.

Proxies that ask `/health/ready` send new requests elsewhere meanwhile, and none of them fails.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI


@contextmanager
def drain_on_sigterm(app: FastAPI) -> Iterator[None]:
    """Let SIGTERM make the service unready at once, and end it some seconds later.

    Ctrl-C ends it at once, as ever.
    """
    ends = signal.getsignal(signal.SIGTERM)  # the server's own way to end
    if threading.current_thread() is not threading.main_thread() or not callable(ends):
        yield
        return
    loop = asyncio.get_running_loop()

    def drain(number: int, frame: Any) -> None:
        if not app.state.draining:  # a second one, as from systemd to each process, changes nothing
            app.state.draining = True
            seconds: float = app.state.settings.drain_seconds
            loop.call_soon_threadsafe(loop.call_later, seconds, ends, number, frame)

    signal.signal(signal.SIGTERM, drain)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, ends)
