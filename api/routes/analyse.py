"""The analysts' page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from api.http.links import HTML
from api.http.security_headers import page_policy
from api.parameters.declared import DataParameters, Schema
from api.parameters.described import choice, in_query, shared
from api.parameters.page_query import page_parameters, site_of
from api.responses.declared_route import DeclaredRoute, operation, router
from api.routes.pages import kept_or_built, send_page
from api.service.current_snapshot import serving, snapshot_of
from api.service.page_cache import Finished, finished
from geo.core.errors import BadParameterError
from geo.core.parameter_values import one_of, truth
from geo.serving.analysis.cells import SCALES
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.pages.analyse.selection import CITY, KINDS, QUESTIONS, ZONE
from maps.pages.view_state import Analyse
from maps.web.page import Site

_MEANINGS: Final = {
    "question": "what is asked",
    "kind": "what is counted: all, a category, halal food or a kitchen",
    "against": "what it is compared with",
    "scale": "on what it is counted; with question=unusual hex or grid",
}
_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "question": QUESTIONS,
    "kind": KINDS,
    "against": KINDS,
    "scale": SCALES,
}
_LONGEST_UNIT: Final = 40
routes = router("Maps", DeclaredRoute)


def _describe(snapshot: Snapshot, _: Sequence[Layer]) -> list[Schema]:
    """Describe what the analysts' page takes."""
    dong = snapshot.layers["dong"].columns["id"].to_pylist()
    plain = Analyse()
    return [
        *(choice(name, values, _MEANINGS[name]) for name, values in _CHOICES.items()),
        choice("within", [CITY, ZONE, *dong], "where", default=plain.within),
        choice("place", dong, "dong that question=made-of describes", default=plain.place),
        in_query("simulated", {"type": "boolean", "default": False}, "count simulated ones, too"),
        in_query("unit", {"type": "string", "maxLength": _LONGEST_UNIT}, "unit that is selected"),
        *shared("lang"),
    ]


async def _read(request: Request) -> dict[str, str]:
    return page_parameters(request, [*_CHOICES, "within", "place", "simulated", "unit"])


@routes.get("/analyse", **operation("getAnalyse", "Page for analysts: questions", [HTML]))
async def analyse(
    request: Request,
    given: Annotated[dict[str, str], Depends(DataParameters(_describe, _read))],
) -> Response:
    """The analysts' page."""
    held, site = serving(request), site_of(request, given)
    view = _view(given, snapshot_of(request))
    page = await kept_or_built(request, (view, site), partial(_build, held.snapshot, view, site))
    return send_page(request, page, site.lang)


def _view(given: Mapping[str, str], snapshot: Snapshot) -> Analyse:
    """Read what the page is asked.

    Raises:
        BadParameterError: a value is not allowed.
    """
    dong = snapshot.layers["dong"].columns["id"].to_pylist()
    allowed = {**_CHOICES, "within": (CITY, ZONE, *dong), "place": dong}
    asked = {
        name: one_of(name, given[name], values) for name, values in allowed.items() if name in given
    }
    unit = given.get("unit", "")
    if len(unit) > _LONGEST_UNIT:
        raise BadParameterError("unit", unit, "the id of a unit")
    simulated = truth("simulated", given.get("simulated", "false"))
    return replace(Analyse(), simulated=simulated, unit=unit, **asked)


def _build(snapshot: Snapshot, view: Analyse, site: Site) -> Finished:
    from maps.pages.analyse.page import page  # when first asked for, because folium is large

    drawn = page(snapshot, view, site)
    return finished(drawn.html, page_policy(drawn, site, ancestors="'none'"))
