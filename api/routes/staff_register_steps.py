"""The steps from the file of a register to a load: columns, dry run, rejects, publish."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.errors import NotFoundError, excerpt
from api.http.same_origin import small_form
from api.responses.declared_route import DeclaredRoute, router
from api.routes.staff_forms import (
    PRIVATE,
    desk_of,
    note_step,
    private_page,
    require_own_form,
    require_staff,
    see_other,
    site_for,
)
from api.service.atlas_command import CommandRefusedError
from api.service.current_snapshot import serving
from api.service.mapping_form import columns_of
from api.service.register_steps import REJECTS, TABLE, StaleDryRunError
from api.service.register_uploads import Upload
from api.service.work_queue import queued
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.snapshot.history import SHORT
from maps.pages import staff_registers
from maps.pages.staff_fields import SOURCES

_FORM_BYTES: Final = 100_000
_FORM_FIELDS: Final = 400
_SHOWN_REJECTS: Final = 50
_MOST_SKIPPED: Final = 999
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
routes = router("Staff", DeclaredRoute)


@routes.get("/staff/registers/{upload_id}", include_in_schema=False)
async def show_columns(request: Request, upload_id: str) -> Response:
    """Show what a file holds, and the form on its columns."""
    upload = await _find(request, upload_id, require_staff(request))
    return await _columns_page(request, upload, "", 200)


@routes.post("/staff/registers/{upload_id}/inspect", include_in_schema=False)
async def inspect_again(request: Request, upload_id: str) -> Response:
    """Inspect a file again, with another header or other columns."""
    upload = await _find(request, upload_id, require_own_form(request))
    form = await small_form(request, _FORM_BYTES, _FORM_FIELDS)
    desk = desk_of(request)
    try:
        layout = _layout(form)
        columns = {} if layout != dict(upload.layout) else columns_of(form)
        upload = await queued(request, "inspections", desk.inspect, upload, layout, columns)
        await run_in_threadpool(desk.store.save, upload, choices={**upload.choices, **form})
    except (BadParameterError, CommandRefusedError) as refusal:
        note_step(request, "inspect register", f"refused: {excerpt(refusal)}", upload)
        return await _columns_page(request, upload, str(refusal), 400)
    note_step(request, "inspect register", "inspected again", upload)
    return see_other(f"../{upload.id}?lang={site_for(request).lang}")


@routes.post("/staff/registers/{upload_id}/dry-run", include_in_schema=False)
async def try_load(request: Request, upload_id: str) -> Response:
    """Count what a load of the file would do, and lead to the account."""
    upload = await _find(request, upload_id, require_own_form(request))
    form = await small_form(request, _FORM_BYTES, _FORM_FIELDS)
    source = one_of("source", form.get("source", TABLE), (TABLE, *SOURCES))
    desk = desk_of(request)
    try:
        upload = await queued(request, "loads", desk.dry_run, upload, source, form)
    except CommandRefusedError as refusal:
        note_step(request, "dry run of register", f"refused: {excerpt(refusal)}", upload)
        upload = await _find(request, upload_id, upload.staff)
        return await _columns_page(request, upload, str(refusal), _status(refusal))
    note_step(request, "dry run of register", _counted(upload), upload)
    return see_other(f"account?lang={site_for(request).lang}")


@routes.get("/staff/registers/{upload_id}/account", include_in_schema=False)
async def show_account(request: Request, upload_id: str) -> Response:
    """Show what a load of the file would do."""
    upload = await _find(request, upload_id, require_staff(request))
    if not upload.account:
        return see_other(f"../{upload.id}?lang={site_for(request).lang}")
    return await _account_page(request, upload, "", 200)


@routes.get("/staff/registers/{upload_id}/rejects.{ending}", include_in_schema=False)
async def send_rejects(request: Request, upload_id: str, ending: str) -> Response:
    """Send the rows that the dry run set aside.

    Raises:
        NotFoundError: there are none.
    """
    upload = await _find(request, upload_id, require_staff(request))
    name = f"{REJECTS}.{one_of('ending', ending, tuple(_TYPES))}"
    path = desk_of(request).store.folder(upload) / name
    try:
        content = await run_in_threadpool(path.read_bytes)
    except OSError as error:
        raise NotFoundError("no dry run has set rows of this file aside") from error
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=_TYPES[ending])


@routes.post("/staff/registers/{upload_id}/publish", include_in_schema=False)
async def publish(request: Request, upload_id: str) -> Response:
    """Load the file as its dry run showed; the old data serves until the new is whole."""
    upload = await _find(request, upload_id, require_own_form(request))
    note_step(request, "publish register", "begun", upload)
    try:
        serves = await queued(request, "loads", desk_of(request).publish, upload)
    except (CommandRefusedError, StaleDryRunError) as refusal:
        note_step(request, "publish register", f"refused: {excerpt(refusal)}", upload)
        return await _account_page(request, upload, str(refusal), _status(refusal))
    note_step(request, "publish register", f"{_counted(upload)} → {serves[:SHORT]}", upload)
    return see_other(f"../../registers?done=published&lang={site_for(request).lang}")


@routes.post("/staff/registers/{upload_id}/discard", include_in_schema=False)
async def discard(request: Request, upload_id: str) -> Response:
    """Remove a file and all that was made of it."""
    upload = await _find(request, upload_id, require_own_form(request))
    await run_in_threadpool(desk_of(request).store.remove, upload)
    note_step(request, "discard register", "removed", upload)
    return see_other(f"../../registers?done=discarded&lang={site_for(request).lang}")


async def _find(request: Request, upload_id: str, staff: str) -> Upload:
    return await run_in_threadpool(desk_of(request).store.find, upload_id, staff)


async def _columns_page(request: Request, upload: Upload, why: str, status: int) -> Response:
    rejects = await run_in_threadpool(desk_of(request).rejects, upload, _SHOWN_REJECTS)
    known = sorted(serving(request).snapshot.manifest.get("registers", {}))
    values = {"upload": asdict(upload), "table": upload.table, "known": known, "why": why}
    values["rejects"] = asdict(rejects)
    site = site_for(request)
    return await private_page(request, site, status, staff_registers.columns, values)


async def _account_page(request: Request, upload: Upload, why: str, status: int) -> Response:
    rejects = await run_in_threadpool(desk_of(request).rejects, upload, _SHOWN_REJECTS)
    values = {"upload": asdict(upload), "rejects": asdict(rejects), "why": why}
    snapshot, site = serving(request).snapshot, site_for(request)
    return await private_page(request, site, status, staff_registers.account, values, snapshot)


def _layout(form: Mapping[str, str]) -> dict[str, str]:
    """Read where the header of a table is.

    Raises:
        BadParameterError: a number is none that there can be.
    """
    skip, rows = form.get("skip", "").strip(), form.get("header_rows", "")
    if skip and not (skip.isascii() and skip.isdecimal() and int(skip[:4]) <= _MOST_SKIPPED):
        raise BadParameterError("skip", excerpt(skip), f"a number from 0 to {_MOST_SKIPPED}")
    one_of("header_rows", rows, ("", "1", "2"))
    return {"sheet": form.get("sheet", ""), "skip": skip[:4], "header_rows": rows}


def _status(refusal: Exception) -> int:
    conflict = isinstance(refusal, StaleDryRunError) or getattr(refusal, "in_use", False)
    return 409 if conflict else 400


def _counted(upload: Upload) -> str:
    parts = ("read", "new", "changed", "unchanged", "merged", "outside", "set_aside")
    counts: dict[str, Any] = dict(upload.account)
    return ", ".join(f"{part} {counts[part]}" for part in parts if counts.get(part))
