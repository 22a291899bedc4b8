"""Nobody can keep others out: what the most expensive requests cost, and who waits for them.

Each request is asked alone, for its processor time and memory, and by eight clients at once, for
what `/health/live` takes beside them.
"""

import argparse
import multiprocessing
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from rich.console import Console
from rich.table import Table

from bench import servers
from bench.worst_requests import Make, get, worst_requests

HOME: Final = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[1] / "var"))
AT_ONCE: Final = 8
ALONE: Final = 2  # times
BESIDE_S: Final = 2.0
HELPER_STARTS_S: Final = 4.0  # work is done in threads until then, once after a start
HEALTH: Final = get("/health/live")
GOAL_CPU_S, GOAL_HEALTH_MS = 1.0, 100.0
_ANSWER_WITHIN_S: Final = 120


@dataclass(frozen=True)
class Cost:
    """What one request costs by itself.

    Attributes:
        status: of the answer.
        cpu_s: processor time of the service and its helpers.
        wall_s: until the answer is there.
        mb: memory of all processes before and after.
    """

    status: int
    cpu_s: float
    wall_s: float
    mb: tuple[float, float]


def main() -> None:
    """Print the table of requests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only requests whose name holds one of these")
    words = parser.parse_args().words
    console, rows = Console(), Table(
        "request", "status", "CPU s", "wall s", "MB before", "MB after", "health p50 ms", "p99 ms",
        "max ms", "× idle",
    )  # fmt: skip
    for name, make in worst_requests().items():
        if not words or any(word in name for word in words):
            row = _measure(name, make)
            print(*row, sep=" | ", flush=True)
            rows.add_row(*row)
    console.print(rows)
    console.print(f"goals: CPU {GOAL_CPU_S} s, health {GOAL_HEALTH_MS:.0f} ms")


def _measure(name: str, make: Make) -> tuple[str, ...]:
    with servers.atlas(HOME) as (port, process, _):
        time.sleep(0.5)
        idle = [_seconds(port) for _ in range(50)]
        number = count(1)
        _ask(port, make(next(number)))  # what is imported with the first request
        time.sleep(HELPER_STARTS_S)
        costs = [_cost(port, process, make(next(number))) for _ in range(ALONE)]
        asked = [make(next(number)) for _ in range(AT_ONCE * 12)]
        with _clients(port, asked):
            beside = _health_beside(port)
        mb_after = servers.family_mb(process)
    worst = max(costs, key=lambda cost: cost.cpu_s)
    return (
        name,
        str(worst.status),
        f"{worst.cpu_s:.2f}",
        f"{worst.wall_s:.2f}",
        f"{costs[0].mb[0]:.0f}",
        f"{mb_after:.0f}",
        *(f"{1000 * item:.0f}" for item in _told(beside)),
        f"{max(beside) / median(idle):.0f}",
    )


def _told(times: list[float]) -> tuple[float, float, float]:
    return median(times), quantiles(times, n=100)[98], max(times)


def _cost(port: int, process: subprocess.Popen[bytes], request: bytes) -> Cost:
    before, used = servers.family_mb(process), servers.cpu_seconds(process)
    started = time.perf_counter()
    status = _ask(port, request)
    took = time.perf_counter() - started
    return Cost(
        status,
        servers.cpu_seconds(process) - used,
        took,
        (before, servers.family_mb(process)),
    )


def _health_beside(port: int) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + BESIDE_S
    while time.perf_counter() < end or len(times) < 3:
        times.append(_seconds(port))
        time.sleep(0.005)
    return times


def _seconds(port: int) -> float:
    """How long a new connection and an answer of `/health/live` take."""
    started = time.perf_counter()
    if _ask(port, HEALTH) != 200:
        raise RuntimeError("the service does not live")
    return time.perf_counter() - started


@contextmanager
def _clients(port: int, asked: Sequence[bytes]) -> Iterator[None]:
    """Clients in a process of their own, so that they take no time of who measures."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_ask_all, args=(port, asked, ready), daemon=True)
    process.start()
    ready.wait()
    try:
        time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.join()


def _ask_all(port: int, asked: Sequence[bytes], ready: Event) -> None:
    """Ask for all of this, so many at once."""
    left = list(asked)

    def ask() -> None:
        while left:
            try:
                _ask(port, left.pop())
            except OSError:
                return

    for _ in range(AT_ONCE):
        threading.Thread(target=ask).start()
    ready.set()


def _ask(port: int, request: bytes) -> int:
    """The status of an answer, read to its end."""
    place = ("127.0.0.1", port)
    with closing(socket.create_connection(place, timeout=_ANSWER_WITHIN_S)) as connection:
        connection.sendall(request.replace(b"Host: x", b"Host: x\r\nConnection: close", 1))
        first = connection.recv(65_536)
        while connection.recv(1 << 20):
            pass
    if not first:
        raise ConnectionError("the connection was closed without an answer")
    return int(first.split(b" ", 2)[1])


if __name__ == "__main__":
    main()
