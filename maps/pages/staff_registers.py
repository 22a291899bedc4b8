"""The page on which staff hand in the file of a register and read what it holds."""

from typing import Any

from maps.web.page import Page, Site
from maps.web.render import render


def page(found: tuple[str, list[dict[str, Any]], str] | None, why: str, site: Site) -> Page:
    """Render the form, and below it what was found in a file.

    Args:
        found: name of the file, its tables as `atlas inspect` lists them, a drafted mapping.
        why: the reason why a file was refused; "" if it was not.
        site: language of the reader.
    """
    name, tables, draft = found or ("", [], "")
    context = {"file": name, "tables": tables, "draft": draft, "why": why, "credits": []}
    return render("staff-registers.html", site, context)
