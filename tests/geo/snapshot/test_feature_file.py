"""Features by byte offsets: the same bytes from a file held in memory and from one on disk."""

import os

import numpy as np
import pytest

from geo.core.errors import SnapshotError
from geo.snapshot import feature_file
from geo.snapshot.feature_file import FeatureFile


@pytest.fixture(params=[0, 32_000_000], ids=["on disk", "in memory"])
def small(request, monkeypatch):
    monkeypatch.setattr(feature_file, "_SMALL", request.param)


@pytest.mark.parametrize("every", [1, 7, 900])
def test_pieces_are_the_bytes_between_offsets(tmp_path, small, every):
    path, content = tmp_path / "some.features", os.urandom(100_000)
    path.write_bytes(content)
    starts = np.arange(0, 99_000, 100)[::every]
    ends = starts + 10 + starts % 89
    file = FeatureFile(path)
    expected = [content[a:b] for a, b in zip(starts, ends, strict=True)]
    assert file.pieces(starts, ends) == expected
    assert file.pieces(starts[::-1], ends[::-1]) == expected[::-1]
    assert file.read(17, 99_999) == content[17:99_999]


@pytest.mark.parametrize(
    "rows", [[], [3], [0, 1, 2], [9], [0, 9], [1, 2, 5, 8, 9], [7, 0, 9, 1], [4, 4]]
)
@pytest.mark.parametrize("few", [0, 400])
def test_features_of_rows_have_commas_between_them(tmp_path, small, rows, few, monkeypatch):
    monkeypatch.setattr(feature_file, "_FEW", few)
    path, features = tmp_path / "some.features", [bytes([97 + n]) * (n + 1) for n in range(10)]
    path.write_bytes(b",".join(features))
    ends = np.cumsum([len(feature) + 1 for feature in features]) - 1
    starts = np.append(0, ends[:-1] + 1)
    found = FeatureFile(path).runs(np.array(rows, dtype=np.int64), starts, ends)
    assert b",".join(found) == b",".join(features[row] for row in rows)


def test_a_small_file_is_read_once(tmp_path, monkeypatch):
    path = tmp_path / "some.features"
    path.write_bytes(b"abcdef")
    file, reads = FeatureFile(path), []
    whole = os.pread
    monkeypatch.setattr(os, "pread", lambda *args: reads.append(args) or whole(*args))
    assert [file.read(0, 2), file.read(3, 6)] == [b"ab", b"def"]
    assert len(reads) == 1


def test_a_file_that_was_cut_off_is_no_endless_read(tmp_path, monkeypatch):
    monkeypatch.setattr(feature_file, "_SMALL", 0)
    path = tmp_path / "some.features"
    path.write_bytes(b"abcdef")
    with pytest.raises(SnapshotError, match="is cut off"):
        FeatureFile(path).read(0, 7)
