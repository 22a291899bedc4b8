"""A4 landscape paper, measured in millimetres from the lower left corner."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maps.i18n import Words
from maps.print.legend_entries import Fill
from maps.print.typesetting import FontMetrics
from maps.style.colours import INK

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from maps.print.text_layer import TextLayer

WIDTH_MM: Final = 297.0
HEIGHT_MM: Final = 210.0
MARGIN_MM: Final = 10.0
DPI: Final = 150
QUIET: Final = "#5d6b75"
HATCH_PT: Final = 0.7
_INCH_MM: Final = 25.4
_MAPS: Final = -1000.0  # maps lie below everything, the first one lowest
_HEIGHTS: Final = 10.0  # of a map
_TEXT_ABOVE: Final = 3.0  # where text lies as a rule
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
        from matplotlib.transforms import Affine2D

        size = (WIDTH_MM / _INCH_MM, HEIGHT_MM / _INCH_MM)
        self._figure = Figure(figsize=size, dpi=DPI, facecolor="#ffffff")
        FigureCanvasAgg(self._figure)
        self._mm = Affine2D().scale(1 / WIDTH_MM, 1 / HEIGHT_MM) + self._figure.transSubfigure
        self._texts: dict[float, TextLayer] = {}
        self._grounds = 0
        self.words = words
        self.face = FontMetrics()

    def axes(self, frame: Frame) -> "Axes":
        """Add axes without ticks or labels that fill a frame, below all else but maps."""
        at = (frame.left / WIDTH_MM, frame.bottom / HEIGHT_MM)
        size = (frame.width / WIDTH_MM, frame.height / HEIGHT_MM)
        axes = self._figure.add_axes((*at, *size))
        axes.set_axis_off()
        axes.patch.set_visible(False)
        return axes

    def next_ground(self) -> float:
        """Reserve the heights of the next map, from this one up to the next: below all the rest."""
        self._grounds += 1
        return _MAPS + _HEIGHTS * self._grounds

    def text(self, x: float, y: float, text: Any, size: float, **more: Any) -> None:
        """Draw one line of plain text."""
        from matplotlib.text import Text

        from maps.print.text_layer import Line, TextLayer

        if "rotation" in more:
            style = {**text_style(size), **more}
            self.add(Text(x, y, self.face.printable(text), **style))
            return
        zorder = more.pop("zorder", _TEXT_ABOVE)
        if zorder not in self._texts:
            self._texts[zorder] = TextLayer(zorder)
            self._add(self._texts[zorder], zorder)
        line = Line(x, y, self.face.printable(text), size, **{"color": INK, **more})
        self._texts[zorder].add(line)

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
        self.add(Rectangle(corner, frame.width, frame.height, **fill_style(look, width), **more))

    def add(self, artist: "Artist") -> None:
        """Add any other artist, its coordinates in millimetres."""
        self._add(artist, artist.get_zorder())

    def add_within(self, artist: Any, frame: Frame, to_mm: Any, zorder: float) -> None:
        """Add an artist of other coordinates, cut at a frame.

        Args:
            artist: to add.
            frame: beyond which nothing is drawn.
            to_mm: transform of its coordinates to millimetres.
            zorder: its height.
        """
        from matplotlib.transforms import Bbox, TransformedBbox

        artist.set_transform(to_mm + self._mm)
        box = Bbox.from_bounds(frame.left, frame.bottom, frame.width, frame.height)
        artist.set_clip_box(TransformedBbox(box, self._mm))
        self._add(artist, zorder)

    def line(self, xs: list[float], ys: list[float], **style: Any) -> None:
        """Draw a line through points of the page."""
        from matplotlib.lines import Line2D

        line = Line2D(xs, ys, **style)
        self._add(line, line.get_zorder())

    def _add(self, artist: Any, zorder: float) -> None:
        """Add an artist; heights of the page lie above axes, which have 0."""
        artist.set_zorder(zorder if zorder < 0 else zorder + 1)
        if not artist.is_transform_set():
            artist.set_transform(self._mm)
        self._figure.add_artist(artist)

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
    from maps.print.text_layer import font_of

    return {"fontproperties": font_of(size), "parse_math": False, "color": INK}


def fill_style(look: Fill, width: float) -> dict[str, Any]:
    """Return the fill style of an area."""
    style = {"facecolor": look.face, "edgecolor": look.edge, "linewidth": width}
    if look.hatch:
        style |= {"hatch": look.hatch, "hatch_linewidth": HATCH_PT}
    return style
