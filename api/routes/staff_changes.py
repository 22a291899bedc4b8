"""The page of what registers opened, closed, moved and renamed; for staff."""

from typing import Final

from fastapi import Request, Response

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, router
from api.routes.staff import ask_for_token
from api.service.current_snapshot import ROLE, snapshot_of
from api.service.work_queue import queued
from maps.pages import staff_changes

_PRIVATE: Final = {"Cache-Control": "private, no-store"}
routes = router("Staff", DeclaredRoute)


@routes.get("/staff/changes", include_in_schema=False)
async def list_changes(request: Request) -> Response:
    """List for staff what changed in registers, with names; `/analysis/changes` has the same."""
    if ROLE not in request.scope:
        return ask_for_token(request)
    site = site_of(request, page_parameters(request, []))
    page = await queued(request, "pages", staff_changes.page, snapshot_of(request), site)
    headers = {
        **_PRIVATE,
        "Content-Language": site.lang,
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
    }
    return Response(page.html, headers=headers, media_type=HTML)
