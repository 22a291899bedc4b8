"""Everything that is a point: businesses and centres with their dong, stations, landmarks."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geo.core.crs import to_metric
from geo.core.source import SourceFeatures
from geo.pipeline.areas import Areas
from geo.pipeline.geocoding.area_join import dong_code, inside
from geo.pipeline.geocoding.gazetteer import Gazetteer
from geo.pipeline.provider import find_providers, read_providers
from geo.pipeline.registers.businesses import combine_registers
from geo.pipeline.registers.covered_areas import has_whole_zone
from geo.pipeline.registers.decisions import decisions_of
from geo.pipeline.registers.known_addresses import known_addresses
from geo.pipeline.registers.loaded_data import LoadedData
from geo.pipeline.sources import (
    centres,
    places,
    simulated,
    storefronts,
    streets,
    zone,
)

PROVIDERS: Final = find_providers()  # at once: a mistake is said before anything is read


def read_points(
    data: Path, areas: Areas, loaded: LoadedData
) -> tuple[tuple[SourceFeatures, ...], Mapping[str, str]]:
    """Read centres and businesses with their dong, and simulate the missing businesses.

    Returns:
        The readings, and which row went into which other one.
    """
    lines = streets.read_lines(data)
    gazetteer = gazetteer_of(data, areas, loaded)
    zone_now = zone.in_force(areas.frame("zone"))
    food_now = zone.in_force(areas.frame("food-streets"))
    desks = centres.read_centres(data, gazetteer)
    # Each list is placed on these: they are projected once.
    around = to_metric(gpd.GeoDataFrame(pd.concat([areas.legal_dong, areas.frame("gu")])))
    dong = to_metric(areas.frame("dong"))
    own = own_lists(data, areas, gazetteer)
    listed, into = combine_registers(own, loaded.registers, decisions_of(loaded.decisions))
    known = [_in_zone(features, zone_now, food_now, around) for features in listed]
    shops = gpd.GeoDataFrame(pd.concat([features.frame for features in known]))
    whole_zone = has_whole_zone(shops, loaded.registers)
    missing = simulated.simulate_missing(
        simulated.SimulationArea(lines, zone_now, food_now, shops, whole_zone)
    )
    made = _in_zone(missing, zone_now, food_now, around)
    placed = (desks, *known, made)
    return tuple(_in_dong(features, dong, areas.main_dong) for features in placed), into


def own_lists(
    data: Path, areas: Areas, gazetteer: Gazetteer
) -> tuple[SourceFeatures, SourceFeatures]:
    """Read the lists of businesses in `data/`."""
    return (
        places.read_places(data, gazetteer),
        storefronts.read_storefronts(data, areas.frame("gu")),
    )


def gazetteer_of(data: Path, areas: Areas, loaded: LoadedData) -> Gazetteer:
    """Return what addresses are found in: drawn streets, known points, legal dong and gu."""
    plain = Gazetteer(streets.read_lines(data), areas.legal_dong, areas.frame("gu"))
    return replace(plain, doors=known_addresses(data, loaded, plain))


def read_guides(data: Path, areas: Areas) -> tuple[SourceFeatures, ...]:
    """Read the layers of providers: stations, landmarks, helplines."""
    return read_providers(PROVIDERS, data, areas.frame("dong"))


def _in_zone(
    features: SourceFeatures,
    zone_now: gpd.GeoDataFrame,
    food_now: gpd.GeoDataFrame,
    around: gpd.GeoDataFrame,
) -> SourceFeatures:
    points = to_metric(features.frame[["located_by", "area_code", "geometry"]])
    placed = features.frame.assign(
        in_zone=inside(points, zone_now, around), in_food_street=inside(points, food_now, around)
    )
    return replace(features, frame=placed)


def _in_dong(
    features: SourceFeatures, dong: gpd.GeoDataFrame, whole: Mapping[str, str]
) -> SourceFeatures:
    codes = dong_code(features.frame, dong, whole)
    return replace(features, frame=features.frame.assign(dong_code=codes).drop(columns="area_code"))
