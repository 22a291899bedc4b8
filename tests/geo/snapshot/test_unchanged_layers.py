"""Layers that are as they were: linked to the files before, which are never altered."""

from pathlib import Path

import pytest

from geo.core.errors import ContractError
from geo.snapshot import publish as snapshot
from geo.snapshot.home_lock import lock_home
from geo.snapshot.publish import publish, verify
from geo.snapshot.schema.columns import Column
from geo.snapshot.schema.validate import conform

FILES = ("gu.parquet", "gu.arrow", "gu.features")


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """The layers that are written, not linked."""
    names: list[str] = []

    def write(layer_id, *rest):
        names.append(layer_id)
        write_batches(layer_id, *rest)

    write_batches = snapshot.write_batches
    monkeypatch.setattr(snapshot, "write_batches", write)
    return names


def published(home: Path, frame, version: str) -> Path:
    return publish({"gu": conform("gu", frame)}, {"accounts": [], "version": version}, home)


def test_files_of_an_unchanged_layer_are_linked_and_not_written(tmp_path, gu, written):
    first, second = (published(tmp_path, gu, version) for version in ("first", "second"))
    assert written == ["gu"]
    assert all((first / name).samefile(second / name) for name in FILES)
    assert verify(second) == {"gu": 2}


def test_a_changed_layer_is_written_and_the_one_before_stays(tmp_path, gu, written):
    first = published(tmp_path, gu, "first")
    before = {name: (first / name).read_bytes() for name in FILES}
    second = published(tmp_path, gu.assign(area_km2=[1.25, 1.75]), "second")
    assert written == ["gu", "gu"]
    assert {name: (first / name).read_bytes() for name in FILES} == before
    assert verify(first) == verify(second) == {"gu": 2}


def test_the_snapshot_is_the_same_with_and_without_what_a_home_remembers(tmp_path, gu):
    published(tmp_path / "a", gu, "first")
    second = published(tmp_path / "a", gu, "second")
    assert published(tmp_path / "b", gu, "second").name == second.name


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(b"x"), Path.unlink])
def test_a_damaged_file_is_written_again_and_not_linked(tmp_path, gu, written, damage):
    first = published(tmp_path, gu, "first")
    damage(first / "gu.features")
    second = published(tmp_path, gu, "second")
    assert written == ["gu", "gu"]
    assert verify(second) == {"gu": 2}
    assert (first / "gu.arrow").stat().st_ino != (second / "gu.features").stat().st_ino


def test_without_hard_links_a_layer_is_written_and_the_one_before_stays(
    tmp_path, gu, written, monkeypatch
):
    first = published(tmp_path, gu, "first")

    def refuse(path, other):
        if path.name == "gu.features":
            raise OSError
        real(path, other)

    real = Path.hardlink_to
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    second = published(tmp_path, gu, "second")
    assert written == ["gu", "gu"]
    assert verify(first) == verify(second) == {"gu": 2}


def test_values_found_right_are_not_checked_again_and_others_are(tmp_path, gu, monkeypatch):
    asked = []
    mask = Column.mask_faults
    monkeypatch.setattr(Column, "mask_faults", lambda *given: asked.append(1) or mask(*given))
    counts = []
    for _ in range(2):
        with lock_home(tmp_path):
            conform("gu", gu)
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0
    with lock_home(tmp_path), pytest.raises(ContractError, match="area_km2"):
        conform("gu", gu.assign(area_km2=[-1.0, 1.0]))
