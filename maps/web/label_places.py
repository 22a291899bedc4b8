"""Places of labels beside points of a drawing, so that none lies over another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LETTER: Final = 6.0  # width of a Latin letter at 11 px, units of the drawing
SYLLABLE: Final = 11.0  # width of a Korean one
LINE: Final = 12.0  # height of a line
GAP: Final = 6.0  # between point and label
_LATIN_END: Final = 0x2E80  # code points from here on are as wide as they are high

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class PlacedLabel:
    """A label beside its point.

    Attributes:
        text: of the label; "" where there is no room.
        x: of the point.
        y: of the point.
        text_x: where the text is anchored.
        text_y: its base line.
        anchor: start, middle or end (SVG).
    """

    text: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


def place_labels(
    points: Sequence[tuple[str, float, float]], width: float, height: float
) -> list[PlacedLabel]:
    """Set labels to the right of their points, else to the left, above or below.

    Args:
        points: text, and where its point is; the first ones choose first.
        width: of the drawing.
        height: of the drawing.

    Returns:
        In the order of the points; a label that would lie over another one or over a point, or
        beyond the edge, is left out and its point stays.
    """
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for _, x, y in points]
    placed = []
    for text, x, y in points:
        label = PlacedLabel("", x, y, x, y, "start")
        for text_x, text_y, anchor, box in _spots(x, y, text_width(text)):
            is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if is_inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                label = PlacedLabel(text, x, y, text_x, text_y, anchor)
                break
        placed.append(label)
    return placed


def text_width(text: str) -> float:
    """Estimate the width of a label, rather too wide than too narrow."""
    return sum(LETTER if ord(letter) < _LATIN_END else SYLLABLE for letter in text)


def _spots(x: float, y: float, width: float) -> Iterator[tuple[float, float, str, Box]]:
    """List where a label may be: place and anchor of the text, and its box."""
    middle = y + LINE / 3
    top = middle - LINE * 0.8
    right, left = x + GAP, x - GAP
    yield right, middle, "start", (right, top, right + width, top + LINE)
    yield left, middle, "end", (left - width, top, left, top + LINE)
    for base in (y - GAP, y + GAP + LINE * 0.8):
        box = (x - width / 2, base - LINE * 0.8, x + width / 2, base + LINE * 0.2)
        yield x, base, "middle", box


def _overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
