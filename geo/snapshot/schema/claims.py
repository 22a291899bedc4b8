"""Claims of a business: what its lists say of it, each as `property: value`."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

COMPARED: Final = ("name_ko", "category", "address", "phone", "halal")  # between lists
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


def differing_claim(name: str, values: Iterable[tuple[str, str]]) -> str:
    """Write the values of a property of which lists state different ones.

    Args:
        name: of the property.
        values: each value, and the list that states it.
    """
    return f"{name}: {', '.join(f'{value} ({by})' for value, by in values)}"


def differing_values(
    claims: Iterable[str], lists: Iterable[str]
) -> dict[str, Mapping[str, frozenset[str]]]:
    """Read the values that `differing_claim` has written: property, list, values.

    Args:
        claims: of one business.
        lists: the lists that know it; a value may hold commas and parentheses of other words.
    """
    stated = re.compile(rf"(.+?) \(({'|'.join(map(re.escape, lists))})\)(?:, |$)")
    found: dict[str, Mapping[str, frozenset[str]]] = {}
    for claim in claims:
        name, _, values = claim.partition(": ")
        if name in COMPARED:
            by_list: dict[str, set[str]] = {}
            for match in stated.finditer(values):
                by_list.setdefault(match[2], set()).add(match[1])
            found[name] = {by: frozenset(several) for by, several in by_list.items()}
    return found
