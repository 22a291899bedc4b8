"""The service in a process of its own, started as a user starts it."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from free_ports import free_port


class Served:
    """A running service.

    Attributes:
        process: what was started.
        where: host and port.
        address: the same as the base of addresses.
        log: file with what it says.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.log = process, log
        self.where = ("127.0.0.1", port)
        self.address = f"http://127.0.0.1:{port}"

    def seconds(self, path: str) -> float:
        """How long an answer takes, which has to be a 200."""
        started = time.monotonic()
        assert self.status(path) == 200
        return time.monotonic() - started

    def status(self, path: str) -> int:
        """The status of an answer; asked with next to no work on this side."""
        connection = http.client.HTTPConnection(*self.where, timeout=60)
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def resident_mb(self) -> float:
        """Memory that it and its helpers hold; what they share counts once."""
        return sum(map(_proportional_kb, self.pids())) / 1e3

    def cpu_seconds(self) -> float:
        """Time that it and its helpers have computed."""
        return sum(map(_ticks, self.pids())) / os.sysconf("SC_CLK_TCK")

    def own_cpu_seconds(self) -> float:
        """Time that the process which answers has computed."""
        return _ticks(self.process.pid) / os.sysconf("SC_CLK_TCK")

    def pids(self) -> list[int]:
        """Its process, and all that it has started."""
        return [self.process.pid, *self.children()]

    def children(self) -> list[int]:
        """All processes that it has started, and those that they have."""
        return list(_below(self.process.pid))


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _below(child)


def _proportional_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def _ticks(pid: int) -> int:
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, numbers[11:13]))


@contextmanager
def served(home: Path, log: Path, *, program: tuple[str, ...] = ("-m", "atlas"), **settings: str):
    """Start the service over a home; it ends with the block.

    Args:
        home: folder with the snapshots.
        log: file for what it says.
        program: what Python runs.
        settings: variables of its environment.
    """
    port = free_port()
    with log.open("wb") as handle:
        process = subprocess.Popen(
            [sys.executable, *program, "serve", "--port", str(port)],
            env={**os.environ, "ATLAS_HOME": str(home), **settings},
            stdout=handle,
            stderr=handle,
        )
    one = Served(process, port, log)
    try:
        _wait(one)
        yield one
    finally:
        process.kill()
        process.wait()


def _wait(one: Served) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            one.status("/health/live")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(one.log.read_text())
