"""The named streets of the zone: lines whose vertices carry building numbers."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import LineString

from geo.address import TRACED_RMSE_M, Street, streets_by_name
from geo.crs import MEASURE, to_lonlat
from geo.sources.spec import Reading, load_spec, read_table

SPEC = load_spec("streets")


def read_lines(data: Path) -> dict[str, Street]:
    """The streets by name, to measure addresses along."""
    table = read_table(data, SPEC, "tables/street_lines.csv")
    return streets_by_name({str(k): str(v) for k, v in row.items()} for _, row in table.iterrows())


def read(data: Path) -> Reading:
    """One row per street; fitted lines are `fitted`, lines traced through points `approximate`."""
    streets = list(read_lines(data).values())
    names = SPEC.looked_up("name_en", (street.name for street in streets))
    rows = pd.DataFrame([_row(street, names[street.name]) for street in streets])
    lines = [LineString(zip(street.x, street.y, strict=True)) for street in streets]
    layer = to_lonlat(gpd.GeoDataFrame(rows, geometry=lines, crs=MEASURE))
    return Reading("streets", SPEC.id, layer.set_index("slug"), read=len(streets))


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
