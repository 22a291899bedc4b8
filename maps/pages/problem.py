"""The page of an error: what is wrong in plain words, and ways on."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from maps.i18n import Words
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.prose import REFUSAL, translate_sentence

CODES: Final = ("400", "401", "403", "404", "405", "406", "429", "500", "503")
OTHER: Final = "other"
PARAMETERS: Final = ("place", "table")  # whose mistakes have words of their own


# Contexts of the catalogues that name the values of a parameter.
_NAMED: Final = {
    "by": "density by",
    "category": "category",
    "halal": "halal",
    "indicator": "indicator",
}


def page(site: Site, status: int, told: Mapping[str, Any], given: Mapping[str, str]) -> Page:
    """Render the page of an error.

    Args:
        site: language of the reader.
        status: HTTP status.
        told: `detail` for those who want to know, `parameter`, `value` and `allowed` of a wrong
            one, `choices` (pairs of a value and the address that has it), and `without`, the
            address of the same page without it; None where there is none.
        given: the other parameters of the request, kept by the switch of languages.
    """
    parameter, words = told["parameter"], Words(site.lang)
    of_address = status != HTTPStatus.BAD_REQUEST or parameter or told["detail"] is None
    code = str(status) if str(status) in CODES and of_address else OTHER
    help_code = f"{parameter}" if parameter in PARAMETERS else code
    values = {"code": code, "help": help_code, "status": status, "given": given, "credits": []}
    own = {
        "choices": [(_named(words, parameter, value), link) for value, link in told["choices"]],
        "allowed": _translated(words, told["allowed"]),
        "detail": _translated(words, None if parameter else told["detail"]),
    }
    return render("problem.html", site, {**values, **told, **own})


def _named(words: Words, parameter: str, value: str) -> str:
    """Name a value as the pages do, where they do."""
    if parameter == "cuisine":
        return words.cuisine(value)
    if parameter not in _NAMED or value == "null":
        return value
    return words.coded(_NAMED[parameter], value)


def _translated(words: Words, text: str | None) -> tuple[str, str] | None:
    """Translate a sentence; returned with the language that it is in."""
    if not text:
        return None
    said = translate_sentence(words, text, REFUSAL)
    return said, words.lang if said != text else "en"
