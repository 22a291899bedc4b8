"""Chart of walking times: a bar for each band of minutes, with lower and upper end."""

from collections.abc import Sequence
from typing import Final

from geo.serving.analysis.result import Row
from geo.statistics.accessibility import BANDS_MIN
from maps.print import labels
from maps.print.encodings import number
from maps.print.labels import label_text
from maps.print.legend_entries import Fill
from maps.print.paper import QUIET, Frame, Page
from maps.style import colours

_WHO: Final = (("businesses", labels.BUSINESSES), ("residents", labels.RESIDENTS))
_NAMES_MM: Final = 52.0
_BAND_MM: Final = 22.0
_VALUES_MM: Final = 26.0
_TALLEST_MM: Final = 8.0
_PT: Final = 8.5
_SURE, _PERHAPS = Fill(colours.SHARE[3], "none"), Fill(colours.SHARE[1], "none")


def draw_reach(page: Page, frame: Frame, rows: Sequence[Row]) -> None:
    """Draw the shares within each band of minutes from any centre, from 0 to 100 %.

    What is at least within reach is dark, what is at most within reach light beyond it.
    """
    bars = [
        (row, who, label, band)
        for row in rows
        if row["to"] == "any"
        for who, label in _WHO
        for band in BANDS_MIN
    ]
    page.text(
        frame.left, frame.bottom, label_text(page.words, labels.AT_LEAST_AT_MOST), 7.5, color=QUIET
    )
    pitch = min(_TALLEST_MM, (frame.height - 6) / max(len(bars), 1))
    for place, (row, who, label, band) in enumerate(bars):
        y = frame.top - (place + 0.5) * pitch
        if band == BANDS_MIN[0]:
            speed = page.words.number(row["speed_m_s"], 1)
            name = label_text(
                page.words, labels.AT_SPEED, who=label_text(page.words, label), speed=speed
            )
            page.text(frame.left, y - 1, page.face.cut(name, _PT, _NAMES_MM), _PT)
        minutes = label_text(page.words, labels.MINUTES, n=page.words.number(band))
        right = frame.left + _NAMES_MM + _BAND_MM - 2
        page.text(right, y - 1, minutes, _PT, ha="right", color=QUIET)
        ends = [number(row[f"{who}_{band}_min_{end}"]) for end in ("from", "to")]
        _bar(page, Frame(right + 2, y - 0.36 * pitch, frame.right - right - 2, 0.72 * pitch), ends)
    zero, bottom = frame.left + _NAMES_MM + _BAND_MM, frame.top - len(bars) * pitch
    page.line([zero, zero], [bottom, frame.top], color=colours.INK, linewidth=0.7)


def _bar(page: Page, frame: Frame, ends: Sequence[float | None]) -> None:
    """Draw one bar and its text; without a known door only the text."""
    low, high = ends
    if low is None or high is None:
        page.text(frame.left + 1.5, frame.bottom + 1, label_text(page.words, labels.MISSING), _PT)
        return
    a_unit = frame.width - _VALUES_MM
    for look, start, end in ((_SURE, 0.0, low), (_PERHAPS, low, high)):
        box = Frame(frame.left + start * a_unit, frame.bottom, (end - start) * a_unit, frame.height)
        page.box(box, look, 0)
    first, last = (page.words.percent(share) for share in (low, high))
    text = first if first == last else f"{first}–{last}"
    page.text(frame.left + high * a_unit + 1.5, frame.bottom + 0.2 * frame.height, text, _PT)
