"""A service in a process of its own that writes down what it was asked, and ways to run clients."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import geopandas as gpd
import httpx
import pytest
from published import committed_home

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
NOWHERE = "http://127.0.0.1:9"  # the discard port: a client that asks another host gets nothing


@dataclass(frozen=True)
class Asked:
    """One request: its path, and its parameters as they were meant."""

    path: str
    query: dict[str, str]


@dataclass(frozen=True)
class Service:
    address: str
    log: Path

    @contextmanager
    def watched(self):
        """A list that holds, in the end, the requests for items made meanwhile."""
        before = len(self._lines())
        seen = []
        yield seen
        for line in self._lines()[before:]:
            parts = urlsplit(line)
            if parts.path.endswith("/items"):
                seen.append(Asked(parts.path, dict(parse_qsl(parts.query))))

    def _lines(self):
        return self.log.read_text().splitlines()


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return committed_home(tmp_path_factory)


@pytest.fixture(scope="session")
def service(home, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "requests"
    log.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, HERE / "recorded_service.py", str(port), home, log]
    process = subprocess.Popen(command, cwd=DATA.parent)
    try:
        _wait(port, process)
        yield Service(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def client(service):
    with httpx.Client(base_url=service.address, timeout=30) as one:
        yield one


@pytest.fixture(scope="session")
def businesses(home):
    """The layer as GeoPandas reads it from the snapshot: what every client should come to."""
    return gpd.read_parquet(home / "current" / "businesses.parquet")


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Runs a program that can reach the service and no other host; gives what it printed."""
    elsewhere = tmp_path_factory.mktemp("profile")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(elsewhere),
        "XDG_RUNTIME_DIR": str(elsewhere),
        "LANG": "C.UTF-8",
        "PROJ_NETWORK": "OFF",
        "QT_QPA_PLATFORM": "offscreen",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "no_proxy": "127.0.0.1",
    }

    def one(*command):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return one


@pytest.fixture(scope="session")
def ogr2ogr():
    """Debian's GDAL, as people have it."""
    return _program("ogr2ogr", "gdal-bin")


@pytest.fixture(scope="session")
def ogrinfo():
    return _program("ogrinfo", "gdal-bin")


@pytest.fixture(scope="session")
def qgis_python():
    """The interpreter that QGIS's own module belongs to."""
    python = "/usr/bin/python3"
    found = shutil.which(python) and subprocess.run(
        [python, "-c", "import qgis.core"], check=False, capture_output=True
    )
    if not found or found.returncode:
        _missing("python3-qgis")
    return python


def _program(name, package):
    path = shutil.which(name)
    if path is None:
        _missing(package)
    return path


def _missing(package):
    """Without a client its tests are skipped, in CI they fail."""
    words = f"{package} is not installed: sh tools/get-clients"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def _wait(port, process):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the service did not listen within 20 s")
