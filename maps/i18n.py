"""Languages: our words from gettext catalogues, names of countries and languages from CLDR.

A language for visitors is a folder `locale/<code>` with a `visitors.po`; adding one adds the
language. Words of staff and planners are in `atlas.po` beside it; a language that has both is one
of the whole atlas. What either lacks is said in English.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, format_scientific

from geo.core.accept_header import weighed
from geo.core.declarations import not_allowed

LOCALE: Final = Path(__file__).parent / "locale"
VISITORS: Final = "visitors.po"  # what a language needs to be offered to visitors
STAFF: Final = "atlas.po"  # and to everybody else
CATALOGUES: Final = (VISITORS, STAFF)
FALLBACK: Final = "en"
_LONGEST: Final = 1e15  # a number of more digits is not written out


def _languages(catalogue: str) -> tuple[str, ...]:
    """List the languages that have a catalogue: a folder is a language.

    Raises:
        DeclarationError: the name of a folder is no code of a language.
    """
    codes = sorted(file.parent.name for file in LOCALE.glob(f"*/{catalogue}"))
    for code in codes:
        try:
            Locale.parse(code, sep="-")
        except (ValueError, UnknownLocaleError) as error:
            allowed = "a code of CLDR such as vi, ru or zh-Hant"
            raise not_allowed(f"maps/locale/{code}", "language", code, allowed) from error
    return tuple(codes)


LANGUAGES: Final = _languages(STAFF)
VISITORS_LANGUAGES: Final = _languages(VISITORS)

# Regions of food as CLDR's territories (UN M49), which name them in every language.
REGIONS: Final[Mapping[str, str]] = {
    "africa": "002",
    "central-asia": "143",
    "east-asia": "030",
    "eastern-europe": "151",
    "europe": "150",
    "middle-east": "145",
    "south-asia": "034",
    "southeast-asia": "035",
    "western-asia": "145",
}
_FORMER: Final = {"tl": "fil", "in": "id"}  # codes that old browsers send
_VALUE: Final = re.compile(r"%\((\w+)\)s")
_SKELETONS: Final = {4: "y", 7: "yMMMM"}  # by length of 2024, 2024-05


def pick(requested: str | None, accept_language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The language of an answer.

    Args:
        requested: what the query asks for; used when it is one of `languages`.
        accept_language: value of the header, "" where there is none.
        languages: those that the page has words in. A visitors' language that is not among them
            becomes English: the reader chose it for another page.
    """
    if requested in languages:
        return str(requested)
    if requested in VISITORS_LANGUAGES:
        return FALLBACK
    wanted = [_FORMER.get(tag, tag) for tag, weight in weighed(accept_language) if weight > 0]
    return negotiate_locale(wanted, languages, sep="-") or FALLBACK


@cache
def translator(lang: str) -> GNUTranslations:
    """Return the words of a language; what its catalogues lack is English, never a code.

    Args:
        lang: one of `LANGUAGES`.
    """
    words = _compiled(lang)
    if lang != FALLBACK:
        words.add_fallback(translator(FALLBACK))
    return words


