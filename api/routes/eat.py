"""The visitors' page, its cards, and the files that it works from."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Path, Request, Response
from pydantic import WithJsonSchema

from api.http.errors import NotFoundError, excerpt
from api.http.links import HTML, JSON, base_url
from api.http.negotiation import has_already
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters, PageLang
from api.parameters.page_query import page_parameters, read_page, site_of
from api.responses.declared_route import DeclaredRoute, operation, router
from api.responses.documents import answer_headers, json_document, page_answer, send_body
from api.routes.pages import Question, describe_page, kept_or_built, send_page
from api.routes.visitor_notes import reports_of
from api.service.current_snapshot import CurrentSnapshot, serving
from api.service.page_cache import FinishedPage, finish_page
from api.service.work_queue import queued
from geo.snapshot.reader import Snapshot
from maps.i18n import VISITORS_LANGUAGES
from maps.pages.eat import listing, place_page, qr_sheet
from maps.pages.eat.data_file import data_file, manifest_of
from maps.pages.eat.parameters import PARAMETERS, SAVED
from maps.pages.eat.reports import Reports
from maps.pages.view_state import Eat, EatCard
from maps.web.page import Site
from maps.web.render import TEMPLATES

SVG: Final = "image/svg+xml"
SCRIPT: Final = "text/javascript"
MANIFEST: Final = "application/manifest+json"
PDF: Final = "application/pdf"
Spot = Annotated[
    str,
    Path(
        alias="spot",
        description="id of a business, a centre or a helpline that visitors are shown",
    ),
    WithJsonSchema({"type": "string", "example": "samarkand"}),
]
CornerCode = Annotated[
    str,
    Path(alias="corner", description="code of a corner of the food streets"),
    WithJsonSchema({"type": "string", "example": "gate"}),
]
_WORKER: Final = TEMPLATES.parent / "static" / "eat" / "worker.js"
_WORKER_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    "Service-Worker-Allowed": "/",  # it serves /eat, which lies above its own address
}
# The drawing brings its colours along; nothing else may.
_STYLED: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}
routes = router("Visitors", DeclaredRoute)
files = router("Visitors")


async def _read(request: Request) -> Question[Eat]:
    given, values = await read_page(request, PARAMETERS)
    del values[SAVED.name]
    return Question(Eat(**values), given)


_QUERY: Final = DataParameters(partial(describe_page, PARAMETERS), _read)


@routes.get("/eat", **operation("getEat", "Page for visitors", [HTML]))
async def eat(request: Request, asked: Annotated[Question[Eat], Depends(_QUERY)]) -> Response:
    """Show the visitors' page."""
    view = listing.known_view(serving(request).guide, asked.view)
    return await _answer(request, view, _site(request, asked.given))


@files.get("/eat/data.json", **operation("getEatData", "Places and words of the search", [JSON]))
async def data(request: Request) -> Response:
    """Send places and words for the browser's own search."""
    page_parameters(request, [])
    held = serving(request)
    return await json_document(request, "eat-data", partial(data_file, held.guide, held.snapshot))


@files.get("/eat/ground.svg", **operation("getEatGround", "Ground below the map", [SVG]))
async def ground(request: Request) -> Response:
    """Send the drawn base map below the marks."""
    page_parameters(request, [])
    headers = answer_headers(request, "ground")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    drawing = await queued(request, "pages", _draw, serving(request).snapshot)
    return await send_body(request, drawing.encode(), SVG, headers | _STYLED)


@routes.get("/eat/worker.js", **operation("getEatWorker", "Script for reading offline", [SCRIPT]))
async def worker(request: Request) -> Response:
    """Send the script that keeps the page for a telephone without a signal."""
    page_parameters(request, [])
    return Response(_WORKER.read_bytes(), headers=_WORKER_HEADERS, media_type=SCRIPT)


@routes.get(
    "/eat/manifest.webmanifest",
    **operation("getEatManifest", "The page as a program", [MANIFEST]),
)
async def manifest(request: Request, lang: PageLang = None) -> Response:
    """Send what a telephone needs to keep the page among its programs."""
    make = partial(manifest_of, _site(request, page_parameters(request, [])).lang)
    return await json_document(request, "eat-manifest", make, MANIFEST)


@routes.get("/eat/qr", **operation("getEatQr", "Codes to scan at the corners, to print", [HTML]))
async def codes(request: Request, lang: PageLang = None) -> Response:
    """Show the sheet of codes for the city's printer."""
    site, held = _site(request, page_parameters(request, [])), serving(request)
    make = partial(qr_sheet.page, list(held.guide.corners.values()), site, base_url(request))
    headers = answer_headers(request, f"qr {site.lang}")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await page_answer(request, make, site, headers)


