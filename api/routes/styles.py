"""Styles of a collection: one, for MapLibre and for QGIS."""

from typing import Any, Final

import orjson
from fastapi import Request, Response

from api.http.errors import NotFoundError, shown
from api.http.links import HTML, JSON, OGC, Link, base_url, link
from api.http.negotiation import Offer, has_already, representation
from api.http.query_string import given_parameters
from api.parameters.page_query import language
from api.responses.documents import answer_headers, document, sent
from api.routes.tiles import tiled_layer_asked
from api.service.current_snapshot import snapshot_of
from maps.style.layer_looks import look_of
from maps.style.maplibre import style as maplibre_style
from maps.style.qml import qml

DEFAULT: Final = "default"
MAPLIBRE: Final = "application/vnd.mapbox.style+json"
QML: Final = "application/x-qgis-layer-settings"  # as QGIS registers it with desktops
STYLE: Final[Offer] = {"json": (MAPLIBRE, JSON), "qml": (QML,)}
_TITLES: Final = {"json": "style for MapLibre", "qml": "style for QGIS"}


def collection_links(here: str) -> list[Link]:
    """Link a collection to its styles.

    Args:
        here: address of the collection.
    """
    return [link(f"{OGC}/styles", f"{here}/styles", JSON, "styles"), *_stylesheets(here)]


async def styles(request: Request) -> Response:
    """List the styles of a collection: one."""
    layer = tiled_layer_asked(request)
    here = f"{base_url(request)}/collections/{layer.id}"
    body: dict[str, Any] = {
        "default": DEFAULT,
        "styles": [{"id": DEFAULT, "title": layer.meta["title"], "links": _stylesheets(here)}],
        "links": [
            link("self", f"{here}/styles", JSON, "this document"),
            link("alternate", f"{here}/styles?f=html", HTML, "this document for people"),
            link("collection", here, JSON, layer.meta["title"]),
        ],
    }
    return await document(request, "styles", lambda: body, about=layer)


async def style(request: Request) -> Response:
    """Answer with the style of a collection in one of its two forms."""
    layer = tiled_layer_asked(request)
    name = request.path_params["styleId"]
    if name != DEFAULT:
        raise NotFoundError(f"no style {shown(name)}; there is {DEFAULT}")
    given = given_parameters(request, ["f", "lang"])
    lang, kind = language(request, given), representation(request, given, STYLE)
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    look = look_of(snapshot, layer, lang)
    if kind == "qml":
        headers["Content-Disposition"] = f'attachment; filename="{layer.id}.qml"'
        return await sent(request, qml(look), QML, headers)
    body = maplibre_style(snapshot, layer, look, base_url(request))
    return await sent(request, orjson.dumps(body), MAPLIBRE, headers)


def _stylesheets(here: str) -> list[Link]:
    return [
        link("stylesheet", f"{here}/styles/{DEFAULT}?f={name}", kinds[0], _TITLES[name])
        for name, kinds in STYLE.items()
    ]