def _compiled(lang: str) -> GNUTranslations:
    catalogue = Catalog(locale=lang)
    for words in _catalogues(lang):
        # Babel has no rule of its own for some languages, and then takes that of English.
        catalogue.mime_headers = [("Plural-Forms", words.plural_forms)]
        for message in words:
            if message.id and message.string and _fits(message):
                catalogue[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _catalogues(lang: str) -> Iterator[Catalog]:
    for file in filter(Path.exists, (LOCALE / lang / name for name in CATALOGUES)):
        with file.open("rb") as opened:
            yield read_po(opened, locale=lang)


def _messages(lang: str) -> Iterator[Message]:
    for words in _catalogues(lang):
        yield from (message for message in words if message.id)


def _fits(message: Message) -> bool:
    """Whether a translation names no value that its message does not have: English is said then.

    Of a plural, any form may leave out the number.
    """
    known = _values_of_english().get((message.context, _ids(message)[0]))
    return known is None or known.issuperset(_VALUE.findall(" ".join(_texts(message))))


@cache
def _values_of_english() -> Mapping[tuple[str | None, str], frozenset[str]]:
    """Map each message to the values that its English text names."""
    found = {}
    for message in _messages(FALLBACK):
        source = () if message.context else _ids(message)  # with a context, the id is a code
        values = _VALUE.findall(" ".join([*_texts(message), *source]))
        found[message.context, _ids(message)[0]] = frozenset(values)
    return found


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _texts(message: Message) -> list[str]:
    said = message.string or ""
    return [said] if isinstance(said, str) else [text or "" for text in said]


@lru_cache(maxsize=16_384)  # small counts and shares come again and again
def _decimal(value: float, digits: int, lang: str) -> str:
    pattern = "#,##0" + f".{'0' * digits}" * bool(digits)
    return _with_minus(format_decimal(value, pattern, locale=lang))


def _with_minus(number: str) -> str:
    """Write the sign of a negative number as a minus: CLDR has a hyphen in most languages."""
    return number.replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class Words:
    """How one language says things.

    Attributes:
        lang: language code.
    """

    lang: str

    @property
    def locale(self) -> Locale:
        """CLDR data of the language."""
        return Locale.parse(self.lang)

    @property
    def direction(self) -> str:
        """The `dir` of the page: ltr or rtl."""
        return self.locale.text_direction

    def coded(self, context: str, code: str) -> str:
        """The word for a code of a closed list, such as category "labour-agency"."""
        return translator(self.lang).pgettext(context, code)

    def title(self, context: str, code: str, english: str) -> str:
        """The title of something that is declared, in English where no catalogue has it.

        Args:
            context: what it is: collection, measure, page.
            code: its id.
            english: its title in the declaration.
        """
        text = self.coded(context, code)
        return english if text == code else text

    def phrase(self, source_text: str) -> str:
        """A phrase of the data in this language, unchanged where nobody translated it."""
        return translator(self.lang).gettext(source_text) if source_text else ""

    def forms(self, singular: str, plural: str) -> dict[str, str]:
        """A phrase for each plural category of the language (CLDR: one, few, other …).

        Browsers choose among them by the same categories (`Intl.PluralRules`).
        """
        rule = self.locale.plural_form
        samples = {rule(n): n for n in range(200, -1, -1)}
        say = translator(self.lang).ngettext
        return {category: say(singular, plural, n) for category, n in samples.items()}

    def cuisine(self, code: str) -> str:
        """Name of a country (ISO alpha-2, any case) or of a region slug."""
        key = REGIONS.get(code, code.upper())
        return str(self.locale.territories.get(key, code))

    def language(self, code: str) -> str:
        """Name of a language (BCP 47 code)."""
        return str(self.locale.languages.get(code, code))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with this many decimals, grouped as the language does.

        One that is longer than a float is exact has an exponent.
        """
        if abs(value) >= _LONGEST:
            return self.scientific(value)
        return _decimal(value + 0, digits, self.lang)  # minus zero is zero

    def scientific(self, value: float) -> str:
        """A number with an exponent and up to three significant digits."""
        return _with_minus(format_scientific(value, "0.##E0", locale=self.lang))

    def percent(self, share: float, digits: int = 1) -> str:
        """A share (0 to 1) as a percentage, with an exponent where `number` has one."""
        if abs(share) >= _LONGEST:
            return f"{self.scientific(share * 100)}%"
        pattern = "#,##0" + f".{'0' * digits}" * bool(digits) + "%"
        return _with_minus(format_percent(share, pattern, locale=self.lang))

    def day(self, text: str) -> str:
        """A day, month or year (ISO, as exact as it is known), written out."""
        if len(text) in _SKELETONS:
            padded = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
            return format_skeleton(_SKELETONS[len(text)], padded, locale=self.lang)
        try:
            return format_date(date.fromisoformat(text), "long", locale=self.lang)
        except ValueError:
            return text  # the source's own words are better than none

    def listed(self, items: Sequence[str]) -> str:
        """Items joined as the language joins them."""
        return format_list(items, locale=self.lang) if items else ""
