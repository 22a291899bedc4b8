"""Measures of censuses by dong: residents of one year, and establishments of 2020."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from geo.core.parameters import ChoiceParameter
from geo.core.vocab import CENSUS_YEARS, INDICATORS
from geo.serving.analysis.indicators import diverging, indicator_values
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.shared_parameters import MIN_DENSITY
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows

YEARS: Final = tuple(str(year) for year in sorted(CENSUS_YEARS, reverse=True))
YEAR: Final = ChoiceParameter("year", YEARS)
INDICATOR: Final = ChoiceParameter("indicator", INDICATORS)
_UNITS: Final = {
    "foreign_share": "foreign among all residents, 0 to 1",
    "foreign": "foreign residents",
    "domestic": "domestic residents",
    "density": "residents per km²",
    "change": "change of the foreign share since the census before, percentage points",
}


def census(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Show one figure of a census for each dong, in classes that all years share.

    Raises:
        BadParameterError: the figure does not exist for the year.
    """
    year, indicator = YEAR.read(parameters), INDICATOR.read(parameters)
    layer = snapshot.layers["residents"]
    values = indicator_values(layer, int(year), indicator)
    rows = np.array([row for row, _ in values], dtype=np.int64)
    names = ["dong_code", "name_ko", "name_en", "total", "foreign"]
    records = layer.records(rows, [name for name in names if name in layer.fields])
    table = [
        {
            **_dong_names(snapshot, record),
            "value": value,
            "state": "missing" if value is None else "shown",
        }
        for record, (_, value) in zip(records, values, strict=True)
    ]
    bounds = snapshot.manifest["classes"]["residents"][indicator]
    bounds = diverging(bounds) if indicator == "change" else bounds
    return MeasureResult(
        measure="census",
        title="Residents by dong, one census",
        method=f"Census of {year}, on the dong of its time. Classes by Fisher and Jenks (Fisher "
        "1958) over all censuses together, so that a colour means the same in every year.",
        basis=Evidence(
            sum(record["total"] for record in records), {}, (year, year), {"observed": 1.0}
        ),
        parameters={"year": int(year), "indicator": indicator, "class_bounds": bounds},
        columns=(
            *_NAMES,
            Column("value", _UNITS[indicator], share=indicator == "foreign_share"),
            _STATE,
        ),
        rows=table,
        caveats=(
            "the census counts who lives here and stays; the city's register counts others, and "
            "the two cannot be compared",
        ),
        shapes=_shapes(layer, rows),
    )


def establishments(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute establishments of every kind per square kilometre, by the census of 2020."""
    layer = snapshot.layers["dong"]
    rows = np.arange(layer.count)
    records = layer.records(rows, ["id", "name_ko", "name_en", "establishments_2020", "area_km2"])
    minimum = MIN_DENSITY.read(parameters)
    per_km2 = [record["establishments_2020"] / record["area_km2"] for record in records]
    shown = np.array([n for n, value in enumerate(per_km2) if value >= minimum], dtype=np.int64)
    bounds = snapshot.manifest["classes"]["dong"]["establishments_per_km2"]
    return MeasureResult(
        measure="establishments",
        title="Establishments by dong, census of 2020",
        method="Establishments of every kind that the census of 2020 counted, over the true area "
        "of each dong. Classes by Fisher and Jenks (Fisher 1958).",
        basis=Evidence(
            sum(records[n]["establishments_2020"] for n in shown),
            {},
            ("2020-11-01", "2020-11-01"),
            {"observed": 1.0},
        ),
        parameters={"min_density": minimum, "class_bounds": bounds},
        columns=(*_NAMES, Column("establishments", "counted"), Column("per_km2", "per km²")),
        rows=[
            {
                "dong_code": records[n]["id"],
                "name_ko": records[n]["name_ko"],
                "name_en": records[n]["name_en"],
                "establishments": records[n]["establishments_2020"],
                "per_km2": round(per_km2[n], 2),
            }
            for n in shown
        ],
        shapes=_shapes(layer, rows[shown]),
    )


def _dong_names(snapshot: Snapshot, record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in ("dong_code", "name_ko", "name_en")}


def _shapes(layer: Layer, rows: Rows) -> list[Mapping[str, Any]]:
    return [shapely.geometry.mapping(outline) for outline in layer.geometries(rows)]


_NAMES: Final = (
    Column("dong_code", "code of the dong (행정동) at the time"),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
)
_STATE: Final = Column("state", "shown, or missing: nobody lives there")


MEASURES: Final[Mapping[str, Measure]] = {
    "census": Measure(
        title="Residents by dong, one census",
        parameters=(YEAR, INDICATOR),
        alone=census,
        rests_on=("residents",),
    ),
    "establishments": Measure(
        title="Establishments by dong, census of 2020",
        parameters=(MIN_DENSITY,),
        alone=establishments,
        rests_on=("dong",),
    ),
}
