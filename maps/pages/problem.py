"""The page of an error: what is wrong in plain words, and ways on."""

from collections.abc import Mapping
from typing import Final

from maps.web.page import Page, Site
from maps.web.render import render

CODES: Final = ("400", "401", "403", "404", "405", "406", "429", "500", "503")
OTHER: Final = "other"
PARAMETERS: Final = ("place", "table")  # whose mistakes have words of their own


def page(site: Site, status: int, told: Mapping[str, str | None], given: Mapping[str, str]) -> Page:
    """Render the page of an error.

    Args:
        site: language of the reader.
        status: HTTP status.
        told: `detail` for those who want to know, `parameter`, `value` and `allowed` of a wrong
            one, and `without`, the address of the same page without it; None where there is none.
        given: the other parameters of the request, kept by the switch of languages.
    """
    code = str(status) if str(status) in CODES else OTHER
    parameter = told["parameter"]
    help_code = f"{parameter}" if parameter in PARAMETERS else code
    values = {"code": code, "help": help_code, "status": status, "given": given, "credits": []}
    return render("problem.html", site, {**values, **told})
