"""What harvesters and search engines ask for: the catalogue, the list of pages, robots.txt."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request, Response
from pydantic import WithJsonSchema

from api.http.links import JSON_LD, base_url
from api.http.negotiation import has_already
from api.parameters.declared import only_declared
from api.parameters.language import LANG
from api.responses.declared_route import operation, router
from api.responses.documents import answer_headers, json_document, send_body
from api.service.current_snapshot import snapshot_of
from maps.catalogues import draft
from maps.metadata import dcat
from maps.metadata.data_sets import data_sets
from maps.metadata.sitemap import robots, sitemap

XML: Final = "application/xml"
TEXT: Final = "text/plain"
Language = Annotated[
    str,
    Path(alias="lang", description="a visitors' language"),
    WithJsonSchema(LANG.json_schema),
]
routes = router("Metadata")
_NOTHING: Final = [Depends(only_declared)]


@routes.get(
    "/catalog.jsonld",
    dependencies=_NOTHING,
    **operation("getCatalog", "The data sets as DCAT", [JSON_LD]),
)
async def catalogue(request: Request) -> Response:
    """Answer with the data sets as DCAT."""
    base, snapshot = base_url(request), snapshot_of(request)
    return await json_document(
        request, "dcat", lambda: dcat.catalogue(data_sets(snapshot, base), base), JSON_LD
    )


@routes.get(
    "/sitemap.xml",
    dependencies=_NOTHING,
    **operation("getSitemap", "The pages, for search engines", [XML]),
)
async def pages(request: Request) -> Response:
    """Answer with the list of pages."""
    text = sitemap(snapshot_of(request).layers, base_url(request))
    return await _text(request, "sitemap", text, XML)


@routes.get(
    "/robots.txt",
    dependencies=_NOTHING,
    **operation("getRobots", "What crawlers leave alone", [TEXT]),
)
async def rules(request: Request) -> Response:
    """Answer with what crawlers should leave alone."""
    base = base_url(request)
    return await _text(request, "robots", robots(base, urlsplit(base).path), TEXT)


@routes.get(
    "/languages/{lang}",
    dependencies=_NOTHING,
    **operation("getWords", "Visitors' words of a language", [TEXT]),
)
async def words(request: Request, name: Language) -> Response:
    """Answer with the visitors' words of a language, for those who would mend them."""
    lang = LANG.parse(name)
    return await _text(request, f"words {lang}", draft(lang).content.decode(), TEXT)


async def _text(request: Request, name: str, text: str, kind: str) -> Response:
    headers = answer_headers(request, name)
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await send_body(request, text.encode(), kind, headers)
