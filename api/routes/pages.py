"""Pages for people: the home page and the three maps, each built once and kept."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Depends, Request, Response

from api.http.links import HTML, JSON
from api.http.negotiation import content_coding, has_already
from api.http.security_headers import page_policy
from api.parameters import page_query
from api.parameters.declared import DataParameters, PageLang, Schema
from api.parameters.described import described, shared_parameters
from api.parameters.page_query import page_parameters, read_page, site_of
from api.responses.declared_route import operation, operation_id, router
from api.responses.documents import answer_headers, send_body
from api.service.current_snapshot import serving, snapshot_of
from api.service.page_cache import FinishedPage, Key, finish_page
from api.service.work_queue import queued, queued_once
from geo.core.parameters import Parameter
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import LANGUAGES, VISITORS_LANGUAGES
from maps.pages.declared.food_streets import CARDS
from maps.pages.view_state import Cards, Declared, Density, FoodStreets, Residents, View
from maps.web.data_parameters import DataParameter, bind_parameters
from maps.web.map_page import MapPage
from maps.web.map_pages import PAGES
from maps.web.page import Page, Site

V = TypeVar("V")
routes = router("Maps")


@dataclass(frozen=True)
class Question(Generic[V]):
    """A checked view of a page, and the parameters as they were given."""

    view: V
    given: dict[str, str]


async def _food_streets(request: Request) -> Question[FoodStreets]:
    given, values = await read_page(request, PAGES["food-streets"].parameters)
    return Question(page_query.food_streets(given, values), given)


async def _cards(request: Request) -> Question[Cards]:
    given, values = await read_page(request, [CARDS])
    return Question(Cards(**values), given)


async def _density(request: Request) -> Question[Density]:
    given, values = await read_page(request, PAGES["density"].parameters)
    businesses = snapshot_of(request).layers["businesses"]
    return Question(page_query.density(given, values, businesses), given)


async def _residents(request: Request) -> Question[Residents]:
    given, values = await read_page(request, PAGES["residents"].parameters)
    return Question(Residents(**values), given)


async def _declared(name: str, request: Request) -> Question[Declared]:
    given, values = await read_page(request, PAGES[name].parameters)
    return Question(Declared(name, tuple(values.items())), given)


def describe_page(
    parameters: Iterable[Parameter | DataParameter], snapshot: Snapshot, _: Sequence[Layer]
) -> list[Schema]:
    """Describe what a page takes, by its declaration."""
    return [*map(described, bind_parameters(parameters, snapshot)), *shared_parameters("lang")]


READERS: Final[Mapping[str, Callable[[Request], Awaitable[Question[Any]]]]] = {
    "food-streets": _food_streets,
    "density": _density,
    "residents": _residents,
}


def _declare(name: str, page: MapPage) -> None:
    """Declare the route of a map page, which takes what the page declares."""
    read = READERS.get(name, partial(_declared, name))
    query = DataParameters(partial(describe_page, page.parameters), read)

    @routes.get(f"/maps/{name}", **operation(operation_id("getMap", name), page.title, [HTML]))
    async def map_page(
        request: Request, asked: Annotated[Question[Any], Depends(query)]
    ) -> Response:
        return await _answer(request, asked.view, asked.given)


for _name, _page in PAGES.items():
    _declare(_name, _page)


@routes.get(
    "/maps/food-streets/cards",
    **operation(
        "getMapFoodStreetsCards",
        "What the map for visitors says of some places, a piece of a page",
        [HTML],
    ),
)
async def cards(
    request: Request,
    asked: Annotated[
        Question[Cards], Depends(DataParameters(partial(describe_page, [CARDS]), _cards))
    ],
) -> Response:
    """Show what the visitors' map says of the places at one address; a piece of a page."""
    site = site_of(request, asked.given, VISITORS_LANGUAGES)
    # In no store of pages: they are many, and soon made.
    page = await queued(request, "pages", _build, snapshot_of(request), asked.view, site)
    return send_page(request, page, site.lang)


@routes.get(
    "/maps/food-streets/places",
    **operation(
        "getMapFoodStreetsPlaces", "Places of the map for visitors beyond those in its page", [JSON]
    ),
)
async def places(request: Request, lang: PageLang = None) -> Response:
    """Send the businesses that the visitors' map has no room for, in columns, for its script."""
    site = site_of(request, page_parameters(request, []), VISITORS_LANGUAGES)
    headers = answer_headers(request, f"places {site.lang}")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await queued(request, "pages", _remaining, snapshot_of(request), site.lang)
    return await send_body(request, body, JSON, headers)


def _remaining(snapshot: Snapshot, lang: str) -> bytes:
    from maps.pages.food_streets import remaining_places

    return remaining_places(snapshot, lang)


async def home_page(request: Request) -> Response:
    """Show the home page, in the visitor's language."""
    return await _answer(request, None, page_parameters(request, ["f"]))


async def _answer(request: Request, view: View | None, given: dict[str, str]) -> Response:
    """The page of a view: from memory, or built in a thread and kept."""
    for_visitors = view is None or isinstance(view, FoodStreets)
    site = site_of(request, given, VISITORS_LANGUAGES if for_visitors else LANGUAGES)
    build = partial(_build, snapshot_of(request), view, site)
    page = await kept_or_built(request, (view, site), build)
    return send_page(request, page, site.lang)


async def kept_or_built(
    request: Request, key: Key, build: Callable[[], FinishedPage]
) -> FinishedPage:
    """Read a page from the cache, or build it once for all who ask for it."""
    pages = serving(request).pages
    page = pages.find(key)
    if page is None:
        page = await queued_once(request, "pages", partial(pages.find, key), build)
        pages.keep(key, page)
    return page


def send_page(request: Request, page: FinishedPage, lang: str) -> Response:
    """Send a page, or a 304 if the client holds it."""
    headers = {
        "ETag": page.etag,
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Content-Language": lang,
        "Content-Security-Policy": page.policy,
    }
    if has_already(request, page.etag):
        return Response(status_code=304, headers=headers)
    coding = content_coding(request)
    if coding is not None:
        headers["Content-Encoding"] = coding
    return Response(page.bodies[coding], headers=headers, media_type="text/html")


def _build(snapshot: Snapshot, view: View | None, site: Site) -> FinishedPage:
    page = _builder(view)(snapshot, site)
    return finish_page(
        page.html, page_policy(page, site, ancestors="'none'" if view is None else "*")
    )


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
