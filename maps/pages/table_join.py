"""The page on which a user hands in a table."""

from collections.abc import Mapping
from typing import Final

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.prose import REFUSAL, translate_sentence

KINDS: Final = ("png", "pdf", "xlsx", "zip", "geojson", "json")


def page(snapshot: Snapshot, site: Site, fields: Mapping[str, str], problem: str) -> Page:
    """Render the form.

    Args:
        snapshot: for the credits.
        site: language and basemap.
        fields: what was filled in before.
        problem: why that was refused, in English; "" where nothing was.
    """
    words = Words(site.lang)
    filled = {name: fields.get(name, "") for name in ("column", "by", "f")}
    values = {
        "kinds": [(kind, words.coded("take away", kind)) for kind in KINDS],
        "filled": filled,
        "problem": translate_sentence(words, problem, REFUSAL),
        "credits": credits_of(snapshot, ["dong"], site.lang),
    }
    return render("join.html", site, values)
