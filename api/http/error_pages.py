"""Errors for people: a page in the reader's language, with a way on; machines get JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from api.http.links import HTML, JSON, base_url
from api.http.negotiation import NotAcceptableError, Offer, representation
from api.http.security_headers import page_policy
from api.service.settings import Settings
from maps.i18n import VISITORS_LANGUAGES, pick
from maps.web.page import Site

_MOST_PARAMETERS: Final = 50
_MOST_CHOICES: Final = 100
_FORMS: Final[Offer] = {
    "json": (JSON, "application/problem+json"),
    "html": (HTML, "application/xhtml+xml"),
}


def is_person(request: Request) -> bool:
    """Find out whether the client would rather have a page than data.

    Args:
        request: whose Accept header is read; a form asked for with `f` goes before it.
    """
    form = request.query_params.get("f")
    if form is not None:
        return form == "html"
    try:
        return representation(request, {}, _FORMS) == "html"
    except NotAcceptableError:
        return False


def error_page(
    request: Request, status: int, detail: str, headers: dict[str, str], **more: Any
) -> Response:
    """Answer with the page of an error.

    Args:
        request: the request that failed.
        status: HTTP status.
        detail: what is wrong and what to do, in English.
        headers: further headers.
        more: `parameter`, `value`, `allowed` and `choices`, where they are known.
    """
    from maps.pages import problem  # only where somebody meets it

    query = request.scope["query_string"].decode("latin-1")
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None)[:_MOST_PARAMETERS]
    wrong = more.get("parameter")
    given = {name: value for name, value in pairs if name not in (wrong, "lang")}
    named = wrong if wrong in dict(pairs) else None
    site = _site(request)
    told = {
        "detail": detail,
        "parameter": wrong if named else None,
        "value": more.get("value") if named else None,
        "allowed": more.get("allowed") if named else None,
        "choices": _choices(named, more.get("choices", ()), {**given, "lang": site.lang}),
        "without": "?" + urlencode({**given, "lang": site.lang}) if named else None,
    }
    page = problem.page(site, status, told, given)
    added = {
        "Content-Security-Policy": page_policy(page, site, ancestors="'none'"),
        "Content-Language": site.lang,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-store",
    }
    body = "" if request.method == "HEAD" else page.html
    return Response(body, status, {**headers, **added}, HTML)


def _choices(
    name: str | None, values: Sequence[str], given: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The values that a wrong parameter may have, each with the address that has it."""
    if name is None or len(values) > _MOST_CHOICES:
        return []
    return [(value, "?" + urlencode({**given, name: value})) for value in values]


def _site(request: Request) -> Site:
    settings: Settings = request.app.state.settings
    taken = request.headers.get("accept-language", "")
    lang = pick(request.query_params.get("lang"), taken, VISITORS_LANGUAGES)
    return Site(lang, settings.basemap_url, settings.basemap_attribution, base_url(request))
