"""The queries of the map pages.

Pages are asked by forms: an empty field asks for nothing, and a field may appear several times.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from fastapi import Request

from api.http.error_pages import is_person
from api.http.links import base_url
from api.http.query_string import given_parameters, number, one_of, truth
from api.parameters.filters import property_values, with_simulated
from api.service.settings import Settings
from geo.core.errors import BadParameterError
from geo.core.vocab import BANDWIDTHS_M, CENSUS_YEARS, INDICATORS
from geo.snapshot.layer import Layer
from maps.i18n import FALLBACK, LANGUAGES, VISITORS_LANGUAGES, pick
from maps.pages.view_state import BY, EVERY, OPENING, Cards, Density, FoodStreets, Residents
from maps.web.map_page import MapPage
from maps.web.page import Site

MOST_CARDS: Final = 60  # more do not share one address


def language(
    request: Request, given: Mapping[str, str], languages: Sequence[str] = LANGUAGES
) -> str:
    """The language of a page: `lang`, else what the browser asks for.

    A visitors' language on a page that has no words in it is answered in English.

    Raises:
        BadParameterError: there is no such language.
    """
    if "lang" in given:
        one_of("lang", given["lang"], VISITORS_LANGUAGES)
    return pick(given.get("lang"), request.headers.get("accept-language", ""), languages)


def named_language(given: Mapping[str, str]) -> str | None:
    """The language that `lang` names; None where words are not asked for.

    A language that visitors alone have is answered in English.

    Raises:
        BadParameterError: there is no such language.
    """
    if "lang" not in given:
        return None
    named = one_of("lang", given["lang"], VISITORS_LANGUAGES)
    return named if named in LANGUAGES else FALLBACK


def site_of(
    request: Request, given: Mapping[str, str], languages: Sequence[str] = LANGUAGES
) -> Site:
    """For whom and on what ground a page is drawn.

    Raises:
        BadParameterError: there is no such language.
    """
    settings: Settings = request.app.state.settings
    lang = language(request, given, languages)
    chosen = language(request, given, VISITORS_LANGUAGES)
    path = quote(request.scope["path"].removeprefix(request.scope.get("root_path", "")))
    ground = (settings.basemap_url, settings.basemap_attribution)
    return Site(lang, *ground, base_url(request), path, "" if chosen == lang else chosen)


def page_parameters(
    request: Request, known: Iterable[str], lists: Iterable[str] = ()
) -> dict[str, str]:
    """Read the parameters of a page that were filled in.

    People follow links to which others add parameters, and ask in languages that do not exist;
    both are no mistakes of theirs. A machine gets an error for either.

    Raises:
        BadParameterError: a parameter is unknown, or appears twice and is no list.
    """
    given = given_parameters(request, ["lang", *known], lists, others_pass=is_person(request))
    if is_person(request) and given.get("lang") not in VISITORS_LANGUAGES:
        given.pop("lang", None)  # a language that we do not have: the best that the reader takes
    return {name: text for name, text in given.items() if text}


def food_streets(given: Mapping[str, str], businesses: Layer) -> FoodStreets:
    """The view of the food streets; without any question, food and drink.

    Raises:
        BadParameterError: a value is not allowed.
    """
    if not given.keys() - {"lang"}:
        return OPENING
    place = given.get("place")
    if place is not None and not _is_shown(businesses, place):
        raise BadParameterError("place", place, "the id of a business that visitors are shown")
    return FoodStreets(
        category=() if given.get("category") == EVERY else _several(businesses, given, "category"),
        cuisine=_cuisines(businesses, given),
        halal=_several(businesses, given, "halal"),
        simulated=truth("simulated", given.get("simulated", "false")),
        place=place,
        whole=truth("whole", given.get("whole", "false")),
    )


def cards(given: Mapping[str, str], businesses: Layer, centres: Layer) -> Cards:
    """The cards of a popup.

    Raises:
        BadParameterError: an id is not that of a business or a centre that visitors are shown.
    """
    ids = tuple(dict.fromkeys(given["ids"].split(","))) if "ids" in given else ()
    for one in ids:
        if not _is_shown(businesses, one) and not _is_shown(centres, one):
            raise BadParameterError("ids", one, "ids of businesses or centres visitors are shown")
    if len(ids) > MOST_CARDS:
        raise BadParameterError("ids", len(ids), f"at most {MOST_CARDS} ids")
    return Cards(ids)


def density(given: Mapping[str, str], businesses: Layer) -> Density:
    """The view of densities.

    Raises:
        BadParameterError: a value is not allowed, or would change nothing.
    """
    by = one_of("by", given.get("by", "hex"), BY)
    _refuse_idle(by, given)
    foreign_run = given.get("foreign_run")
    if foreign_run is not None:
        businesses.fields["foreign_run"].require_public()
    minimum = number("min_density", given.get("min_density", "0"))
    if minimum < 0:
        raise BadParameterError("min_density", given["min_density"], "a number from 0 on")
    return Density(
        by=by,
        category=_several(businesses, given, "category"),
        foreign_run=None if foreign_run is None else truth("foreign_run", foreign_run),
        min_density=minimum,
        bandwidth_m=_bandwidth_m(given),
        with_simulated=with_simulated(given),
    )


def residents(given: Mapping[str, str]) -> Residents:
    """The view of residents.

    Raises:
        BadParameterError: a value is not allowed.
    """
    years = [str(year) for year in CENSUS_YEARS]
    year = one_of("year", given.get("year", max(years)), years)
    indicator = one_of("indicator", given.get("indicator", "foreign_share"), INDICATORS)
    return Residents(year=int(year), indicator=indicator)


def declared(page: MapPage, given: Mapping[str, str]) -> dict[str, str | float]:
    """Read the parameters of a page by its declaration, each with its value or its default.

    Raises:
        BadParameterError: a value is not allowed.
    """
    options = {
        name: one_of(name, given.get(name, allowed[0]), allowed)
        for name, allowed in page.options.items()
    }
    numbers = {
        name: number(name, given[name], least, most) if name in given else default
        for name, (default, least, most) in page.numbers.items()
    }
    return {**options, **numbers}


def _is_shown(layer: Layer, place: str) -> bool:
    """Whether visitors may be sent to a place: not to a simulated, doubtful or closed one."""
    row = layer.row_of(place)
    return row is not None and bool(layer.columns["for_visitors"][row].as_py())


def _several(layer: Layer, given: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The values of a list, each once and in one order, so that one view has one page."""
    if name not in given:
        return ()
    return tuple(sorted(set(property_values(layer.fields[name], given[name]))))


def _cuisines(businesses: Layer, given: Mapping[str, str]) -> tuple[str, ...]:
    """Cuisines asked for; only those that some business cooks."""
    if "cuisine" not in given:
        return ()
    cooked = sorted(set(businesses.columns["cuisine"].combine_chunks().flatten().to_pylist()))
    return tuple(sorted({one_of("cuisine", one, cooked) for one in given["cuisine"].split(",")}))


def _bandwidth_m(given: Mapping[str, str]) -> float:
    if "bandwidth_m" not in given:
        return Density().bandwidth_m
    return number("bandwidth_m", given["bandwidth_m"], *BANDWIDTHS_M)


def _refuse_idle(by: str, given: Mapping[str, str]) -> None:
    """A parameter that would change nothing is an error, not a surprise."""
    if by == "dong":
        for name in ("category", "foreign_run", "with"):
            if name in given:
                raise BadParameterError(
                    name,
                    given[name],
                    "by=hex or by=kernel; the census of establishments has no categories by dong",
                )
    if by != "kernel" and "bandwidth_m" in given:
        raise BadParameterError("bandwidth_m", given["bandwidth_m"], "by=kernel")
