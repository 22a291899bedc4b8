"""Symbols of categories: shape and colour by kind of business, a letter by catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geo.core.vocab import CATEGORIES
from maps.i18n import Words


@dataclass(frozen=True)
class Symbol:
    """A mark that does not depend on colour alone.

    Attributes:
        shape: circle, square, diamond or hexagon.
        colour: fill, dark enough for a white letter (contrast 4.5:1 and more).
        letter: the letter inside.
    """

    shape: str
    colour: str
    letter: str


_FOOD: Final = ("circle", "#a63c06")
_SHOP: Final = ("square", "#256b3c")
_SERVICE: Final = ("diamond", "#5b4296")
_EVENING: Final = ("hexagon", "#98205d")
_LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "restaurant": _FOOD,
    "cafe": _FOOD,
    "bakery": _FOOD,
    "food-unknown": _FOOD,
    "grocery": _SHOP,
    "mobile-phone": _SHOP,
    "clothing": _SHOP,
    "other-retail": _SHOP,
    "beauty": _SERVICE,
    "remittance": _SERVICE,
    "travel": _SERVICE,
    "labour-agency": _SERVICE,
    "real-estate": _SERVICE,
    "other-service": _SERVICE,
    "karaoke": _EVENING,
    "pub": _EVENING,
}
CENTRE: Final = Symbol("square", "#0b5c6e", "i")


def symbols(words: Words) -> dict[str, Symbol]:
    """Map each category to its symbol."""
    return {
        category: Symbol(*_LOOKS[category], words.coded("category letter", category))
        for category in CATEGORIES
    }
