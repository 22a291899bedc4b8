"""The files of a source are read once in a process, and again where a byte of them differs."""

import hashlib
import json

import geopandas as gpd
import pytest
from shapely import Point

from geo.core.errors import SourceChangedError
from geo.core.reading_cache import cache_by_content
from geo.core.source import PACKAGE, SourceFeatures, Spec, read_table

SPEC = Spec(
    id="shops",
    title="Shops",
    publisher="City",
    url="https://example.org",
    retrieved="2026-01-01",
    licence="CC BY 4.0",
    licence_url="https://example.org/by",
    attribution="Shops: City",
    attribution_ko="가게: 시청",
    crs="EPSG:4326",
    encoding="utf-8",
    files=("shops.csv",),
    rows={"shops.csv": (1, 3)},
)
FIRST, SECOND = "name\n가게\n", "name\n상점\n"


@pytest.fixture
def read():
    """A reader of shops, which notes each time that it reads."""
    calls = []

    @cache_by_content(SPEC)
    def shops(data):
        calls.append(data)
        table = read_table(data, SPEC, "shops.csv")
        frame = gpd.GeoDataFrame(table, geometry=[Point(126.8, 37.3)] * len(table), crs=SPEC.crs)
        return SourceFeatures("shops", SPEC.id, frame, len(table))

    shops.calls = calls
    return shops


def write(folder, text, described=None):
    """The file, and the data package that describes it."""
    folder.mkdir(exist_ok=True)
    (folder / "shops.csv").write_text(text, "utf-8")
    digest = hashlib.sha256((described or text).encode()).hexdigest()
    resources = [{"path": "shops.csv", "hash": f"sha256:{digest}"}]
    (folder / PACKAGE).write_text(json.dumps({"resources": resources}))
    return folder


def names(features):
    return features.frame["name"].tolist()


def test_equal_bytes_are_read_once_wherever_they_are(read, tmp_path):
    here, there = write(tmp_path / "here", FIRST), write(tmp_path / "there", FIRST)
    assert [names(read(folder)) for folder in (here, here, there)] == [["가게"]] * 3
    assert read.calls == [here]


def test_other_bytes_are_read(read, tmp_path):
    assert [names(read(write(tmp_path, text))) for text in (FIRST, SECOND, FIRST)] == [
        ["가게"], ["상점"], ["가게"],
    ]  # fmt: skip


def test_a_file_altered_after_it_was_read_is_refused(read, tmp_path):
    read(write(tmp_path, FIRST))
    write(tmp_path, SECOND, described=FIRST)
    with pytest.raises(SourceChangedError, match=r"shops\.csv is not the file that"):
        read(tmp_path)
    write(tmp_path, FIRST, described=SECOND)
    with pytest.raises(SourceChangedError, match=r"shops\.csv is not the file that"):
        read(tmp_path)


def test_a_file_removed_after_it_was_read_is_missed(read, tmp_path):
    read(write(tmp_path, FIRST))
    (tmp_path / "shops.csv").unlink()
    with pytest.raises(SourceChangedError, match=r"shops\.csv is missing"):
        read(tmp_path)


def test_what_a_caller_does_to_a_reading_reaches_no_other(read, tmp_path):
    write(tmp_path, FIRST)
    for _ in range(2):
        frame = read(tmp_path).frame
        assert frame["name"].tolist() == ["가게"]
        frame.loc[0, "name"] = "altered"
        frame.geometry.values[0] = Point(0, 0)
        frame["more"] = 1
    assert read(tmp_path).frame.geometry.tolist() == [Point(126.8, 37.3)]
    assert list(read(tmp_path).frame) == ["name", "geometry"]
