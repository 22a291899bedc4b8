"""Styles of a collection: one, for MapLibre and for QGIS."""

from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Path, Query, Request, Response
from pydantic import WithJsonSchema

from api.http.errors import NotFoundError, excerpt
from api.http.links import HTML, JSON, OGC, Link, base_url, link
from api.http.negotiation import Offer, has_already, representation
from api.parameters.declared import Declared, Lang, choice_of
from api.parameters.page_query import language
from api.parameters.path import TiledLayerOfPath
from api.responses.declared_route import media_types, operation, router
from api.responses.documents import DocumentForm, answer_headers, document, send_body
from api.service.current_snapshot import snapshot_of
from maps.style.layer_looks import look_of
from maps.style.maplibre import style as maplibre_style
from maps.style.qml import qml

DEFAULT: Final = "default"
MAPLIBRE: Final = "application/vnd.mapbox.style+json"
QML: Final = "application/x-qgis-layer-settings"  # as QGIS registers it with desktops
STYLE: Final[Offer] = {"json": (MAPLIBRE, JSON), "qml": (QML,)}
StyleId = Annotated[
    str,
    Path(alias="styleId", description="a style"),
    WithJsonSchema({"type": "string", "enum": [DEFAULT]}),
]
StyleForm = Annotated[str | None, Query(description="format"), choice_of(STYLE)]
routes = router("Tiles")
_TITLES: Final = {"json": "style for MapLibre", "qml": "style for QGIS"}


def collection_links(here: str) -> list[Link]:
    """Link a collection to its styles.

    Args:
        here: address of the collection.
    """
    return [link(f"{OGC}/styles", f"{here}/styles", JSON, "styles"), *_stylesheets(here)]


@routes.get(
    "/collections/{collectionId}/styles",
    **operation("getStyles", "Styles of a collection", [JSON, HTML]),
)
async def styles(request: Request, layer: TiledLayerOfPath, form: DocumentForm) -> Response:
    """List the styles of a collection: one."""
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
    return await document(request, form, "styles", lambda: body, about=layer)


async def _known(name: StyleId) -> None:
    """Refuse any style but the one that there is.

    Raises:
        NotFoundError: it is another one.
    """
    if name != DEFAULT:
        raise NotFoundError(f"no style {excerpt(name)}; there is {DEFAULT}")


async def _form(
    request: Request, given: Declared, f: StyleForm = None, lang: Lang = None
) -> tuple[str, str]:
    """Read in which language a style is asked for, and in which form."""
    chosen = language(request, given)
    return chosen, representation(request, given, STYLE)


@routes.get(
    "/collections/{collectionId}/styles/{styleId}",
    **operation("getStyle", "A style, for MapLibre or QGIS", media_types(STYLE)),
)
async def style(
    request: Request,
    layer: TiledLayerOfPath,
    _: Annotated[None, Depends(_known)],
    form: Annotated[tuple[str, str], Depends(_form)],
) -> Response:
    """Answer with the style of a collection in one of its two forms."""
    lang, kind = form
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    look = look_of(snapshot, layer, lang)
    if kind == "qml":
        headers["Content-Disposition"] = f'attachment; filename="{layer.id}.qml"'
        return await send_body(request, qml(look), QML, headers)
    body = maplibre_style(snapshot, layer, look, base_url(request))
    return await send_body(request, orjson.dumps(body), MAPLIBRE, headers)


def _stylesheets(here: str) -> list[Link]:
    return [
        link("stylesheet", f"{here}/styles/{DEFAULT}?f={name}", kinds[0], _TITLES[name])
        for name, kinds in STYLE.items()
    ]
