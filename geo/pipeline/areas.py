"""The ground that points are placed on: everything that is not a point."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.source import SourceFeatures
from geo.pipeline.disclosure.operator_listings import FixedAreas
from geo.pipeline.geocoding.area_join import main_dong
from geo.pipeline.registers.reference_layers import References, more_residents, official_outlines
from geo.pipeline.sources import boundaries, census, households, streets, zone


@dataclass(frozen=True)
class Areas:
    """The ground that points are placed on.

    Attributes:
        all_features: gu, dong, residents, households, zone, food streets and streets, as read.
        legal_dong: legal dong, indexed by code.
    """

    all_features: tuple[SourceFeatures, ...]
    legal_dong: gpd.GeoDataFrame

    def frame(self, layer: str) -> gpd.GeoDataFrame:
        """Return the rows read for one layer."""
        return next(features.frame for features in self.all_features if features.layer == layer)

    @cached_property
    def main_dong(self) -> Mapping[str, str]:
        """Map each legal dong that lies in one dong to that dong."""
        return main_dong(self.legal_dong, self.frame("dong"))


def read_areas(data: Path, references: References) -> Areas:
    """Read every layer that is not points; official outlines replace those of `data/`."""
    outlines = (
        boundaries.read_gu(data),
        boundaries.read_dong(data),
        zone.read_zone(data),
        zone.read_food_streets(data),
    )
    gu, dong, *zones = official_outlines(outlines, references)
    residents = more_residents(census.read_census(data), references)
    all_features = (
        gu,
        dong,
        *residents,
        households.read_households(data),
        *zones,
        streets.read_streets(data),
    )
    return Areas(all_features, boundaries.read_legal_dong(data))


def fixed_areas(areas: Areas) -> FixedAreas:
    """Return the areas for which protected counts are published."""
    gu, dong = areas.frame("gu"), areas.frame("dong")
    return FixedAreas(
        dong,
        zone.in_force(areas.frame("zone")),
        zone.in_force(areas.frame("food-streets")),
        gpd.GeoDataFrame(pd.concat([areas.legal_dong, gu])),
        areas.main_dong,
    )
