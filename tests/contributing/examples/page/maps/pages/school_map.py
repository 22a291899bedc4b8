"""The map of schools."""

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.web.attribution import credits_of
from maps.web.base_layers import features
from maps.web.folium_map import AtlasMap, Circles, Shapes, render_map
from maps.web.map_page import Values
from maps.web.page import Page, Site
from maps.web.render import render

_STYLE = {"radius": 8, "color": "#ffffff", "weight": 1.2, "fillColor": "#a63c06", "fillOpacity": 1}


def page(snapshot: Snapshot, values: Values, site: Site) -> Page:
    """Draw the schools of a level with at least so many pupils.

    Args:
        snapshot: the data.
        values: `level` and `least`.
        site: language and basemap.
    """
    schools = [
        school["properties"] | {"at": school["geometry"]}
        for school in features(snapshot.layers["schools"])
        if values["level"] in ("all", school["properties"]["level"])
        and (school["properties"]["pupils"] or 0) >= float(values["least"])
    ]
    chart = AtlasMap(site, "Schools", snapshot.manifest["layers"]["dong"]["bbox"], min_zoom=11)
    Shapes(features(snapshot.layers["gu"]), pane="areas", interactive=False).add_to(chart)
    Circles([_circle(school) for school in schools]).add_to(chart)
    drawing = render_map(chart)
    shown = {
        "given": {name: str(value) for name, value in values.items()},
        "drawing": drawing,
        "schools": schools,
        "credits": credits_of(snapshot, ["schools", "gu"], Words(site.lang).lang),
    }
    return render("school-map.html", site, shown, inline=[drawing.code])


def _circle(school: dict[str, object]) -> dict[str, object]:
    properties = {"style": _STYLE, "tip": [school["name_ko"]]}
    return {"type": "Feature", "geometry": school["at"], "properties": properties}
