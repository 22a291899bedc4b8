"""The declaration of a map page: its title, its parameters, and the function that draws it."""

import importlib
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import Field, field_validator

from geo.core.declarations import Declaration, DeclarationError
from geo.core.parameters import Parameter, check_names
from geo.snapshot.reader import Snapshot
from maps.web.data_parameters import DataParameter
from maps.web.page import Page, Site

Values = Mapping[str, str | float]
RESERVED: Final = ("lang", "f")


class MapPage(Declaration):
    """A map page; the name of its module is the end of its address.

    Attributes:
        title: for links to it in the API, in English.
        label: what the navigation calls it, in English, which catalogues may translate.
        position: where it is in the navigation; pages of one position are sorted by name.
        parameters: what its address takes beside the language.
        draw: module and function ("maps.pages.schools:page") of (snapshot, values, site), imported
            when first asked for, because folium is large; empty for a page with its own route.
    """

    title: str = Field(min_length=1)
    label: str = Field(min_length=1)
    position: int = 100
    parameters: tuple[Parameter | DataParameter, ...] = ()
    draw: str = ""

    @field_validator("parameters")
    @classmethod
    def _check_names(
        cls, parameters: tuple[Parameter | DataParameter, ...]
    ) -> tuple[Parameter | DataParameter, ...]:
        check_names([parameter.name for parameter in parameters], RESERVED)
        return parameters

    @field_validator("draw")
    @classmethod
    def _check_function(cls, draw: str) -> str:
        """Look the function up in the text of its module, which is not imported yet."""
        if draw and not _is_defined(*draw.partition(":")[::2]):
            raise ValueError("module:function of a function that there is")
        return draw

    def page(self, snapshot: Snapshot, values: Values, site: Site) -> Page:
        """Draw the page.

        Args:
            snapshot: the data.
            values: the parameters, each with its value or its default.
            site: language and basemap.

        Raises:
            DeclarationError: the function returns something else than a page.
        """
        module, _, function = self.draw.partition(":")
        page = getattr(importlib.import_module(module), function)(snapshot, values, site)
        if not isinstance(page, Page):
            raise DeclarationError(f"{self.draw} returns no Page but {page!r:.60}")
        return page


def _is_defined(module: str, function: str) -> bool:
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return False
    if found is None or not found.origin or not function.isidentifier():
        return False
    text = Path(found.origin).read_text("utf-8")
    return re.search(rf"^def {function}\(", text, re.MULTILINE) is not None
