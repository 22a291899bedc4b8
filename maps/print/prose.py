"""Translation of sentences that are composed in English: contexts of the catalogues.

Measures compose sentences with their values ("prose"), and so do refusals ("refusal"). A message of
the catalogue is the same sentence with a placeholder for each value: `n…` is a number, `date_…` a
date, others any text.
"""

import re
from functools import cache
from typing import Final

from babel.messages.pofile import read_po

from maps.i18n import FALLBACK, LOCALE, Words

CONTEXT: Final = "prose"
REFUSAL: Final = "refusal"
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%|[^%]+")
_KINDS: Final = (("n", r"-?[\d.,]*\d"), ("date_", r"\d{4}(?:-\d\d){0,2}"))


def translate_sentence(words: Words, text: str, context: str = CONTEXT) -> str:
    """Translate a sentence; English where the catalogue lacks it."""
    if words.lang == FALLBACK:
        return text
    for message, pattern in message_patterns(context):
        match = pattern.fullmatch(text)
        if match:
            values = {
                name: translate_sentence(words, value, context)
                for name, value in match.groupdict().items()
            }
            return words.coded(context, message) % values
    return text


@cache
def message_patterns(context: str = CONTEXT) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """List the messages with placeholders, each with the pattern of its sentences."""
    with (LOCALE / FALLBACK / "atlas.po").open("rb") as file:
        catalogue = read_po(file, locale=FALLBACK)
    messages = [str(message.id) for message in catalogue if message.context == context]
    return tuple((message, re.compile(_pattern(message), re.DOTALL)) for message in messages)


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
