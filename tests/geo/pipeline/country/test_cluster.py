"""What a task of a cluster reads is what this machine would read."""

import csv
import pickle

import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.pipeline.country.cluster import Cluster, TableReader
from geo.pipeline.geocoding.geocode import LoadedArea
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.release import collect

HEADER = [
    "상가업소번호", "상호명", "상권업종소분류코드", "업종", "시군구코드", "도로명주소",
    "경도", "위도",
]  # fmt: skip
HERE = ["MA1", "안산 가게", "I20601", "여관", "41273", "다문화길 18", "126.79", "37.33"]
SIHEUNG = ["MA2", "시흥 가게", "I20601", "여관", "41390", "시청로 20", "126.8031", "37.38"]
BUSAN = ["MA3", "부산 가게", "I20601", "여관", "26110", "중앙로 2", "", ""]
NAMELESS = ["MA4", "", "I20601", "여관", "26110", "중앙로 3", "129.03", "35.1"]
AREA = LoadedArea(("41271", "41273"))


@pytest.fixture
def files(tmp_path):
    """Two files, the second in CP949 and with a row of too few cells."""
    first, second = tmp_path / "a_202606.csv", tmp_path / "b_202606.csv"
    with first.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEADER, HERE, SIHEUNG])
    with second.open("w", encoding="cp949", newline="") as out:
        csv.writer(out).writerows([HEADER, BUSAN, NAMELESS, BUSAN[:-1]])
    return first, second


@pytest.fixture
def read(files, tmp_path):
    """Read each table as a task does, from what is sent to it: rows, and what came back."""

    def tables(area):
        parse = source_of("semas", None).parse_table
        sent = pickle.dumps(TableReader(parse, files, AREA, area, "semas", "2026-06"))
        reader = pickle.loads(sent)  # noqa: S301
        rows = [row for place in (0, 1) for batch in reader(place) for row in batch.to_pylist()]
        back = [row["payload"] for row in rows if row["payload"]]
        cluster = Cluster("local[1]", area, "2026-06", tmp_path)
        return [row for row in rows if not row["payload"]], cluster._collected(back)

    return tables


def test_each_row_goes_where_it_would_go_here(read, files):
    rows, collected = read("all")
    assert [(row["row"] >> 40, row["number"], row["id"]) for row in rows] == [
        (0, 2, "semas-MA2"), (1, 1, "semas-MA3"),
    ]  # fmt: skip
    assert [(row["file"], row["province"], row["lon"]) for row in rows] == [
        ("a_202606.csv", "41", 126.8031), ("b_202606.csv", "26", None),
    ]  # fmt: skip
    alone = collect(source_of("semas", None).parse_files(files), AREA, lambda *_: None)
    assert collected.read == alone.read == 5
    assert collected.codes == alone.codes
    assert pd.concat(collected.rejects).equals(pd.concat(alone.rejects))
    assert collected.parts.keys() == alone.parts.keys()
    for where, frames in alone.parts.items():
        assert pd.concat(collected.parts[where]).equals(pd.concat(frames))


def test_rows_of_cities_not_asked_for_are_counted(read):
    rows, collected = read("41390")
    assert [row["id"] for row in rows] == ["semas-MA2"]
    assert collected.outside == 1


def test_an_error_of_a_file_comes_back_as_it_is(read, files):
    files[1].write_text("상호명,경도\n가게,127\n", "utf-8")
    with pytest.raises(SourceChangedError, match=r"b_202606\.csv: no column 상가업소번호"):
        read("all")
