"""Reference data as loaded: official outlines, residents by other definitions, the ground.

What is loaded takes the place of what `data/` holds (outlines) or stands beside it (residents), and
travels in the snapshot like the registers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import to_metric
from geo.core.source import SourceFeatures
from geo.pipeline.adapters import outlines
from geo.pipeline.adapters.resident_rows import SPEC as RESIDENTS

OUTLINES: Final = ("dong", "zone", "food-streets")
OFFICIAL_M: Final = 5.0  # how far off an official outline may be: the publisher's map scale 1:5,000
_GEOMETRY: Final = {*OUTLINES, "ground"}


@dataclass(frozen=True)
class References:
    """What has been loaded, by kind: `dong`, `zone`, `food-streets`, `residents`, `ground`.

    Attributes:
        tables: outlines with geometry in EPSG:4326, `residents` without.
        about: for each kind what the manifest says: `source`, `files`, `release`.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    about: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def with_table(self, kind: str, table: pd.DataFrame, about: Mapping[str, Any]) -> "References":
        """Return these references with another one."""
        return References({**self.tables, kind: table}, {**self.about, kind: about})

    def without(self, kind: str) -> "References":
        """Return these references without one."""
        return References(
            {name: table for name, table in self.tables.items() if name != kind},
            {name: entry for name, entry in self.about.items() if name != kind},
        )

    def files(self) -> dict[str, pd.DataFrame]:
        """Return what a snapshot stores of them, by file name."""
        return {f"reference-{kind}.parquet": table for kind, table in sorted(self.tables.items())}


def references_from_snapshot(folder: Path, about: Mapping[str, Mapping[str, Any]]) -> References:
    """Read the references of the snapshot in a folder, as its manifest lists them."""
    return References({kind: _read(folder, kind) for kind in about}, about)


def _read(folder: Path, kind: str) -> pd.DataFrame:
    path = folder / f"reference-{kind}.parquet"
    return gpd.read_parquet(path) if kind in _GEOMETRY else pd.read_parquet(path)


def official_outlines(
    all_features: tuple[SourceFeatures, ...], references: References
) -> tuple[SourceFeatures, ...]:
    """Replace outlines of `data/` by official ones in the readings."""
    return tuple(_outlined(features, references) for features in all_features)


def _outlined(features: SourceFeatures, references: References) -> SourceFeatures:
    frame = features.frame
    if features.layer in ("gu", "dong") and "dong" in references.tables:
        dong = gpd.GeoDataFrame(references.tables["dong"]).set_index("dong_code", drop=False)
        shapes = dong if features.layer == "dong" else dong.dissolve("gu_code")
        return _replaced(features, frame, gpd.GeoSeries(shapes.geometry), references.about["dong"])
    if features.layer in ("zone", "food-streets") and features.layer in references.tables:
        now = frame.index[frame["valid_to"].isna()]
        shape = gpd.GeoDataFrame(references.tables[features.layer]).geometry.to_numpy()
        return _replaced(
            features,
            frame,
            gpd.GeoSeries(shape, index=now, crs="EPSG:4326"),
            references.about[features.layer],
        )
    return features


def _replaced(
    features: SourceFeatures,
    frame: gpd.GeoDataFrame,
    shapes: gpd.GeoSeries,
    about: Mapping[str, Any],
) -> SourceFeatures:
    """Replace the outline of some rows of a reading by an official one, and say so."""
    drawn = frame.copy()
    rows = shapes.index
    drawn.loc[rows, "geometry"] = shapes.to_crs(drawn.crs)
    metric = to_metric(gpd.GeoDataFrame(geometry=shapes)).area
    if "area_km2" in drawn:
        drawn.loc[rows, "area_km2"] = (metric / 1e6).round(4)
    if "area_m2" in drawn:
        drawn.loc[rows, "area_m2"] = metric.round(1)
    drawn.loc[rows, "provenance"] = "observed"
    drawn.loc[rows, "source"] = outlines.SPEC.id
    drawn.loc[rows, "source_date"] = about.get("release") or None
    drawn.loc[rows, "accuracy_m"] = OFFICIAL_M
    return SourceFeatures(features.layer, features.source, drawn, features.read)


def more_residents(census: SourceFeatures, references: References) -> tuple[SourceFeatures, ...]:
    """Add the counts of other tables to the census, on the dong of their time."""
    if "residents" not in references.tables:
        return (census,)
    rows = references.tables["residents"].set_index("id")
    known = census.frame.reset_index(drop=True)
    # Codes changed with the dong in 2017: a code tells which drawing it belongs to.
    newest = known.sort_values("year").drop_duplicates("dong_code", keep="last")
    ground = newest.set_index("dong_code")
    columns = ["name_ko", "name_en", "gu_code", "kostat_code", "area_km2", "accuracy_m"]
    joined = rows.join(ground[columns].drop(columns="name_ko"), on="dong_code")
    frame = gpd.GeoDataFrame(
        joined.assign(
            foreign_share=(joined["foreign"] / joined["total"]).where(joined["total"] > 0),
            foreign_male=joined["male"],
            foreign_female=joined["female"],
            male=np.nan,
            female=np.nan,
            provenance="observed",
            source=RESIDENTS.id,
            source_date=joined["as_of"],
        ).drop(columns="as_of"),
        geometry=gpd.GeoSeries(rows["dong_code"].map(ground.geometry), crs=census.frame.crs),
    )
    return census, SourceFeatures("residents", RESIDENTS.id, frame, len(frame))
