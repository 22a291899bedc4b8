"""A Spark master with two workers on loopback, started as an operator starts them."""

import os
import re
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import IO

import pytest

_AT_MOST = 1800  # seconds: a test that waits for what never comes fails then
_MISSING = [
    *(["pyspark"] if find_spec("pyspark") is None else []),
    *(["Java"] if shutil.which("java") is None else []),
]


def pytest_collection_modifyitems(items):
    reason = f"Spark is not here ({', '.join(_MISSING)} missing): make test-spark"
    for item in items:
        ours = item.path.is_relative_to(Path(__file__).parent)
        if _MISSING and ours and "needs_no_spark" not in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))


@dataclass
class Worker:
    """A worker and the folder of its executors."""

    process: subprocess.Popen
    folder: Path

    def await_task(self, load: int) -> None:
        """Wait until an executor of the worker begins a task of the first, second … application."""
        for _ in range(load):
            line = _await(self.process.stderr, "Asked to launch executor")
        application, number = re.search(r"executor (\S+)/(\d+) for", line).groups()
        log = self.folder / application / number / "stderr"
        following = ["tail", "-n", "+1", "-F", str(log)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(following, text=True, **pipes) as tail:
            _await(tail.stdout, "Running task")
            tail.kill()

    def kill(self) -> None:
        """Kill the worker and its executors, as a machine that loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Cluster:
    """A master and its workers."""

    address: str
    workers: list[Worker]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start(folder: Path, name: str, *arguments: str) -> subprocess.Popen:
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *arguments]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment["SPARK_WORKER_DIR"] = str(folder)
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _await(log: IO[str], text: str) -> str:
    """Read a log up to the line that says something, and return it."""
    for line in log:
        if text in line:
            return line
    raise AssertionError(f"the log ended before it said: {text}")


@pytest.fixture
def cluster(tmp_path):
    """A master and two workers of one core each."""
    port = str(_free_port())
    host = ("--host", "127.0.0.1", "--port")
    master = _start(tmp_path, "master.Master", *host, port, "--webui-port", "0")
    _await(master.stderr, "I have been elected leader")
    address = f"spark://127.0.0.1:{port}"
    small = ("--cores", "1", "--memory", "1g", "--webui-port", "0", address)
    folders = [tmp_path / "worker-1", tmp_path / "worker-2"]
    workers = [
        Worker(_start(folder, "worker.Worker", *host, "0", *small), folder) for folder in folders
    ]
    for worker in workers:
        _await(worker.process.stderr, "Successfully registered with master")
    processes = [*(worker.process for worker in workers), master]
    end = Timer(_AT_MOST, _end, [processes])
    end.start()
    yield Cluster(address, workers)
    end.cancel()
    _end(processes)
    for process in processes:
        process.stderr.close()


def _end(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
