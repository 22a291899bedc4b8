"""Publishing: named by content, checked to the last byte, switched in one step."""

import hashlib
import json
import os
import threading
from pathlib import Path

import geopandas as gpd
import pytest

from geo.core.errors import ContractError, SnapshotError
from geo.snapshot import publish as snapshot
from geo.snapshot.publish import publish, verify
from geo.snapshot.reader import open_current
from geo.snapshot.schema.validate import conform

NOTHING_MORE = {"accounts": []}


@pytest.fixture
def layers(gu) -> dict[str, gpd.GeoDataFrame]:
    return {"gu": conform("gu", gu)}


@pytest.fixture
def home(tmp_path, layers) -> Path:
    publish(layers, NOTHING_MORE, tmp_path)
    return tmp_path


def current(home: Path) -> Path:
    return (home / "current").resolve()


def check(home: Path) -> None:
    """What is current can be opened, and every byte of it is right."""
    assert open_current(home).layers["gu"].count == 2
    assert verify(current(home)) == {"gu": 2}


def test_a_snapshot_is_named_by_its_manifest(home):
    manifest = (current(home) / "manifest.json").read_bytes()
    assert current(home).name == hashlib.sha256(manifest).hexdigest()


def test_the_manifest_lists_every_file_with_its_hash(home):
    manifest = json.loads((current(home) / "manifest.json").read_bytes())
    files = manifest["layers"]["gu"]["files"]
    assert set(files) == {"gu.arrow", "gu.features", "gu.parquet"}
    for name, digest in files.items():
        assert hashlib.sha256((current(home) / name).read_bytes()).hexdigest() == digest


def test_the_manifest_describes_the_layer(home):
    gu = json.loads((current(home) / "manifest.json").read_bytes())["layers"]["gu"]
    assert gu["count"] == 2
    assert gu["geometry"] == "Polygon"
    assert gu["bbox"] == [126.79, 37.30, 126.81, 37.31]
    assert gu["provenance"] == {"observed": 2}
    assert gu["interval"] == ["2020-11-01", "2020-11-01"]


def test_the_manifest_says_which_source_gave_which_layer(tmp_path, layers):
    accounts = [{"layer": "gu", "source": "boundaries"}, {"layer": "zone", "source": "zone"}]
    folder = publish(layers, {"accounts": accounts}, tmp_path)
    assert json.loads((folder / "manifest.json").read_bytes())["layers"]["gu"]["sources"] == [
        "boundaries"
    ]


@pytest.mark.parametrize(
    ("dates", "interval"),
    [
        (["2020-11-01", "2024-05-31"], ["2020-11-01", "2024-05-31"]),
        (["2024-05-31", None], ["2024-05-31", "2024-05-31"]),
        ([None, None], [None, None]),
        (["2020", "2024-05-31"], ["2020-01-01", "2024-05-31"]),
        (["2020-06", "2024-05-31"], ["2020-06-01", "2024-05-31"]),
        pytest.param(["2020-11-01", "2022"], ["2020-11-01", "2022-12-31"]),
        pytest.param(["2020-11-01", "2022-02"], ["2020-11-01", "2022-02-28"]),
        pytest.param(["2022-03-01", "2022"], ["2022-01-01", "2022-12-31"]),
    ],
)
def test_the_interval_goes_from_the_first_to_the_last_day(tmp_path, gu, dates, interval):
    layers = {"gu": conform("gu", gu.assign(source_date=dates))}
    folder = publish(layers, NOTHING_MORE, tmp_path)
    described = json.loads((folder / "manifest.json").read_bytes())["layers"]["gu"]
    assert described["interval"] == interval


def test_the_same_layers_give_the_same_name(tmp_path, layers):
    names = {publish(layers, NOTHING_MORE, tmp_path / item).name for item in ("here", "there")}
    assert len(names) == 1


@pytest.mark.parametrize("change", [{"accuracy_m": 2.0}, {"name_ko": "다른구"}])
def test_another_value_gives_another_name(home, gu, change):
    other = publish({"gu": conform("gu", gu.assign(**change))}, NOTHING_MORE, home)
    assert len(list((home / "snapshots").iterdir())) == 2
    assert current(home) == other


def test_another_source_note_gives_another_name(home, layers):
    assert publish(layers, {"accounts": [], "sources": {"x": {}}}, home) == current(home)
    assert len(list((home / "snapshots").iterdir())) == 2


