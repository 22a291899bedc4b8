"""SedonaDB: spatial SQL on one machine, inside this process."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa

from geo.core.errors import GeoError


def check_sedonadb() -> None:
    """Report early that SedonaDB is missing.

    Raises:
        GeoError: SedonaDB is not installed.
    """
    if find_spec("sedonadb") is None:
        raise GeoError(
            "registers of the whole country need SedonaDB: "
            "pip install --requirement requirements/country.txt"
        )


class SedonaDbEngine:
    """Runs statements on as many cores as there are; what memory does not hold goes to disk."""

    def __init__(self, scratch: Path, memory: str) -> None:
        """Connect, with a folder for scratch files and a limit such as "512mb".

        Raises:
            GeoError: SedonaDB is not installed.
        """
        check_sedonadb()
        import sedonadb

        self._session: Any = sedonadb.connect()
        self._session.options.memory_limit = memory
        self._session.options.temp_dir = scratch

    def read(self, name: str, path: Path) -> None:
        """Name a Parquet file."""
        self._session.read_parquet(path).to_view(name)

    def draw(self, name: str, dong: gpd.GeoDataFrame) -> None:
        """Name polygons in lon/lat: `dong_code`, `province` and `geometry`."""
        self._session.create_data_frame(dong).to_view(name)

    def view(self, name: str, statement: str) -> None:
        """Name what a statement gives, for further ones."""
        self._session.sql(statement).to_view(name)

    def collect(self, statement: str) -> pa.Table:
        """Return what a statement gives."""
        return pa.table(self._session.sql(statement))

    def write(self, statement: str, out: Path) -> None:
        """Write what a statement gives to a Parquet file.

        Raises:
            GeoError: the engine gave up: memory or disk do not suffice.
        """
        from sedonadb._lib import SedonaError

        try:
            self._session.sql(statement).to_parquet(out)
        except SedonaError as error:
            first = str(error).splitlines()[0]
            raise GeoError(f"SedonaDB gave up on {out.stem}: {first}") from error

    def close(self) -> None:
        """Keep nothing: the session goes with the engine."""
