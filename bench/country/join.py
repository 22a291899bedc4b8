"""Points by dong and category, on each engine, from the same two Parquet files."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from bench.country.generate import DONG, POINTS

Run = Callable[[Path], pd.DataFrame]


def by_sedonadb() -> Run:
    import geopandas as gpd
    import sedonadb  # noqa: F401

    from geo.pipeline.country.joins import dong_counts

    return lambda folder: dong_counts(folder / POINTS, gpd.read_parquet(folder / DONG), folder)


def by_geopandas() -> Run:
    import geopandas as gpd

    def run(folder: Path) -> pd.DataFrame:
        table = pd.read_parquet(folder / POINTS)
        places = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
        points = gpd.GeoDataFrame(table, geometry=places)
        dong = gpd.read_parquet(folder / DONG).reset_index()
        pairs = points.sjoin(dong, predicate="intersects")
        once = pairs.groupby(["row", "category"])["dong_code"].min().reset_index()
        counted: pd.Series = once.groupby(["dong_code", "category"]).size()
        return counted.rename("points").reset_index()

    return run


def by_duckdb() -> Run:
    import duckdb

    sql = """
        SELECT dong_code, category, count(*) AS points FROM (
            SELECT p.row, p.category, min(d.dong_code) AS dong_code
            FROM read_parquet(?) AS p
            JOIN read_parquet(?) AS d ON ST_Intersects(d.geometry, ST_Point(p.lon, p.lat))
            GROUP BY p.row, p.category
        ) GROUP BY dong_code, category
    """

    def run(folder: Path) -> pd.DataFrame:
        with duckdb.connect(config={"temp_directory": str(folder)}) as connection:
            connection.load_extension(str(extension("spatial")))
            return connection.execute(sql, [str(folder / POINTS), str(folder / DONG)]).df()

    return run


def extension(name: str) -> Path:
    """An extension of DuckDB that came as a Python package, so that nothing is fetched."""
    import duckdb
    import duckdb_extension_spatial

    home = Path(duckdb_extension_spatial.__file__).parent
    return home / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
