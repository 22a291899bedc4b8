"""The rows of other cities as part of the businesses layer, a part at a time."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.conform import KOREA, conform
from geo.crs import STORE
from geo.manifest import More
from geo.registers.ahead import ahead
from geo.registers.records import lists
from geo.registers.register import Register

AT_ONCE: Final = 200_000  # rows of the country that are held in memory as a layer


def more_businesses(register: Register) -> More:
    """The rows of a register in other cities, as a snapshot takes them."""
    if register.beyond is None:
        raise ValueError(f"{register.id} has no rows in other cities")
    about = register.about["beyond"]
    frames = partial(_together, register.beyond, register.id, about["accuracy_m"])
    return More(lambda city: ahead(frames(city)), about["rows"], about["bbox"], about["dates"])


def _together(
    path: Path, source: str, accuracy_m: float, city: gpd.GeoDataFrame
) -> Iterator[gpd.GeoDataFrame]:
    """The businesses of the city and of the country, by id, a part at a time."""
    left = city
    for batch in pq.ParquetFile(path).iter_batches(AT_ONCE):
        part = conform("businesses", _layer(batch, source, accuracy_m), within=KOREA)
        here = left.index <= part.index[-1]
        yield gpd.GeoDataFrame(pd.concat([left[here], part])).sort_index() if here.any() else part
        left = left[~here]
    if len(left):
        yield left


def _layer(batch: pa.RecordBatch, source: str, accuracy_m: float) -> gpd.GeoDataFrame:
    rows = batch.to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=np.nan)}.get)
    rows = rows.set_index("id")
    nothing = dict.fromkeys(
        ("halal_basis", "operator_nationality", "status_note", "verified_on"), np.nan
    )
    return gpd.GeoDataFrame(
        rows.drop(columns=["lon", "lat"]).assign(
            **nothing,
            halal="unknown",
            foreign_run=pd.array([pd.NA] * len(rows), dtype="boolean"),
            in_zone=False,
            in_food_street=False,
            located_by="register",
            gu_code=rows["dong_code"].str[:5],
            registers=lists(rows.index, source),
            claims=lists(rows.index),
            provenance="observed",
            source=source,
            accuracy_m=accuracy_m,
        ),
        geometry=gpd.points_from_xy(rows["lon"], rows["lat"]),
        crs=STORE,
    )
