"""The pages on which staff load registers: files handed in, loads so far, undo, who did what."""

import asyncio
from pathlib import PurePath
from typing import Any, Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.http.errors import excerpt
from api.http.same_origin import small_form
from api.parameters.form_length import check_length
from api.responses.declared_route import DeclaredRoute, router
from api.routes.staff import AuditLog
from api.routes.staff_forms import (
    desk_of,
    note_step,
    private_page,
    require_own_form,
    require_staff,
    see_other,
    site_for,
)
from api.service.atlas_command import CommandRefusedError
from api.service.register_steps import Desk
from api.service.register_uploads import ENDINGS, KEPT_S, MOST_BYTES, Upload
from api.service.work_queue import BusyError, queued, turn
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.snapshot.history import SHORT, StoredSnapshot
from maps.pages import staff_registers
from maps.web.page import Site

_NAME_LENGTH: Final = 120
_LISTED: Final = 20  # loads and steps
_CONFLICT: Final = 409
routes = router("Staff", DeclaredRoute)


@routes.get("/staff/registers", include_in_schema=False)
async def list_registers(request: Request) -> Response:
    """Show staff the form that takes a file, the loads so far, and who did what."""
    require_staff(request)
    return await _page(request, site_for(request, ("done",)), "", 200)


@routes.post("/staff/registers", include_in_schema=False)
async def inspect_upload(request: Request) -> Response:
    """Take the file of a register, inspect it, and lead to what was found.

    Raises:
        HTTPException: another site sends it.
    """
    staff = require_own_form(request)
    site, desk = site_for(request), desk_of(request)
    try:
        name, content = await _upload(request)
    except BadParameterError as refusal:
        return await _page(request, site, str(refusal), 400)
    try:
        upload = await run_in_threadpool(desk.store.add, staff, name, content)
    except OSError as error:
        raise HTTPException(503, "no file can be kept here now") from error
    asyncio.get_running_loop().call_later(KEPT_S, desk.store.sweep)
    try:
        note_step(request, "upload register", "kept for an hour", upload)
        upload = await queued(request, "inspections", desk.inspect, upload, {}, {})
    except CommandRefusedError as refusal:
        await run_in_threadpool(desk.store.remove, upload)
        note_step(request, "inspect register", f"refused: {excerpt(refusal)}", upload)
        return await _page(request, site, str(refusal), 400)
    except (BusyError, ClientDisconnect, HTTPException):
        await run_in_threadpool(desk.store.remove, upload)
        raise
    note_step(request, "inspect register", _found(upload), upload)
    return see_other(f"registers/{upload.id}?lang={site.lang}")


@routes.post("/staff/registers/undo", include_in_schema=False)
async def undo_load(request: Request) -> Response:
    """Take back the load that the reader saw, as `atlas undo` does.

    Raises:
        HTTPException: another site sends it.
    """
    staff = require_own_form(request)
    site, desk = site_for(request), desk_of(request)
    expected = (await small_form(request)).get("snapshot", "")
    note_step(request, "undo load", f"begun, of {excerpt(expected)[:SHORT]}")
    try:
        serves = await queued(request, "loads", desk.undo, expected, staff)
    except CommandRefusedError as refusal:
        note_step(request, "undo load", f"refused: {excerpt(refusal)}")
        return await _page(request, site, str(refusal), _CONFLICT)
    note_step(request, "undo load", f"{excerpt(expected)[:SHORT]} → {serves[:SHORT]}")
    return see_other(f"../registers?done=undone&lang={site.lang}")


async def _upload(request: Request) -> tuple[str, bytes]:
    """Read name and content of the file.

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
            one_of("register", PurePath(name).suffix.lower(), ENDINGS)
            return excerpt(name[-_NAME_LENGTH:]), await handed.read()
    except HTTPException as error:  # a form that cannot be read
        raise BadParameterError("register", str(error.detail), "a form with one file") from error


async def _page(request: Request, site: Site, why: str, status: int) -> Response:
    desk, log = desk_of(request), request.app.state.audit
    seen = await queued(request, "files", _seen, desk, log, require_staff(request))
    values = {**seen, "why": why, "done": request.query_params.get("done", "")}
    return await private_page(request, site, status, staff_registers.overview, values)


def _seen(desk: Desk, log: AuditLog, staff: str) -> dict[str, Any]:
    """Return what the page lists of the home and of the log."""
    snapshots, before = desk.history()
    current = next((snapshot for snapshot in snapshots if snapshot.is_current), None)
    return {
        "uploads": [(upload.id, upload.name, upload.since) for upload in desk.store.of(staff)],
        "loads": [_listed(snapshot) for snapshot in snapshots[:_LISTED]],
        "current": _listed(current) if current else None,
        "before": _listed(before) if before else None,
        "steps": log.steps(_LISTED),
    }


def _listed(snapshot: StoredSnapshot) -> dict[str, Any]:
    releases = [f"{name} {release}".strip() for name, release in snapshot.releases.items()]
    return {**snapshot.plain(), "listed": releases, "short": snapshot.id[:SHORT]}


def _found(upload: Upload) -> str:
    rows = sum(int(table["rows"]) for table in upload.tables)
    return f"{len(upload.tables)} table(s), {rows} rows"
