"""The declaration of a map page: its title, its parameters, and the function that draws it."""

import importlib
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field, field_validator

from geo.core.declarations import Declaration, DeclarationError
from geo.snapshot.reader import Snapshot
from maps.web.page import Page, Site

Values = Mapping[str, str | float]
RESERVED: Final = ("lang", "f")


class MapPage(Declaration):
    """A map page; the name of its module is the end of its address.

    Attributes:
        title: for links to it in the API, in English.
        label: what the navigation calls it, in English, which catalogues may translate.
        position: where it is in the navigation; pages of one position are sorted by name.
        options: its parameters: the values each may have, the default first.
        numbers: its parameters that are numbers: default, lowest and highest value.
        draw: module and function ("maps.pages.schools:page") of (snapshot, values, site), imported
            when first asked for, because folium is large; empty for a page with its own route.
    """

    title: str = Field(min_length=1)
    label: str = Field(min_length=1)
    position: int = 100
    options: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    numbers: Mapping[str, tuple[float, float, float]] = Field(default_factory=dict)
    draw: str = ""

    @field_validator("options", "numbers")
    @classmethod
    def _check_parameters(cls, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, values in parameters.items():
            if name in RESERVED or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"names of small letters, digits and _, none of {RESERVED}")
            if not values:
                raise ValueError(f"at least one value of {name}, the default first")
        return parameters

    @field_validator("numbers")
    @classmethod
    def _check_ranges(
        cls, numbers: Mapping[str, tuple[float, float, float]]
    ) -> Mapping[str, tuple[float, float, float]]:
        for name, (default, least, most) in numbers.items():
            if not least <= default <= most:
                raise ValueError(f"for {name} a default from {least:g} to {most:g}, given first")
        return numbers

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
