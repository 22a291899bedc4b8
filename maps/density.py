"""Businesses per area: on hexagons, as a kernel surface of the zone, or on the 25 dong."""

from collections.abc import Sequence
from dataclasses import replace

from geo.errors import BadParameterError
from geo.store import Snapshot
from maps import colours
from maps.base import Page, Site
from maps.canvas import AtlasMap, Drawing, Feature, Shapes, drawn
from maps.colours import Class, class_of, classes, spread
from maps.credits import credits_of
from maps.ground import features, ground, inner_city, inner_point, outlines, zone_box
from maps.i18n import Words
from maps.render import render
from maps.tallies import Row, categories, count
from maps.views import BANDWIDTH_M, BY, DEFAULT_BANDWIDTH_M, Density, query

ZONE_LAYERS = ("businesses", "zone", "food-streets", "streets", "dong")
FILL_OPACITY = 0.78


def page(snapshot: Snapshot, view: Density, site: Site) -> Page:
    """The page for one view.

    Raises:
        BadParameterError: the view asks for what its way of counting cannot answer.
    """
    check(view)
    words = Words(site.lang)
    counted = count(snapshot, view, words)
    shown = [row for row in counted.rows if row.density >= view.min_density or row.upper]
    shades = spread(colours.DENSITY, len(counted.bounds))
    legend = classes([row.density for row in shown], counted.bounds, shades)
    drawing = _drawing(snapshot, view, site, (shown, legend))
    values = {
        "view": view,
        "query": query,
        "changed": replace,
        "by_choices": {by: _switched(view, by) for by in BY},
        "bandwidths": BANDWIDTH_M,
        "categories": categories(snapshot, words),
        "drawing": drawing,
        "counted": counted,
        "rows": shown,
        "legend": legend,
        "credits": credits_of(snapshot, ["dong"] if view.by == "dong" else ZONE_LAYERS),
    }
    return render("density.html", site, values, inline=[drawing.code])


def check(view: Density) -> None:
    """Refuse what a way of counting cannot answer.

    Raises:
        BadParameterError: a filter on the dong figures, or a bandwidth without a kernel.
    """
    if view.by == "dong":
        why = "nothing with by=dong: the census of establishments of 2020 tells no kinds apart"
        if view.category:
            raise BadParameterError("category", ",".join(view.category), why)
        if view.foreign_run is not None:
            raise BadParameterError("foreign_run", view.foreign_run, why)
    if view.by != "kernel" and view.bandwidth_m != DEFAULT_BANDWIDTH_M:
        raise BadParameterError("bandwidth_m", view.bandwidth_m, "nothing without by=kernel")
    low, high = BANDWIDTH_M
    if not low <= view.bandwidth_m <= high:
        raise BadParameterError("bandwidth_m", view.bandwidth_m, f"{low:g} to {high:g}")


def _switched(view: Density, by: str) -> Density:
    """The same question asked of another way of counting, without what that one cannot answer."""
    if by == "dong":
        return Density(by="dong")
    filters = Density(by=by, category=view.category, foreign_run=view.foreign_run)
    if view.by == "dong":
        return filters  # its least density was per square kilometre
    return replace(filters, min_density=view.min_density)


def _drawing(
    snapshot: Snapshot, view: Density, site: Site, content: tuple[Sequence[Row], Sequence[Class]]
) -> Drawing:
    words = Words(site.lang)
    shown, legend = content
    label = words.coded("map", f"density-{view.by}")
    if view.by == "dong":
        chart = AtlasMap(site, label, within=inner_city(snapshot), min_zoom=9)
        land = features(snapshot.layers["dong"])
        Shapes([_plain(one) for one in land], pane="land", interactive=False).add_to(chart)
        Shapes(_areas(shown, legend, words, view), pane="cells", interactive=True).add_to(chart)
        return drawn(chart)
    chart = AtlasMap(site, label, within=zone_box(snapshot))
    land, streets = ground(snapshot, words)
    cells = Shapes(_areas(shown, legend, words, view), pane="cells", interactive=True)
    for layer in (land, cells, streets, outlines(snapshot)[-1]):
        layer.add_to(chart)
    return drawn(chart)


def _areas(
    shown: Sequence[Row], legend: Sequence[Class], words: Words, view: Density
) -> list[Feature]:
    bounds = [one.high for one in legend]
    unit = "per-km2" if view.by == "dong" else "per-ha"
    found = []
    for row in shown:
        level = row.upper if row.upper is not None else row.density
        style = {"color": "#5c5346", "weight": 0 if row.upper else 0.8, "fillOpacity": FILL_OPACITY,
                 "fillColor": legend[class_of(level, bounds)].colour}  # fmt: skip
        amount = words.number(row.density, 0 if view.by == "dong" else 1)
        if row.upper is not None:
            amount = f"{words.number(row.density)}–{words.number(row.upper)}"
        tip = [words.coded("unit", unit) % {"amount": amount}]
        if row.count is not None:
            tip.append(words.coded("unit", "businesses") % {"amount": words.number(row.count)})
        label = {"label": row.name, "at": inner_point(row.geometry)} if view.by == "dong" else {}
        tips = [row.name, *tip] if view.by == "dong" else tip
        properties = {"style": style, "tip": tips, **label}
        found.append(
            {"type": "Feature", "id": row.id, "geometry": row.geometry, "properties": properties}
        )
    return found


def _plain(feature: Feature) -> Feature:
    style = {"color": colours.LAND_EDGE, "weight": 1, "fillColor": colours.LAND, "fillOpacity": 1}
    return {**feature, "id": f"{feature['id']} land", "properties": {"style": style}}
