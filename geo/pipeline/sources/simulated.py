"""Simulated businesses: what the published totals hold beyond the places that lists know.

Nothing here is a real shop. The totals, sectors and nationalities follow published surveys (see
`simulated.toml` and docs/simulated-businesses.md); the positions are drawn along the street lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import MEASURE, STORE, to_lonlat, to_metric
from geo.core.errors import PlacementError
from geo.core.frames import list_column
from geo.core.source import SourceFeatures, load_spec
from geo.pipeline.geocoding.road_address import Street

SPEC = load_spec(__file__, "simulated")
STEP_M = 2.5  # between two simulated doors along a street
ROWS_M = (6.0, 11.0)  # distance of the two rows of doors from the middle of the street
TAKEN_M = 5.0  # a door as near as this to an observed business is that business's own

_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class SimulationArea:
    """Where simulated businesses may be.

    Attributes:
        streets: street lines by name.
        zone: the zone in force, one row.
        food_street: the food street in force, one row.
        known: observed businesses with `in_zone`, `in_food_street`, `category`.
        complete: a register of all businesses of the zone is loaded, so that nothing is missing.
    """

    streets: Mapping[str, Street]
    zone: gpd.GeoDataFrame
    food_street: gpd.GeoDataFrame
    known: gpd.GeoDataFrame
    complete: bool = False


def simulate_missing(ground: SimulationArea) -> SourceFeatures:
    """Simulate the businesses that the zone lacks, up to the published totals.

    Args:
        ground: where they may be, and what is known.

    Returns:
        Rows with the columns of the businesses layer, but for dong and zone.

    Raises:
        PlacementError: the streets have too few doors.
    """
    random = np.random.default_rng(SPEC.numbers["seed"])
    kinds = _kinds(ground, random)
    doors = _placed(_doors(ground, random), kinds, ground, random)
    reach = float(to_metric(ground.zone).minimum_bounding_radius().iloc[0])
    frame = gpd.GeoDataFrame(_properties(kinds, reach), geometry=doors.array, crs=STORE)
    return SourceFeatures("businesses", SPEC.id, frame, read=len(frame))


def _kinds(ground: SimulationArea, random: np.random.Generator) -> pd.DataFrame:
    """Draw category and operator of each simulated business, in random order.

    Where more are known than the totals leave room for, the simulated ones give way, the foreign
    ones last.
    """
    room = max(int(SPEC.numbers["businesses"]) - int(ground.known["in_zone"].sum()), 0)
    room = 0 if ground.complete else room
    foreign = min(int(SPEC.numbers["foreign_run"]), room)
    others = room - foreign
    nationality = _dealt(SPEC.numbers["nationalities"], foreign, random)
    return pd.DataFrame(
        {
            "category": [
                *_dealt(SPEC.numbers["foreign_sectors"], foreign, random),
                *_dealt(SPEC.numbers["other_sectors"], others, random),
            ],
            "foreign_run": [True] * foreign + [False] * others,
            "operator_nationality": [*nationality, *[None] * others],
        }
    ).sample(frac=1, random_state=random, ignore_index=True)


def apportion(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Apportion a total in whole numbers by shares that add up to it.

    Largest remainders (Hamilton's method); the shares need not add up to anything.
    """
    exact = pd.Series(shares, dtype=float) / sum(shares.values()) * total
    whole = exact.astype(int)
    rest = (exact - whole).sort_values(ascending=False, kind="stable").index
    whole[rest[: total - int(whole.sum())]] += 1
    return {str(name): int(count) for name, count in whole.items()}


def _dealt(shares: Mapping[str, float], total: int, random: np.random.Generator) -> list[str]:
    counts = apportion(shares, total)
    deck = [name for name, count in counts.items() for _ in range(count)]
    return [deck[k] for k in random.permutation(total)]


