"""From the files of the register to shops that have their dong.

`by_atlas` is `atlas ingest semas --area all`, up to the published snapshot. The others are what one
would write by hand, up to one GeoParquet file: nothing is checked, set aside, matched or encoded
for serving, so the comparison flatters them.
"""

from pathlib import Path
from shutil import rmtree

import pandas as pd
import pyarrow.compute as pc

from bench.country.generate import DONG
from bench.country.join import Run, extension

DATA = Path(__file__).parents[2] / "data"
OUT = "joined.parquet"


def by_atlas() -> Run:
    from geo.pipeline.build import publish_all
    from geo.pipeline.ingest import prepare
    from geo.pipeline.register_catalogue import source_of
    from geo.snapshot.reader import open_snapshot

    def run(folder: Path) -> pd.DataFrame:
        home = folder / "home"
        rmtree(home, ignore_errors=True)  # or a second load would find the first
        done = prepare(source_of("semas", None), [folder], "all", (DATA, home))
        published = publish_all(done.composed, home, lambda _: None)
        shops = open_snapshot(published.folder).layers["businesses"].columns
        loaded = shops["dong_code"].filter(pc.equal(shops["source"], "semas"))
        counts = loaded.combine_chunks().value_counts()
        dong, points = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
        return pd.DataFrame({"dong_code": dong, "points": points, "category": "all"})

    return run


def by_geopandas() -> Run:
    import geopandas as gpd

    def run(folder: Path) -> pd.DataFrame:
        files = sorted(folder.glob("*.csv"))
        table = pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)
        lon, lat = (pd.to_numeric(table[name]) for name in ("경도", "위도"))
        points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat, crs="EPSG:4326"))
        dong = gpd.read_parquet(folder / DONG).reset_index()
        pairs = points[["geometry"]].sjoin(dong, predicate="intersects")
        points["dong_code"] = pairs.groupby(level=0)["dong_code"].min()
        points.to_parquet(folder / OUT, compression="zstd")
        counted: pd.DataFrame = points.groupby("dong_code").size().rename("points").reset_index()
        return counted.assign(category="all")

    return run


def by_duckdb() -> Run:
    import duckdb

    copy = """
        COPY (
            WITH shops AS (
                SELECT *, row_number() OVER () AS row,
                    ST_Point(CAST("경도" AS DOUBLE), CAST("위도" AS DOUBLE)) AS geometry
                FROM read_csv($files, all_varchar = true, header = true)
            ), placed AS (
                SELECT s.row, min(d.dong_code) AS dong_code
                FROM shops AS s
                JOIN read_parquet($dong) AS d ON ST_Intersects(d.geometry, s.geometry)
                GROUP BY s.row
            )
            SELECT s.*, p.dong_code FROM shops AS s LEFT JOIN placed AS p USING (row)
        ) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
    """
    count = (
        "SELECT dong_code, 'all' AS category, count(*) AS points FROM read_parquet(?) GROUP BY 1"
    )

    def run(folder: Path) -> pd.DataFrame:
        out = folder / OUT
        with duckdb.connect(config={"temp_directory": str(folder)}) as connection:
            connection.load_extension(str(extension("spatial")))
            given = {"files": str(folder / "*.csv"), "dong": str(folder / DONG)}
            connection.execute(copy.format(out=out), given)
            return connection.execute(count, [str(out)]).df()

    return run
