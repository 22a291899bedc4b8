"""Starting servers: the atlas, the same bytes from memory, and what else is measured."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atlas(home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """The service on a free port: port, process, seconds from start to the first answer."""
    port = free_port()
    command = [sys.executable, "-m", "atlas", "serve", "--port", str(port)]
    with running(command, {"ATLAS_HOME": str(home)}, port) as (process, seconds):
        yield port, process, seconds


@contextmanager
def static(answers: Path) -> Iterator[int]:
    """A bare ASGI app on the same uvicorn that sends the files of a folder from memory."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "bench.static_app:app", "--port", str(port),
        "--log-level", "warning", "--no-server-header",
    ]  # fmt: skip
    with running(command, {"BENCH_ANSWERS": str(answers)}, port):
        yield port


@contextmanager
def running(
    command: list[str], environment: dict[str, str], port: int, *, user: str | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server that is to listen on a port: its process, seconds until it did.

    Args:
        command: what starts it, in the foreground.
        environment: variables beside those of this process.
        port: where it will listen.
        user: who runs it; None for the user of this process.

    Raises:
        RuntimeError: it ended, or did not listen within 30 s.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, user=user
    )
    try:
        _wait(port, process)
        yield process, time.perf_counter() - started
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory that a process holds, megabytes (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def family_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory of a process and all that it started, megabytes; what they share counts once."""
    return sum(_proportional_kb(pid) for pid in _family(process.pid)) / 1024


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Processor time of a process and all that it started."""
    ticks = sum(map(_ticks, _family(process.pid)))
    return ticks / os.sysconf("SC_CLK_TCK")


def count_processes(process: subprocess.Popen[bytes]) -> int:
    """Count a process and all that it started."""
    return len(list(_family(process.pid)))


def _ticks(pid: int) -> int:
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, numbers[11:13]))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _proportional_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise RuntimeError(f"no server on port {port} after 30 s")
