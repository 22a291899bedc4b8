"""The ground under the maps, where one was loaded: roads and buildings around the zone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from geo.core.crs import MEASURE, STORE, to_metric
from geo.core.geometry import to_stored_geometry
from geo.pipeline.adapters.osm_context import Box, context

AROUND_M: Final = 400.0  # beyond the zone; as far as its maps show
KINDS: Final = ("building", "road", "station")
_COLUMNS: Final = ["key", "kind", "type", "name_ko", "name_en", "geometry"]
_SIMPLER_M: Final = 0.5  # less than a line on the screen


def read_basemap(files: Sequence[Path], zone: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Read what OpenStreetMap files contain around the zone.

    Args:
        files: Overpass JSON, .osm.pbf or .osm.
        zone: the zone in force; any CRS.

    Returns:
        Rows with `key`, `kind` (building, road, station), `type`, names and geometry (EPSG:4326);
        none where the files hold shops only.

    Raises:
        SourceChangedError: a file cannot be read.
    """
    window = to_metric(zone).buffer(AROUND_M)
    box = Box(*window.to_crs(STORE).total_bounds)
    every = pd.concat([_ground_in(path, box) for path in files])
    once = gpd.GeoDataFrame(every.drop_duplicates("key").sort_values(["kind", "key"]), crs=STORE)
    return once.reset_index(drop=True)


def _ground_in(path: Path, box: Box) -> gpd.GeoDataFrame:
    layers = context(path, box)
    parts = (
        layers.buildings.assign(kind="building", type=layers.buildings["building"]),
        layers.roads.assign(type=layers.roads["kind"], kind="road"),
        layers.stations.assign(type=layers.stations["kind"], kind="station"),
    )
    every = gpd.GeoDataFrame(pd.concat(parts), crs=STORE).rename_axis("key").reset_index()
    simple = every.to_crs(MEASURE).geometry.simplify(_SIMPLER_M)
    return to_stored_geometry(gpd.GeoDataFrame(every.set_geometry(simple.to_crs(STORE)))[_COLUMNS])


def encode_basemap(ground: gpd.GeoDataFrame) -> bytes:
    """Encode the ground as maps read it: GeoJSON features by kind, as JSON."""
    features: dict[str, list[dict[str, object]]] = {kind: [] for kind in KINDS}
    for row in ground.itertuples():
        features[row.kind].append(
            {
                "type": "Feature",
                "id": row.key,
                "geometry": shapely.geometry.mapping(row.geometry),
                "properties": {
                    "type": row.type,
                    "name_ko": _text(row.name_ko),
                    "name_en": _text(row.name_en),
                },
            }
        )
    return orjson.dumps(features)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
