"""A planner's own table on the dong: handed in by a form, answered, and not kept."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters
from api.parameters.described import described
from api.parameters.form_length import check_length
from api.parameters.language import language_of
from api.parameters.page_query import page_parameters, site_of
from api.parameters.table_form import (
    FIELDS,
    FORM,
    MOST_CARRIED,
    PAGE,
    ZIPPED,
    HandedIn,
    read_fields,
    read_table,
)
from api.responses.declared_route import DeclaredRoute, operation, router
from api.responses.measure_formats import PICTURES, TABLES, ZIP, draw_picture, table, zipped_csv
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import queued, turn
from geo.core.errors import GeoError
from geo.core.parameter_values import one_of
from geo.serving.analysis.result import MeasureResult
from geo.serving.formats.export import attributions, sources_of
from geo.serving.table_join.choices import join_choices, map_choices
from geo.serving.table_join.join import join_to_dong
from geo.serving.table_join.joined_measure import to_measure_result
from geo.serving.table_join.table import MOST_BYTES
from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK
from maps.pages import table_join
from maps.web.page import Page, Site
from maps.wording.tables import TableSettings

TYPES: Final = {**PICTURES, **TABLES, ZIPPED: ZIP, PAGE: HTML}
_KEPT_BY_NOBODY: Final = {"Cache-Control": "no-store"}
routes = router("Maps", DeclaredRoute)


async def _read(request: Request) -> dict[str, str]:
    return page_parameters(request, [])


_LANG: Final = language_of("the page, picture or table")
AskedOfPage = Annotated[
    dict[str, str], Depends(DataParameters(lambda *_: [described(_LANG)], _read))
]


@routes.get("/maps/join", **operation("getMapsJoin", "The page that takes a table by dong", [HTML]))
async def form(request: Request, asked_of_page: AskedOfPage) -> Response:
    """Show the page that takes a table."""
    return await _page(request, site_of(request, asked_of_page), {}, "", 200)


@routes.post(
    "/maps/join",
    **operation("joinTable", "A table handed in, joined to the dong", [*TYPES.values()]),
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": FORM}}}},
)
async def join_table(request: Request, asked_of_page: AskedOfPage) -> Response:
    """Join a table to the dong, as a map or as a table."""
    site, lang = site_of(request, asked_of_page), asked_of_page.get("lang")
    fields: dict[str, str] = {}
    try:
        check_length(request, "table", MOST_BYTES, MOST_CARRIED)
        async with (
            turn(request, "uploads"),
            request.form(
                max_files=1, max_fields=len(FIELDS) + 2, max_part_size=MOST_CARRIED
            ) as sent,
        ):
            fields = read_fields(sent)
            kind = one_of("f", fields.get("f", "json"), TYPES)
            handed = await read_table(sent, fields)
        snapshot = snapshot_of(request)
        if kind == PAGE:
            page, status = await queued(request, "joins", _table_page, snapshot, site, handed)
            return _page_response(page, site, status)
        asked = {**fields, "f": kind, **({"lang": lang} if lang else {})}
        body = await queued(
            request, "joins", _answer, snapshot, handed.content, handed.ending, asked, site
        )
    except (GeoError, HTTPException) as error:
        why = error.detail if isinstance(error, HTTPException) else str(error)
        if HTML in request.headers.get("accept", ""):
            return await _page(request, site, fields, why, 400)
        raise
    shown = "inline" if kind in PICTURES else "attachment"
    spoken = site.lang if kind in PICTURES else lang or FALLBACK
    headers = {
        **_KEPT_BY_NOBODY,
        "Content-Disposition": f'{shown}; filename="dong.{kind}"',
        "Content-Language": spoken,
    }
    return Response(body, headers=headers, media_type=TYPES[kind])


def _answer(
    snapshot: Snapshot, content: bytes, ending: str, given: Mapping[str, str], site: Site
) -> bytes:
    kind = given["f"]
    finding = _joined(content, ending, given, snapshot)
    said = attributions(snapshot, ["dong"], site.lang)
    if kind in PICTURES:
        return draw_picture(finding, kind, site.lang, f"{site.public}/maps/join", said, snapshot)
    if kind == ZIPPED:
        settings = TableSettings(given.get("lang"), "dong.csv", said)
        return zipped_csv(finding, snapshot, settings, sources_of(snapshot, ["dong"]))
    base = site.public if kind == "xlsx" else site.base
    settings = TableSettings(given.get("lang"), f"{base}/maps/join", said)
    return table(finding, kind, snapshot, settings)


def _joined(
    content: bytes, ending: str, given: Mapping[str, str], snapshot: Snapshot
) -> MeasureResult:
    with tempfile.TemporaryDirectory() as folder:  # gone with the answer
        file = Path(folder) / f"table{ending}"
        file.write_bytes(content)
        found = join_to_dong(file, snapshot, choices=join_choices(given))
    column = given.get("column") or next(iter(found.numeric), "")
    return to_measure_result(found, snapshot, column, map_choices(given))


def _table_page(snapshot: Snapshot, site: Site, handed: HandedIn) -> tuple[Page, int]:
    """Render a table with its choices; what it needs is imported when it is first asked for."""
    from maps.pages import joined_table

    return joined_table.page(snapshot, site, *handed)


async def _page(
    request: Request, site: Site, given: Mapping[str, str], why: str, status: int
) -> Response:
    page = await queued(request, "pages", table_join.page, snapshot_of(request), site, given, why)
    return _page_response(page, site, status)


def _page_response(page: Page, site: Site, status: int) -> Response:
    headers = {
        **_KEPT_BY_NOBODY,
        "Content-Language": site.lang,
        "Vary": "Accept-Language",
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, status, headers, HTML)