def test_older_content_can_be_published_again(home, layers):
    first = current(home)
    publish(layers, {"accounts": [], "version": "second"}, home)
    assert publish(layers, NOTHING_MORE, home) == first
    assert current(home) == first


def test_a_home_can_be_moved(home, tmp_path_factory):
    moved = tmp_path_factory.mktemp("elsewhere") / "atlas"
    home.rename(moved)
    check(moved)


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_nobody_else_may_read_a_snapshot(home, layers):
    before = os.umask(0o022)
    try:
        tables = {"register-list.parquet": b"rows", "operators-staff.json": b"{}"}
        publish(layers, NOTHING_MORE, home, tables=tables)
    finally:
        os.umask(before)
    assert (current(home).stat().st_mode & 0o777, modes(current(home))) == (0o700, {0o600})


def test_a_snapshot_of_a_time_when_others_might_read_is_closed(home, layers):
    first = current(home)
    first.chmod(0o755)
    publish(layers, {"accounts": [], "version": "second"}, home)
    assert first.stat().st_mode & 0o777 == 0o700
    first.chmod(0o755)
    for path in first.iterdir():
        path.chmod(0o644)
    publish(layers, NOTHING_MORE, home)  # the same content again
    assert (first.stat().st_mode & 0o777, modes(first)) == (0o700, {0o600})


def test_layers_are_told_as_they_are_written(tmp_path, layers):
    told: list[str] = []
    publish(layers, NOTHING_MORE, tmp_path, on_layer=told.append)
    assert told == ["gu"]


def test_a_whole_snapshot_is_verified(home):
    assert verify(current(home)) == {"gu": 2}


@pytest.mark.parametrize("name", ["gu.arrow", "gu.features", "gu.parquet"])
def test_one_flipped_bit_is_found(home, name):
    path = current(home) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=f"{name} of snapshot .* has been altered"):
        verify(current(home))


def test_an_altered_manifest_is_found(home):
    path = current(home) / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"count": 2', b'"count": 3'))
    with pytest.raises(SnapshotError, match="does not belong to its name"):
        verify(current(home))


@pytest.mark.parametrize("name", ["manifest.json", "gu.arrow", "gu.features", "gu.parquet"])
def test_a_missing_file_is_named(home, name):
    (current(home) / name).unlink()
    with pytest.raises(SnapshotError, match=f"{name} is missing"):
        verify(current(home))


def test_a_file_too_many_is_named(home):
    (current(home) / "notes.txt").write_text("mine")
    with pytest.raises(SnapshotError, match=r"unlisted files \['notes.txt'\]"):
        verify(current(home))


def test_a_renamed_folder_is_found(home):
    other = current(home).rename(home / "snapshots" / ("0" * 64))
    with pytest.raises(SnapshotError, match="does not belong to its name"):
        verify(other)


def test_a_layer_against_its_contract_is_found(tmp_path, gu):
    # Bytes and hashes are right; what they say is not.
    broken = conform("gu", gu).assign(gu_code="41131")
    folder = publish({"gu": broken}, NOTHING_MORE, tmp_path)
    with pytest.raises(ContractError, match="gu_code '41131'"):
        verify(folder)


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b""), Path.unlink])
def test_a_damaged_snapshot_is_replaced_by_the_next_build(home, layers, damage):
    damage(current(home) / "gu.features")
    publish(layers, NOTHING_MORE, home)
    check(home)


def test_a_build_that_fails_leaves_the_old_snapshot(home, layers, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    before = current(home)
    monkeypatch.setattr(snapshot, "build_manifest", fail)
    with pytest.raises(SnapshotError, match="no space left on device; the one before still"):
        publish(layers, {"accounts": [], "version": "second"}, home)
    assert current(home) == before
    check(home)


def test_what_a_failed_build_left_is_cleared_by_the_next(home, layers):
    (home / "snapshots" / ".building-dead").mkdir()
    (home / "snapshots" / ".building-dead" / "gu.parquet").write_bytes(b"half")
    (home / ".current-new").symlink_to("nowhere")
    publish(layers, {"accounts": [], "version": "second"}, home)
    assert {path.name for path in home.iterdir()} <= {"snapshots", "current", ".lock", ".computed"}
    assert not list((home / "snapshots").glob(".*"))


def test_a_reader_never_finds_nothing_while_builds_switch(home, layers):
    done, seen = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            seen.append(open_current(home).id)

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(30):
        publish(layers, {"accounts": [], "version": version}, home)
    done.set()
    reader.join()  # what a reader raises is an error of the test
    assert len(set(seen)) > 1
