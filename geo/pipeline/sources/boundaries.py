"""The 2 gu and the 25 dong of 2020, with the establishments the census counted in them."""

from pathlib import Path

import geopandas as gpd

from geo.core.reading_cache import cache_by_content
from geo.core.source import SourceFeatures, load_spec, read_shapes, read_table

SPEC = load_spec(__file__, "boundaries")
EDITION = "2020-11-01"  # day of the census the outlines belong to


@cache_by_content(SPEC)
def read_gu(data: Path) -> SourceFeatures:
    """Read the gu, one row each."""
    gu = read_shapes(data, SPEC, "shapes/gu.geojson")
    frame = gu.drop(columns="boundary_year").assign(**_truth())
    return SourceFeatures("gu", SPEC.id, frame.set_index("gu_code", drop=False), read=len(gu))


@cache_by_content(SPEC)
def read_dong(data: Path) -> SourceFeatures:
    """Read the administrative dong of 2020, with all establishments of the census of 2020."""
    dong = read_shapes(data, SPEC, "shapes/dong_2020.geojson")
    counts = read_table(data, SPEC, "tables/establishments.csv").set_index("dong_code")
    frame = dong.drop(columns=["boundary_year", "codes_on"]).assign(
        establishments_2020=dong["dong_code"].map(counts["establishments"].astype(int)), **_truth()
    )
    return SourceFeatures("dong", SPEC.id, frame.set_index("dong_code", drop=False), read=len(dong))


@cache_by_content(SPEC)
def read_legal_dong(data: Path) -> gpd.GeoDataFrame:
    """Read the legal dong (법정동) by 10-digit code: no layer, but places name them."""
    legal = read_shapes(data, SPEC, "shapes/legal_dong.geojson")
    return legal.set_index("legal_code", drop=False)


def _truth() -> dict[str, object]:
    return {
        "provenance": "observed",
        "source": SPEC.id,
        "source_date": EDITION,
        "accuracy_m": SPEC.accuracy_m,
    }
