"""Publishers killed for real: whatever the moment, the snapshot before still serves."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.snapshot.layer_writer import write_layer
from geo.snapshot.publish import verify
from geo.snapshot.reader import open_current
from geo.snapshot.schema.validate import conform

NURSERY = Path(__file__).with_name("nursery.py")


class Nursery:
    """A process that forks publishers of the layer `gu` (see nursery.py)."""

    def __init__(self, home: Path, parquet: Path) -> None:
        self.home = home
        command = [sys.executable, NURSERY, home, parquet]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self._told() == "ready"

    def start(self, order: str) -> int:
        """Fork a publisher; its process id."""
        print(order, file=self._process.stdin, flush=True)
        return int(self._told())

    def end(self) -> int:
        """Wait for the publisher; its exit code, negative where a signal ended it."""
        return int(self._told())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _told(self) -> str:
        return self._process.stdout.readline().strip()


@pytest.fixture
def nurseries(tmp_path, gu):
    """As many as wanted, all publishing into one home."""
    started: list[Nursery] = []
    write_layer("gu", conform("gu", gu), tmp_path)

    def start() -> Nursery:
        started.append(Nursery(tmp_path / "served", tmp_path / "gu.parquet"))
        return started[-1]

    yield start
    for item in started:
        item.close()


def current(home: Path) -> Path:
    return (home / "current").resolve()


def check(home: Path) -> None:
    """What is current can be opened, and every byte of it is right."""
    assert open_current(home).layers["gu"].count == 2
    assert verify(current(home)) == {"gu": 2}


def leftovers(home: Path) -> list[str]:
    """What is neither a finished snapshot nor the link to one."""
    names = {path.name for path in home.iterdir()} - {"snapshots", "current", ".lock", ".computed"}
    unfinished = {path.name for path in (home / "snapshots").iterdir() if len(path.name) != 64}
    return sorted(names | unfinished)


def test_killed_at_random_moments_the_current_snapshot_still_serves(nurseries):
    nursery, moments = nurseries(), random.Random(41273)  # noqa: S311
    for _ in range(20):
        publisher = nursery.start("forever")
        time.sleep(moments.uniform(0, 0.08))
        os.kill(publisher, signal.SIGKILL)
        assert nursery.end() == -signal.SIGKILL
        check(nursery.home)
    nursery.start("times 1")
    assert nursery.end() == 0
    assert leftovers(nursery.home) == []


def test_killed_before_every_look_at_the_disk_the_current_snapshot_still_serves(nurseries):
    nursery = nurseries()
    for look in itertools.count(1):
        nursery.start(f"until {look}")
        killed = nursery.end() == -signal.SIGKILL
        check(nursery.home)
        if not killed:
            break
    assert look > 10  # a manifest, three files, a rename and a link at least
    assert leftovers(nursery.home) == []
    finished = list((nursery.home / "snapshots").iterdir())  # those that have their name are whole
    assert [verify(path) for path in finished] == [{"gu": 2}] * len(finished)


def test_two_builds_at_once_both_end_well(nurseries):
    first, second = nurseries(), nurseries()
    for item in (first, second):
        item.start("times 8")
    assert (first.end(), second.end()) == (0, 0)
    check(first.home)
    assert leftovers(first.home) == []
    # 8 versions of each, and the one that both began with.
    assert len(list((first.home / "snapshots").iterdir())) == 17
