"""Checks of a visitors' catalogue: what a translator can get wrong and a machine can see.

Whether the words are the right ones is for a reader of the language to judge.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from gettext import c2py
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog, Message

from geo.core.errors import BadParameterError
from maps.catalogues import english_of, read_catalogue
from maps.i18n import FALLBACK, VISITORS_LANGUAGES

# Names, signs and standards that are written in Latin letters in every language.
SAME_EVERYWHERE: Final = frozenset(
    (
        "API", "Excel", "Features", "GeoJSON", "hikorea", "go", "kr", "Kakao", "Map", "Naver",
        "OGC", "OK", "PDF", "QR", "wiithai",
    )
)  # fmt: skip
SCRIPTS: Final = {  # the letters that words of a language are made of, as Unicode names them
    "bn": "BENGALI", "km": "KHMER", "ko": "HANGUL", "mn": "CYRILLIC", "my": "MYANMAR",
    "ne": "DEVANAGARI", "ru": "CYRILLIC", "th": "THAI", "ur": "ARABIC", "zh": "CJK",
}  # fmt: skip
LABEL_CELLS: Final = 24  # an English text up to this long is a label: a button, a heading, a fact
LINE_CELLS: Final = 44  # what one line holds at 390 px, 16 px type and the margins of a button
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\w+\}")
_COUNTS: Final = range(201)


def find_problems(lang: str) -> list[str]:
    """List what is wrong with the visitors' catalogue of a language.

    Args:
        lang: language code that has a catalogue.

    Returns:
        One line for each problem, with the English of its message; empty when there is none.

    Raises:
        BadParameterError: there is no such catalogue.
    """
    if lang not in VISITORS_LANGUAGES:
        raise BadParameterError("lang", lang, VISITORS_LANGUAGES)
    catalogue, english = read_catalogue(lang), read_catalogue(FALLBACK)
    found = [f"plural forms: {problem}" for problem in _plural_rule(lang, catalogue)]
    for source in filter(lambda message: message.id, english):
        message = catalogue.get(source.id, source.context)
        said = english_of(source)
        for text in _texts(message):
            for check in _CHECKS:
                found += [f"{said}: {problem}" for problem in check(lang, source, text)]
    return found


def cells(text: str) -> int:
    """Count the columns that a text takes: two for each Hangul or Han sign, none for marks.

    Args:
        text: what is shown.
    """
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    seen = sum(unicodedata.category(sign) not in ("Mn", "Me", "Cf") for sign in text)
    return wide + seen


def _texts(message: Message | None) -> list[str]:
    said = (message.string if message else "") or ""
    return [said] if isinstance(said, str) else [item or "" for item in said]


def _missing(lang: str, source: Message, text: str) -> Iterator[str]:
    if not text and (lang != FALLBACK or source.context):
        yield "is not translated"


def _placeholders(lang: str, source: Message, text: str) -> Iterator[str]:
    wanted = sorted(_PLACEHOLDER.findall(_source_text(source)))
    if text and sorted(_PLACEHOLDER.findall(text)) != wanted:
        yield f"has other placeholders than {wanted}"


def _source_text(source: Message) -> str:
    """The English with its placeholders: a message with a context has a code for an id."""
    return english_of(source) if source.context or isinstance(source.id, str) else source.id[1]


def _left_in_latin(lang: str, source: Message, text: str) -> Iterator[str]:
    if lang not in SCRIPTS or source.context == "category letter":
        return
    bare = _PLACEHOLDER.sub(" ", text)
    left = set(re.findall(r"[A-Za-z]{2,}", bare)) - SAME_EVERYWHERE
    if left:
        yield f"has words in Latin letters: {', '.join(sorted(left))}"
    says_something = re.search(r"[^\W\d_]", _PLACEHOLDER.sub(" ", english_of(source)))
    if text and says_something and not any(_is_of(SCRIPTS[lang], sign) for sign in bare):
        yield "has no word in the letters of the language"


def _is_of(script: str, sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(script)


def _left_in_english(lang: str, source: Message, text: str) -> Iterator[str]:
    """Sentences of languages in Latin letters that are the English ones."""
    said = english_of(source)
    if lang not in SCRIPTS and lang != FALLBACK and text == said and len(said.split()) > 2:
        yield "is the English text"


def _too_long(lang: str, source: Message, text: str) -> Iterator[str]:
    if cells(english_of(source)) <= LABEL_CELLS and cells(text) > LINE_CELLS:
        yield f"is a label and takes {cells(text)} columns; {LINE_CELLS} fit on a phone"


_CHECKS: Final[Sequence[Callable[[str, Message, str], Iterator[str]]]] = (
    _missing, _placeholders, _left_in_latin, _left_in_english, _too_long,
)  # fmt: skip


def _plural_rule(lang: str, catalogue: Catalog) -> Iterator[str]:
    """Whether the rule of the file tells apart the same numbers as CLDR does."""
    rule, form = Locale.parse(lang, sep="-").plural_form, c2py(catalogue.plural_expr)
    pairs = {(rule(number), form(number)) for number in _COUNTS}
    names, numbers = {name for name, _ in pairs}, {number for _, number in pairs}
    if not len(pairs) == len(names) == len(numbers) == catalogue.num_plurals:
        yield f"the rule is not that of CLDR, which has {len(names)} for whole numbers"
