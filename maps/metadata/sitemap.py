"""The list of pages for search engines, each in every language (sitemaps.org)."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlencode

from maps.i18n import LANGUAGES, VISITORS_LANGUAGES
from maps.web.map_pages import PAGES as MAP_PAGES
from maps.web.map_pages import STAFF_PAGES

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
VISITORS_PAGES: Final[Sequence[str]] = ("/", "/maps/food-streets", "/eat")
PAGES: Final[Sequence[str]] = (
    *(address for name in MAP_PAGES if (address := f"/maps/{name}") not in VISITORS_PAGES),
    "/maps/join",
    *(address for address, _ in STAFF_PAGES),
)
_CLOSED: Final = (
    "/staff",
    "/collections/*/tiles/",
    "/analysis/*/tiles/",
    "/maps/food-streets/cards",
)


def page_address(address: str, given: Mapping[str, str], lang: str) -> str:
    """Build the one address that a page has in a language.

    Args:
        address: absolute, without a query.
        given: the parameters that choose what the page shows.
        lang: a language of the pages.
    """
    return f"{address}?{urlencode({**given, 'lang': lang})}"


def sitemap(collections: Iterable[str], base: str) -> str:
    """Write the sitemap.

    Args:
        collections: ids of the collections.
        base: absolute address of the service, without the slash at its end.
    """
    for_visitors = [_entries(f"{base}{path}", {}, VISITORS_LANGUAGES) for path in VISITORS_PAGES]
    pages: list[tuple[str, dict[str, str]]] = [(f"{base}{path}", {}) for path in PAGES]
    documents = ["/collections", *(f"/collections/{name}" for name in collections)]
    pages += [(f"{base}{path}", {"f": "html"}) for path in documents]
    others = [_entries(*page, LANGUAGES) for page in pages]
    return f"{_HEAD}{''.join((*for_visitors, *others))}</urlset>\n"


def robots(base: str, path: str) -> str:
    """Write robots.txt: everything may be read but tiles and what is not a page by itself.

    Args:
        base: absolute address of the service, without the slash at its end.
        path: path of that address, "" at the root of a host.
    """
    closed = "".join(f"Disallow: {path}{place}\n" for place in _CLOSED)
    return f"User-agent: *\n{closed}\nSitemap: {base}/sitemap.xml\n"


def _entries(address: str, given: dict[str, str], languages: Sequence[str]) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}"'
        f' href="{escape(page_address(address, given, lang))}"/>'
        for lang in languages
    )
    return "".join(
        f"<url><loc>{escape(page_address(address, given, lang))}</loc>{others}</url>\n"
        for lang in languages
    )
