"""Apache Spark with Sedona: the same spatial SQL on the machines of a cluster.

Statements run without Python: tables are read from Parquet there, and part files come back.
Functions run in the Python of the executors, which has to be that of this machine: the same path,
with the atlas installed. Folders and files must have the same paths on every machine.
"""

import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pyarrow as pa

from geo.core.errors import BadParameterError, GeoError

JARS: Final = "ATLAS_SPARK_JARS"  # a file or several, with commas between; "" asks Maven
PACKAGE: Final = "org.apache.sedona:sedona-spark-shaded-3.5_2.12:1.8.1"
_LOCAL: Final = re.compile(r"local(\[(\d+|\*)\])?")
_MASTERS: Final = re.compile(r"spark://[\w.-]+:\d{1,5}(,[\w.-]+:\d{1,5})*")
_INSTALLED: Final = (
    "install the atlas with requirements/spark.txt at the same path on every machine, or name the "
    "Python that has it in PYSPARK_PYTHON"
)
Item = TypeVar("Item")
Result = TypeVar("Result")
Function = Callable[[int], Iterator[pa.RecordBatch]]
_ANSWERS_WITHIN: Final = 5.0  # seconds
_POINTS_A_TASK: Final = "8m"  # bytes of the file
_OPTIONS: Final = {
    "spark.sql.extensions": "org.apache.sedona.sql.SedonaSqlExtensions",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    "spark.kryo.registrator": "org.apache.sedona.core.serde.SedonaKryoRegistrator",
    "spark.sql.files.maxPartitionBytes": _POINTS_A_TASK,
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def check_spark(address: str) -> None:
    """Report early that Spark cannot work, before anything is read.

    Raises:
        BadParameterError: the address is none of a Spark master.
        GeoError: pyspark or Java is missing, or no master answers.
    """
    if not (_LOCAL.fullmatch(address) or _MASTERS.fullmatch(address)):
        raise BadParameterError("engine", address, "spark://host:7077 or local[4]; empty: SedonaDB")
    if find_spec("pyspark") is None:
        raise GeoError("Spark is not installed: pip install --requirement requirements/spark.txt")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        raise GeoError("Spark needs Java 17: install it, or name its folder in JAVA_HOME")
    if address.startswith("spark://") and not any(map(_answers, address[8:].split(","))):
        raise GeoError(f"no Spark master answers at {address}")


def _answers(master: str) -> bool:
    host, port = master.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), _ANSWERS_WITHIN).close()
    except (OSError, OverflowError):
        return False
    return True


class SparkEngine:
    """Runs statements on the executors of a Spark master."""

    def __init__(self, address: str) -> None:
        """Connect to a master.

        Raises:
            GeoError: Spark is not installed, or no master answers.
        """
        check_spark(address)
        self._session = _connected(address)

    def read(self, name: str, path: Path) -> None:
        """Name a Parquet file, or a folder of them."""
        self._session.read.parquet(path.resolve().as_uri()).createOrReplaceTempView(name)

    def draw(self, name: str, dong: gpd.GeoDataFrame) -> None:
        """Name polygons in lon/lat: `dong_code`, `province` and `geometry`."""
        shapes = dong.geometry.to_wkb()
        codes = zip(dong["dong_code"], dong["province"], map(bytearray, shapes), strict=True)
        areas = self._session.createDataFrame(
            list(codes), "dong_code string, province string, wkb binary"
        )
        drawn = areas.selectExpr(
            "dong_code", "province", "ST_SetSRID(ST_GeomFromWKB(wkb), 4326) AS geometry"
        )
        drawn.createOrReplaceTempView(name)

    def view(self, name: str, statement: str) -> None:
        """Name what a statement gives, for further ones."""
        self._session.sql(statement).createOrReplaceTempView(name)

    def collect(self, statement: str) -> pa.Table:
        """Return what a statement gives."""
        frame = self._session.sql(statement)
        rows = [row.asDict() for row in frame.collect()]
        return pa.Table.from_pylist(rows) if rows else pa.table({n: [] for n in frame.columns})

    def plan(self, statement: str) -> str:
        """Return how the cluster would run a statement."""
        plan: str = self._session.sql(statement)._jdf.queryExecution().toString()
        return plan

    def write(self, statement: str, out: Path) -> None:
        """Write what a statement gives to a folder of Parquet files, in order of their names.

        Raises:
            GeoError: the cluster gave up.
        """
        _save(self._session.sql(statement), out)

    def run(self, tasks: int, function: Function, schema: pa.Schema, out: Path) -> None:
        """Run a function on the executors, and write what it yields to a folder of Parquet files.

        Args:
            tasks: how many; each is given its number, from 0.
            function: yields record batches; it is sent to the executors.
            schema: of the batches.
            out: the folder.

        Raises:
            GeoError: the cluster gave up, or its machines lack the atlas.
        """
        from pyspark.sql.pandas.types import from_arrow_schema

        def each(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                for number in batch.column(0).to_pylist():
                    yield from function(number)

        numbers = self._session.range(0, tasks, 1, tasks)
        _save(numbers.mapInArrow(each, from_arrow_schema(schema)), out)

    def run_each(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Run a function on every item, each in a task of its own; return the results in order.

        Raises:
            GeoError: what the function raised, or the cluster gave up.
        """

        def attempt(item: Item) -> Result | GeoError:
            try:
                return function(item)
            except GeoError as error:  # to be raised here; another attempt would give the same
                return error

        tasks = self._session.sparkContext.parallelize(items, len(items)).map(attempt)
        results = []
        for result in _watched("its tasks", tasks.collect):
            if isinstance(result, GeoError):
                raise result
            results.append(result)
        return results

    def close(self) -> None:
        """Give the executors back to the cluster."""
        self._session.stop()


def _save(frame: Any, out: Path) -> None:
    write = frame.write.mode("overwrite").parquet
    _watched(out.stem, lambda: write(out.resolve().as_uri()))


def _watched(what: str, job: Callable[[], Any]) -> Any:
    """Run a job; say so if the cluster gives up."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return job()
    except (Py4JError, PySparkException) as error:
        raise GeoError(f"Spark gave up on {what}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    missing = re.search(r"No module named '[\w.]+'|Cannot run program \"[^\"]+\"", str(error))
    if missing:
        return f"{missing[0]} on its machines; {_INSTALLED}"
    raised = re.search(r"^\w+Error: .+", str(error), re.MULTILINE)  # in the Python of a machine
    return raised[0] if raised else _first_line(error)


def _connected(address: str) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).appName("Ansan Atlas")
    for name, value in _OPTIONS.items():
        builder = builder.config(name, value)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    jars = os.environ.get(JARS)
    builder = builder.config("spark.jars" if jars else "spark.jars.packages", jars or PACKAGE)
    try:
        session = builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        raise GeoError(f"Spark did not start: {_first_line(error)}") from error
    session.sparkContext.setLogLevel("OFF")
    return session


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
