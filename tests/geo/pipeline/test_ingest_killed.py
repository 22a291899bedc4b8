"""Loading a register killed for real, and on a full disk: the snapshot before still serves."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.folders import check_bytes
from geo.snapshot.publish import verify

TESTS = Path(__file__).parents[2]
LOADER = TESTS / "support" / "loader.py"
PERMITS = TESTS / "data" / "permits"


@pytest.fixture
def loader(data, tmp_path):
    command = [sys.executable, LOADER, data, tmp_path, PERMITS]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def started(loader) -> int:
    loader.stdin.write("load\n")
    return int(loader.stdout.readline())


def test_killed_at_random_moments_the_old_data_serves(loader, tmp_path):
    current, moments = tmp_path / "current", random.Random(41273)  # noqa: S311
    before, killed = current.resolve(), 0
    verify(before)
    for _ in range(12):
        child = started(loader)
        time.sleep(moments.uniform(0, 0.9))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        if int(loader.stdout.readline()) == 0:
            before = current.resolve()  # it was whole before the signal came
            verify(before)
        else:
            killed += 1
        assert current.resolve() == before
        check_bytes(before)  # the bytes that were verified
    assert killed > 3
    started(loader)
    assert int(loader.stdout.readline()) == 0
    assert set(load_from_snapshot(tmp_path).registers) == {"permits"}
    assert {len(path.name) for path in (tmp_path / "snapshots").iterdir()} == {64}


def test_a_disk_that_takes_no_more_leaves_the_old_data(home, published):
    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    atlas = Path(sys.executable).with_name("atlas")
    done = subprocess.run(
        [atlas, "ingest", "permits", PERMITS],
        env={**os.environ, "ATLAS_HOME": str(home)},
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
    assert "File too large; the one before still serves" in done.stderr
    assert (home / "current").resolve() == published.folder.resolve()
    assert {len(path.name) for path in (home / "snapshots").iterdir()} == {64}
