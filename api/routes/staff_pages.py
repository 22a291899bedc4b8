"""The pages of analysts and planners."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters
from api.parameters.page_query import read_page, site_of
from api.responses.declared_route import DeclaredRoute, operation, operation_id, router
from api.routes.pages import describe_page, kept_or_built, send_page
from api.service.current_snapshot import serving
from api.service.page_cache import Finished, finished
from geo.core.parameters import Parameter
from geo.snapshot.reader import Snapshot
from maps.pages.analyse import choices as analyse
from maps.pages.plan import choices as plan
from maps.pages.view_state import Analyse, Plan
from maps.web.data_parameters import DataParameter
from maps.web.page import Site

StaffView = Analyse | Plan
routes = router("Maps", DeclaredRoute)


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
    async def answered(
        request: Request, asked: Annotated[tuple[StaffView, dict[str, str]], Depends(query)]
    ) -> Response:
        view, given = asked
        site = site_of(request, given)
        build = partial(_build, page.name, serving(request).snapshot, view, site)
        return send_page(request, await kept_or_built(request, (view, site), build), site.lang)


async def _read(page: StaffPage, request: Request) -> tuple[StaffView, dict[str, str]]:
    given, values = await read_page(request, page.parameters)
    return page.view(**values), given


def _build(name: str, snapshot: Snapshot, view: Any, site: Site) -> Finished:
    # Imported when first asked for, because folium is large.
    page = importlib.import_module(f"maps.pages.{name}.page").page(snapshot, view, site)
    return finished(page.html, page_policy(page, site, ancestors="'none'"))


for _page in _PAGES:
    _declare(_page)
