"""Pages for people: the home page and the three maps, each built once and kept."""

from collections.abc import Callable
from functools import partial

from fastapi import Request, Response
from starlette.routing import Route

from api.http.negotiation import has_already, packing
from api.http.security_headers import page_policy
from api.parameters import page_query
from api.parameters.page_query import page_parameters, site_of
from api.service.current_snapshot import serving, snapshot_of
from api.service.page_cache import Finished, finished
from api.service.work_queue import queued
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES, VISITORS_LANGUAGES
from maps.pages.view_state import Cards, Declared, Density, FoodStreets, Residents, View
from maps.web.map_pages import PAGES
from maps.web.page import Page, Site


async def food_streets(request: Request) -> Response:
    """The food streets for visitors."""
    given = page_parameters(
        request, ["simulated", "place", "whole"], ["category", "cuisine", "halal"]
    )
    return await _answer(request, page_query.food_streets(given, _businesses(request)), given)


async def cards(request: Request) -> Response:
    """What the visitors' map says of the places at one address; a piece of a page."""
    given = page_parameters(request, [], ["ids"])
    held = serving(request)
    layers = held.snapshot.layers
    view = page_query.cards(given, layers["businesses"], layers["centres"])
    site = site_of(request, given, VISITORS_LANGUAGES)
    # Kept by no store: they are many, and soon made.
    page = await queued(request, "pages", _build, held.snapshot, view, site)
    return send_page(request, page, site.lang)


async def density(request: Request) -> Response:
    """How densely businesses stand."""
    known = ["by", "foreign_run", "min_density", "bandwidth_m", "with"]
    given = page_parameters(request, known, ["category"])
    return await _answer(request, page_query.density(given, _businesses(request)), given)


async def residents(request: Request) -> Response:
    """Residents by dong."""
    given = page_parameters(request, ["year", "indicator"])
    return await _answer(request, page_query.residents(given), given)


def declared_routes() -> list[Route]:
    """Make a route for each map page that has its parameters in its declaration."""
    return [
        Route(f"/maps/{name}", partial(_declared, name))
        for name, page in PAGES.items()
        if page.draw
    ]


async def _declared(name: str, request: Request) -> Response:
    page = PAGES[name]
    given = page_parameters(request, [*page.options, *page.numbers])
    view = Declared(name, tuple(page_query.declared(page, given).items()))
    return await _answer(request, view, given)


async def home_page(request: Request) -> Response:
    """The home page, in the visitor's language."""
    return await _answer(request, None, page_parameters(request, ["f"]))


def _businesses(request: Request) -> Layer:
    layer: Layer = snapshot_of(request).layers["businesses"]
    return layer


async def _answer(request: Request, view: View | None, given: dict[str, str]) -> Response:
    """The page of a view: from memory, or built in a thread and kept."""
    for_visitors = view is None or isinstance(view, FoodStreets)
    site = site_of(request, given, VISITORS_LANGUAGES if for_visitors else LANGUAGES)
    held = serving(request)
    page = held.pages.find((view, site))
    if page is None:
        build = partial(_build, held.snapshot, view, site)
        page = await queued(request, "pages", held.pages.find_or_build, (view, site), build)
    return send_page(request, page, site.lang)


def send_page(request: Request, page: Finished, lang: str) -> Response:
    """A page as it is sent, or a 304 for who holds it."""
    headers = {
        "ETag": page.etag,
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Content-Language": lang,
        "Content-Security-Policy": page.policy,
    }
    if has_already(request, page.etag):
        return Response(status_code=304, headers=headers)
    coding = packing(request)
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(page.bodies[coding], headers=headers, media_type="text/html")


def _build(snapshot: Snapshot, view: View | None, site: Site) -> Finished:
    page = _builder(view)(snapshot, site)
    return finished(page.html, page_policy(page, site, ancestors="'none'" if view is None else "*"))


def _builder(view: View | None) -> Callable[[Snapshot, Site], Page]:
    """The page module of a view; imported when first asked for, because folium is large."""
    if isinstance(view, FoodStreets):
        from maps.pages import food_streets

        return lambda snapshot, site: food_streets.page(snapshot, view, site)
    if isinstance(view, Cards):
        from maps.pages import place_cards

        return lambda snapshot, site: place_cards.cards(snapshot, view, site)
    if isinstance(view, Density):
        from maps.pages import density

        return lambda snapshot, site: density.page(snapshot, view, site)
    if isinstance(view, Residents):
        from maps.pages import residents

        return lambda snapshot, site: residents.page(snapshot, view, site)
    if isinstance(view, Declared):
        return lambda snapshot, site: PAGES[view.name].page(snapshot, dict(view.values), site)
    from maps.pages import home

    return home.page
