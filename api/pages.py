"""Pages for people: the home page and the three maps, each built once and kept."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.errors import shown
from api.params import given_parameters, number, one_of, property_values, truth, whole_number
from api.security import page_policy
from api.settings import Settings
from geo.density import BANDWIDTHS_M
from geo.errors import BadParameterError
from geo.store import Layer, Snapshot
from geo.vocab import CENSUS_YEARS, INDICATORS
from maps.base import Page, Site
from maps.i18n import LANGUAGES, pick
from maps.views import BY, Density, FoodStreets, Residents, View

router = APIRouter()
KEPT: Final = 256  # pages in memory, some 30 kB each


@dataclass(frozen=True)
class Finished:
    """A page as it is sent."""

    body: bytes
    zipped: bytes
    etag: str
    policy: str


class PageStore:
    """The pages asked for last; the oldest gives way."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[View | None, Site], Finished] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[View | None, Site]) -> Finished | None:
        """The page of a key, None where it has to be built."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, key: tuple[View | None, Site], page: Finished) -> None:
        """Remember a page."""
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > KEPT:
                self._pages.popitem(last=False)


@router.api_route("/maps/food-streets", methods=["GET", "HEAD"])
async def food_streets(request: Request) -> Response:
    """The food streets for visitors."""
    given = given_parameters(
        request, ["lang", "category", "cuisine", "halal", "simulated", "place"]
    )
    layer: Layer = request.app.state.snapshot.layers["businesses"]
    place = given.get("place")
    if place is not None and layer.row_of(place) is None:
        raise BadParameterError("place", shown(place), "the id of a business")
    view = FoodStreets(
        category=_several(layer, given, "category"),
        cuisine=_cuisines(layer, given),
        halal=_several(layer, given, "halal"),
        simulated=truth("simulated", given.get("simulated", "false")),
        place=place,
    )
    return await _answer(request, view, given)


@router.api_route("/maps/density", methods=["GET", "HEAD"])
async def density(request: Request) -> Response:
    """How densely businesses stand."""
    known = ["lang", "by", "category", "foreign_run", "min_density", "bandwidth_m"]
    given = given_parameters(request, known)
    layer: Layer = request.app.state.snapshot.layers["businesses"]
    by = one_of("by", given.get("by", "hex"), BY)
    _refuse_idle(by, given)
    foreign_run = given.get("foreign_run")
    minimum = number("min_density", given.get("min_density", "0"))
    if minimum < 0:
        raise BadParameterError("min_density", given["min_density"], "a number from 0 on")
    view = Density(
        by=by,
        category=_several(layer, given, "category"),
        foreign_run=None if foreign_run is None else truth("foreign_run", foreign_run),
        min_density=minimum,
        bandwidth_m=_bandwidth_m(given),
    )
    return await _answer(request, view, given)


@router.api_route("/maps/residents", methods=["GET", "HEAD"])
async def residents(request: Request) -> Response:
    """Residents by dong."""
    given = given_parameters(request, ["lang", "year", "indicator"])
    year = whole_number("year", given.get("year", str(max(CENSUS_YEARS))), least=0)
    if year not in CENSUS_YEARS:
        raise BadParameterError("year", year, [str(one) for one in CENSUS_YEARS])
    indicator = one_of("indicator", given.get("indicator", "foreign_share"), INDICATORS)
    return await _answer(request, Residents(year=year, indicator=indicator), given)


async def home_page(request: Request) -> Response:
    """The home page, in the visitor's language."""
    return await _answer(request, None, given_parameters(request, ["f", "lang"]))


async def _answer(request: Request, view: View | None, given: dict[str, str]) -> Response:
    """The page of a view: from memory, or built in a thread and kept."""
    if "lang" in given:
        one_of("lang", given["lang"], LANGUAGES)
    settings: Settings = request.app.state.settings
    lang = pick(given.get("lang"), request.headers.get("accept-language", ""))
    site = Site(lang, settings.basemap_url, settings.basemap_attribution)
    pages: PageStore = request.app.state.pages
    page = pages.find((view, site))
    if page is None:
        page = await run_in_threadpool(_finish, request.app.state.snapshot, view, site)
        pages.keep((view, site), page)
    return _sent(request, page, lang)


def _sent(request: Request, page: Finished, lang: str) -> Response:
    headers = {
        "ETag": page.etag,
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Content-Language": lang,
        "Content-Security-Policy": page.policy,
    }
    if request.headers.get("if-none-match") == page.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(page.zipped, headers=headers, media_type="text/html")
    return Response(page.body, headers=headers, media_type="text/html")


def _finish(snapshot: Snapshot, view: View | None, site: Site) -> Finished:
    page = _builder(view)(snapshot, site)
    body = page.html.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    policy = page_policy(page, site, ancestors="'none'" if view is None else "*")
    return Finished(body, gzip.compress(body, 9, mtime=0), etag, policy)


def _builder(view: View | None) -> Callable[[Snapshot, Site], Page]:
    """The page module of a view; imported when first asked for, because folium is large."""
    if isinstance(view, FoodStreets):
        from maps import food_streets

        return lambda snapshot, site: food_streets.page(snapshot, view, site)
    if isinstance(view, Density):
        from maps import density

        return lambda snapshot, site: density.page(snapshot, view, site)
    if isinstance(view, Residents):
        from maps import residents

        return lambda snapshot, site: residents.page(snapshot, view, site)
    from maps import home

    return home.page


def _several(layer: Layer, given: dict[str, str], name: str) -> tuple[str, ...]:
    if name not in given:
        return ()
    return tuple(dict.fromkeys(property_values(layer.fields[name], given[name])))


def _cuisines(layer: Layer, given: dict[str, str]) -> tuple[str, ...]:
    """Cuisines asked for; only those that some business cooks."""
    asked = _several(layer, given, "cuisine")
    cooked = sorted(set(layer.columns["cuisine"].combine_chunks().flatten().to_pylist()))
    for one in asked:
        one_of("cuisine", one, cooked)
    return asked


def _bandwidth_m(given: dict[str, str]) -> float:
    if "bandwidth_m" not in given:
        return Density().bandwidth_m
    low, high = BANDWIDTHS_M
    value = number("bandwidth_m", given["bandwidth_m"])
    if not low <= value <= high:
        raise BadParameterError("bandwidth_m", given["bandwidth_m"], f"{low:g} to {high:g} metres")
    return value


def _refuse_idle(by: str, given: dict[str, str]) -> None:
    """A parameter that would change nothing is an error, not a surprise."""
    if by == "dong":
        for name in ("category", "foreign_run"):
            if name in given:
                raise BadParameterError(
                    name,
                    given[name],
                    "by=hex or by=kernel; the census of establishments has no categories by dong",
                )
    if by != "kernel" and "bandwidth_m" in given:
        raise BadParameterError("bandwidth_m", given["bandwidth_m"], "by=kernel")
