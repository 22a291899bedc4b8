"""What one would write by hand: a GeoParquet file into PostGIS by GeoPandas.

Run by `bench.to_postgis` in an environment of its own. Lists become text as Python writes them, and
nothing is replaced in one step: the comparison flatters it.
"""

import sys
import time

import geopandas as gpd
from sqlalchemy import create_engine, text


def main(file: str, url: str) -> None:
    """Write the file as table `plain`, with the indexes that an export of the atlas has."""
    started = time.perf_counter()
    frame = gpd.read_parquet(file).reset_index()
    engine = create_engine(url)
    frame.set_crs(4326, allow_override=True).to_postgis("plain", engine, if_exists="replace")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE plain ADD PRIMARY KEY (id)"))
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])
