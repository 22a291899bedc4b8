"""Popups of the visitors' map, as a piece of a page that the map fetches."""

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.place_entries import entries_of
from maps.pages.view_state import Cards
from maps.web.page import Page, Site
from maps.web.render import render


def cards(snapshot: Snapshot, view: Cards, site: Site) -> Page:
    """Render the cards of some businesses and centres."""
    entries = entries_of(snapshot, view.ids, Words(site.lang))
    return render("place-cards.html", site, {"entries": entries})
