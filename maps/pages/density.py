"""Businesses per area: on hexagons, as a kernel surface of the zone, or on the 25 dong."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely.geometry import mapping

from geo.core.errors import BadParameterError
from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.coverage import OUTSIDE
from geo.serving.analysis.sample import SIMULATED
from geo.snapshot.coverage import covered_outline
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.declared.density import BANDWIDTH, BY, PAGE
from maps.pages.density_counts import DensityCounts, Row, categories, count_businesses, is_unknown
from maps.pages.view_state import Density, query_string
from maps.style import colours
from maps.style.colours import Class, class_of, classes, spread_colours
from maps.style.number_format import number_format
from maps.web.attribution import Credit, credits_of
from maps.web.base_layers import (
    base_layers,
    features,
    inner_city,
    inner_point,
    land_style,
    outlines,
    zone_box,
)
from maps.web.folium_map import AtlasMap, Circles, Feature, Shapes, Town, render_map
from maps.web.page import Page, Site
from maps.web.render import render
from maps.web.town import railway_tracks

ZONE_LAYERS = (
    "businesses", "zone", "food-streets", "streets", "dong", "stations", "landmarks", "ground",
    "tracks",
)  # fmt: skip
DONG_LAYERS = ("dong", "tracks")
FILL_OPACITY = 0.78


@dataclass(frozen=True)
class Content:
    """The content of the page as map, legend and table.

    Attributes:
        counts: what was counted.
        rows: areas that are dense enough to be shown, the densest first.
        legend: classes with their colours and numbers of areas.
    """

    counts: DensityCounts
    rows: Sequence[Row]
    legend: Sequence[Class]


def page(snapshot: Snapshot, view: Density, site: Site) -> Page:
    """Render the page for one view.

    Raises:
        BadParameterError: the view asks for what its way of counting cannot answer.
    """
    words = Words(site.lang)
    content = prepare(snapshot, view, words)
    drawing = render_map(chart(snapshot, view, site, content))
    values = {
        "view": view,
        "query": query_string,
        "changed": replace,
        "by_choices": {by: _switch_scale(view, by) for by in BY.values},
        "inner": inner_city(snapshot),
        "whole": snapshot.manifest["layers"]["dong"]["bbox"],
        "parameters": {parameter.name: parameter for parameter in PAGE.parameters},
        "categories": categories(snapshot, view, words),
        "drawing": drawing,
        "content": content,
        "bound": number_format(
            [
                end
                for legend_class in content.legend
                for end in (legend_class.low, legend_class.high)
            ],
            words,
        ),
        "counted": content.counts,
        "beyond": not uncovered_area(snapshot, view).is_empty,
        "without": [row for row in content.rows if row.density is None],
        "simulated": snapshot.manifest["zone"]["simulated"],
        "unknown": is_unknown(snapshot, view),
        "run_by": _run_by(snapshot, view),
        "credits": _credits(snapshot, view, content.counts, words.lang),
    }
    return render("density.html", site, values, inline=[drawing.code])


def _credits(snapshot: Snapshot, view: Density, counts: DensityCounts, lang: str) -> list[Credit]:
    """List the attributions; the simulated businesses only where some are counted."""
    sources = credits_of(snapshot, DONG_LAYERS if view.by == "dong" else ZONE_LAYERS, lang)
    return [source for source in sources if counts.simulated or source.id != SIMULATED]


def _run_by(snapshot: Snapshot, view: Density) -> str:
    """Tell how operators are known: simulated, from a register, or confidential."""
    if snapshot.layers["businesses"].fields["foreign_run"].protected:
        return "protected"
    if snapshot.operators:
        return "registered"
    return "simulated" if view.with_simulated or view.foreign_run is not None else ""


def prepare(snapshot: Snapshot, view: Density, words: Words) -> Content:
    """Count, drop areas below the least density, and classify the rest.

    Raises:
        BadParameterError: the view asks for what its way of counting cannot answer.
    """
    check_view(view)
    counts = count_businesses(snapshot, view, words)
    rows = [row for row in counts.rows if _is_dense(row, view.min_density)]
    shades = spread_colours(colours.DENSITY, len(counts.bounds))
    unknown = rows and all(row.density is None for row in rows)
    legend = [] if unknown else classes([row.density for row in rows], counts.bounds, shades)
    return Content(counts, rows, legend)


def _is_dense(row: Row, least: float) -> bool:
    """Tell whether a row passes the least density; a row without a density never does."""
    if row.upper is not None:
        return True
    return not least if row.density is None else row.density >= least


def check_view(view: Density) -> None:
    """Refuse parameters that a way of counting cannot answer.

    Raises:
        BadParameterError: a filter on the dong figures, or a bandwidth without a kernel.
    """
    if view.by == "dong":
        why = "nothing with by=dong: the census of establishments of 2020 tells no kinds apart"
        if view.category:
            raise BadParameterError("category", ",".join(view.category), why)
        if view.foreign_run is not None:
            raise BadParameterError("foreign_run", view.foreign_run, why)
    if view.by != "kernel" and view.bandwidth_m != BANDWIDTH.default:
        raise BadParameterError("bandwidth_m", view.bandwidth_m, "nothing without by=kernel")
    BANDWIDTH.parse(str(view.bandwidth_m))


def _switch_scale(view: Density, by: str) -> Density:
    """Switch a view to another way of counting, without parameters that it does not have."""
    if by == "dong":
        return Density(by="dong")
    filters = Density(
        by=by,
        category=view.category,
        foreign_run=view.foreign_run,
        with_simulated=view.with_simulated,
    )
    if view.by == "dong":
        return filters  # its least density was per square kilometre
    return replace(filters, min_density=view.min_density)


def chart(snapshot: Snapshot, view: Density, site: Site, content: Content) -> AtlasMap:
    """Draw the map of the content."""
    words = Words(site.lang)
    label = words.coded("map", f"density-{view.by}")
    areas = [_area(row, content.legend, view, words) for row in content.rows]
    cells = Shapes(areas, pane="cells", interactive=True)
    layers: list[Shapes | Circles | Town]
    if view.by == "dong":
        drawing = AtlasMap(site, label, within=inner_city(snapshot), min_zoom=9)
        bare = _bare_land(snapshot, site, {row.id for row in content.rows})
        layers = [bare, cells, Town(railway_tracks(snapshot, words))]
    else:
        drawing = AtlasMap(site, label, within=zone_box(snapshot))
        land, *above = base_layers(snapshot, site)
        layers = [land, cells, *above, *_uncovered_layer(snapshot, view), outlines(snapshot)[-1]]
    for layer in layers:
        layer.add_to(drawing)
    return drawing


def _uncovered_layer(snapshot: Snapshot, view: Density) -> list[Shapes]:
    """Draw the part of the zone that no list covers above a kernel surface, which has no gaps."""
    part = uncovered_area(snapshot, view)
    if part.is_empty:
        return []
    style = {"color": "#5c5346", "weight": 0.8, "fillColor": colours.COVERED_IN_PART}
    style |= {"fillOpacity": 1}
    feature: Feature = {"type": "Feature", "id": "not-covered", "geometry": mapping(part)}
    return [Shapes([{**feature, "properties": {"style": style}}], pane="areas", interactive=False)]


def uncovered_area(snapshot: Snapshot, view: Density) -> Any:
    """Compute the part of the zone that no list covers, lon/lat; empty where it does not matter."""
    known = covered_outline(snapshot.manifest["coverage"]["businesses"])
    if view.by != "kernel" or view.with_simulated or known is None:
        return shapely.Polygon()
    return shapely.difference(zone_in_force(snapshot), known)


def _bare_land(snapshot: Snapshot, site: Site, shown: Collection[str]) -> Shapes:
    """Draw the dong that the least density hides."""
    bare = [feature for feature in features(snapshot.layers["dong"]) if feature["id"] not in shown]
    land: list[Feature] = [
        {**feature, "properties": {"style": land_style(site)}} for feature in bare
    ]
    return Shapes(land, pane="land", interactive=False)


def _area(row: Row, legend: Sequence[Class], view: Density, words: Words) -> Feature:
    level = row.density if row.upper is None else row.upper
    bounds = [legend_class.high for legend_class in legend]
    fill = colours.COVERED_IN_PART if level is None else legend[class_of(level, bounds)].colour
    style = {
        "color": "#5c5346",
        "weight": 0.8 if row.upper is None else 0,
        "fillColor": fill,
        "fillOpacity": FILL_OPACITY,
    }
    properties: dict[str, Any] = {"style": style, "tip": _tip(row, view, words)}
    if view.by == "dong":
        properties |= {"label": row.name, "at": inner_point(row.geometry)}
    return {"type": "Feature", "id": row.id, "geometry": row.geometry, "properties": properties}


def _why_not(row: Row) -> str:
    """Choose the message that explains why a row has no density."""
    if row.because == OUTSIDE:
        return "covered in part, no density"
    return "in no complete list, no density"


def _tip(row: Row, view: Density, words: Words) -> list[str]:
    """List the lines of the tooltip: name, density, number."""
    if row.upper is not None:
        amount = f"{words.number(row.density or 0)}–{words.number(row.upper)}"
        return [words.coded("unit", "per-ha") % {"amount": amount}]
    number = words.number(row.count or 0)
    if view.by == "dong":
        density = words.coded("unit", "per-km2") % {"amount": words.number(row.density or 0)}
        return [row.name, density, words.coded("unit", "establishments") % {"amount": number}]
    if row.density is None:
        density = words.phrase(_why_not(row))
    else:
        density = words.coded("unit", "per-ha") % {"amount": words.number(row.density, 1)}
    return [density, words.coded("unit", "businesses") % {"amount": number}]
