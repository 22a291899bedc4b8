"""Composition of a few areas side by side: businesses by category, beside those of the city."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.serving.analysis.area_parameter import (
    DRAWN,
    AreasParameter,
    requested_area,
)
from geo.serving.analysis.composition import quotient_figures
from geo.serving.analysis.coverage import COLUMNS as COVERAGE
from geo.serving.analysis.coverage import NOT_COVERED, UnitCoverage, unit_coverage
from geo.serving.analysis.located_area import LocatedArea, locate
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.sample import SIMULATED, PointSample
from geo.snapshot.reader import Snapshot
from geo.statistics.composition import ratio_of_shares

AREAS: Final = AreasParameter()
OPEN_COLUMNS: Final = (
    "areas that are drawn count open columns only; who runs a business is published for fixed "
    "areas alone (measure operators)"
)
OVERLAPPING: Final = "areas that overlap count the same businesses, so they do not add up"
_SHARE_DIGITS: Final = 4

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def areas(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Count businesses by category in each of up to four areas, and in all that are chosen.

    Raises:
        BadParameterError: there is no such dong, food street or hexagon, or it is not in Ansan.
    """
    texts = AREAS.read(parameters)
    places = [locate(snapshot, requested_area(text)) for text in texts]
    outlines = np.array([place.outline for place in places], dtype=object)
    covered = unit_coverage(snapshot, outlines, sample)
    rows, shapes = _rows(places, sample, covered)
    return MeasureResult(
        measure="areas",
        title="What places are made of: businesses by category in up to four areas",
        method="Businesses whose point lies in the area, border included, by category, beside all "
        "that are chosen. A circle is a polygon of 256 edges in EPSG:5186; an edge of a polygon is "
        "straight in longitude and latitude. A street section is the ground within 20 m of the "
        "line of the street between two numbers, which are spread evenly along it. Share in the "
        "area over the share among all that are chosen, with the 95 % interval of the delta method "
        "on its logarithm (Beyene and Moineddin 2005); over the share in the first area in the "
        "same way, where areas that overlap count what they share once.",
        basis=sample.basis,
        parameters={"area": list(texts)},
        columns=_COLUMNS,
        rows=rows,
        shapes=shapes,
        caveats=_caveats(places, outlines, covered),
    )


def _caveats(
    places: Sequence[LocatedArea], outlines: Any, covered: UnitCoverage
) -> tuple[str, ...]:
    drawn = any(place.requested.type in DRAWN for place in places)
    overlap = shapely.intersection(outlines[:, None], outlines[None, :])
    common = np.triu(shapely.area(overlap), k=1).any()
    return (
        *((OPEN_COLUMNS,) if drawn else ()),
        *((OVERLAPPING,) if common else ()),
        *covered.caveats,
    )


def _rows(
    places: Sequence[LocatedArea], sample: PointSample, covered: UnitCoverage
) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
    """Compute a row for each area and each category that is counted, with its geometry."""
    kinds = np.array(sample.values("category"), dtype=str)
    simulated = np.array(sample.values("provenance"), dtype=str) == SIMULATED
    rows, shapes = list[dict[str, Any]](), list[Mapping[str, Any]]()
    inside: list[Mask] = [
        shapely.intersects_xy(place.outline, *sample.lonlat.T) for place in places
    ]
    for number, (place, within) in enumerate(zip(places, inside, strict=True)):
        shape, values = shapely.geometry.mapping(place.outline), place.values
        for kind in np.unique(kinds).tolist():
            of_kind = kinds == kind
            figures = _figures(within, of_kind, simulated)
            count = covered.count(number, figures["count"])
            is_compared = count is not None and covered.state(number) != NOT_COVERED
            quotient = _quotient(figures, len(within)) if is_compared else _NOT_COMPARED
            is_pair = number > 0 and is_compared and covered.state(0) != NOT_COVERED
            ratio = _against(inside[0], within, of_kind) if is_pair else _NO_PAIR
            named = {**values, "category": kind, **figures, "count": count, **quotient, **ratio}
            rows.append({**named, **covered.row(number)})
            shapes.append(shape)
    return rows, shapes


def _figures(within: Mask, of_kind: Mask, simulated: Mask) -> dict[str, Any]:
    count, n, city = (int(mask.sum()) for mask in (within & of_kind, within, of_kind))
    made_up = int((within & of_kind & simulated).sum())
    return {
        "count": count,
        "n": n,
        "share": _share(count, n),
        "city_count": city,
        "city_share": _share(city, len(within)),
        "simulated_share": _share(made_up, count),
    }


def _quotient(figures: Mapping[str, Any], everywhere: int) -> dict[str, Any]:
    """Compute the share in an area over that among all, with its interval."""
    numbers = figures["count"], figures["n"], figures["city_count"], everywhere
    found = quotient_figures(numbers)
    return {name: found[name] for name in _NOT_COMPARED}


def _against(first: Mask, within: Mask, of_kind: Mask) -> dict[str, Any]:
    """Compute the share of a category in an area over that in the first one."""
    counts = [
        (int((mask & of_kind).sum()), int(mask.sum())) for mask in (first, within, first & within)
    ]
    found = ratio_of_shares(*counts)
    values = (found.value, found.low, found.high)
    return {
        name: None if value is None else round(value, _SHARE_DIGITS)
        for name, value in zip(_NO_PAIR, values, strict=True)
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _SHARE_DIGITS) if whole else None


_NOT_COMPARED: Final[Mapping[str, Any]] = dict.fromkeys(("quotient", "low", "high"))
_NO_PAIR: Final[Mapping[str, Any]] = dict.fromkeys(
    ("against_first", "against_first_low", "against_first_high")
)
_COLUMNS: Final = (
    Column("area", "the area as it was asked for"),
    Column(
        "area_type", "dong, street (a food street), section (of a street), hex, radius or polygon"
    ),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
    Column("area_ha", "true area, hectares"),
    Column("category", "kind of business"),
    Column("count", "businesses of the category in the area; empty where nothing is known"),
    Column("n", "all businesses counted in the area"),
    Column("share", "the category among all businesses of the area, 0 to 1", share=True),
    Column("city_count", "businesses of the category among all that are chosen"),
    Column("city_share", "the category among all that are chosen, 0 to 1", share=True),
    Column("quotient", "share here over share everywhere; empty with too few"),
    Column("low", "lower end of the 95 % interval"),
    Column("high", "upper end of the 95 % interval"),
    Column("against_first", "share here over the share in the first area; empty with too few"),
    Column("against_first_low", "lower end of its 95 % interval"),
    Column("against_first_high", "upper end of its 95 % interval"),
    Column("simulated_share", "simulated among those of `count`, 0 to 1", share=True),
    *COVERAGE,
)

MEASURES: Final[Mapping[str, Measure]] = {
    "areas": Measure(
        title="What places are made of: businesses by category in up to four areas",
        parameters=(AREAS,),
        of=areas,
        rests_on=("businesses", "dong"),
        verdicts=("low", "high", "against_first_low", "against_first_high"),
    ),
}
