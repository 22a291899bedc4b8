"""A table of a report: a column for each dong, with numbers under numbers."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from maps.print.paper import QUIET, Frame, Page
from maps.print.typesetting import LINE, POINT_MM
from maps.style.colours import INK

_PT: Final = 8.5
_SMALL_PT: Final = 7.0
_HEAD_PT: Final = 7.0
_NAME_PT: Final = 7.5
_NAME_MM: Final = 2.7  # between two lines of a name
_TALL_MM: Final = 9.5  # of a row with small letters below its figures
_LOW_MM: Final = 6.0  # of one without
_LOOSE_MM: Final = 2.5  # that a row may have beyond it
_FIRST_MM: Final = 3.7  # from the rule to the first line below it
_TIGHT_MM: Final = 2.6
_SMALL_MM: Final = _SMALL_PT * LINE * POINT_MM
_RULE: Final = "#d5d5d5"


class Head(NamedTuple):
    """The head of a column, and its colour."""

    text: str
    colour: str = INK


class Cell(NamedTuple):
    """A figure or words, and what is written in small letters below."""

    text: str
    below: str = ""


def draw_table(
    page: Page,
    frame: Frame,
    heads: Sequence[Head],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    names_mm: float,
) -> None:
    """Draw a table that fills its frame, or less of it where its rows are few.

    Args:
        page: to draw on.
        frame: of the table.
        heads: of the columns.
        rows: a name and a cell for each column.
        names_mm: width of the names on the left.
    """
    wide = (frame.width - names_mm) / len(heads)
    rights = [frame.left + names_mm + (n + 1) * wide for n in range(len(heads))]
    texts = [page.face.first_lines(head.text, _HEAD_PT, wide - 1, 3) for head in heads]
    head_mm = 2.2 + max(map(len, texts)) * _SMALL_MM
    for right, head, lines in zip(rights, heads, texts, strict=True):
        lowest = frame.top - head_mm + 1.5
        y = lowest + (len(lines) - 1) * _SMALL_MM
        page.lines(right, y, lines, _HEAD_PT, _SMALL_MM, ha="right", color=head.colour)
    tall = _TALL_MM if any(cell.below for _, cells in rows for cell in cells) else _LOW_MM
    pitch = min(tall + _LOOSE_MM, (frame.height - head_mm) / len(rows))
    loose = max(0.0, pitch - tall) / 2  # above what a row holds, and below it
    for number, (name, cells) in enumerate(rows):
        y = frame.top - head_mm - number * pitch
        page.line([frame.left, frame.right], [y, y], color=_RULE, linewidth=0.5)
        y -= loose
        names = page.face.first_lines(name, _NAME_PT, names_mm - 1, max(int(pitch / _NAME_MM), 1))
        is_tight = _FIRST_MM + (len(names) - 1) * _NAME_MM > pitch
        first = _TIGHT_MM if is_tight else _FIRST_MM
        page.lines(frame.left, y - first, names, _NAME_PT, _NAME_MM)
        for right, cell in zip(rights, cells, strict=True):
            _draw_cell(page, right, y - _FIRST_MM, cell, wide - 1)


def _draw_cell(page: Page, right: float, y: float, cell: Cell, width_mm: float) -> None:
    """Draw a cell; words that are too long for a line are smaller, on several."""
    if page.face.width_mm(cell.text, _PT) <= width_mm:
        page.text(right, y, cell.text, _PT, ha="right")
        y -= _SMALL_MM + 0.4
    else:
        lines = page.face.first_lines(cell.text, _SMALL_PT, width_mm, 4)
        y = page.lines(right, y, lines, _SMALL_PT, _SMALL_MM, ha="right")
    page.text(right, y, cell.below, _SMALL_PT, ha="right", color=QUIET)
