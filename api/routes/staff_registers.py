"""The page on which staff hand in the file of a register and read what it holds."""

import hashlib
from pathlib import PurePath
from typing import Final

from fastapi import Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.http.errors import shown
from api.http.links import HTML
from api.http.same_origin import require_same_origin
from api.http.security_headers import page_policy
from api.parameters.form_length import check_length
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, router
from api.routes.staff import AuditLog, ask_for_token
from api.service.current_snapshot import ROLE
from api.service.register_inspection import ENDINGS, MOST_BYTES, InspectedFile, inspect_register
from api.service.work_queue import queued, turn
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from maps.pages import staff_registers
from maps.web.page import Site

_NAME_LENGTH: Final = 120
routes = router("Staff", DeclaredRoute)


@routes.get("/staff/registers", include_in_schema=False)
async def register_form(request: Request) -> Response:
    """Show staff the form that takes the file of a register."""
    if ROLE not in request.scope:
        return ask_for_token(request)
    return await _page(request, site_of(request, page_parameters(request, [])), None, "", 200)


@routes.post("/staff/registers", include_in_schema=False)
async def inspect_upload(request: Request) -> Response:
    """Inspect the file of a register, as `atlas inspect` does; nothing is loaded or kept.

    Raises:
        HTTPException: another site sends it.
    """
    if ROLE not in request.scope:
        return ask_for_token(request)
    # A browser adds name and token to whatever form is sent here; a program sends its own.
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        require_same_origin(request)
    site = site_of(request, page_parameters(request, []))
    try:
        name, content, ending = await _upload(request)
        _note(request, name, content)
        found = await queued(request, "inspections", inspect_register, name, content, ending)
    except BadParameterError as refusal:
        return await _page(request, site, None, str(refusal), 400)
    return await _page(request, site, found, "", 200)


async def _upload(request: Request) -> tuple[str, bytes, str]:
    """Read name, content and ending of the file.

    Raises:
        BadParameterError: there is none, it is too large, or it ends otherwise.
    """
    check_length(request, "register", MOST_BYTES, MOST_BYTES)
    try:
        async with turn(request, "uploads"), request.form(max_files=1, max_fields=1) as sent:
            handed = sent.get("register")
            if not isinstance(handed, UploadFile) or not handed.filename:
                raise BadParameterError("register", "", f"a file: {', '.join(ENDINGS)}")
            name = PurePath(handed.filename.replace("\\", "/")).name
            ending = one_of("register", PurePath(name).suffix.lower(), ENDINGS)
            return shown(name[-_NAME_LENGTH:]), await handed.read(), ending
    except HTTPException as error:  # a form that cannot be read
        raise BadParameterError("register", str(error.detail), "a form with one file") from error


def _note(request: Request, name: str, content: bytes) -> None:
    """Record who hands in which file.

    Raises:
        HTTPException: 503: it cannot be recorded, so the file is not looked into.
    """
    log: AuditLog = request.app.state.audit
    digest = hashlib.sha256(content).hexdigest()
    try:
        log.note(request.scope, f"inspect register: {name} sha256:{digest}", request.scope[ROLE])
    except OSError as error:
        raise HTTPException(503, "what staff do cannot be noted now") from error


async def _page(
    request: Request, site: Site, found: InspectedFile | None, why: str, status: int
) -> Response:
    known = (found.name, found.tables, found.draft) if found else None
    page = await queued(request, "pages", staff_registers.page, known, why, site)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Language": site.lang,
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, status, headers, HTML)
