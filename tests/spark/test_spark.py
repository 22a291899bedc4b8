"""Spark gives the dong that SedonaDB gives, row for row."""

import os
from contextlib import closing

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from geo.core.errors import BadParameterError, ContractError, GeoError
from geo.pipeline.country.engines import run_each, spark, use_engine
from geo.pipeline.country.joins import _loaded, check_points, dong_counts, statement

# pyspark leaves the socket to its Java process open until Python ends.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ROWS = int(os.environ.get("ATLAS_SPARK_ROWS", "60000"))
# A square kilometre or so each, in rows from the south; codes fall where the grid rises.
GRID = gpd.GeoDataFrame(
    index=[f"{4_199_999_999 - n:010d}" for n in range(400)],
    geometry=[
        box(126 + n % 20 / 100, 37 + n // 20 / 100, 126.01 + n % 20 / 100, 37.01 + n // 20 / 100)
        for n in range(400)
    ],
    crs="EPSG:4326",
)


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """Points in and about the squares: on edges, outside, without a place, and the same again."""
    random = np.random.default_rng(18)
    lon = (126 + random.random(ROWS) * 0.21).round(4)
    lat = (37 + random.random(ROWS) * 0.21).round(4)
    lon[::1000], lat[7::1000] = np.nan, 95.0
    lon[1::50], lat[1::50] = lon[2::50][: len(lon[1::50])], lat[2::50][: len(lat[1::50])]
    path = tmp_path_factory.mktemp("points") / "points.parquet"
    category = np.array(["cafe", "pub"])[np.arange(ROWS) % 2]
    ids = [f"id-{n % (ROWS - 500)}" for n in range(ROWS)]
    province = np.array(["41", "42", None])[np.arange(ROWS) % 3]
    table = {"row": np.arange(ROWS), "lon": lon, "lat": lat, "category": category}
    known = pa.table({**table, "id": ids, "province": province})
    pq.write_table(known, path, row_group_size=10_000)
    return path


@pytest.fixture(scope="module")
def expected(points):
    out = points.with_name("sedonadb.parquet")
    check_points(points, GRID, out)
    return pq.read_table(out)


def same(out, expected) -> bool:
    found = pq.read_table(out)
    names = ["row", "dong_code", "reason"]
    return all(found[name].to_pylist() == expected[name].to_pylist() for name in names)


def test_the_plan_sends_the_dong_to_every_machine(points, tmp_path):
    with use_engine("local[2]"), closing(_loaded(points, GRID, tmp_path, "")) as engine:
        assert "BroadcastIndexJoin" in engine.plan(statement("dong_of_points"))


def test_counts_are_those_of_sedonadb(points, tmp_path):
    with use_engine("local[2]"):
        found = dong_counts(points, GRID, tmp_path)
    assert found.to_dict("list") == dong_counts(points, GRID, tmp_path).to_dict("list")


def test_results_of_tasks_come_in_the_order_of_the_items():
    with use_engine("local[2]"):
        assert list(run_each(lambda item: item * 2, [3, 1, 2])) == [6, 2, 4]


def test_what_a_task_finds_wrong_is_told_as_on_one_machine():
    def refuse(item):
        raise ContractError(f"layer {item}: it holds no feature")

    with use_engine("local[2]"), pytest.raises(ContractError, match="layer gu: it holds no feat"):
        run_each(refuse, ["gu", "dong"])


def test_two_machines_give_the_dong_and_the_reasons_of_one(cluster, points, expected, tmp_path):
    with use_engine(cluster.address):
        check_points(points, GRID, tmp_path / "checked")
    assert same(tmp_path / "checked", expected)
    assert {"twice", "stray", "no dong", None} <= set(expected["reason"].to_pylist())


@pytest.mark.needs_no_spark
@pytest.mark.parametrize("address", ["host:7077", "spark://", "yarn", "local[x]", "spark://h"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(BadParameterError, match="spark://host:7077"), use_engine(address):
        pass


@pytest.mark.needs_no_spark
def test_a_master_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(spark, "find_spec", lambda _: True)
    monkeypatch.setattr(spark.shutil, "which", lambda *_, **__: "java")
    with (
        pytest.raises(GeoError, match=r"no Spark master answers at spark://127\.0\.0\.1:1"),
        use_engine("spark://127.0.0.1:1"),
    ):
        pass


@pytest.mark.needs_no_spark
@pytest.mark.parametrize(
    ("package", "java", "remedy"),
    [(None, "java", "requirements/spark.txt"), (True, None, "Java 17")],
)
def test_what_is_missing_is_named(package, java, remedy, monkeypatch):
    monkeypatch.setattr(spark, "find_spec", lambda _: package)
    monkeypatch.setattr(spark.shutil, "which", lambda *_, **__: java)
    with pytest.raises(GeoError, match=remedy), use_engine("local[1]"):
        pass


@pytest.mark.needs_no_spark
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            "Job aborted\nModuleNotFoundError: No module named 'geo'\n\tat org",
            "No module named 'geo'",
        ),
        (
            'Job aborted: Cannot run program "/opt/python": error=2',
            'Cannot run program "/opt/python"',
        ),
    ],
)
def test_machines_without_the_atlas_are_told_what_to_install(error, said):
    assert spark._reason(GeoError(error)).startswith(f"{said} on its machines; install the atlas")


@pytest.mark.needs_no_spark
def test_what_a_machine_raised_is_told():
    said = GeoError("An error occurred\n  File\nOSError: [Errno 28] No space left on device\n\tat")
    assert spark._reason(said) == "OSError: [Errno 28] No space left on device"


@pytest.mark.needs_no_spark
def test_what_else_spark_says_is_its_first_line():
    assert spark._reason(GeoError("Job aborted\n\tat org")) == "Job aborted"
