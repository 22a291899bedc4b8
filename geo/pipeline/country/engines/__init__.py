"""Engines for spatial SQL: the same statements on one machine and on a cluster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final, Protocol, TypeVar

import geopandas as gpd
import pyarrow as pa

from geo.pipeline.country.engines.sedonadb import SedonaDbEngine, check_sedonadb
from geo.pipeline.country.engines.spark import SparkEngine, check_spark

Item = TypeVar("Item")
Result = TypeVar("Result")
_ADDRESS: Final = ContextVar("engine_address", default="")


class Engine(Protocol):
    """Runs statements on tables that have been named."""

    def read(self, name: str, path: Path) -> None:
        """Name a Parquet file, or what `write` wrote."""

    def draw(self, name: str, dong: gpd.GeoDataFrame) -> None:
        """Name polygons in lon/lat: `dong_code`, `province` and `geometry`."""

    def view(self, name: str, statement: str) -> None:
        """Name what a statement gives, for further ones."""

    def collect(self, statement: str) -> pa.Table:
        """Return what a statement gives."""

    def write(self, statement: str, out: Path) -> None:
        """Write what a statement gives, in its order: a Parquet file or a folder of them."""

    def close(self) -> None:
        """Give back what the engine holds."""


@contextmanager
def use_engine(address: str) -> Iterator[None]:
    """Choose the engine of registers of the whole country: "" for SedonaDB, or a Spark master.

    Raises:
        BadParameterError: the address is none of a Spark master.
        GeoError: the engine is not installed, or no master answers at the address.
    """
    if address:
        check_spark(address)
    token = _ADDRESS.set(address)
    try:
        yield
    finally:
        _ADDRESS.reset(token)


def chosen_engine() -> str:
    """Return the address of the engine in use; "" is SedonaDB."""
    return _ADDRESS.get()


def check_engine() -> None:
    """Report early that the engine is missing.

    Raises:
        GeoError: it is not installed.
    """
    if not chosen_engine():
        check_sedonadb()


def open_engine(address: str, scratch: Path, memory: str) -> Engine:
    """Open an engine.

    Args:
        address: of a Spark master; "" for SedonaDB.
        scratch: folder for what does not fit in memory.
        memory: what SedonaDB may use, such as "512mb".

    Raises:
        GeoError: the engine is not installed, or no master answers at the address.
    """
    return SparkEngine(address) if address else SedonaDbEngine(scratch, memory)


def run_each(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterable[Result]:
    """Run a function on every item: here, as results are asked for, or each in a task of Spark.

    Raises:
        GeoError: what the function raised, or the cluster gave up.
    """
    if not chosen_engine():
        return map(function, items)
    with closing(SparkEngine(chosen_engine())) as engine:
        return engine.run_each(function, items)
