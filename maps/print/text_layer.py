"""Text of a page in one artist: matplotlib's own text costs more to set up than to draw."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from maps.print.typesetting import FONT

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase, RendererBase

_PAPER: Final = ("#ffffff", 0.85)  # behind a name on a map: colour and opacity
_PAD_PT: Final = 0.8
_MOST_EXTENTS: Final = 5_000
_EXTENTS: Final[dict[tuple[str, float, str], tuple[float, float, float]]] = {}
_AT_LEFT: Final = {"left": 0.0, "center": 0.5, "right": 1.0}  # of the width


class Line(NamedTuple):
    """A line of text.

    Attributes:
        x: millimetres.
        y: of the baseline, or of the middle.
        text: printable.
        size: points.
        color: of the letters.
        ha: which part of the text is at x: left, center or right.
        va: baseline or center.
        on_paper: whether a white box lies behind it.
    """

    x: float
    y: float
    text: str
    size: float
    color: str
    ha: str = "left"
    va: str = "baseline"
    on_paper: bool = False


class TextLayer(Artist):
    """Lines of text that lie at one height of a page, in the order in which they were added."""

    def __init__(self, zorder: float) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self._lines: list[Line] = []

    def add(self, line: Line) -> None:
        """Add a line on top of the others."""
        self._lines.append(line)

    def draw(self, renderer: "RendererBase") -> None:
        """Draw all lines; called by the figure."""
        at = self.get_transform().transform(np.array([(line.x, line.y) for line in self._lines]))
        colors = dict.fromkeys(line.color for line in self._lines)
        contexts = {color: _context(renderer, color) for color in colors}
        for line, (x, y) in zip(self._lines, at.tolist(), strict=True):
            if line.text:
                _draw_line(renderer, contexts[line.color], line, (x, y))


def _context(renderer: "RendererBase", color: str) -> "GraphicsContextBase":
    context = renderer.new_gc()
    context.set_foreground(to_rgba(color), isRGBA=True)
    return context


def _draw_line(
    renderer: "RendererBase", context: "GraphicsContextBase", line: Line, at: tuple[float, float]
) -> None:
    x, y = at
    if line.ha != "left" or line.va != "baseline":
        width, height, descent = _extent(renderer, line)
        x -= _AT_LEFT[line.ha] * width
        if line.va == "center":
            above, below = _line_of(renderer, line.size)
            above, below = max(above, height - descent), max(below, descent)
            if line.on_paper:
                _draw_paper(renderer, (x, y, width), (above + below) / 2)
            y -= (above - below) / 2
    if renderer.flipy():
        y = renderer.get_canvas_width_height()[1] - y
    renderer.draw_text(context, x, y, line.text, font_of(line.size), 0.0)


def _extent(renderer: "RendererBase", line: Line) -> tuple[float, float, float]:
    """Measure width, height and depth below the baseline; names and numbers come again."""
    key = (type(renderer).__name__, line.size, line.text)
    if key not in _EXTENTS:
        if len(_EXTENTS) >= _MOST_EXTENTS:
            _EXTENTS.clear()
        font = font_of(line.size)
        measured = renderer.get_text_width_height_descent(line.text, font, ismath=False)
        return _EXTENTS.setdefault(key, measured)
    return _EXTENTS[key]


@cache
def font_of(size: float) -> FontProperties:
    """Return our font at a size in points."""
    return FontProperties(fname=str(FONT), size=size)


def _draw_paper(
    renderer: "RendererBase", at: tuple[float, float, float], half_height: float
) -> None:
    """Draw the white box behind a line, around its left end and the middle of its height."""
    x, y, width = at
    pad = _pixels(renderer, _PAD_PT)
    half = half_height + pad
    corners = [
        (x - pad, y - half), (x + width + pad, y - half), (x + width + pad, y + half),
        (x - pad, y + half), (x - pad, y - half),
    ]  # fmt: skip
    context = renderer.new_gc()
    context.set_linewidth(0)
    context.set_alpha(_PAPER[1])
    renderer.draw_path(context, Path(corners, closed=True), IdentityTransform(), to_rgba(*_PAPER))
    context.restore()


def _line_of(renderer: "RendererBase", size: float) -> tuple[float, float]:
    """Measure how far a line of the font reaches above and below the baseline."""
    above, below = _font_heights()
    return _pixels(renderer, above * size), _pixels(renderer, below * size)


def _pixels(renderer: "RendererBase", points: float) -> float:
    return cast(Callable[[float], float], renderer.points_to_pixels)(points)


@cache
def _font_heights() -> tuple[float, float]:
    """Read ascender and descender of the font, as parts of its size."""
    font = get_font(str(FONT))
    table = cast(Any, font.get_sfnt_table("OS/2"))
    head = cast(Any, font.get_sfnt_table("head"))
    units = float(head["unitsPerEm"])
    return table["sTypoAscender"] / units, -table["sTypoDescender"] / units
