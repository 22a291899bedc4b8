"""A Spark master with two workers on loopback, started as an operator starts them."""

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

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
class Cluster:
    """A master and its workers."""

    address: str
    workers: list[subprocess.Popen]


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


def _await(process: subprocess.Popen, text: str) -> None:
    """Read the log of a process until it says something; the rest goes nowhere."""
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"the process ended before it said: {text}")


@pytest.fixture
def cluster(tmp_path):
    """A master and two workers of one core each."""
    port = str(_free_port())
    host = ("--host", "127.0.0.1", "--port")
    master = _start(tmp_path, "master.Master", *host, port, "--webui-port", "0")
    _await(master, "I have been elected leader")
    address = f"spark://127.0.0.1:{port}"
    small = ("--cores", "1", "--memory", "1g", "--webui-port", "0", address)
    workers = [_start(tmp_path, "worker.Worker", *host, "0", *small) for _ in range(2)]
    for worker in workers:
        _await(worker, "Successfully registered with master")
    yield Cluster(address, workers)
    for process in (*workers, master):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()
