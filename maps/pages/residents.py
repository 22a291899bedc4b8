"""Residents of the 25 dong: rates as shades, counts as circles, change around zero."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.core.vocab import CENSUS
from geo.serving.analysis.indicators import diverging, indicator_values
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.declared.residents import INDICATOR, YEAR
from maps.pages.view_state import Residents, query_string
from maps.style import colours
from maps.style.colours import Class, class_of, classes, spread_colours
from maps.web.attribution import credits_of
from maps.web.base_layers import features, inner_city, inner_point, land_style, name_of
from maps.web.folium_map import AtlasMap, Circles, Feature, Shapes, Town, render_map
from maps.web.page import Page, Site
from maps.web.render import render
from maps.web.town import railway_tracks

COUNTS: Final = (
    "foreign",
    "domestic",
)  # numbers of people: a shade would make large dong look full
LARGEST_PX: Final = 38.0  # radius of the circle for the largest number of any year


@dataclass(frozen=True)
class Row:
    """A dong of one census.

    Attributes:
        id: feature id.
        code: 10-digit code of the dong.
        name: name for the reader.
        name_ko: name in Korean.
        gu: name of its gu.
        value: the indicator; None where it has none.
        facts: the feature's properties.
        geometry: GeoJSON, lon/lat.
    """

    id: str
    code: str
    name: str
    name_ko: str
    gu: str
    value: float | None
    facts: Mapping[str, Any]
    geometry: dict[str, Any]


@dataclass(frozen=True)
class Content:
    """The content of the page as map, legend and table.

    Attributes:
        rows: the dong of the year, the highest value first.
        legend: classes with their colours and numbers of dong.
    """

    rows: Sequence[Row]
    legend: Sequence[Class]


def page(snapshot: Snapshot, view: Residents, site: Site) -> Page:
    """Render the page for one view.

    Raises:
        BadParameterError: the indicator does not exist for the year.
    """
    words = Words(site.lang)
    content = prepare(snapshot, view, words)
    drawing = render_map(chart(snapshot, view, site, content))
    bounds = [legend_class.high for legend_class in content.legend]
    values = {
        "view": view,
        "query": query_string,
        "changed": replace,
        "inner": inner_city(snapshot),
        "whole": snapshot.manifest["layers"]["dong"]["bbox"],
        "years": sorted(YEAR.values),
        "indicators": INDICATOR.values,
        "counts": view.indicator in COUNTS,
        "drawing": drawing,
        "content": content,
        "missing": sum(row.value is None for row in content.rows),
        "sizes": [(bound, radius_px(bound, bounds)) for bound in bounds],
        "format_value": lambda value: format_value(value, view.indicator, words),
        "bound": bound_format(content.legend, view.indicator, words),
        "totals": _totals(content.rows),
        "credits": credits_of(snapshot, ["residents", "tracks"], words.lang),
    }
    return render("residents.html", site, values, inline=[drawing.code])


def prepare(snapshot: Snapshot, view: Residents, words: Words) -> Content:
    """Read the dong of the year with their values, and the classes that all years share.

    Raises:
        BadParameterError: the indicator does not exist for the year.
    """
    rows = _rows(snapshot, view, words)
    bounds = snapshot.manifest["classes"]["residents"][view.indicator]
    return Content(rows, _legend([row.value for row in rows], bounds, view.indicator))


def radius_px(value: float, bounds: Sequence[float]) -> float:
    """Compute the radius of a circle whose area is proportional to the value."""
    return round(LARGEST_PX * math.sqrt(max(value, 0) / bounds[-1]), 1)


def format_value(value: float | None, indicator: str, words: Words, more: int = 0) -> str:
    """Format a value with its unit; "" where there is none.

    Args:
        value: what to write.
        indicator: what it is a value of.
        words: of the reader.
        more: decimals beyond those that are usual.
    """
    if value is None:
        return ""
    if indicator == "foreign_share":
        return words.percent(value, 1 + more)
    if indicator == "change":
        return "+" * (value > 0) + words.number(value, 1 + more)
    return words.number(value, more)


def bound_format(legend: Sequence[Class], indicator: str, words: Words) -> Callable[[float], str]:
    """Create a format of class bounds with as many decimals as tell them apart."""
    sizes = {
        abs(float(f"{end:.12g}"))
        for legend_class in legend
        for end in (legend_class.low, legend_class.high)
    }
    candidates = (more for more in range(12) if not _alike(sizes, indicator, words, more))
    more = next(candidates, 0)
    return lambda value: format_value(value, indicator, words, more)


def _alike(sizes: Collection[float], indicator: str, words: Words, more: int) -> bool:
    """Tell whether two sizes look the same, whatever their sign."""
    return len({format_value(size, indicator, words, more).lstrip("+") for size in sizes}) < len(
        sizes
    )


def _rows(snapshot: Snapshot, view: Residents, words: Words) -> list[Row]:
    """List the dong of the year, the highest value first."""
    layer = snapshot.layers["residents"]
    gu = {
        feature["id"]: name_of(feature["properties"], words)
        for feature in features(snapshot.layers["gu"])
    }
    value_of = {
        str(layer.columns["id"][row]): value
        for row, value in indicator_values(layer, view.year, view.indicator)
    }
    rows = []
    for feature in features(layer, year=view.year, definition=CENSUS):
        facts = feature["properties"]
        rows.append(
            Row(
                feature["id"],
                facts["dong_code"],
                name_of(facts, words),
                facts["name_ko"],
                gu[facts["gu_code"]],
                value_of[feature["id"]],
                facts,
                feature["geometry"],
            )
        )
    return sorted(rows, key=lambda row: -math.inf if row.value is None else -row.value)


def _legend(values: Sequence[float | None], bounds: Sequence[float], indicator: str) -> list[Class]:
    if indicator != "change":
        return classes(values, bounds, spread_colours(colours.SHARE, len(bounds)))
    parted = diverging(bounds)
    falls = sum(bound <= 0 for bound in parted)
    shades = [
        *reversed(spread_colours(colours.FALL, falls)),
        *spread_colours(colours.RISE, len(parted) - falls),
    ]
    known = [value for value in values if value is not None]
    return classes(values, parted, shades, lowest=min([*known, parted[0]]))


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    return {name: sum(row.facts[name] for row in rows) for name in ("total", "foreign", "domestic")}


def chart(snapshot: Snapshot, view: Residents, site: Site, content: Content) -> AtlasMap:
    """Draw the map of the content."""
    words = Words(site.lang)
    label = words.coded("map", f"residents-{view.indicator}")
    drawing = AtlasMap(site, label, within=inner_city(snapshot), min_zoom=9)
    rows, legend = content.rows, content.legend
    if view.indicator in COUNTS:
        land = [_area(row, land_style(site), []) for row in rows]
        Shapes(land, pane="land", interactive=False).add_to(drawing)
        Circles([_circle(row, legend, _tip(row, view, words)) for row in rows]).add_to(drawing)
    else:
        shades = [_area(row, _shade(row, legend), _tip(row, view, words)) for row in rows]
        Shapes(shades, pane="cells", interactive=True).add_to(drawing)
    Town(railway_tracks(snapshot, words)).add_to(drawing)
    return drawing


def _tip(row: Row, view: Residents, words: Words) -> list[str]:
    if row.value is None:
        return [row.name, words.coded("unit", "no-data")]
    amount = format_value(row.value, view.indicator, words)
    return [row.name, words.coded("unit", view.indicator) % {"amount": amount}]


def _area(row: Row, style: dict[str, Any], tip: list[str]) -> Feature:
    texts = {"tip": tip} if tip else {}
    at = inner_point(row.geometry)
    properties = {"style": style, "label": row.name, "at": at, **texts}
    return {"type": "Feature", "id": row.id, "geometry": row.geometry, "properties": properties}


def _shade(row: Row, legend: Sequence[Class]) -> dict[str, Any]:
    fill = colours.NO_DATA
    if row.value is not None:
        fill = legend[class_of(row.value, [legend_class.high for legend_class in legend])].colour
    return {"color": "#5c5346", "weight": 1, "fillColor": fill, "fillOpacity": 0.85}


def _circle(row: Row, legend: Sequence[Class], tip: list[str]) -> Feature:
    radius = radius_px(row.value or 0, [legend_class.high for legend_class in legend])
    style = {"radius": radius, "color": "#ffffff", "weight": 1.2, "fill": True,
             "fillColor": colours.ACCENT, "fillOpacity": 0.72}  # fmt: skip
    return {
        "type": "Feature",
        "id": f"{row.id} circle",
        "geometry": {"type": "Point", "coordinates": inner_point(row.geometry)},
        "properties": {"style": style, "tip": tip},
    }
