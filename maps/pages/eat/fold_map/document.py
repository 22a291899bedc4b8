"""The fold map as a PDF document of two pages."""

from typing import Final
from urllib.parse import quote

from geo.snapshot.reader import Snapshot
from maps.pages.eat.fold_map.back import Aside, draw_back, fit
from maps.pages.eat.fold_map.choice import LIST, choose, exits
from maps.pages.eat.fold_map.front import draw_front
from maps.pages.eat.fold_map.sheet import ACCENT, HIGH, MARGIN, QUIET_INK, WIDE, Sheet
from maps.pages.eat.listing import LAYERS, Guide, snapshot_day
from maps.pages.eat.plane import metres
from maps.web.attribution import credits_of

_TITLE_PT: Final = 17.0
_NOTE_PT: Final = 8.0
SOURCES_PT: Final = 4.5


def fold_map(guide: Guide, snapshot: Snapshot, lang: str, base: str) -> bytes:
    """Draw the fold map of a language.

    Args:
        guide: what visitors are shown.
        snapshot: for the ground, the dates and the credits.
        lang: language of the reader.
        base: address of the service, without a slash at its end.
    """
    sheet = Sheet(lang, snapshot_day(snapshot))
    sheet.add_page()  # before it nothing can be measured
    columns = fit(sheet, choose(guide.directory, snapshot))
    places = [place for column in columns for place in column]
    origin = guide.directory.origin
    sheet.set_title(sheet.words.phrase("Find food and help in Ansan"))
    _write_head(sheet)
    start = metres(origin.lon, origin.lat) if origin else None
    draw_front(sheet, snapshot, places, start)
    _write_foot(sheet, snapshot)
    sheet.add_page()
    left_out = len(guide.directory.tagged(LIST)) - len(places)
    address = f"{base}/eat?lang={quote(lang)}"
    draw_back(sheet, columns, Aside(guide.directory, exits(snapshot), left_out, address))
    return sheet.finish()


def _write_head(sheet: Sheet) -> None:
    words, width = sheet.words, WIDE - 2 * MARGIN
    title = words.phrase("Find food and help in Ansan")
    sheet.write_lines(title, (MARGIN, 5, width), _TITLE_PT, ACCENT)
    notes = ("Numbers go by minutes on foot from exit 1.", "Minutes on foot are estimated.")
    text = " ".join(map(words.phrase, notes))
    sheet.write_lines(text, (MARGIN, 15, width), _NOTE_PT, QUIET_INK)


def _write_foot(sheet: Sheet, snapshot: Snapshot) -> None:
    words, day, y = sheet.words, snapshot_day(snapshot), HIGH - 14.8
    if day:
        lists = words.phrase("Lists up to %(day)s; that a place still exists has not been checked.")
        text = lists % {"day": words.day(day)}
        y = sheet.write_lines(text, (MARGIN, y, WIDE - 2 * MARGIN), 7, QUIET_INK)
    credits = credits_of(snapshot, LAYERS, words.lang)
    sources = " · ".join(f"{credit.attribution} ({credit.licence})" for credit in credits)
    sheet.write_lines(sources, (MARGIN, y, WIDE - 2 * MARGIN), SOURCES_PT, QUIET_INK, "L")
