"""The root: a home page for people, the landing page of the API for everything else."""

from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from api.http.links import HTML, JSON, JSON_LD, OPENAPI, base_url, link
from api.http.negotiation import Offer, representation
from api.parameters.declared import HomeForm, PageLang
from api.parameters.page_query import language, page_parameters
from api.responses.declared_route import operation, router
from api.responses.documents import json_document
from api.routes.pages import home_page
from api.routes.tiles import landing_links
from api.service.current_snapshot import snapshot_of
from geo.snapshot.reader import Snapshot
from maps.web.map_pages import PAGES

FORMATS: Final[Offer] = {"json": (JSON,), "html": (HTML, "application/xhtml+xml")}


routes = router("Metadata")


async def read_query(request: Request, f: HomeForm = None, lang: PageLang = None) -> dict[str, str]:
    """Read how the root is asked for."""
    filled = page_parameters(request, ["f"])
    language(request, filled)
    return filled


@routes.get("/", **operation("getLandingPage", "Landing page", [JSON, HTML]))
async def landing(
    request: Request, asked: Annotated[dict[str, str], Depends(read_query)]
) -> Response:
    """HTML for a browser, JSON for everything else, `*/*` included."""
    if representation(request, asked, FORMATS) == "html":
        return await home_page(request)
    make = partial(_landing_page, base_url(request), snapshot_of(request))
    return await json_document(request, "json", make)


def _landing_page(base: str, snapshot: Snapshot) -> dict[str, object]:
    attributions = [source["attribution"] for source in snapshot.manifest["sources"].values()]
    return {
        "title": "Ansan Atlas",
        "description": "Maps and open data of Ansan, Korea.",
        "attribution": "; ".join(dict.fromkeys(attributions)),
        "links": [
            link("self", f"{base}/?f=json", JSON, "this document"),
            link("alternate", f"{base}/?f=html", HTML, "this service for people"),
            link("service-desc", f"{base}/api", OPENAPI, "the API described"),
            link("service-doc", f"{base}/docs", HTML, "the API to read and try"),
            link("conformance", f"{base}/conformance", JSON, "conformance classes"),
            link("data", f"{base}/collections", JSON, "the collections"),
            link("describedby", f"{base}/catalog.jsonld", JSON_LD, "the data sets as DCAT"),
            link("related", f"{base}/analysis", JSON, "measures of the businesses and residents"),
            *landing_links(base),
            *(
                link("related", f"{base}/maps/{name}", HTML, page.title)
                for name, page in PAGES.items()
            ),
        ],
    }
