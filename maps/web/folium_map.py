"""Folium maps that fit into our own pages: our files only, our template, stable ids.

folium writes a whole document with libraries from other hosts, a locked zoom and no language.
Here it writes only the map: a box, and the script that fills it.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import folium
from branca.element import CssLink, Element, JavascriptLink
from folium.map import Layer
from folium.template import Template
from markupsafe import Markup, escape

from maps.i18n import Words
from maps.web.page import Site

MAX_ZOOM: Final = 20
VENDOR: Final = "static/vendor/leaflet"

Feature = dict[str, Any]
Box = tuple[float, float, float, float]  # west, south, east, north, degrees


class AtlasMap(folium.Map):  # type: ignore[misc] # folium has no types
    """A folium map with the page, controls and words of the atlas."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id="{{ this.get_name() }}" role="region"
            aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
        });
        atlas.furnish({{ this.get_name() }}, {{ this.words|tojson }}, {{ this.opening|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, site: Site, label: str, within: Box, *, min_zoom: int = 14) -> None:
        words = Words(site.lang)
        super().__init__(
            location=[within[1], within[0]],  # folium wants (lat, lon)
            zoom_start=min_zoom + 1,
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
        )
        self.default_js = [  # in place of folium's, which are on other hosts
            ("leaflet", f"{site.root}/{VENDOR}/leaflet.js"),
            ("atlas", f"{site.root}/static/atlas.js"),
            ("town", f"{site.root}/static/town.js"),
        ]
        self.default_css = [("leaflet_css", f"{site.root}/{VENDOR}/leaflet.css")]
        # folium keeps these for its own tile layer, and here there may be none
        self.options.update({"minZoom": min_zoom, "maxZoom": MAX_ZOOM})
        self.label = label
        self.opening = list(within)
        self.words = {
            key: words.coded("map control", key) for key in ("zoom-in", "zoom-out", "close")
        }
        if site.basemap_url:
            self._add_basemap(site.basemap_url, site.basemap_attribution or "")

    def _add_basemap(self, url: str, attribution: str) -> None:
        tiles = folium.TileLayer(
            url, attr=str(escape(attribution)) or " ", max_zoom=MAX_ZOOM, max_native_zoom=19
        )
        tiles.add_to(self)


class Points(Layer):  # type: ignore[misc] # folium has no types
    """Point features that the browser fetches from the service and draws on a canvas."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = atlas.points({{ this.url|tojson }}, {{ this.look|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, url: str, look: Mapping[str, Any]) -> None:
        super().__init__(name=url)
        self._name = "Points"
        self.url = url
        self.look = dict(look)


class Town(Layer):  # type: ignore[misc] # folium has no types
    """Houses, streets, tracks and names, drawn by the browser on canvases of its own."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = atlas.town({{ this.data|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(name="town")
        self._name = "Town"
        self.data = dict(data)


class Shapes(folium.GeoJson):  # type: ignore[misc] # folium has no types
    """Features drawn by folium; each may carry `style`, and `label` or `tip` as plain text.

    folium's own tooltips write properties as HTML; ours are bound by atlas.js as text.
    """

    def __init__(self, features: list[Feature], *, pane: str, interactive: bool) -> None:
        super().__init__(
            {"type": "FeatureCollection", "features": features},
            on_each_feature=folium.JsCode("atlas.feature"),
            smooth_factor=0.5,
            pane=pane,
            interactive=interactive,
            embed=True,
        )


class Circles(folium.GeoJson):  # type: ignore[misc] # folium has no types
    """Point features drawn as circles, of the radius that their style names."""

    def __init__(self, features: list[Feature]) -> None:
        marker = folium.CircleMarker()
        marker.options["pane"] = "circles"  # folium passes on only the options it knows
        super().__init__(
            {"type": "FeatureCollection", "features": features},
            marker=marker,
            on_each_feature=folium.JsCode("atlas.feature"),
            embed=True,
        )


@dataclass(frozen=True)
class Drawing:
    """A rendered map, in the parts that a page template places.

    Attributes:
        styles: links for the head.
        box: the element that becomes the map.
        libraries: script links, to stand before `code`.
        code: the inline script, without its tags.
    """

    styles: Markup
    box: Markup
    libraries: Markup
    code: Markup


def render_map(chart: AtlasMap) -> Drawing:
    """Render a map; equal maps give equal text."""
    figure = chart.get_root()
    _number(chart, itertools.count(1))
    chart.render()
    links = list(figure.header._children.values())
    return Drawing(
        styles=_join_markup(link for link in links if isinstance(link, CssLink)),
        box=Markup(figure.html.render().strip()),  # noqa: S704 our template; the label is escaped
        libraries=_join_markup(link for link in links if isinstance(link, JavascriptLink)),
        code=Markup(figure.script.render()),  # noqa: S704 every value went through tojson
    )


def _join_markup(links: Iterator[Element]) -> Markup:
    return Markup("\n").join(Markup(link.render()) for link in links)  # noqa: S704 our own paths


def _number(element: Element, numbers: Iterator[int]) -> None:
    """Number the elements in place of random ids.

    branca draws ids at random and offers no other way; random ids would give every rendering of
    the same map another ETag.
    """
    element._id = str(next(numbers))
    for child in element._children.values():
        _number(child, numbers)
