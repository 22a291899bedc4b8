"""All layers into PostGIS, against `GeoDataFrame.to_postgis` of the businesses alone.

Run as `python -m bench.to_postgis`, with ATLAS_HOME a home of as many rows as wanted, such as one
that `bench.country.generate` and `atlas ingest semas --area all` made. One after the other, in the
same database; each with an index of places and of ids.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.peers.postgis import Database, cluster, run_sql
from bench.peers.venvs import programs
from geo.core.database import database_address
from geo.serving.formats.export import export_layer
from geo.serving.formats.postgis import export_database

HOME: Final = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[1] / "var"))
_PLAIN: Final = Path(__file__).with_name("plain_to_postgis.py")


def main() -> None:
    """Measure both, and print a line."""
    with cluster() as database, tempfile.TemporaryDirectory() as folder:
        os.environ["PGPASSWORD"] = database.password
        rows, ours = _ours(database)
        plain = _plain(database, Path(folder) / "businesses.parquet")
        run_sql(database, "SELECT cuisine FROM plain WHERE cuisine IS NOT NULL LIMIT 1")
    print(f"{rows:,} rows: atlas {ours:.1f} s, GeoPandas {plain:.1f} s, ratio {ours / plain:.2f}")


def _ours(database: Database) -> tuple[int, float]:
    """Write all layers: how many rows, in how many seconds."""
    started = time.perf_counter()
    address = f"postgresql://{database.user}@127.0.0.1:{database.port}/{database.user}?schema=city"
    done = export_database(HOME, database_address(address))
    return sum(done.counts.values()), time.perf_counter() - started


def _plain(database: Database, file: Path) -> float:
    """Write the businesses by the script; it says how long it took, without its own start."""
    export_layer(HOME, "businesses", file)
    url = database.url.replace("postgresql:", "postgresql+psycopg:")
    command = [str(programs("geopandas") / "python"), str(_PLAIN), str(file), url]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(said)


if __name__ == "__main__":
    main()
