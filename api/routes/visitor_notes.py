"""Notes of visitors on places: the form of a card, and what staff read and answer."""

from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.errors import NotFoundError, answer, excerpt
from api.http.links import HTML, JSON
from api.http.negotiation import representation
from api.http.same_origin import require_same_origin, small_form
from api.http.security_headers import page_policy
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, router
from api.responses.documents import PAGE, json_answer
from api.routes.staff import ask_for_token
from api.service.address_limit import AddressLimit
from api.service.current_snapshot import ROLE, serving
from api.service.refusal_log import note_refusal
from api.service.visitor_notes import (
    SAID,
    NoteStore,
    NotesUnavailableError,
    read_day,
    today_in_korea,
)
from api.service.work_queue import queued
from geo.core.parameter_values import one_of
from maps.i18n import VISITORS_LANGUAGES
from maps.pages import staff_notes
from maps.pages.eat.reports import Reports

A_HOUR: Final = 30  # notes from one address; many telephones of one network share one
_HOUR_S: Final = 3600
_PRIVATE: Final = {"Cache-Control": "private, no-store"}
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
routes = router("Notes", DeclaredRoute)


def note_limit() -> AddressLimit:
    """Make the limit on notes from one address, for one worker."""
    return AddressLimit(A_HOUR, _HOUR_S)


async def reports_of(request: Request) -> Reports:
    """Collect what visitors and staff say of places at this moment."""
    store: NoteStore = request.app.state.notes
    return store.reports() if store.is_fresh() else await run_in_threadpool(store.reports)


@routes.post("/eat/{spot}/notes", include_in_schema=False)
async def add_note(request: Request, spot: str) -> Response:
    """Take a note from the card of a place, and lead back to the card.

    Raises:
        NotFoundError: visitors are shown no such place.
        BadParameterError: it is none of the three answers.
        HTTPException: another site sends it, or it is no small form.
    """
    require_same_origin(request)
    lang = site_of(request, page_parameters(request, []), VISITORS_LANGUAGES).lang
    address = request.client.host if request.client else ""
    if not request.app.state.note_limit.hit(address):
        note_refusal(request, 429)
        why = f"more than {A_HOUR} notes an hour from one address"
        return answer(request, 429, why, {"Retry-After": str(_HOUR_S)})
    place = serving(request).guide.directory.by_id.get(spot)
    if place is None or place.layer == "helplines":
        raise NotFoundError(f"visitors are shown no place {excerpt(spot)}")
    said = one_of("said", (await small_form(request)).get("said", ""), SAID)
    try:
        await queued(request, "notes", request.app.state.notes.add, place.id, said, address)
    except NotesUnavailableError as error:
        return answer(request, 503, str(error), {"Retry-After": str(_HOUR_S)})
    return _see_other(f"../{quote(place.id)}?lang={lang}#noted")


@routes.get("/staff/notes", include_in_schema=False)
async def list_notes(request: Request) -> Response:
    """List for staff what visitors say of places, as a page or as JSON."""
    name = request.scope.get(ROLE)
    if name is None:
        return ask_for_token(request)
    given = page_parameters(request, ["f"])
    form = representation(request, given, {"json": (JSON,), "html": PAGE})
    try:
        found = await queued(request, "notes", request.app.state.notes.per_spot)
    except NotesUnavailableError as error:
        return answer(request, 503, str(error))
    if form == "json":
        body = {"staff": name, "notes": [item.plain() for item in found]}
        return json_answer(body, headers=_PRIVATE)
    site, guide = site_of(request, given), serving(request).guide
    places, today = guide.directory.by_id, str(today_in_korea())
    page = await queued(request, "pages", staff_notes.page, found, places, site, today)
    headers = {
        **_PRIVATE,
        "Content-Language": site.lang,
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, headers=headers, media_type=HTML)


@routes.post("/staff/notes", include_in_schema=False)
async def answer_notes(request: Request) -> Response:
    """Answer the notes on a place: it was verified on a day, and older notes no longer count.

    Raises:
        BadParameterError: the day is none, or lies ahead.
        HTTPException: another site sends it, or it is no small form.
    """
    name = request.scope.get(ROLE)
    if name is None:
        return ask_for_token(request)
    # A browser adds name and token to whatever form is sent here; a program sends its own.
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        require_same_origin(request)
    form = await small_form(request)
    spot, day = form.get("spot", ""), read_day(form.get("verified_on", ""))
    place = serving(request).guide.directory.by_id.get(spot)
    if place is None:
        raise NotFoundError(f"visitors are shown no place {excerpt(spot)}")
    try:
        await queued(request, "notes", request.app.state.notes.answer, place.id, day, name)
    except NotesUnavailableError as error:
        return answer(request, 503, str(error))
    lang = site_of(request, page_parameters(request, [])).lang
    return _see_other(f"notes?lang={lang}")


def _see_other(location: str) -> Response:
    """Lead to a page, relative to this address, so that the way back sends nothing again."""
    return Response(status_code=303, headers={"Location": location, **_NOT_KEPT})
