"""The planners' page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters, Schema
from api.parameters.described import choice, listed, shared
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, operation, router
from api.routes.pages import kept_or_built, send_page
from api.service.current_snapshot import serving, snapshot_of
from api.service.page_cache import Finished, finished
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of
from geo.serving.analysis.profiles import FIGURES
from geo.serving.table_join.dong_names import find_dong
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.pages.plan.choices import INDICATORS, MOST, SCALES
from maps.pages.view_state import Plan
from maps.web.page import Site

_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "indicator": INDICATORS,
    "scale": SCALES,
    "x": tuple(FIGURES),
    "y": tuple(FIGURES),
}
_MEANINGS: Final = {
    "indicator": "what the maps of three censuses show",
    "scale": "dong of today, 2015 estimated where one was split; or units without estimates",
    "x": "figure of a profile from left to right",
    "y": "figure of a profile from bottom to top",
}
routes = router("Maps", DeclaredRoute)


def _describe(snapshot: Snapshot, _: Sequence[Layer]) -> list[Schema]:
    """Describe what the planners' page takes."""
    dong: Schema = {"type": "string", "example": "4127354500"}
    plain = vars(Plan())
    return [
        listed("dong", dong, f"codes or names of dong to compare, at most {MOST}"),
        *(
            choice(name, values, _MEANINGS[name], default=plain[name])
            for name, values in _CHOICES.items()
        ),
        *shared("lang"),
    ]


async def _read(request: Request) -> dict[str, str]:
    return page_parameters(request, list(_CHOICES), ["dong"])


@routes.get("/plan", **operation("getPlan", "Page for planners: dong side by side", [HTML]))
async def plan(
    request: Request,
    given: Annotated[dict[str, str], Depends(DataParameters(_describe, _read))],
) -> Response:
    """The planners' page."""
    held, site = serving(request), site_of(request, given)
    view = _view(given, snapshot_of(request))
    page = await kept_or_built(request, (view, site), partial(_build, held.snapshot, view, site))
    return send_page(request, page, site.lang)


def _view(given: Mapping[str, str], snapshot: Snapshot) -> Plan:
    """Read what the page is asked for.

    Raises:
        BadParameterError: a value is not allowed, or too many dong are named.
    """
    plain = Plan()
    asked = {
        name: one_of(name, given[name], values)
        for name, values in _CHOICES.items()
        if name in given
    }
    dong = _dong(given["dong"], snapshot) if "dong" in given else plain.dong
    return replace(plain, dong=dong, **asked)


def _dong(text: str, snapshot: Snapshot) -> tuple[str, ...]:
    named = [part.strip() for part in text.split(",") if part.strip()]
    found = tuple(dict.fromkeys(find_dong(snapshot, each) for each in named))
    if len(found) > MOST:
        raise BadParameterError("dong", text, f"at most {MOST} dong")
    return found or Plan().dong


def _build(snapshot: Snapshot, view: Plan, site: Site) -> Finished:
    from maps.pages.plan.page import page  # when first asked for, because folium is large

    drawn = page(snapshot, view, site)
    return finished(drawn.html, page_policy(drawn, site, ancestors="'none'"))
