"""Claims of a business: what its lists say of it, each as `property: value`."""

import re
from collections.abc import Iterable
from typing import Final

_NAME: Final = re.compile(r"name \([^)]*\): (.+)")


def name_claim(lang: str, name: str) -> str:
    """Write the name that a list gives in another language than Korean and English.

    Args:
        lang: its language as the list has it, such as "ne"; "und" where it does not say.
        name: one line of text.
    """
    return f"name ({lang}): {name}"


def claimed_names(claims: Iterable[str]) -> tuple[str, ...]:
    """Return the names that `name_claim` has written among some claims."""
    found = map(_NAME.fullmatch, claims)
    return tuple(match[1] for match in found if match)
