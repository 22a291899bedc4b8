"""The page on which staff read what registers opened, closed, moved and renamed, with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.serving.analysis.result import Column, MeasureResult, Row
from geo.serving.analysis.turnover import DONG, NAMES, changes
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.prose import translate_sentence
from maps.wording.terms import cell_text, column_title, value_text

MOST_ROWS: Final = 1_000  # of a table; the files have all
_SUBJECTS: Final = (NAMES, DONG, "rates", "survival")
_DAYS: Final = ("month",)
_PLAIN_NUMBERS: Final = ("year",)


@dataclass(frozen=True)
class Section:
    """A table of the page.

    Attributes:
        subject: value of the parameter `of` of the measure.
        title: of the table.
        method: how it was counted.
        caveats: what a reader must know.
        header: titles of the columns.
        rows: cells as they are read.
        all_rows: how many there are.
    """

    subject: str
    title: str
    method: str
    caveats: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    all_rows: int


def page(snapshot: Snapshot, site: Site) -> Page:
    """Render the tables of the measure, for staff.

    Args:
        snapshot: that of staff, which has names.
        site: language of the reader.
    """
    words = Words(site.lang)
    sections = [_section(changes(snapshot, {"of": name}), name, words) for name in _SUBJECTS]
    return render("staff-changes.html", site, {"sections": sections, "credits": []})


def _section(result: MeasureResult, subject: str, words: Words) -> Section:
    known = [row for row in result.rows if row.get("state") != "missing"]
    return Section(
        subject,
        str(value_text(words, "of", subject)),
        translate_sentence(words, result.method),
        [translate_sentence(words, text) for text in result.caveats],
        [column_title(words, result.measure, column) for column in result.columns],
        [[_cell(words, row, column) for column in result.columns] for row in known[:MOST_ROWS]],
        len(known),
    )


def _cell(words: Words, row: Row, column: Column) -> str:
    value: Any = cell_text(words, row, column)
    if value is None or value == "":
        return ""
    if column.name in _DAYS:
        return words.day(value)
    if column.share:
        return words.percent(value)
    if isinstance(value, int | float) and column.name not in _PLAIN_NUMBERS:
        return words.number(value)
    return str(value)
