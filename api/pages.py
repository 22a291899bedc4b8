"""Pages for people: the home page and the three maps, each built once and kept."""

from collections.abc import Callable
from functools import partial

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api import page_query
from api.negotiation import has_already, takes_gzip
from api.page_query import language, page_parameters
from api.page_store import Finished, PageStore, finished
from api.security import page_policy
from api.settings import Settings
from geo.store import Layer, Snapshot
from maps.base import Page, Site
from maps.views import Density, FoodStreets, Residents, View


async def food_streets(request: Request) -> Response:
    """The food streets for visitors."""
    given = page_parameters(request, ["simulated", "place"], ["category", "cuisine", "halal"])
    return await _answer(request, page_query.food_streets(given, _businesses(request)), given)


async def density(request: Request) -> Response:
    """How densely businesses stand."""
    known = ["by", "foreign_run", "min_density", "bandwidth_m"]
    given = page_parameters(request, known, ["category"])
    return await _answer(request, page_query.density(given, _businesses(request)), given)


async def residents(request: Request) -> Response:
    """Residents by dong."""
    given = page_parameters(request, ["year", "indicator"])
    return await _answer(request, page_query.residents(given), given)


async def home_page(request: Request) -> Response:
    """The home page, in the visitor's language."""
    return await _answer(request, None, page_parameters(request, ["f"]))


def _businesses(request: Request) -> Layer:
    layer: Layer = request.app.state.snapshot.layers["businesses"]
    return layer


async def _answer(request: Request, view: View | None, given: dict[str, str]) -> Response:
    """The page of a view: from memory, or built in a thread and kept."""
    settings: Settings = request.app.state.settings
    lang = language(request, given)
    site = Site(lang, settings.basemap_url, settings.basemap_attribution)
    pages: PageStore = request.app.state.pages
    page = pages.find((view, site))
    if page is None:
        build = partial(_build, request.app.state.snapshot, view, site)
        page = await run_in_threadpool(pages.find_or_build, (view, site), build)
    return _sent(request, page, lang)


def _sent(request: Request, page: Finished, lang: str) -> Response:
    headers = {
        "ETag": page.etag,
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Content-Language": lang,
        "Content-Security-Policy": page.policy,
    }
    if has_already(request, page.etag):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(page.zipped, headers=headers, media_type="text/html")
    return Response(page.body, headers=headers, media_type="text/html")


def _build(snapshot: Snapshot, view: View | None, site: Site) -> Finished:
    page = _builder(view)(snapshot, site)
    return finished(page.html, page_policy(page, site, ancestors="'none'" if view is None else "*"))


def _builder(view: View | None) -> Callable[[Snapshot, Site], Page]:
    """The page module of a view; imported when first asked for, because folium is large."""
    if isinstance(view, FoodStreets):
        from maps import food_streets

        return lambda snapshot, site: food_streets.page(snapshot, view, site)
    if isinstance(view, Density):
        from maps import density

        return lambda snapshot, site: density.page(snapshot, view, site)
    if isinstance(view, Residents):
        from maps import residents

        return lambda snapshot, site: residents.page(snapshot, view, site)
    from maps import home

    return home.page
