"""Landmarks: what people name when they say where they are."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.provider import Provider

SPEC = load_spec(__file__, "landmarks")
_KEPT = (
    "name_ko", "name_en", "kind", "about", "position_basis", "confidence", "source", "source_date",
)  # fmt: skip


def read_landmarks(data: Path) -> SourceFeatures:
    """Read all landmarks, without dong; no geometry where no source gives a point."""
    table = read_table(data, SPEC, "tables/landmarks.csv").replace("", np.nan)
    place = table[["lon", "lat", "accuracy_m"]].astype(float)
    points = gpd.GeoSeries.from_xy(place["lon"], place["lat"], crs=SPEC.crs)
    frame = gpd.GeoDataFrame(
        table[list(_KEPT)].assign(
            address=table["address_road"].fillna(table["address_jibun"]),
            accuracy_m=place["accuracy_m"],
            provenance="observed",
        ),
        geometry=points.where(place["lon"].notna()),
    )
    return SourceFeatures(
        "landmarks", SPEC.id, frame.set_index(pd.Index(table["id"])), read=len(table)
    )


PROVIDER: Final = Provider(layer="landmarks", read=read_landmarks)
