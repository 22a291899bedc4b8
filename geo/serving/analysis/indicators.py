"""Indicators of residents by dong, shared by the map and the measure."""

from collections.abc import Sequence
from typing import Any

from geo.core.errors import BadParameterError
from geo.core.vocab import CENSUS, CENSUS_YEARS, INDICATORS
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

BEFORE = {2025: 2020}  # censuses that count the same dong; those of 2015 were others


def indicator_values(layer: Layer, year: int, indicator: str) -> list[tuple[int, float | None]]:
    """Compute one figure of a census for each dong.

    Args:
        layer: the residents layer.
        year: census year.
        indicator: foreign_share (0 to 1), foreign or domestic (persons), density (residents per
            km²), change (of the foreign share since the census before, in percentage points).

    Returns:
        Row of the layer and value; None where a dong has no residents.

    Raises:
        BadParameterError: no such indicator, or no earlier census of the same dong.
    """
    if indicator not in INDICATORS:
        raise BadParameterError("indicator", indicator, INDICATORS)
    if year not in CENSUS_YEARS:
        raise BadParameterError("year", year, [str(year) for year in CENSUS_YEARS])
    rows = layer.select({"year": [year], "definition": [CENSUS]})
    if indicator == "change":
        return _changes(layer, rows, year)
    names = ["total", "foreign", "domestic", "foreign_share", "area_km2"]
    records = layer.records(rows, names)
    return [
        (int(row), _figure(record, indicator)) for row, record in zip(rows, records, strict=True)
    ]


def diverging(bounds: Sequence[float]) -> list[float]:
    """Move the bound nearest to zero to zero, so that no class holds both signs."""
    nearest = min(range(len(bounds) - 1), key=lambda k: abs(bounds[k]))
    return [0.0 if k == nearest else bound for k, bound in enumerate(bounds)]


def _figure(record: dict[str, Any], indicator: str) -> float | None:
    if indicator == "density":
        return float(record["total"] / record["area_km2"])
    if indicator == "foreign_share" and record["total"] == 0:
        return None
    return float(record[indicator])


def _changes(layer: Layer, rows: Rows, year: int) -> list[tuple[int, float | None]]:
    if year not in BEFORE:
        raise BadParameterError(
            "year",
            year,
            f"{', '.join(map(str, BEFORE))} with indicator=change, "
            "because the dong were redrawn in 2017",
        )
    names = ["dong_code", "foreign_share"]
    before = layer.select({"year": [BEFORE[year]], "definition": [CENSUS]})
    earlier = {
        record["dong_code"]: record["foreign_share"] for record in layer.records(before, names)
    }
    return [
        (int(row), round(100 * (record["foreign_share"] - earlier[record["dong_code"]]), 2))
        for row, record in zip(rows, layer.records(rows, names), strict=True)
    ]
