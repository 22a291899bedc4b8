"""Measures of change: surveys of the zone, and residents over redrawn dong."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter
from geo.core.vocab import CENSUS, CENSUS_YEARS
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.snapshot.reader import Snapshot
from geo.statistics.areal_change import (
    BoundaryChange,
    ConvertedCount,
    Observation,
    Unit,
    comparable_runs,
    comparable_units,
    convert_counts,
    index_series,
)

SERIES: Final = ChoiceParameter("series", ("foreign_run", "total_shops"))
NO_BASE: Final = "none"
COMPUTED_YEAR: Final = 2022
COMPUTED: Final = (
    "the total of 1,411 shops in 2022 is computed, 395 foreign-run shops by the 28 % that the "
    "city names; nobody counted it"
)
BASE: Final = ChoiceParameter(
    "base", (NO_BASE, *(str(year) for year in (2008, *range(2012, 2019), 2022)))
)
REDRAWN_AFTER: Final = 2015  # the dong of that census were redrawn in 2017
GROUP: Final = ChoiceParameter("group", ("foreign", "total", "domestic"))
SCALE: Final = ChoiceParameter("scale", ("dong", "unit"))
GROUPS: Final = ("total", "domestic", "foreign")


def surveys(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """List the series of surveys, in stretches that can be compared, and as an index on request."""
    what = SERIES.read(parameters)
    records = snapshot.manifest["surveys"]
    readings = [_reading(row, what) for row in records]
    stretches = comparable_runs(readings)
    place = {
        observation.year: number for number, run in enumerate(stretches, 1) for observation in run
    }
    base = BASE.read(parameters)
    index = {} if base == NO_BASE else _index(readings, base)
    rows = [
        {
            "year": observation.year,
            "value": observation.value,
            "stretch": place.get(observation.year),
            "definition": observation.definition,
            "computed": what == "total_shops" and observation.year == COMPUTED_YEAR,
            **({"index": index.get(observation.year)} if index else {}),
        }
        for observation in readings
    ]
    years = [observation.year for observation in readings if observation.value is not None]
    columns = [
        Column("year", "year of the survey"),
        Column("value", "as published; empty where no number was found"),
        Column("stretch", "years of one number can be compared; between two lies a break"),
        Column("definition", "who counted as foreign-run"),
        Column("computed", "whether the number is computed from others, not counted"),
    ]
    if index:
        columns.append(Column("index", f"{base} is 100; empty where not comparable"))
    return MeasureResult(
        "surveys",
        "Shops of the zone by survey, 2008 to 2022",
        "Published counts; a change of definition, or one that is not stated, ends a stretch.",
        Evidence(
            len(years),
            {"year without a number": len(readings) - len(years)},
            (str(min(years)), str(max(years))),
            {"observed": 1.0},
        ),
        {"series": what, "base": base},
        tuple(columns),
        rows,
        (
            f"the series breaks {len(stretches) - 1} times: no line leads over a break",
            *((COMPUTED,) if what == "total_shops" else ()),
        ),
    )


def residents(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Compare residents of three censuses on the dong of today, and on comparable units."""
    group, scale = GROUP.read(parameters), SCALE.read(parameters)
    if group not in GROUPS:
        raise BadParameterError("group", group, GROUPS)
    if scale not in ("dong", "unit"):
        raise BadParameterError("scale", scale, ("dong", "unit"))
    counts = {year: _counts(snapshot, year, group) for year in CENSUS_YEARS}
    links = [BoundaryChange(**link) for link in snapshot.manifest["concordance"]]
    names = _names(snapshot)
    if scale == "unit":
        older, newer = counts[REDRAWN_AFTER], counts[max(CENSUS_YEARS)]
        rows = [_of_unit(unit, counts, names) for unit in comparable_units(older, newer, links)]
    else:
        weights = counts[min(year for year in CENSUS_YEARS if year > REDRAWN_AFTER)]
        old = convert_counts(counts[REDRAWN_AFTER], links, weights)
        rows = [_of_dong(code, old, counts, names) for code in sorted(weights)]
    n = int(sum(counts[max(CENSUS_YEARS)].values()))
    return MeasureResult(
        "residents",
        f"How {group} residents changed, 2015 to 2025",
        "Census counts; the dong of 2015 on those of today by the concordance of 2017: renamed "
        "ones keep their count, merged ones add theirs, a split one is shared out by the "
        "residents of 2020 (scale=dong) or its parts are taken together (scale=unit).",
        Evidence(n, {}, (str(min(CENSUS_YEARS)), str(max(CENSUS_YEARS))), {"observed": 1.0}),
        {"group": group, "scale": scale},
        _columns(),
        rows,
        _caveats(scale),
    )


