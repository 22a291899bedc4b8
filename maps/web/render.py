"""Rendering of templates to finished pages."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from babel import Locale
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from maps.i18n import FALLBACK, LANGUAGES, VISITORS_LANGUAGES, Words, translator
from maps.web.map_pages import PAGES, STAFF_PAGES
from maps.web.opening_hours import format_opening_hours
from maps.web.page import Page, Site, csp_hash

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
WEB_FONTS: Final = ("bn", "km", "my", "ne")  # languages whose letters old telephones lack


def render(
    template: str, site: Site, values: Mapping[str, Any], *, inline: Sequence[str] = ()
) -> Page:
    """Render a page in the site's language.

    Args:
        template: file in `templates`.
        site: language and basemap.
        values: what the template needs; texts are escaped by it.
        inline: the inline scripts that the page will hold.
    """
    html = environment(site.lang).get_template(template).render(site=site, root=site.root, **values)
    return Page(html, script_hashes=tuple(csp_hash(block) for block in inline))


class _SharedCode(BytecodeCache):
    """Compiled templates: their code is the same in every language, and looks words up as it runs.

    No literal of a template may go through a filter of a language: it would be computed once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template the code of the same text, where it has been compiled."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._known[bucket.key, bucket.checksum] = bucket.code


_CODE: Final = _SharedCode()


@cache
def environment(lang: str) -> Environment:
    """Create the template environment of a language; values are escaped unless they are Markup."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_CODE,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    templates.install_gettext_translations(translator(lang), newstyle=True)  # type: ignore[attr-defined]
    templates.globals.update(
        words=Words(lang),
        korean=Words("ko"),
        english=Words(FALLBACK),
        web_fonts=WEB_FONTS,
        forms=Words(lang).forms,
        languages=_named(LANGUAGES),
        visitors_languages=_named(VISITORS_LANGUAGES),
        data_block=data_block,
        staff_pages=[(address, Words(lang).phrase(label)) for address, label in STAFF_PAGES],
        map_pages=[
            (f"/maps/{name}", Words(lang).phrase(page.label), bool(page.draw))
            for name, page in PAGES.items()
        ],
        hours=partial(format_opening_hours, words=Words(lang)),
    )
    templates.filters.update(cuisine=Words(lang).cuisine, language=Words(lang).language)
    return templates


def _named(languages: Sequence[str]) -> list[tuple[str, str]]:
    """List languages with their own names."""
    return [(code, str(Locale.parse(code).get_display_name(code))) for code in languages]


def data_block(value: object) -> Markup:
    """Serialise JSON so that it cannot leave its script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 what HTML could read as markup is written as escapes
