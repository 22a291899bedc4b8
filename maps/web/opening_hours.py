"""Opening hours for readers, from OpenStreetMap's notation."""

import re
from typing import Final

from maps.i18n import Words

ALWAYS: Final = "24/7"
_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WORD: Final = re.compile(r'"([^"]*)"|\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|off)\b')


def format_opening_hours(opening_hours: str, words: Words) -> list[str]:
    """Format opening hours: one text for each rule, days in the reader's language.

    Args:
        opening_hours: such as `Mo-Th 09:00-18:00; Fr,Sa off`.
        words: the language; what stands between quotes is a phrase of its catalogue.
    """
    if opening_hours == ALWAYS:
        return [words.coded("hours", "always")]
    return [_rule(rule.strip(), words) for rule in opening_hours.split(";")]


def _rule(rule: str, words: Words) -> str:
    def word(match: re.Match[str]) -> str:
        remark, code = match.groups()
        if code in _DAYS:
            return str(words.locale.days["format"]["abbreviated"][_DAYS.index(code)])
        return f"({words.phrase(remark)})" if code is None else words.coded("hours", code)

    spaced = re.sub(r",(?=\S)", ", ", rule)
    return re.sub(r"(?<=\w)-(?=\w)", "–", _WORD.sub(word, spaced))
