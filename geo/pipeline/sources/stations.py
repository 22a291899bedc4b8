"""The stations of the city's three railways: a layer, and the ground under the maps."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.provider import Provider

SPEC = load_spec(__file__, "stations")


def read_stations(data: Path) -> list[dict[str, object]]:
    """Read the stations as plain records with names, lines, position (degrees) and accuracy."""
    columns = ("id", "name_ko", "name_en", "lines", "lon", "lat", "accuracy_m")
    return [{name: row[name] for name in columns} for row in _table(data).to_dict("records")]


def read_layer(data: Path) -> SourceFeatures:
    """Read one point per station, without dong."""
    table = _table(data)
    frame = gpd.GeoDataFrame(
        table[["name_ko", "name_en", "accuracy_m", "source", "source_date"]].assign(
            kind="station",
            lines=table["lines"].map(tuple),
            address=table["address_road"].mask(table["address_road"] == ""),
            provenance="observed",
        ),
        geometry=gpd.points_from_xy(table["lon"], table["lat"], crs=SPEC.crs),
    )
    return SourceFeatures("stations", SPEC.id, frame.set_index(table["id"]), read=len(table))


def _table(data: Path) -> pd.DataFrame:
    """Read the file with its numbers as numbers and its lines as lists."""
    table = read_table(data, SPEC, "tables/stations.csv")
    numbers = table.astype(dict.fromkeys(("lon", "lat", "accuracy_m"), float))
    return numbers.assign(lines=table["lines"].str.split(";"))


PROVIDER: Final = Provider(layer="stations", read=read_layer)
