"""What one writes by hand to load a register: read, keep Ansan, join to the dong, write the files.

python bench/plain_load.py FOLDER OUT
"""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd


def main(folder: Path, out: Path) -> None:
    """Join the shops of a folder to their dong, and write them as three files."""
    files = sorted(folder.glob("*.csv"))
    table = pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)
    table = table[table["시군구명"].str.startswith("안산시")]
    lon, lat = (pd.to_numeric(table[name]) for name in ("경도", "위도"))
    shops = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat, crs="EPSG:4326"))
    dong = gpd.read_parquet(folder / "dong.parquet").reset_index()
    joined = shops.sjoin(dong, predicate="intersects").drop(columns="index_right")
    out.mkdir(parents=True, exist_ok=True)
    joined.to_parquet(out / "shops.parquet")
    joined.to_file(out / "shops.fgb", driver="FlatGeobuf")
    joined.to_file(out / "shops.geojson", driver="GeoJSON")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
