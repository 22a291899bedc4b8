"""The page on which staff read and answer what visitors say of places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maps.i18n import Words
from maps.pages.eat.reports import SpotNotes
from maps.pages.eat.spots import Spot
from maps.web.page import Page, Site
from maps.web.render import render


@dataclass(frozen=True)
class Row:
    """Notes on one place, with its names.

    Attributes:
        notes: counts and days.
        name: as visitors read it; the id where the snapshot no longer has the place.
        is_shown: whether visitors are still shown the place.
    """

    notes: SpotNotes
    name: str
    is_shown: bool


def page(found: Sequence[SpotNotes], places: Mapping[str, Spot], site: Site, today: str) -> Page:
    """Render the list of notes, with a small form to answer those on each place.

    Args:
        found: notes by place.
        places: what visitors are shown, by id.
        site: language of the reader.
        today: the newest day that an answer may name.
    """
    rows = [_row(notes, places.get(notes.spot), Words(site.lang)) for notes in found]
    return render("staff-notes.html", site, {"rows": rows, "today": today, "credits": []})


def _row(notes: SpotNotes, spot: Spot | None, words: Words) -> Row:
    if spot is None:
        return Row(notes, notes.spot, is_shown=False)
    names = [spot.ko, spot.en] if words.lang == "ko" else [spot.en, spot.ko]
    return Row(notes, next(filter(None, names), spot.id), is_shown=True)