def _doors(ground: SimulationArea, random: np.random.Generator) -> gpd.GeoSeries:
    """Return all free doors along the streets inside the zone, shuffled, lon/lat to 6 decimals."""
    points = np.concatenate([_both_sides(street) for street in ground.streets.values()])
    metric = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=MEASURE)
    lonlat = shapely.get_coordinates(to_lonlat(metric).geometry).round(6)
    once = np.array(list(dict.fromkeys(map(tuple, lonlat))))
    doors = gpd.GeoSeries(gpd.points_from_xy(*once.T), crs=STORE)
    free = doors[~_taken(doors, ground.known)]
    within = free[free.within(ground.zone.geometry.iloc[0])]
    return within.iloc[random.permutation(len(within))].reset_index(drop=True)


def _taken(doors: gpd.GeoSeries, known: gpd.GeoDataFrame) -> _Array:
    """Return which doors belong to an observed business."""
    tree = shapely.STRtree(to_metric(known).geometry.to_numpy())
    taken = np.zeros(len(doors), bool)
    metric = doors.to_crs(MEASURE).to_numpy()
    taken[tree.query(metric, predicate="dwithin", distance=TAKEN_M)[0]] = True
    return taken


def _both_sides(street: Street) -> _Array:
    """Return points every `STEP_M` along both sides of a street; metres, shape (n, 2)."""
    middle = shapely.LineString(np.column_stack([street.x, street.y]))
    at = np.arange(STEP_M / 2, middle.length, STEP_M)
    rows = [middle.offset_curve(side * out) for out in ROWS_M for side in (1, -1)]
    share = at / middle.length
    lines = [shapely.line_interpolate_point(row, share, normalized=True) for row in rows]
    doors: _Array = shapely.get_coordinates(np.concatenate(lines))
    return doors


def _placed(
    doors: gpd.GeoSeries, kinds: pd.DataFrame, ground: SimulationArea, random: np.random.Generator
) -> gpd.GeoSeries:
    """Assign a door to every business: as many restaurants in the food street as published."""
    in_street = doors.within(ground.food_street.geometry.iloc[0])
    known = ground.known
    there = known.loc[known["category"] == "restaurant", "in_food_street"]
    wanted = max(int(SPEC.numbers["food_street_restaurants"]) - int(there.sum()), 0)
    restaurants = kinds.index[kinds["category"] == "restaurant"]
    inner, outer = restaurants[:wanted], restaurants[wanted:]
    rest = kinds.index.difference(restaurants, sort=False)
    free_in, free_out = list(doors.index[in_street]), list(doors.index[~in_street])
    if len(inner) > len(free_in) or len(outer) > len(free_out) or len(kinds) > len(doors):
        raise PlacementError(f"{len(doors)} doors are too few for {len(kinds)} businesses")
    # The doors that are left are no longer in random order: restaurants took the first outer ones.
    left = random.permutation([*free_in[len(inner) :], *free_out[len(outer) :]])
    chosen = {
        **dict(zip(inner, free_in, strict=False)),
        **dict(zip(outer, free_out, strict=False)),
        **dict(zip(rest, left, strict=False)),
    }
    return doors.loc[[chosen[k] for k in kinds.index]].reset_index(drop=True)


def _properties(kinds: pd.DataFrame, reach_m: float) -> pd.DataFrame:
    number = [f"{k + 1:04d}" for k in kinds.index]
    food = (kinds["category"] == "restaurant") & kinds["foreign_run"]
    cuisine = pd.Series(
        [
            (land,) if eats else ()
            for land, eats in zip(kinds["operator_nationality"], food, strict=True)
        ],
        dtype=object,
    )
    nothing = dict.fromkeys(
        [
            "address", "address_detail", "floor", "phone", "opening_hours", "halal_basis", "note",
            "research_note", "opened_on", "verified_on",
        ],
        np.nan,
    )  # fmt: skip
    return kinds.assign(
        id=[f"simulated-{serial}" for serial in number],
        name_ko=[f"가상 업소 {serial}" for serial in number],
        name_en=[f"Simulated business {serial}" for serial in number],
        cuisine=cuisine,
        halal="unknown",
        registers=list_column(kinds.index),
        claims=list_column(kinds.index),
        located_by="simulated",
        area_code="",
        gu_code="41273",
        for_visitors=False,
        provenance="simulated",
        source=SPEC.id,
        source_date=SPEC.numbers["as_of"],
        accuracy_m=round(reach_m),
        **nothing,
    ).set_index("id")
