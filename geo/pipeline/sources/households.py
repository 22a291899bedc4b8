"""Households and dwellings by dong in three censuses, each on the dong of its own time."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.reading_cache import cache_by_content
from geo.core.source import SourceFeatures, read_table
from geo.pipeline.sources.census import SPEC, read_editions
from geo.snapshot.schema.households import SERIES, SHARES


@cache_by_content(SPEC)
def read_households(data: Path) -> SourceFeatures:
    """Read one row per dong and census; figures that the census leaves empty are missing."""
    table = read_table(data, SPEC, "tables/households.csv")
    edition = SPEC.lookup_table("edition", table["year"])
    figures = table.assign(
        **{name: pd.to_numeric(table[name]).astype("Int64") for name in (*SERIES, "year")}
    )
    outlines = read_editions(data)
    parts = [
        _on_own_dong(outlines, part, edition[str(year)]) for year, part in figures.groupby("year")
    ]
    together = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    ids = together["dong_code"] + "-" + together["year"].astype("str")
    return SourceFeatures("households", SPEC.id, together.set_index(ids), read=len(table))


def _on_own_dong(
    outlines: Mapping[str, gpd.GeoDataFrame], figures: pd.DataFrame, shapes: str
) -> gpd.GeoDataFrame:
    """Join the figures of one census to the outlines of its dong.

    Raises:
        SourceChangedError: a dong has no outline, or an outline no figures.
    """
    dong = outlines[shapes]
    missing = set(dong["dong_code"]) ^ set(figures["dong_code"])
    if missing:
        raise SourceChangedError(f"{shapes} and households.csv differ in dong {sorted(missing)}")
    joined = dong.merge(figures.drop(columns="kostat_code"), on="dong_code")
    shares = {
        name: (joined[part] / joined[whole]).astype(float).round(4)
        for name, (part, whole, *_) in SHARES.items()
    }
    years = joined["year"].astype("str")
    return joined.assign(
        **shares,
        provenance="observed",
        source=SPEC.id,
        source_date=years + "-11-01",
        accuracy_m=years.map(SPEC.numbers["accuracy_m"]),
    )
