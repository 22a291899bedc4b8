"""Any document of the API as a page that one can read and click."""

from collections.abc import Mapping
from typing import Any

from maps.base import Page, Site
from maps.render import render


def page(title: str, document: Mapping[str, Any], site: Site) -> Page:
    """The page of a document; addresses in it are links, unknown values are called so."""
    return render("document.html", site, {"title": title, "document": document, "credits": []})
