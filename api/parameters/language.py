"""The parameter `lang`, declared once for every route."""

from dataclasses import replace
from typing import Final

from geo.core.parameters import ChoiceParameter
from maps.i18n import VISITORS_LANGUAGES

LANG: Final = ChoiceParameter(
    "lang",
    VISITORS_LANGUAGES,
    "language, in place of the Accept-Language header",
    optional=True,
)


def language_of(what: str) -> ChoiceParameter:
    """Declare `lang` for a route whose answer has words in one place only.

    Args:
        what: the part of the answer that is in the language, such as `the picture`.
    """
    return replace(LANG, description=f"language of {what}")
