"""Translation of sentences that are composed in English: contexts of the catalogues.

Measures compose sentences with their values ("prose"), and so do refusals ("refusal"). A message
of the catalogue is the same sentence with a placeholder for each value: `n…` is a number, `date_…`
a date, `kinds` categories, `lists` lists with their dates, others any text. Codes with a number in
them are found in their contexts in the same way.
"""

import re
from functools import cache
from typing import Final

from babel.messages.pofile import read_po

from geo.core.vocab import CATEGORIES
from maps.i18n import FALLBACK, LOCALE, Words

CONTEXT: Final = "prose"
REFUSAL: Final = "refusal"
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%|[^%]+")
_KINDS: Final = (("n", r"-?[\d.,]*\d"), ("date_", r"\d{4}(?:-\d\d){0,2}"))
_CATEGORIES: Final = "kinds"
_LISTS: Final = "lists"
_BETWEEN_LISTS: Final = re.compile(r"(?<=\)), ")


def translate_sentence(words: Words, text: str, context: str = CONTEXT) -> str:
    """Translate a sentence; English where the catalogue lacks it."""
    translated = None if words.lang == FALLBACK else translate_message(words, context, text)
    return text if translated is None else translated


def translate_message(words: Words, context: str, text: str) -> str | None:
    """Translate a text by the messages of a context; None where none of them fits it."""
    if text in plain_messages(context):
        return words.coded(context, text) % {}
    for message, pattern in message_patterns(context):
        match = pattern.fullmatch(text)
        if match:
            values = {
                name: _value(words, context, name, value)
                for name, value in match.groupdict().items()
            }
            return words.coded(context, message) % values
    return None


def _value(words: Words, context: str, name: str, value: str) -> str:
    if name == _CATEGORIES:
        return words.listed([_category(words, code) for code in value.split(", ")])
    if name == _LISTS:
        return ", ".join(translate_sentence(words, text) for text in _BETWEEN_LISTS.split(value))
    return translate_sentence(words, value, context)


def _category(words: Words, code: str) -> str:
    return words.coded("category", code) if code in CATEGORIES else code


@cache
def messages(context: str) -> tuple[str, ...]:
    """List the messages of a context, in the order of the catalogue."""
    with (LOCALE / FALLBACK / "atlas.po").open("rb") as file:
        catalogue = read_po(file, locale=FALLBACK)
    return tuple(str(message.id) for message in catalogue if message.context == context)


@cache
def plain_messages(context: str) -> frozenset[str]:
    """List the messages without placeholders and percent signs."""
    return frozenset(message for message in messages(context) if "%" not in message)


@cache
def message_patterns(context: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """List the other messages, each with the pattern of its texts."""
    return tuple(
        (message, re.compile(_pattern(message), re.DOTALL))
        for message in messages(context)
        if "%" in message
    )


def _pattern(message: str) -> str:
    parts = []
    for placeholder in _PLACEHOLDER.finditer(message):
        name = placeholder[1]
        if name is None:
            parts.append(re.escape("%" if placeholder[0] == "%%" else placeholder[0]))
        else:
            kind = next((pattern for start, pattern in _KINDS if name.startswith(start)), ".+?")
            parts.append(f"(?P<{name}>{kind})")
    return "".join(parts)
