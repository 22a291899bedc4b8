"""A planner's own table on the dong: handed in by a form, answered, and not kept."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters
from api.parameters.described import described
from api.parameters.language import language_of
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, operation, router
from api.responses.measure_formats import PICTURES, TABLES, drawn, table
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import queued, turn
from geo.core.errors import BadParameterError, GeoError
from geo.core.parameter_values import one_of
from geo.serving.analysis.result import MeasureResult
from geo.serving.formats.export import attributions
from geo.serving.table_join.join import join_to_dong
from geo.serving.table_join.joined_measure import to_measure_result
from geo.serving.table_join.table import MOST_BYTES
from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK
from maps.pages import table_join
from maps.web.page import Site
from maps.wording.tables import TableSettings

TYPES: Final = {**PICTURES, **TABLES}
_FIELDS: Final = ("column", "by", "f")
_ENVELOPE: Final = 20_000  # bytes of a form beside the file
_KEPT_BY_NOBODY: Final = {"Cache-Control": "no-store"}
routes = router("Maps", DeclaredRoute)


async def _read(request: Request) -> dict[str, str]:
    return page_parameters(request, [])


_LANG: Final = language_of("the page, picture or table")
AskedOfPage = Annotated[
    dict[str, str], Depends(DataParameters(lambda *_: [described(_LANG)], _read))
]
_FORM: Final = {
    "type": "object",
    "required": ["table"],
    "properties": {
        "table": {
            "type": "string",
            "format": "binary",
            "description": f"CSV or XLSX by dong, at most {MOST_BYTES // 1_000_000} MB; not kept",
        },
        "by": {"type": "string", "description": "column that names the dong; found without it"},
        "column": {"type": "string", "description": "column of numbers to draw; the first one"},
        "f": {"type": "string", "enum": list(TYPES), "default": "json"},
    },
}


@routes.get("/maps/join", **operation("getMapsJoin", "The page that takes a table by dong", [HTML]))
async def form(request: Request, asked_of_page: AskedOfPage) -> Response:
    """The page that takes a table."""
    return await _page(request, site_of(request, asked_of_page), {}, "", 200)


@routes.post(
    "/maps/join",
    **operation("joinTable", "A table handed in, joined to the dong", [*TYPES.values()]),
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def join_table(request: Request, asked_of_page: AskedOfPage) -> Response:
    """A table joined to the dong, as a map or as a table."""
    site, lang = site_of(request, asked_of_page), asked_of_page.get("lang")
    given: dict[str, str] = {}
    try:
        _check_length(request)
        async with (
            turn(request, "uploads"),
            request.form(max_files=1, max_fields=len(_FIELDS)) as sent,
        ):
            given = _fields(sent)
            kind = one_of("f", given.get("f", "json"), TYPES)
            content, ending = await _file(sent)
        asked = {**given, "f": kind, **({"lang": lang} if lang else {})}
        snapshot = snapshot_of(request)
        body = await queued(request, "joins", _answer, snapshot, content, ending, asked, site)
    except (GeoError, HTTPException) as error:
        why = error.detail if isinstance(error, HTTPException) else str(error)
        if HTML in request.headers.get("accept", ""):
            return await _page(request, site, given, why, 400)
        raise
    shown = "inline" if kind in PICTURES else "attachment"
    spoken = site.lang if kind in PICTURES else lang or FALLBACK
    headers = {
        **_KEPT_BY_NOBODY,
        "Content-Disposition": f'{shown}; filename="dong.{kind}"',
        "Content-Language": spoken,
    }
    return Response(body, headers=headers, media_type=TYPES[kind])


def _check_length(request: Request) -> None:
    """Refuse what is too large before it is read.

    Raises:
        BadParameterError: it is, or does not say how large it is, or is no form with a file.
    """
    length, kind = (request.headers.get(name, "") for name in ("content-length", "content-type"))
    if not kind.startswith("multipart/form-data"):
        raise BadParameterError("Content-Type", kind, "multipart/form-data")
    if not length.isdecimal() or int(length) > MOST_BYTES + _ENVELOPE:
        allowed = f"a file of at most {MOST_BYTES // 1_000_000} MB, with a Content-Length"
        raise BadParameterError("table", f"{length or 'unknown'} bytes", allowed)


def _fields(sent: FormData) -> dict[str, str]:
    """The fields that were filled in.

    Raises:
        BadParameterError: there is another one.
    """
    for name in sent:
        if name not in (*_FIELDS, "table"):
            raise BadParameterError(name, "", ", ".join((*_FIELDS, "table")))
    return {name: str(sent[name]) for name in _FIELDS if sent.get(name)}


async def _file(sent: FormData) -> tuple[bytes, str]:
    """What the file holds, and its ending.

    Raises:
        BadParameterError: there is none, or it ends otherwise.
    """
    handed = sent.get("table")
    if not isinstance(handed, UploadFile) or not handed.filename:
        raise BadParameterError("table", "", "a CSV or XLSX file")
    ending = Path(handed.filename).suffix.lower()
    return await handed.read(), one_of("table", ending, (".csv", ".xlsx"))


def _answer(
    snapshot: Snapshot, content: bytes, ending: str, given: Mapping[str, str], site: Site
) -> bytes:
    kind = given["f"]
    finding = _joined(content, ending, given, snapshot)
    said = attributions(snapshot, ["dong"], site.lang)
    if kind in PICTURES:
        return drawn(finding, kind, site.lang, f"{site.public}/maps/join", said, snapshot)
    settings = TableSettings(given.get("lang"), f"{site.base}/maps/join", said)
    return table(finding, kind, snapshot, settings)


def _joined(
    content: bytes, ending: str, given: Mapping[str, str], snapshot: Snapshot
) -> MeasureResult:
    with tempfile.TemporaryDirectory() as folder:  # gone with the answer
        file = Path(folder) / f"table{ending}"
        file.write_bytes(content)
        found = join_to_dong(file, snapshot, by=given.get("by"))
    return to_measure_result(found, snapshot, given.get("column") or next(iter(found.numeric), ""))


async def _page(
    request: Request, site: Site, given: Mapping[str, str], why: str, status: int
) -> Response:
    page = await queued(request, "pages", table_join.page, snapshot_of(request), site, given, why)
    headers = {
        **_KEPT_BY_NOBODY,
        "Content-Language": site.lang,
        "Vary": "Accept-Language",
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, status, headers, HTML)
