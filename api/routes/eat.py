"""The visitors' page, its cards, and the files that it works from."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from fastapi import Request, Response

from api.http.errors import NotFoundError, shown
from api.http.links import base_url
from api.http.negotiation import has_already
from api.http.security_headers import page_policy
from api.parameters.page_query import page_parameters, site_of
from api.responses.documents import answer_headers, json_document, sent
from api.routes.pages import send_page
from api.service.current_snapshot import CurrentSnapshot, serving
from api.service.page_cache import Finished, finished
from api.service.work_queue import queued
from geo.snapshot.reader import Snapshot
from maps.i18n import VISITORS_LANGUAGES
from maps.pages.eat import listing, place_page
from maps.pages.eat.data_file import data_file, manifest_of
from maps.pages.eat.search import MOST_LETTERS
from maps.pages.eat.spots import HALAL_ORDER, TASKS
from maps.pages.view_state import Eat, EatCard
from maps.web.page import Site
from maps.web.render import TEMPLATES

PARAMETERS: Final = ("q", "task", "cuisine", "halal", "speaks", "start", "saved")
_LAST: Final = 100_000  # nobody turns over so many results
_CODE: Final = re.compile(r"[a-z]{2,3}(-[a-z]+)?")
# The drawing brings its colours along; nothing else may.
_WORKER: Final = TEMPLATES.parent / "static" / "eat" / "worker.js"
_WORKER_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    "Service-Worker-Allowed": "/",  # it serves /eat, which lies above its own address
}
_STYLED: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}


async def eat(request: Request) -> Response:
    """The visitors' page."""
    given = page_parameters(request, PARAMETERS)
    return await _answer(request, _view(given), _site(request, given))


async def card(request: Request) -> Response:
    """The page of one place, desk or helpline."""
    given = page_parameters(request, [])
    name = request.path_params["spot"]
    if name not in serving(request).guide.directory.by_id:
        raise NotFoundError(f"visitors are shown no place {shown(name)}")
    return await _answer(request, EatCard(name), _site(request, given))


async def data(request: Request) -> Response:
    """Places and words for the browser's own search."""
    page_parameters(request, [])
    held = serving(request)
    return await json_document(request, "eat-data", partial(data_file, held.guide, held.snapshot))


async def ground(request: Request) -> Response:
    """The drawn ground below the marks."""
    page_parameters(request, [])
    headers = answer_headers(request, "ground")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    drawing = await queued(request, "pages", _draw, serving(request).snapshot)
    return await sent(request, drawing.encode(), "image/svg+xml", headers | _STYLED)


async def worker(request: Request) -> Response:
    """The script that keeps the page for a telephone without a signal."""
    page_parameters(request, [])
    return Response(_WORKER.read_bytes(), headers=_WORKER_HEADERS, media_type="text/javascript")


async def manifest(request: Request) -> Response:
    """What a telephone needs to keep the page among its programs."""
    lang = _site(request, page_parameters(request, [])).lang
    return await json_document(
        request, "eat-manifest", partial(manifest_of, lang), "application/manifest+json"
    )


def _site(request: Request, given: Mapping[str, str]) -> Site:
    return site_of(request, given, VISITORS_LANGUAGES)


def _draw(snapshot: Snapshot) -> str:
    from maps.pages.eat.ground import draw

    return draw(snapshot)


def _view(given: Mapping[str, str]) -> Eat:
    """The view asked for; what there is not is not asked for, because nobody types it."""
    start = given.get("start", "")
    return Eat(
        q=given.get("q", "").strip()[:MOST_LETTERS],
        task=_one_of(given.get("task"), TASKS),
        cuisine=_code(given.get("cuisine")),
        halal=_one_of(given.get("halal"), HALAL_ORDER),
        speaks=_code(given.get("speaks")),
        start=min(int(start), _LAST) if start.isascii() and start.isdecimal() else 0,
    )


def _one_of(value: str | None, known: tuple[str, ...]) -> str | None:
    return value if value in known else None


def _code(value: str | None) -> str | None:
    return value if value and _CODE.fullmatch(value) else None


async def _answer(request: Request, view: Eat | EatCard, site: Site) -> Response:
    """A page: kept where it may be asked for again, which no search is."""
    held = serving(request)
    build = partial(_build, held, view, site, base_url(request))
    if isinstance(view, Eat) and view.q:
        return send_page(request, await queued(request, "pages", build), site.lang)
    page = held.pages.find((view, site))
    if page is None:
        page = await queued(request, "pages", held.pages.find_or_build, (view, site), build)
    return send_page(request, page, site.lang)


def _build(held: CurrentSnapshot, view: Eat | EatCard, site: Site, base: str) -> Finished:
    if isinstance(view, Eat):
        page = listing.page(held.guide, held.snapshot, view, site, base)
    else:
        page = place_page.page(held.guide, held.snapshot, view, site, base)
    policy = page_policy(page, site, ancestors="'none'")
    return finished(page.html, f"{policy}; worker-src 'self'; manifest-src 'self'")
