"""Legend, scale bar and north arrow of a map."""

from collections.abc import Sequence
from math import floor, log10
from typing import Any, Final

from maps.i18n import Words
from maps.print import labels
from maps.print.encodings import Encoding
from maps.print.labels import label_text
from maps.print.legend_entries import Entry, Fill
from maps.print.map_frame import GU_EDGE, Extent
from maps.print.paper import QUIET, Frame, Page
from maps.print.typesetting import LINE, POINT_MM
from maps.style import colours

_SWATCH_MM: Final = 9.0
_PT: Final = 8.0
_PITCH_MM: Final = 7.0
_HEAD_MM: Final = 14.0
_PAPER: Final = Fill("#ffffff", colours.LAND_EDGE)


def round_length(most_m: float) -> float:
    """Round a length down to 1, 2 or 5 times a power of ten, metres."""
    power = 10.0 ** floor(log10(most_m))
    return max(k * power for k in (1, 2, 5) if k * power <= most_m)


def draw_scale_bar(page: Page, frame: Frame, extent: Extent) -> None:
    """Draw the scale bar in the lower right corner of the map."""
    length_m = round_length(frame.width / 5 * extent.metres_a_mm)
    long = length_m / extent.metres_a_mm
    left, bottom = frame.right - 5 - long, frame.bottom + 4
    page.box(Frame(left - 3, bottom - 2, long + 6, 8.5), _PAPER, 0.5, alpha=0.9, zorder=6)
    for number, face in enumerate((colours.INK, "#ffffff")):
        half = Frame(left + number * long / 2, bottom, long / 2, 1.4)
        page.box(half, Fill(face, colours.INK), 0.6, zorder=7)
    text = _length(length_m, page.words)
    page.text(left + long / 2, bottom + 2.6, text, _PT, ha="center", zorder=7)


def draw_north_arrow(page: Page, frame: Frame) -> None:
    """Draw the north arrow in the upper right corner; grid north is 0.1° off at most."""
    from matplotlib.patches import Polygon

    x, y = frame.right - 8, frame.top - 15
    page.box(Frame(x - 4, y - 1.5, 8, 13.5), _PAPER, 0.5, alpha=0.9, zorder=6)
    for side, face in ((-1, colours.INK), (1, "#ffffff")):
        points = [(x, y + 7), (x + side * 2.4, y), (x, y + 1.6)]
        page.add(Polygon(points, facecolor=face, edgecolor=colours.INK, linewidth=0.6, zorder=7))
    page.text(x, y + 8.2, label_text(page.words, labels.NORTH), _PT, ha="center", zorder=7)


def draw_legend(
    page: Page, frame: Frame, entries: Sequence[Entry], encoding: Encoding, *, streets: bool
) -> float:
    """Draw the legend beside the map; returns the height where it ends."""
    words = page.words
    y = frame.top - 3.5
    page.text(frame.left, y, label_text(words, labels.LEGEND), 9.5)
    head = labels.HECTARES if encoding.upper else labels.AREAS
    page.text(frame.right, y, label_text(words, head), 7, ha="right", color=QUIET)
    lines = _lines(streets=streets)
    room = (frame.height - _HEAD_MM) / (len(entries) + len(lines))
    pitch = min(_PITCH_MM, room)
    y -= pitch + 1.5
    for entry in entries:
        swatch = Frame(frame.left, y + 1.3 - (pitch - 2) / 2, _SWATCH_MM, pitch - 2)
        edge = entry.look if entry.look.hatch else entry.look._replace(edge="#8f8f8f")
        page.box(swatch, edge, 0.5)
        page.text(frame.right, y, entry.amount, _PT, ha="right")
        y -= _label(page, frame, y, entry.label, room=9.0) + pitch
    y -= 2
    for label, style in lines:
        xs = [frame.left, frame.left + _SWATCH_MM]
        for line_style in style:
            page.line(xs, [y + 1.1, y + 1.1], **line_style)
        y -= _label(page, frame, y, label_text(words, label), room=0.0) + pitch
    return y + pitch / 2


def _label(page: Page, frame: Frame, y: float, text: str, room: float) -> float:
    """Draw the label of an entry, on two lines if need be; returns the height that this adds."""
    left = frame.left + _SWATCH_MM + 3
    lines = page.face.first_lines(text, _PT, frame.right - room - left, 2)
    pitch = _PT * LINE * POINT_MM
    page.lines(left, y, lines, _PT, pitch)
    return (len(lines) - 1) * pitch


def _lines(*, streets: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    border = {"color": colours.LAND_EDGE, "linewidth": 0.9}
    gu = {"color": GU_EDGE, "linewidth": 1.6}
    zone = {"color": colours.ACCENT, "linewidth": 1.5, "dashes": (4, 2.5)}
    lines = [(labels.ZONE, [zone]), (labels.GU, [gu]), (labels.BORDER, [border])]
    if streets:
        edge = {"color": colours.STREET_EDGE, "linewidth": 2.8}
        lines.append((labels.STREET, [edge, {"color": colours.STREET, "linewidth": 1.8}]))
    return lines


def _length(metres: float, words: Words) -> str:
    if metres >= 1000:
        return f"{words.number(metres / 1000)} km"
    return f"{words.number(metres)} m"
