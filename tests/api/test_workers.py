"""Several processes over one snapshot, started as a user starts them."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from free_ports import free_port
from published import switch, version_of, with_another

READY = "/health/ready"
ASKING = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=30)
SHARED = "/collections/businesses/items?limit=10000"


@pytest.fixture(scope="module")
def served(home, tmp_path_factory):
    home, _, new = with_another(home, tmp_path_factory.mktemp("workers"))
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "atlas", "serve", "--port", str(port), "--workers", "2"],
        env={**os.environ, "ATLAS_HOME": str(home)}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address))
        yield process, address, home, new
    finally:
        process.terminate()
        process.wait(timeout=20)


def get(url):
    """Ask on a connection of its own, so that any worker may answer."""
    return ASKING.get(url)


def answers(address):
    try:
        return get(address + READY).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def workers(process):
    """The processes that `process` has started and that hold the columns of the snapshot."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = re.search(r"PPid:\t(\d+)", status.read_text()).group(1)
            maps = (status.parent / "maps").read_text()
        except OSError:
            continue
        if parent == str(process.pid) and "businesses.arrow" in maps:
            found.append(maps)
    return found


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="tells mappings by /proc")
def test_workers_map_the_same_file(served):
    process, address, _, _ = served
    wait_until(lambda: len(workers(process)) == 2)
    files = [set(re.findall(r"\S+businesses\.arrow", maps)) for maps in workers(process)]
    assert files[0] == files[1]
    assert all(get(address + SHARED).status_code == 200 for _ in range(20))


def test_all_workers_take_up_a_new_snapshot(served):
    _, address, home, new = served
    switch(home, new)
    name = version_of(new)[:16]

    def all_new():
        return all(name in get(address + SHARED).headers["etag"] for _ in range(20))

    wait_until(all_new, 15)


def test_any_worker_tells_the_metrics_of_all(served):
    process, address, _, _ = served
    wait_until(lambda: len(workers(process)) == 2)
    for _ in range(20):
        assert get(f"{address}/conformance").status_code == 200
    counted = 'atlas_requests_total{route="/conformance",status="200"} 20.0'

    def all_counted():
        text = get(f"{address}/metrics").text
        both = text.count("atlas_resident_bytes{") == 2 and "\natlas_workers_ready 2.0" in text
        return both and counted in text

    wait_until(all_counted, 15)
