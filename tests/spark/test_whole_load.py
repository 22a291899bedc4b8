"""A whole load with Spark publishes, byte for byte, what one with SedonaDB publishes."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from country_files import country_files

from bench.country import generate
from geo.pipeline.adapters.semas import CUT, NO_NUMBER
from geo.pipeline.country.rows import NO_DONG, NO_POINT, STRAY, TWICE
from geo.pipeline.registers.release import CONTRADICTING

ROWS = int(os.environ.get("ATLAS_SPARK_ROWS", "12000"))
# The atlas with so few rows a part that they make many.
PARTED = f"""
from atlas.__main__ import main
from geo.snapshot import partition

partition.PART_ROWS = min(partition.PART_ROWS, {ROWS} // 3)
main()
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """One file a province, with damaged rows among the others."""
    made, folder = tmp_path_factory.mktemp("generated"), tmp_path_factory.mktemp("files")
    generate.main(ROWS, made)
    return country_files(sorted(made.glob("*.csv")), folder)


def start(home: Path, files: list[Path], engine: str) -> subprocess.Popen:
    command = [sys.executable, "-c", PARTED, "ingest", "semas", *files, "--area", "all", "--json"]
    return subprocess.Popen(
        [*command, "--rejects", home / "rejects.csv", "--engine", engine],
        env={**os.environ, "ATLAS_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )


def account(load: subprocess.Popen) -> dict:
    written, _ = load.communicate()
    assert load.returncode == 0
    return json.loads(written.splitlines()[-1])


def contents(home: Path) -> dict[str, bytes]:
    folder = (home / "current").resolve()
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def expected(files, tmp_path_factory) -> tuple[Path, dict]:
    """The home and the account of a load with SedonaDB."""
    home = tmp_path_factory.mktemp("sedonadb")
    return home, account(start(home, files, ""))


def check_same(home: Path, found: dict, expected: tuple[Path, dict]) -> None:
    """Compare the account, the rows set aside and every file of the snapshot."""
    other, counts = expected
    assert found == counts
    assert (home / "rejects.csv").read_bytes() == (other / "rejects.csv").read_bytes()
    assert contents(home) == contents(other)


def test_the_files_hold_every_kind_of_damage(expected):
    home, counts = expected
    with (home / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        found = Counter(row["reason"] for row in csv.DictReader(file))
    assert sum(found.values()) == counts["set_aside"] == counts["read"] - counts["new"]
    assert {NO_POINT, NO_DONG, TWICE, STRAY, NO_NUMBER, CUT, CONTRADICTING} < set(found)
    assert "has 38 instead of 39 cells" in found


def test_a_load_by_spark_is_that_of_sedonadb(cluster, files, expected, tmp_path):
    load = start(tmp_path, files, cluster.address)
    check_same(tmp_path, account(load), expected)


def test_the_layer_has_several_parts(expected):
    assert sum(name.endswith(".index") for name in contents(expected[0])) > 3


@pytest.mark.parametrize("application", [1, 2, 3], ids=["reading", "joining", "encoding"])
def test_a_worker_killed_in_the_middle_changes_nothing(
    application, cluster, files, expected, tmp_path
):
    load = start(tmp_path, files, cluster.address)
    lost, left = cluster.workers
    lost.await_task(application)
    lost.kill()
    check_same(tmp_path, account(load), expected)
    assert lost.process.wait() == -signal.SIGKILL
    assert left.process.poll() is None