def _caveats(scale: str) -> tuple[str, ...]:
    outlines = "outlines were surveyed anew between editions; borders that only moved are ignored"
    if scale == "unit":
        return (outlines,)
    split = "values marked as estimated share out a dong that was split, and are no counts"
    return (split, outlines)


def _columns() -> tuple[Column, ...]:
    years = [Column(f"y{year}", f"residents, census of {year}") for year in CENSUS_YEARS]
    return (
        Column("unit", "dong code of today; several joined by + where only together comparable"),
        Column("name_ko", "name of today"),
        *years,
        Column("estimated", "whether the value of 2015 is shared out and not counted"),
        Column("index", "2025 where 2015 is 100; empty where nobody was counted in 2015"),
    )


def _of_dong(
    code: str,
    old: Mapping[str, ConvertedCount],
    counts: Mapping[int, Mapping[str, float]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    before = old[code]
    later = {f"y{year}": counts[year][code] for year in CENSUS_YEARS if year > REDRAWN_AFTER}
    first = round(before.value, 1) if before.estimated else before.value
    return {
        "unit": code,
        "name_ko": names[code],
        f"y{REDRAWN_AFTER}": first,
        **later,
        "estimated": before.estimated,
        "index": _percent(later[f"y{max(CENSUS_YEARS)}"], before.value),
    }


def _of_unit(
    unit: Unit, counts: Mapping[int, Mapping[str, float]], names: Mapping[str, str]
) -> dict[str, Any]:
    figures = {
        f"y{year}": sum(
            counts[year][code] for code in (unit.older if year <= REDRAWN_AFTER else unit.newer)
        )
        for year in CENSUS_YEARS
    }
    return {
        "unit": "+".join(unit.newer),
        "name_ko": "+".join(names[code] for code in unit.newer),
        **figures,
        "estimated": False,
        "index": _percent(figures[f"y{max(CENSUS_YEARS)}"], figures[f"y{REDRAWN_AFTER}"]),
    }


def _percent(now: float, before: float) -> float | None:
    return round(100 * now / before, 1) if before else None


def _counts(snapshot: Snapshot, year: int, group: str) -> dict[str, float]:
    layer = snapshot.layers["residents"]
    rows = layer.select({"year": [year], "definition": [CENSUS]})
    return {
        record["dong_code"]: record[group] for record in layer.records(rows, ["dong_code", group])
    }


def _names(snapshot: Snapshot) -> dict[str, str]:
    layer = snapshot.layers["dong"]
    records = layer.records(np.arange(layer.count), ["id", "name_ko"])
    return {record["id"]: record["name_ko"] for record in records}


def _reading(row: Mapping[str, Any], what: str) -> Observation:
    # How many shops there are does not depend on who counts as foreign.
    return Observation(
        row["year"], row[what], row["definition"] if what == "foreign_run" else "all"
    )


def _index(readings: list[Observation], base: str) -> dict[int, float]:
    known = [observation.year for observation in readings if observation.value]
    if not base.isdecimal() or int(base) not in known:
        raise BadParameterError("base", base, [str(year) for year in known])
    return {
        observation.year: round(observation.value, 1)
        for observation in index_series(readings, int(base))
        if observation.value is not None
    }


MEASURES: Final[Mapping[str, Measure]] = {
    "surveys": Measure(
        title="Shops of the zone by survey, 2008 to 2022",
        parameters=(SERIES, BASE),
        alone=surveys,
        rests_on=("series",),
    ),
    "residents": Measure(
        title="How residents changed, 2015 to 2025",
        parameters=(GROUP, SCALE),
        alone=residents,
        rests_on=("residents",),
    ),
}
