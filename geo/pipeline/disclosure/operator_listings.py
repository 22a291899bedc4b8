"""What a register says of who runs which business, in each state in which it was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from geo.core.crs import STORE
from geo.core.vocab import EXACT
from geo.pipeline.geocoding.area_join import dong_code, inside
from geo.statistics.cells import hexagons_at

PROTECTED: Final = ("foreign_run", "operator_nationality")
_WHERE: Final = ("lon", "lat", "located_by", "area_code")
KEPT: Final = (*_WHERE, *PROTECTED)
_TYPES: Final = {
    "publication": "int64", "release": "str", "lon": "float64", "lat": "float64",
    "located_by": "str", "area_code": "str", "foreign_run": "boolean",
    "operator_nationality": "str",
}  # fmt: skip
AREAS: Final = ("zone", "food-street", "dong", "hex")  # the only ones that counts go out for


@dataclass(frozen=True)
class FixedAreas:
    """The fixed areas.

    Attributes:
        dong: polygons by code.
        zone: the zone in force, one row.
        food_street: the food street in force, one row.
        around: legal dong and gu by code, for places that are known to such only.
        whole: the one dong of a legal dong, where it has one.
    """

    dong: gpd.GeoDataFrame
    zone: gpd.GeoDataFrame
    food_street: gpd.GeoDataFrame
    around: gpd.GeoDataFrame
    whole: Mapping[str, str]


def states_operators(frame: pd.DataFrame) -> bool:
    """Return whether any record states who runs a business."""
    return bool(frame[list(PROTECTED)].notna().any(axis=None))


def listing(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the open businesses of a register, with only the columns needed to count them."""
    return frame.loc[frame["status"] == "open", list(KEPT)]


def no_listings() -> pd.DataFrame:
    """Return an empty table of published states: `publication`, `release`."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})


def with_listing(past: pd.DataFrame, frame: pd.DataFrame, release: str) -> pd.DataFrame:
    """Append a state to those published so far, unless it equals the last one."""
    now = listing(frame).reset_index(drop=True)
    number = int(past["publication"].max()) + 1 if len(past) else 0
    last = past.loc[past["publication"] == number - 1]
    if _plain(last).equals(_plain(now)) and (last["release"] == release).all():
        return past
    made = now.assign(publication=number, release=release)
    return pd.concat([past, made], ignore_index=True)[list(_TYPES)].astype(_TYPES)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Convert to plain values, whatever types a file gave them."""
    values = rows[list(KEPT)].reset_index(drop=True).astype(object)
    return values.where(values.notna(), None)


def assign_areas(rows: pd.DataFrame, fixed_areas: FixedAreas) -> pd.DataFrame:
    """Assign each business of a listing to the fixed areas it lies in.

    Returns:
        Columns `AREAS`: the id of the area, "" where it lies in none or that is not known.
    """
    points = gpd.GeoDataFrame(
        rows, geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=STORE
    ).reset_index(drop=True)
    areas = {"dong": dong_code(points, fixed_areas.dong, fixed_areas.whole).fillna("")}
    for name, area in (("zone", fixed_areas.zone), ("food-street", fixed_areas.food_street)):
        there = inside(points, area, fixed_areas.around).fillna(value=False).astype(bool)
        areas[name] = there.map({True: str(area.index[0]), False: ""})
    exact = points["located_by"].isin(EXACT)
    cells = hexagons_at(points[["lon", "lat"]].to_numpy(dtype=float))
    areas["hex"] = pd.Series(cells, index=points.index, dtype="str").where(exact, "")
    return pd.DataFrame(areas)[list(AREAS)]
