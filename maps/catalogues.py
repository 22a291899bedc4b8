"""Catalogues for translators: what a language lacks, as a file to fill in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from geo.core.declarations import not_allowed
from geo.core.errors import BadParameterError
from maps.i18n import FALLBACK, LOCALE, VISITORS

_LINE: Final = re.compile(
    r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*"\s*)?'
)


@dataclass(frozen=True)
class Draft:
    """A catalogue of the visitors' words in one language, as far as it goes.

    Attributes:
        content: the file, GNU gettext PO in UTF-8.
        messages: how many messages it has.
        missing: those that have no translation yet, in English.
    """

    content: bytes
    messages: int
    missing: tuple[str, ...]


def draft(lang: str) -> Draft:
    """Write the visitors' catalogue of a language, with what is translated and room for the rest.

    Args:
        lang: language code of CLDR, such as vi or zh-Hant.

    Raises:
        BadParameterError: CLDR knows no such language.
    """
    try:
        locale = Locale.parse(lang, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise BadParameterError(
            "lang", lang, "a language code such as vi, ru or zh-Hant"
        ) from error
    english, known = read_catalogue(FALLBACK), _known(lang, locale)
    catalogue = Catalog(locale=locale, header_comment=known.header_comment)
    catalogue.mime_headers = known.mime_headers
    missing = []
    for message in filter(lambda message: message.id, english):
        translated = known.get(message.id, message.context)
        said = translated.string if translated else ""
        notes = [english_of(message)] if message.context else []
        catalogue.add(message.id, said, context=message.context, auto_comments=notes)
        if not _has_words(said):
            missing.append(english_of(message))
    file = BytesIO()
    write_po(file, catalogue, width=0, omit_header=False)
    return Draft(file.getvalue(), len(english), tuple(missing))


def _known(lang: str, locale: Locale) -> Catalog:
    if (LOCALE / lang).is_dir():
        return read_catalogue(lang)
    return Catalog(locale=locale, header_comment=f"# Words that visitors meet, in {lang}.")


def read_catalogue(lang: str) -> Catalog:
    """Read the visitors' catalogue of a language.

    Args:
        lang: language code that has one.

    Raises:
        DeclarationError: a line is not one of a PO file.
    """
    path: Path = LOCALE / lang / VISITORS
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not _LINE.fullmatch(line):
            allowed = 'a comment, or msgctxt, msgid, msgid_plural or msgstr with "text"'
            raise not_allowed(f"maps/locale/{lang}/{VISITORS}:{number}", "line", line, allowed)
    return read_po(BytesIO(path.read_bytes()), locale=lang.replace("-", "_"))


def english_of(message: Message) -> str:
    """Return what a message of the English catalogue says; of a plural, the singular."""
    text = (_has_words(message.string) and message.string) or message.id
    return text if isinstance(text, str) else text[0]


def _has_words(said: str | Sequence[str] | None) -> bool:
    return bool(said) if said is None or isinstance(said, str) else all(said)
