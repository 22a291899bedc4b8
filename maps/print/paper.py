"""A4 landscape paper, measured in millimetres from the lower left corner."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maps.i18n import Words
from maps.print.legend_entries import Fill
from maps.print.typesetting import FONT, FontMetrics
from maps.style.colours import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

WIDTH_MM: Final = 297.0
HEIGHT_MM: Final = 210.0
MARGIN_MM: Final = 10.0
DPI: Final = 150
QUIET: Final = "#5d6b75"
HATCH_PT: Final = 0.7
_INCH_MM: Final = 25.4
# Neither the day nor the version of a library: equal findings give equal bytes.
_METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@dataclass(frozen=True)
class Frame:
    """A rectangle of the page, millimetres."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.bottom + self.height


class Page:
    """A page, drawn with a figure of its own: pictures share no state."""

    def __init__(self, words: Words) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        size = (WIDTH_MM / _INCH_MM, HEIGHT_MM / _INCH_MM)
        self._figure = Figure(figsize=size, dpi=DPI, facecolor="#ffffff")
        FigureCanvasAgg(self._figure)
        self._paper = self.axes(Frame(0, 0, WIDTH_MM, HEIGHT_MM), above=2)
        self._paper.set_xlim(0, WIDTH_MM)
        self._paper.set_ylim(0, HEIGHT_MM)
        self.words = words
        self.face = FontMetrics()

    def axes(self, frame: Frame, *, above: int = 1) -> "Axes":
        """Add axes without ticks or labels that fill a frame."""
        at = (frame.left / WIDTH_MM, frame.bottom / HEIGHT_MM)
        size = (frame.width / WIDTH_MM, frame.height / HEIGHT_MM)
        axes = self._figure.add_axes((*at, *size), zorder=above)
        axes.set_axis_off()
        axes.patch.set_visible(False)
        return axes

    def text(self, x: float, y: float, text: Any, size: float, **more: Any) -> None:
        """Draw one line of plain text."""
        self._paper.text(x, y, self.face.printable(text), **{**text_style(size), **more})

    def lines(
        self, x: float, y: float, texts: Sequence[str], size: float, pitch: float, **more: Any
    ) -> float:
        """Draw lines of text downwards from a baseline; returns the baseline after the last one."""
        for number, text in enumerate(texts):
            self.text(x, y - number * pitch, text, size, **more)
        return y - len(texts) * pitch

    def box(self, frame: Frame, look: Fill, width: float = 0.6, **more: Any) -> None:
        """Draw a rectangle."""
        from matplotlib.patches import Rectangle

        corner = (frame.left, frame.bottom)
        patch = Rectangle(corner, frame.width, frame.height, **fill_style(look, width), **more)
        self._paper.add_patch(patch)

    def add(self, patch: "Patch") -> None:
        """Add any other patch, its coordinates in millimetres."""
        self._paper.add_patch(patch)

    def line(self, xs: list[float], ys: list[float], **style: Any) -> None:
        """Draw a line through points of the page."""
        self._paper.plot(xs, ys, **style)

    def bind(self, book: Any) -> None:
        """Add the page to a PDF of several."""
        book.savefig(self._figure)

    def to_bytes(self, kind: str) -> bytes:
        """Write the page as PNG or PDF; equal pages give equal bytes."""
        file = io.BytesIO()
        self._figure.savefig(file, format=kind, dpi=DPI, metadata=_METADATA[kind])
        return file.getvalue()


def bind_pages(pages: Sequence[Page]) -> bytes:
    """Bind pages into one PDF; equal pages give equal bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    file = io.BytesIO()
    with PdfPages(file, metadata=_METADATA["pdf"]) as book:
        for page in pages:
            page.bind(book)
    return file.getvalue()


def text_style(size: float) -> dict[str, Any]:
    """Return the text style: our font, and never a formula."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=str(FONT), size=size)
    return {"fontproperties": font, "parse_math": False, "color": INK}


def fill_style(look: Fill, width: float) -> dict[str, Any]:
    """Return the fill style of an area."""
    style = {"facecolor": look.face, "edgecolor": look.edge, "linewidth": width}
    if look.hatch:
        style |= {"hatch": look.hatch, "hatch_linewidth": HATCH_PT}
    return style
