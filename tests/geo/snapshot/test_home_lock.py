"""Real processes on one home: each takes its turn, and nothing that was loaded is lost."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from published import copy_current, new_home
from shelf import parsed_records, rows, source

from geo.pipeline.build import build, publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.home_lock import HomeInUseError, Turn, lock_home, make_scratch_folder
from geo.snapshot.publish import verify

TESTS = Path(__file__).parents[2]
HOLDER = TESTS / "support" / "holder.py"
PERMITS = TESTS / "data" / "permits"
SURVEY = TESTS / "data" / "table" / "survey-cp949.csv"
LOADS = {
    "permits": ["ingest", "permits", PERMITS],
    "city-survey": ["ingest", "table", SURVEY, "--mapping", "city-survey"],
}


@pytest.fixture
def begun(program, home):
    """Begin a command on the home of the test."""

    def begun(*words: object) -> subprocess.Popen[str]:
        pipe, env = subprocess.PIPE, {**os.environ, "ATLAS_HOME": str(home)}
        command = [program, *map(str, words)]
        return subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True)

    return begun


@pytest.fixture
def holder(home):
    """A process that has the turn, and a scratch folder."""
    command = [sys.executable, HOLDER, home]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "mine\n"
        yield process
        process.kill()


@pytest.fixture(scope="module")
def alone(data, published, tmp_path_factory) -> dict[str, Path]:
    """A home with the licences alone, and one with a list."""
    given = {"permits": source_of("permits", None), "list": source(parsed_records(rows({})))}
    homes = {name: new_home(tmp_path_factory.mktemp(name), published.folder) for name in given}
    for name, home in homes.items():
        done = prepare(given[name], [PERMITS], "ansan", (data, home))
        publish_all(done.composed, home, lambda _: None)
    return homes


def test_two_loads_at_once_lose_no_row_and_what_is_forgotten_meanwhile_stays_so(begun, home, alone):
    copy_current(alone["list"], home)
    with lock_home(home):
        works = [begun(*words) for words in (*LOADS.values(), ("forget", "list"))]
        waiting = [work.stderr.readline() for work in works]
    for work in works:
        work.communicate(timeout=60)
    assert [work.returncode for work in works] == [0, 0, 0]
    for line in waiting:
        assert re.search(rf"^waiting for process {os.getpid()} \(atlas.*\), at work since 20", line)
    verify((home / "current").resolve())
    held = load_from_snapshot(home).registers
    assert set(held) == set(LOADS)
    by_itself = load_from_snapshot(alone["permits"]).registers["permits"].frame
    pd.testing.assert_frame_equal(held["permits"].frame, by_itself)
    assert set(held["city-survey"].frame["name_ko"]) == {"연변식당", "안산슈퍼", "사마르칸트"}


class Waits(Exception):  # noqa: N818
    """Raised instead of waiting."""


def test_a_build_waits_too_before_it_reads_what_is_there(data, home, holder):
    def step(told: str) -> None:
        assert str(holder.pid) in told, "it begins, and another has the turn"
        raise Waits

    with pytest.raises(Waits):
        build(data, home, step)


def test_a_killed_holder_blocks_nobody_and_its_scratch_is_cleared(home, holder):
    (left,) = home.glob(".scratch-*")
    assert left.name.startswith(f".scratch-{holder.pid}-")
    said = json.loads((home / ".lock").read_text())
    assert said["pid"] == holder.pid
    assert said["command"].startswith("atlas ")
    holder.kill()
    holder.wait()
    told: list[str] = []
    with lock_home(home, told.append):
        assert not left.exists()
    assert told == []


def test_scratch_of_the_living_is_left_alone_and_ones_own_goes_with_the_turn(home):
    living = home / f".scratch-{os.getppid()}-x"
    living.mkdir()
    before = make_scratch_folder(home)
    with lock_home(home):
        assert before.exists()
        assert (make_scratch_folder(home).stat().st_mode & 0o777) == 0o700
    assert list(home.glob(".scratch-*")) == [living]


def test_a_turn_within_a_turn_is_the_same_one(home):
    other_name = home / "snapshots" / ".."
    with lock_home(home), lock_home(other_name), lock_home(home):
        pass
    assert json.loads((home / ".lock").read_text()) == {}


def test_a_load_that_does_not_wait_is_refused_with_who_is_at_work_and_since_when(begun, home):
    with lock_home(home, turn=Turn(by="kim")):
        refused = begun(*LOADS["city-survey"], "--no-wait", "--by", "lee")
        _, said = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert re.search(r"^atlas: kim, at work since 20\S+, is changing the atlas; try again", said)
    assert load_from_snapshot(home).registers == {}


def test_a_turn_that_does_not_wait_is_refused(home, holder):
    match = f"process {holder.pid} "
    with (
        pytest.raises(HomeInUseError, match=match),
        lock_home(home, turn=Turn(waits=False)),
    ):
        pass
