"""The two servers that are held against each other: the atlas, and the same bytes from memory."""

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
    port = _free_port()
    command = [sys.executable, "-m", "atlas", "serve", "--port", str(port)]
    with _running(command, {"ATLAS_HOME": str(home)}, port) as (process, seconds):
        yield port, process, seconds


@contextmanager
def static(answers: Path) -> Iterator[int]:
    """A bare ASGI app on the same uvicorn that sends the files of a folder from memory."""
    port = _free_port()
    command = [
        sys.executable, "-m", "uvicorn", "bench.static_app:app", "--port", str(port),
        "--log-level", "warning", "--no-server-header",
    ]  # fmt: skip
    with _running(command, {"BENCH_ANSWERS": str(answers)}, port):
        yield port


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory that a process holds, megabytes (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], port: int
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield process, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
