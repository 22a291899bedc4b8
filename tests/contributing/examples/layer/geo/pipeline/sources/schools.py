"""Schools: where they are and what kind they are."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np

from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.provider import Provider

SPEC: Final = load_spec(__file__, "schools")
_COLUMNS: Final = ["name_ko", "name_en", "level", "pupils", "source", "source_date"]


def read_schools(data: Path) -> SourceFeatures:
    """Read one point per school, without dong."""
    table = read_table(data, SPEC, "tables/schools.csv").replace("", np.nan)
    points = gpd.GeoSeries.from_xy(table["lon"].astype(float), table["lat"].astype(float))
    frame = gpd.GeoDataFrame(
        table[_COLUMNS].assign(
            pupils=table["pupils"].astype("Int64"), accuracy_m=50.0, provenance="observed"
        ),
        geometry=points.set_crs(SPEC.crs),
    )
    return SourceFeatures("schools", SPEC.id, frame.set_index(table["id"]), read=len(table))


PROVIDER: Final = Provider(layer="schools", read=read_schools)
