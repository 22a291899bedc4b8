"""What a popup of the visitors' map says, as a piece of a page that the map fetches."""

from geo.store import Snapshot
from maps.base import Page, Site
from maps.i18n import Words
from maps.places import entries_of
from maps.render import render
from maps.views import Cards


def cards(snapshot: Snapshot, view: Cards, site: Site) -> Page:
    """The cards of some businesses and centres."""
    entries = entries_of(snapshot, view.ids, Words(site.lang))
    return render("place-cards.html", site, {"entries": entries})
