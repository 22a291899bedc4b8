"""The pages of analysts and planners, and the report that planners take away."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from api.http.links import HTML, printed_base, with_query
from api.http.negotiation import has_already
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters
from api.parameters.page_query import language, read_page, site_of
from api.responses.declared_route import DeclaredRoute, operation, operation_id, router
from api.responses.documents import answer_headers
from api.responses.measure_formats import PICTURES
from api.routes.pages import describe_page, kept_or_built, send_page
from api.service.current_snapshot import serving
from api.service.page_cache import FinishedPage, finish_page
from api.service.work_queue import queued
from geo.core.parameters import Parameter
from geo.snapshot.reader import Snapshot
from maps.pages.analyse import choices as analyse
from maps.pages.plan import choices as plan
from maps.pages.view_state import Analyse, Plan
from maps.web.data_parameters import DataParameter
from maps.web.page import Site

StaffView = Analyse | Plan
routes = router("Maps", DeclaredRoute)
PDF: Final = PICTURES["pdf"]
REPORT: Final = (plan.DongToCompare(),)  # of at most as many dong as the page compares


@dataclass(frozen=True)
class StaffPage:
    """A page of staff.

    Attributes:
        name: of its address and of its package in `maps.pages`.
        title: for the OpenAPI document.
        parameters: of its query; each is a property of its view.
        view: makes the view of their values.
    """

    name: str
    title: str
    parameters: tuple[Parameter | DataParameter, ...]
    view: Callable[..., StaffView]


_PAGES: Final = (
    StaffPage("analyse", "Page for analysts: questions", analyse.PARAMETERS, Analyse),
    StaffPage("plan", "Page for planners: dong side by side", plan.PARAMETERS, Plan),
)


def _declare(page: StaffPage) -> None:
    """Declare the route of a page."""
    query = DataParameters(partial(describe_page, page.parameters), partial(_read, page))

    @routes.get(f"/{page.name}", **operation(operation_id("get", page.name), page.title, [HTML]))
    async def staff_page(
        request: Request, asked: Annotated[tuple[StaffView, dict[str, str]], Depends(query)]
    ) -> Response:
        view, given = asked
        site = site_of(request, given)
        build = partial(_build, page.name, serving(request).snapshot, view, site)
        return send_page(request, await kept_or_built(request, (view, site), build), site.lang)


async def _read(page: StaffPage, request: Request) -> tuple[StaffView, dict[str, str]]:
    given, values = await read_page(request, page.parameters)
    return page.view(**values), given


def _build(name: str, snapshot: Snapshot, view: Any, site: Site) -> FinishedPage:
    # Imported when first asked for, because folium is large.
    page = importlib.import_module(f"maps.pages.{name}.page").page(snapshot, view, site)
    return finish_page(page.html, page_policy(page, site, ancestors="'none'"))


for _page in _PAGES:
    _declare(_page)


async def _read_report(request: Request) -> tuple[tuple[str, ...], str]:
    """Read the dong of a report, and its language."""
    given, values = await read_page(request, REPORT)
    return values["dong"], language(request, given)


@routes.get(
    "/plan/report.pdf",
    **operation(
        "getPlanReport",
        "Report on a dong, or on up to five side by side, to print",
        [PDF],
    ),
)
async def report(
    request: Request,
    asked: Annotated[
        tuple[tuple[str, ...], str],
        Depends(DataParameters(partial(describe_page, REPORT), _read_report)),
    ],
) -> Response:
    """Answer with the report, which bears its own address."""
    codes, lang = asked
    headers = {
        **answer_headers(request, f"report {lang}"),
        "Content-Language": lang,
        "Content-Disposition": f'inline; filename="ansan-report-{"-".join(codes)}-{lang}.pdf"',
    }
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    given = {"dong": ",".join(codes), "lang": lang}
    address = with_query(f"{printed_base(request)}/plan/report.pdf", given)
    body = await queued(request, "pictures", _draw, serving(request).snapshot, codes, lang, address)
    return Response(body, headers=headers, media_type=PDF)


def _draw(snapshot: Snapshot, codes: Sequence[str], lang: str, address: str) -> bytes:
    """Draw the report; what it needs is imported when it is first asked for."""
    from maps.reports.report import reports

    return reports(snapshot, codes, lang, address)
