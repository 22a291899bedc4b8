"""The special zone and its food street, in each version that was in force."""

from pathlib import Path

import geopandas as gpd

from geo.core.crs import to_metric
from geo.core.reading_cache import cache_by_content
from geo.core.source import SourceFeatures, load_spec, read_shapes

SPEC = load_spec(__file__, "zone")


@cache_by_content(SPEC)
def read_zone(data: Path) -> SourceFeatures:
    """Read the versions of the special zone."""
    return _versions("zone", read_shapes(data, SPEC, "shapes/zone.geojson"))


@cache_by_content(SPEC)
def read_food_streets(data: Path) -> SourceFeatures:
    """Read the versions of the food street, with the restaurants that the city counted."""
    return _versions("food-streets", read_shapes(data, SPEC, "shapes/food_streets.geojson"))


def in_force(versions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the one version that has not been replaced."""
    return versions[versions["valid_to"].isna()]


def _versions(layer: str, versions: gpd.GeoDataFrame) -> SourceFeatures:
    frame = versions.set_index("id").assign(
        area_m2=to_metric(versions).area.round(1).to_numpy(), accuracy_m=SPEC.accuracy_m
    )
    return SourceFeatures(layer, SPEC.id, frame, read=len(versions))
