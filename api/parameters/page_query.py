"""The queries of the map pages.

Pages are asked by forms: an empty field asks for nothing, and a field may appear several times.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request

from api.http.error_pages import is_person
from api.http.links import base_url, printed_base
from api.http.query_string import given_parameters
from api.parameters.language import LANG
from api.service.current_snapshot import snapshot_of
from api.service.settings import Settings
from geo.core.errors import BadParameterError
from geo.core.parameters import Parameter
from geo.snapshot.layer import Layer
from maps.i18n import FALLBACK, LANGUAGES, VISITORS_LANGUAGES, pick
from maps.pages.declared.density import BANDWIDTH, BY, FOREIGN_RUN, WITH
from maps.pages.view_state import DEFAULT_FOOD_STREETS, Density, FoodStreets
from maps.web.data_parameters import DataParameter, bind_parameters
from maps.web.page import Site


def language(
    request: Request, given: Mapping[str, str], languages: Sequence[str] = LANGUAGES
) -> str:
    """Choose the language of a page: `lang`, else what the browser asks for.

    A visitors' language on a page that has no words in it is answered in English.

    Raises:
        BadParameterError: there is no such language.
    """
    return pick(LANG.read(given), request.headers.get("accept-language", ""), languages)


def named_language(given: Mapping[str, str]) -> str | None:
    """Read the language that `lang` names; None where words are not asked for.

    A language that visitors alone have is answered in English.

    Raises:
        BadParameterError: there is no such language.
    """
    named: str | None = LANG.read(given)
    return named if named is None or named in LANGUAGES else FALLBACK


def site_of(
    request: Request, given: Mapping[str, str], languages: Sequence[str] = LANGUAGES
) -> Site:
    """Describe for whom and on what base map a page is drawn.

    Raises:
        BadParameterError: there is no such language.
    """
    settings: Settings = request.app.state.settings
    lang = language(request, given, languages)
    chosen = language(request, given, VISITORS_LANGUAGES)
    path = quote(request.scope["path"].removeprefix(request.scope.get("root_path", "")))
    ground = (settings.basemap_url, settings.basemap_attribution)
    other = "" if chosen == lang else chosen
    return Site(lang, *ground, base_url(request), path, other, printed_base(request))


def page_parameters(
    request: Request, known: Iterable[str], lists: Iterable[str] = ()
) -> dict[str, str]:
    """Read the parameters of a page that were filled in.

    People follow links to which others add parameters, and ask in languages that do not exist;
    both are no mistakes of theirs. A machine gets an error for either.

    Raises:
        BadParameterError: a parameter is unknown, or appears twice and is no list.
    """
    given = given_parameters(request, [LANG.name, *known], lists, others_pass=is_person(request))
    if is_person(request) and given.get(LANG.name) not in LANG.values:
        given.pop(LANG.name, None)  # a language that we do not have: the best that the reader takes
    return {name: text for name, text in given.items() if text}


async def read_page(
    request: Request, parameters: Iterable[Parameter | DataParameter]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Read the parameters of a page by their declarations.

    Returns:
        The parameters as they were given, and all with their values or their defaults.

    Raises:
        BadParameterError: a parameter is unknown, or a value is not allowed.
    """
    bound = bind_parameters(parameters, snapshot_of(request))
    once = [parameter.name for parameter in bound if not parameter.repeatable]
    lists = [parameter.name for parameter in bound if parameter.repeatable]
    given = page_parameters(request, once, lists)
    return given, {parameter.name: parameter.read(given) for parameter in bound}


def food_streets(given: Mapping[str, str], values: Mapping[str, Any]) -> FoodStreets:
    """Make the view of the food streets; without any question, food and drink."""
    return FoodStreets(**_in_order(values)) if given.keys() - {LANG.name} else DEFAULT_FOOD_STREETS


def density(given: Mapping[str, str], values: Mapping[str, Any], businesses: Layer) -> Density:
    """Make the view of densities.

    Raises:
        BadParameterError: a value would change nothing.
        ProtectedError: who runs a business is protected.
    """
    _refuse_idle(values[BY.name], given)
    if values[FOREIGN_RUN.name] is not None:
        businesses.fields[FOREIGN_RUN.name].require_public()
    own = {name: value for name, value in _in_order(values).items() if name != WITH.name}
    return Density(**own, with_simulated=values[WITH.name] is not None)


def _in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, those of a list each once and in one order, so that one view has one page."""
    return {
        name: tuple(sorted(set(value))) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def _refuse_idle(by: str, given: Mapping[str, str]) -> None:
    """A parameter that would change nothing is an error, not a surprise."""
    if by == "dong":
        for name in ("category", FOREIGN_RUN.name, WITH.name):
            if name in given:
                raise BadParameterError(
                    name,
                    given[name],
                    "by=hex or by=kernel; the census of establishments has no categories by dong",
                )
    if by != "kernel" and BANDWIDTH.name in given:
        raise BadParameterError(BANDWIDTH.name, given[BANDWIDTH.name], "by=kernel")
