"""The named streets of the zone: lines whose vertices carry building numbers."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely import LineString

from geo.core.crs import MEASURE, to_lonlat
from geo.core.reading_cache import cache_by_content
from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.geocoding.road_address import TRACED_RMSE_M, Street, streets_by_name

SPEC = load_spec(__file__, "streets")
_FILE = "tables/street_lines.csv"


@cache_by_content(SPEC)
def read_lines(data: Path) -> dict[str, Street]:
    """Read the streets by name, to measure addresses along."""
    return _lines(read_table(data, SPEC, _FILE))


@cache_by_content(SPEC)
def read_streets(data: Path) -> SourceFeatures:
    """Read one row per street; fitted lines are `fitted`, traced ones `approximate`."""
    table = read_table(data, SPEC, _FILE)
    streets = list(_lines(table).values())
    names = SPEC.lookup_table("name_en", (street.name for street in streets))
    lines = [LineString(zip(street.x, street.y, strict=True)) for street in streets]
    evidence = [_evidence(table[table["street_ko"] == street.name], street) for street in streets]
    rows = [
        _row(street, names[street.name]) | known | {"gap_m": _gap_m(number, lines)}
        for number, (street, known) in enumerate(zip(streets, evidence, strict=True))
    ]
    layer = to_lonlat(gpd.GeoDataFrame(pd.DataFrame(rows), geometry=lines, crs=MEASURE))
    return SourceFeatures("streets", SPEC.id, layer.set_index("slug"), read=len(streets))


def _lines(table: pd.DataFrame) -> dict[str, Street]:
    return streets_by_name({str(k): str(v) for k, v in row.items()} for _, row in table.iterrows())


def _evidence(vertices: pd.DataFrame, street: Street) -> dict[str, object]:
    """Return how many addresses a line rests on, and how much of it lies beyond them."""
    basis = dict(zip(vertices["building_no"].astype(int), vertices["basis"], strict=True))
    ends = zip(street.numbers, zip(street.x, street.y, strict=True), strict=True)
    inferred = [
        LineString([first, second]).length
        for (low, first), (high, second) in pairwise(ends)
        if "inferred" in (basis[low], basis[high])
    ]
    return {
        "points_used": int(vertices["points_used"].iloc[0]),
        "inferred_m": round(sum(inferred), 1),
    }


def _gap_m(number: int, lines: Sequence[LineString]) -> float:
    """Return the gap from a line's looser end to the nearest street; 0 where both ends meet one."""
    others = shapely.union_all([line for k, line in enumerate(lines) if k != number])
    ends = shapely.points([lines[number].coords[0], lines[number].coords[-1]])
    return round(float(shapely.distance(ends, others).max()), 1)


def _row(street: Street, name_en: str) -> dict[str, object]:
    line = LineString(zip(street.x, street.y, strict=True))
    rmse_m = TRACED_RMSE_M if street.rmse_m is None else street.rmse_m
    return {
        "slug": name_en.lower().replace(" ", "-"),
        "name_ko": street.name,
        "name_en": name_en,
        "from_no": street.numbers[0],
        "to_no": street.numbers[-1],
        "length_m": round(line.length, 1),
        "fit_rmse_m": street.rmse_m,
        "provenance": "approximate" if street.rmse_m is None else "fitted",
        "source": SPEC.id,
        "source_date": None,
        "accuracy_m": round(2 * rmse_m),  # 19 times out of 20
    }
