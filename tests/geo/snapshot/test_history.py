"""Snapshots of a home: what is shared between them, return to an older one, removal."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from geo.core.errors import BadParameterError, SnapshotError
from geo.snapshot.folders import check_bytes
from geo.snapshot.history import list_snapshots, prune, roll_back, undo_load
from geo.snapshot.publish import publish, verify
from geo.snapshot.reader import open_current, open_snapshot
from geo.snapshot.schema.validate import conform

HOLD = """
import sys
from pathlib import Path
from geo.snapshot.reader import open_snapshot
snapshot = open_snapshot(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def published(home: Path, gu, version: int) -> Path:
    """Publish a version with a table of its own, as if made 100 days ago and as many days on."""
    tables = {"same.json": b"[1, 2, 3]", "other.json": b"%d" % version}
    folder = publish(
        {"gu": conform("gu", gu)}, {"accounts": [], "version": version}, home, tables=tables
    )
    made = (datetime.now() - timedelta(days=100 - version, hours=1)).timestamp()
    os.utime(folder, (made, made))
    return folder


@pytest.fixture
def versions(tmp_path, gu) -> list[Path]:
    """Four snapshots, oldest first; the last is current."""
    return [published(tmp_path, gu, version) for version in range(4)]


def names(folders) -> list[str]:
    return [folder.name for folder in folders]


def left(home: Path) -> set[str]:
    return {path.name for path in (home / "snapshots").iterdir()}


def test_unchanged_files_are_the_same_on_the_disk(versions):
    inodes = [
        {path.name: path.stat().st_ino for path in version.iterdir()} for version in versions[:2]
    ]
    same = {name for name, inode in inodes[0].items() if inodes[1][name] == inode}
    assert same == {"gu.arrow", "gu.features", "gu.parquet", "same.json"}
    assert all(verify(folder) == {"gu": 2} for folder in versions)


def test_a_damaged_file_is_not_taken_over(tmp_path, versions, gu):
    damaged = versions[-1] / "gu.arrow"
    content = bytearray(damaged.read_bytes())
    content[20] ^= 1
    damaged.write_bytes(content)
    folder = published(tmp_path, gu, 4)
    assert (folder / "gu.arrow").stat().st_ino != damaged.stat().st_ino
    assert (folder / "gu.features").stat().st_ino == (versions[-1] / "gu.features").stat().st_ino
    check_bytes(folder)


def test_a_file_system_without_hard_links_gets_copies(tmp_path, versions, gu, monkeypatch):
    def fail(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", fail)
    folder = published(tmp_path, gu, 4)
    assert verify(folder) == {"gu": 2}
    assert (folder / "gu.arrow").stat().st_nlink == 1


def test_snapshots_are_listed_newest_first_with_their_size(tmp_path, versions):
    stored = list_snapshots(tmp_path)
    assert [item.id for item in stored] == names(reversed(versions))
    assert [item.is_current for item in stored] == [True, False, False, False]
    assert stored[0].size == sum(path.stat().st_size for path in versions[-1].iterdir())


def test_a_list_names_the_releases_that_were_loaded(tmp_path, gu):
    about = {
        "accounts": [],
        "registers": {"semas": {"release": "2026-06"}, "list": {}},
        "references": {"dong": {"release": "2025-01-01"}},
    }
    publish({"gu": conform("gu", gu)}, about, tmp_path)
    releases = {"dong": "2025-01-01", "list": "", "semas": "2026-06"}
    assert list_snapshots(tmp_path)[0].releases == releases


def test_a_snapshot_that_cannot_be_read_is_listed_with_its_problem(tmp_path, versions):
    (versions[1] / "manifest.json").write_bytes(b"{")
    assert "cannot be read" in list_snapshots(tmp_path)[2].problem


def test_without_an_id_the_one_before_becomes_current(tmp_path, versions):
    assert roll_back(tmp_path).id == versions[2].name
    assert roll_back(tmp_path).id == versions[1].name
    assert open_current(tmp_path).id == versions[1].name


def test_an_id_may_be_shortened(tmp_path, versions):
    assert roll_back(tmp_path, versions[0].name[:10]).id == versions[0].name
    assert (tmp_path / "current").resolve() == versions[0]


def test_publishing_the_same_again_makes_it_the_newest(tmp_path, gu, versions):
    tables = {"same.json": b"[1, 2, 3]", "other.json": b"1"}
    about = {"accounts": [], "version": 1}
    assert publish({"gu": conform("gu", gu)}, about, tmp_path, tables=tables) == versions[1]
    assert roll_back(tmp_path).id == versions[3].name


@pytest.mark.parametrize("wanted", ["", "0" * 64, "nonsense"])
def test_no_snapshot_but_a_known_one_becomes_current(tmp_path, versions, wanted):
    roll_back(tmp_path, versions[0].name)
    with pytest.raises((BadParameterError, SnapshotError)):
        roll_back(tmp_path, wanted)
    assert (tmp_path / "current").resolve() == versions[0]


@pytest.mark.parametrize("name", ["other.json", "gu.parquet", "manifest.json"])
def test_a_damaged_snapshot_does_not_become_current(tmp_path, versions, name):
    path = versions[0] / name
    path.unlink()
    path.write_bytes(b"{}")
    with pytest.raises(SnapshotError):
        roll_back(tmp_path, versions[0].name)
    assert (tmp_path / "current").resolve() == versions[3]


def test_old_ones_beyond_the_newest_are_removed(tmp_path, versions):
    done = prune(tmp_path, (2, 30))
    assert [item.id for item in done.removed] == [versions[1].name, versions[0].name]
    assert left(tmp_path) == set(names(versions[2:]))
    assert verify(versions[3]) == {"gu": 2}


def test_young_ones_stay(tmp_path, versions):
    # made 100, 99, 98 and 97 days ago, and an hour
    assert names(item.folder for item in prune(tmp_path, (1, 100)).removed) == [versions[0].name]


def test_the_current_one_stays_however_old(tmp_path, versions):
    roll_back(tmp_path, versions[0].name)
    prune(tmp_path, (1, 0))
    assert left(tmp_path) == {versions[0].name, versions[3].name}


def test_a_dry_run_says_the_same_and_removes_nothing(tmp_path, versions):
    said = prune(tmp_path, (1, 0), dry_run=True)
    assert left(tmp_path) == set(names(versions))
    assert prune(tmp_path, (1, 0)).plain() == said.plain()


def test_only_files_that_no_other_snapshot_shares_are_freed(tmp_path, versions):
    own = sum(
        (folder / name).stat().st_size
        for folder in versions[:3]
        for name in ("other.json", "manifest.json")
    )
    assert prune(tmp_path, (1, 0)).freed == own
    assert (versions[3] / "gu.arrow").stat().st_nlink == 1


def test_one_that_another_process_reads_stays(tmp_path, versions):
    command = [sys.executable, "-c", HOLD, versions[0]]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as reader:
        assert reader.stdout.readline() == "open\n"
        done = prune(tmp_path, (1, 0))
        assert names(item.folder for item in done.in_use) == [versions[0].name]
        assert left(tmp_path) == {versions[0].name, versions[3].name}
        reader.stdin.close()
    assert prune(tmp_path, (1, 0)).removed[0].id == versions[0].name


def test_one_that_is_no_longer_used_is_free(tmp_path, versions):
    snapshot = open_snapshot(versions[0])
    assert len(prune(tmp_path, (1, 0), dry_run=True).in_use) == 1
    del snapshot
    assert len(prune(tmp_path, (1, 0), dry_run=True).in_use) == 0


def loaded(home: Path, gu, version: int, registers: dict[str, dict[str, str]]) -> Path:
    """Publish a snapshot that has registers, made so many days after the first."""
    about = {"accounts": [], "version": version, "registers": registers}
    folder = publish({"gu": conform("gu", gu)}, about, home)
    made = (datetime.now() - timedelta(days=100 - version)).timestamp()
    os.utime(folder, (made, made))
    return folder


def test_undo_returns_to_the_registers_before_the_last_load(tmp_path, gu):
    old, new = ({"semas": {"release": month}} for month in ("2026-03", "2026-06"))
    none, first, second = (
        loaded(tmp_path, gu, version, registers)
        for version, registers in ((0, {}), (1, old), (3, new))
    )
    loaded(tmp_path, gu, 4, new)  # built anew, with the same registers: no load
    assert undo_load(tmp_path).folder.name == first.name
    assert (tmp_path / "current").resolve().name == first.name
    assert undo_load(tmp_path).folder.name == none.name
    with pytest.raises(SnapshotError, match="no load to undo"):
        undo_load(tmp_path)
    assert (tmp_path / "snapshots" / second.name).exists()


def test_undo_of_a_load_that_no_longer_serves_is_refused(tmp_path, gu):
    old, new = ({"semas": {"release": month}} for month in ("2026-03", "2026-06"))
    first, second = (loaded(tmp_path, gu, day, about) for day, about in ((1, old), (3, new)))
    with pytest.raises(SnapshotError, match="another snapshot serves"):
        undo_load(tmp_path, expected=first.name)
    assert (tmp_path / "current").resolve().name == second.name
    assert undo_load(tmp_path, expected=second.name).folder.name == first.name
