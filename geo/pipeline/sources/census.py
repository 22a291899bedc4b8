"""Residents by dong in the censuses of 2015, 2020 and 2025, each on the dong of its own time."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.reading_cache import cache_by_content
from geo.core.source import SourceFeatures, load_spec, read_shapes, read_table
from geo.core.vocab import CENSUS

SPEC = load_spec(__file__, "census")
_COUNTS = (
    "total", "domestic", "foreign", "male", "female", "foreign_male", "foreign_female",
)  # fmt: skip


@cache_by_content(SPEC)
def read_census(data: Path) -> SourceFeatures:
    """Read one row per dong and census, with `foreign_share` from 0 to 1."""
    table = read_table(data, SPEC, "tables/residents.csv")
    edition = SPEC.lookup_table("edition", table["year"])
    outlines = read_editions(data)
    parts = [
        _on_own_dong(outlines, part, edition[str(year)]) for year, part in table.groupby("year")
    ]
    together = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    together = together.assign(definition=CENSUS)
    ids = together["dong_code"] + "-" + together["year"].astype("str")
    return SourceFeatures("residents", SPEC.id, together.set_index(ids), read=len(table))


@cache_by_content(SPEC)
def read_editions(data: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the outlines of the dong of each census, by file; residents and households have them."""
    files = dict.fromkeys(SPEC.lookup["edition"].values())
    return {
        file: read_shapes(data, SPEC, file).drop(columns=["boundary_year", "codes_on"])
        for file in files
    }


def _on_own_dong(
    outlines: Mapping[str, gpd.GeoDataFrame], residents: pd.DataFrame, shapes: str
) -> gpd.GeoDataFrame:
    """Join one census to the outlines of its dong.

    Raises:
        SourceChangedError: a dong has no outline, an outline no residents, or parts do not add up.
    """
    dong = outlines[shapes]
    missing = set(dong["dong_code"]) ^ set(residents["dong_code"])
    if missing:
        raise SourceChangedError(f"{shapes} and residents.csv differ in dong {sorted(missing)}")
    counts = residents.astype(dict.fromkeys((*_COUNTS, "year"), int))
    wrong = counts[counts["total"] != counts["domestic"] + counts["foreign"]]
    if len(wrong):
        raise SourceChangedError(f"domestic + foreign is not total in {list(wrong['dong_code'])}")
    joined = dong.merge(counts[["dong_code", "year", *_COUNTS]], on="dong_code")
    return joined.assign(
        foreign_share=(joined["foreign"] / joined["total"]).round(4),
        provenance="observed",
        source=SPEC.id,
        source_date=joined["year"].astype("str") + "-11-01",
        accuracy_m=joined["year"].astype("str").map(SPEC.numbers["accuracy_m"]),
    )
