"""What the pages of staff on registers share: who may send a form, private pages, the audit log."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from api.http.links import HTML
from api.http.same_origin import require_same_origin
from api.http.security_headers import page_policy
from api.parameters.page_query import page_parameters, site_of
from api.routes.staff import CHALLENGE, FOR_STAFF, AuditLog
from api.service.current_snapshot import ROLE
from api.service.register_steps import Desk
from api.service.register_uploads import Upload
from api.service.work_queue import queued
from maps.web.page import Page, Site

PRIVATE: Final = {"Cache-Control": "private, no-store"}
_BEARER: Final = "bearer "


def require_staff(request: Request) -> str:
    """Return who of the staff asks.

    Raises:
        HTTPException: 401: somebody without a token.
    """
    name = request.scope.get(ROLE)
    if name is None:
        raise HTTPException(401, FOR_STAFF, CHALLENGE)
    return str(name)


def require_own_form(request: Request) -> str:
    """Return who of the staff sends a form of our own pages.

    A browser adds name and token to whatever form another site makes it send here; a program
    sends its token itself, which no other site can.

    Raises:
        HTTPException: 401: somebody without a token; 403: another site sends it.
    """
    name = require_staff(request)
    if not request.headers.get("authorization", "").lower().startswith(_BEARER):
        require_same_origin(request)
    return name


def site_for(request: Request, known: tuple[str, ...] = ()) -> Site:
    """Return for whom a page is drawn."""
    return site_of(request, page_parameters(request, known))


async def private_page(
    request: Request, site: Site, status: int, build: Callable[..., Page], *values: Any
) -> Response:
    """Answer with a page that nobody keeps.

    Args:
        request: the request.
        site: for whom it is drawn.
        status: HTTP status.
        build: makes the page of the values and the site.
        values: what is shown.
    """
    page = await queued(request, "pages", build, *values, site)
    headers = {
        **PRIVATE,
        "Content-Language": site.lang,
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, status, headers, HTML)


def see_other(location: str) -> Response:
    """Lead to a page, relative to this address, so that the way back sends nothing again."""
    return Response(status_code=303, headers={**PRIVATE, "Location": location})


def desk_of(request: Request) -> Desk:
    """Return where the registers of this service are loaded."""
    desk: Desk = request.app.state.desk
    return desk


def note_step(request: Request, what: str, result: str, upload: Upload | None = None) -> None:
    """Record a step of one of the staff, with its result.

    Raises:
        HTTPException: 503: it cannot be recorded.
    """
    log: AuditLog = request.app.state.audit
    facts: Mapping[str, Any] = {"result": result}
    if upload is not None:
        about = {"file": upload.name, "sha256": upload.sha256, "bytes": upload.size}
        facts = {**about, **facts}
    try:
        log.note(request.scope, what, request.scope[ROLE], facts)
    except OSError as error:
        raise HTTPException(503, "what staff do cannot be noted now") from error