@files.get(
    "/eat/qr.pdf", **operation("getEatQrPdf", "Codes to scan at the corners, on paper", [PDF])
)
async def codes_pdf(request: Request, lang: PageLang = None) -> Response:
    """Send the sheet of codes as PDF."""
    return await _paper(request, "codes", _code_sheet)


@files.get("/eat/map.pdf", **operation("getEatMapPdf", "Fold map of the food streets", [PDF]))
async def fold_map_pdf(request: Request, lang: PageLang = None) -> Response:
    """Send the fold map as PDF."""
    return await _paper(request, "fold-map", _fold_map)


@routes.get(
    "/q/{corner}",
    **operation("getCorner", "To what is near a corner", [HTML], s302="It is at `/eat`."),
)
async def corner(request: Request, code: CornerCode) -> Response:
    """Redirect from the short address that a code at a corner holds."""
    page_parameters(request, [])
    if code not in serving(request).guide.corners:
        raise NotFoundError(f"no corner has the code {excerpt(code)}")
    headers = {"Location": f"../eat?near={code}", "Cache-Control": "no-cache"}
    return Response(status_code=302, headers=headers)


@routes.get("/eat/{spot}", **operation("getEatSpot", "A place, a desk or a helpline", [HTML]))
async def card(request: Request, name: Spot, lang: PageLang = None) -> Response:
    """Show the page of one place, desk or helpline."""
    given = page_parameters(request, [])
    if name not in serving(request).guide.directory.by_id:
        raise NotFoundError(f"visitors are shown no place {excerpt(name)}")
    return await _answer(request, EatCard(name), _site(request, given))


async def _paper(
    request: Request, name: str, draw: Callable[[CurrentSnapshot, str, str], bytes]
) -> Response:
    """A PDF of a language, drawn in the queue of pictures; a 304 for who holds it."""
    lang = _site(request, page_parameters(request, [])).lang
    headers = {
        **answer_headers(request, f"{name} {lang}"),
        "Content-Language": lang,
        "Content-Disposition": f'inline; filename="ansan-{name}-{lang}.pdf"',
    }
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await queued(request, "pictures", draw, serving(request), lang, base_url(request))
    return Response(body, headers=headers, media_type=PDF)


def _site(request: Request, given: Mapping[str, str]) -> Site:
    return site_of(request, given, VISITORS_LANGUAGES)


def _code_sheet(held: CurrentSnapshot, lang: str, base: str) -> bytes:
    """Draw the sheet of codes; what it needs is imported when it is first asked for."""
    from maps.pages.eat.fold_map.codes import code_sheet

    return code_sheet(list(held.guide.corners.values()), lang, base)


def _fold_map(held: CurrentSnapshot, lang: str, base: str) -> bytes:
    """Draw the fold map; what it needs is imported when it is first asked for."""
    from maps.pages.eat.fold_map.document import fold_map

    return fold_map(held.guide, held.snapshot, lang, base)


def _draw(snapshot: Snapshot) -> str:
    from maps.pages.eat.basemap import draw

    return draw(snapshot)


async def _answer(request: Request, view: Eat | EatCard, site: Site) -> Response:
    """A page: kept where it may be asked for again, which no search is."""
    held, reports = serving(request), await reports_of(request)
    build = partial(_build, held, view, site, base_url(request), reports)
    if isinstance(view, Eat) and view.q:
        return send_page(request, await queued(request, "pages", build), site.lang)
    # What visitors say of places changes pages of the same snapshot.
    page = await kept_or_built(request, (view, site, *_said(held, view, reports)), build)
    return send_page(request, page, site.lang)


def _said(held: CurrentSnapshot, view: Eat | EatCard, reports: Reports) -> tuple[object, ...]:
    if isinstance(view, Eat):
        return reports.of_list()
    return reports.of_card(held.guide.directory.by_id[view.id].id)


def _build(
    held: CurrentSnapshot, view: Eat | EatCard, site: Site, base: str, reports: Reports
) -> FinishedPage:
    if isinstance(view, Eat):
        page = listing.page(held.guide, held.snapshot, view, site, base, reports)
    else:
        page = place_page.page(held.guide, held.snapshot, view, site, base, reports)
    policy = page_policy(page, site, ancestors="'none'")
    return finish_page(page.html, f"{policy}; worker-src 'self'; manifest-src 'self'")
