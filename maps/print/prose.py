"""Sentences of findings in the reader's language: the context "prose" of the catalogues.

Measures compose sentences in English with their values. A message of the catalogue is the same
sentence with a placeholder for each value: `n…` is a number, `date_…` a date, others any text.
"""

import re
from functools import cache
from typing import Final

from babel.messages.pofile import read_po

from maps.i18n import FALLBACK, LOCALE, Words

CONTEXT: Final = "prose"
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%|[^%]+")
_KINDS: Final = (("n", r"[\d.,]*\d"), ("date_", r"\d{4}(?:-\d\d){0,2}"))


def translated(words: Words, text: str) -> str:
    """A sentence in the reader's language, in English where the catalogue lacks it."""
    if words.lang == FALLBACK:
        return text
    for message, pattern in patterns():
        found = pattern.fullmatch(text)
        if found:
            values = {name: translated(words, value) for name, value in found.groupdict().items()}
            return words.coded(CONTEXT, message) % values
    return text


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The messages, each with the pattern of the sentences that it stands for."""
    with (LOCALE / FALLBACK / "atlas.po").open("rb") as file:
        catalogue = read_po(file, locale=FALLBACK)
    found = [str(one.id) for one in catalogue if one.context == CONTEXT]
    return tuple((one, re.compile(_pattern(one), re.DOTALL)) for one in found)


def _pattern(message: str) -> str:
    parts = []
    for one in _PLACEHOLDER.finditer(message):
        name = one[1]
        if name is None:
            parts.append(re.escape("%" if one[0] == "%%" else one[0]))
        else:
            kind = next((held for start, held in _KINDS if name.startswith(start)), ".+?")
            parts.append(f"(?P<{name}>{kind})")
    return "".join(parts)
