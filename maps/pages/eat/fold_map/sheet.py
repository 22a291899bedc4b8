"""A sheet of A4 with the letters of a language, shaped by HarfBuzz and in the right direction."""

from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.fonts import TTFFont
from matplotlib import get_data_path
from pylopdf_fonts_ko import sans_path

import maps
from maps.i18n import Words
from maps.style.qr import QUIET, qr_matrix

WIDE: Final = 297.0  # millimetres
HIGH: Final = 210.0
MARGIN: Final = 8.0
INK: Final = (42, 36, 29)
QUIET_INK: Final = (101, 90, 77)
ACCENT: Final = (11, 92, 110)
CONTEXT: Final = "fold map"  # of its own words in the catalogues
MORE: Final = "More places, in your language, at this code: %(n)s"
EXITS: Final = "Exits of Ansan Station"
EXIT_1: Final = "Exit 1"
LABELS: Final = (MORE, EXITS, EXIT_1)
_MAPS: Final = Path(maps.__file__).parent
_WEB, _PRINT = _MAPS / "static" / "fonts", _MAPS / "print" / "fonts"
_HANGUL: Final = "hangul"  # Latin, Hangul, Hanja, Cyrillic
_REST: Final = "rest"  # Cyrillic of Mongolia and what else Noto Sans KR lacks
FONTS: Final = {
    _HANGUL: sans_path(),
    _REST: Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf",
}
# The font of a language whose letters these two lack, or have not all.
OWN_FONTS: Final = {
    "bn": _WEB / "noto-sans-bengali.woff2",
    "km": _WEB / "noto-sans-khmer.woff2",
    "my": _WEB / "noto-sans-myanmar.woff2",
    "ne": _WEB / "noto-sans-devanagari.woff2",
    "th": _PRINT / "noto-sans-thai.woff2",
    "ur": _PRINT / "noto-naskh-arabic.woff2",
    "zh": _PRINT / "noto-sans-sc.woff2",
}
_TALL: Final = {"bn": 1.45, "km": 1.75, "my": 1.75, "ne": 1.5, "th": 1.5, "ur": 1.7}
_MONGOLIAN: Final = "mn"
POINT_MM: Final = 25.4 / 72


class Sheet(FPDF):
    """Pages of A4 across, in the reader's language.

    Attributes:
        words: of the reader.
        is_rtl: whether the language is written from right to left.
    """

    def __init__(self, lang: str, day: str | None) -> None:
        """Begin a document.

        Args:
            lang: language of the reader.
            day: date of the lists (ISO), which dates the document.
        """
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self.words = Words(lang)
        self.is_rtl = self.words.direction == "rtl"
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.set_lang(lang)
        self.set_creation_date(datetime.fromisoformat(f"{day or '2026-01-01'}T00:00:00+00:00"))
        self._add_fonts(lang)
        self.set_text_shaping(use_shaping_engine=True)

    def _add_fonts(self, lang: str) -> None:
        for name, path in FONTS.items():
            self.add_font(name, fname=path)
        self._family = _REST if lang == _MONGOLIAN else _HANGUL
        if lang in OWN_FONTS:
            self.add_font(lang, fname=OWN_FONTS[lang])
            self._family = lang
        others = [name for name in (_HANGUL, _REST) if name != self._family]
        self.set_fallback_fonts(others, exact_match=False)
        self._tall = _TALL.get(lang, 1.25)

    def _choose_font(self, family: str, size: float) -> None:
        self.set_font(family, size=size)
        # A fallback font stays the font of the page after its text; fpdf2 does not know.
        self.current_font_is_set_on_page = False

    def write_lines(
        self,
        text: str,
        at: tuple[float, float, float],
        size: float,
        colour: tuple[int, int, int] = INK,
        align: str = "",
    ) -> float:
        """Write a text in lines.

        Args:
            text: what is written.
            at: left, top and width, millimetres.
            size: points.
            colour: red, green, blue.
            align: L, C or R; by default where the language begins.

        Returns:
            Where the text ends, millimetres from the top.
        """
        x, y, width = at
        self._choose_font(self._family, size)
        self.set_text_color(*colour)
        self.set_xy(x, y)
        pitch = size * POINT_MM * self._tall
        side = align or ("R" if self.is_rtl else "L")
        self.multi_cell(width, pitch, text, align=side, new_x="LEFT", new_y="NEXT")
        return float(self.get_y())

    def height_of(self, text: str, width: float, size: float) -> float:
        """Measure the height of a text in lines, millimetres."""
        self._choose_font(self._family, size)
        pitch = size * POINT_MM * self._tall
        height = self.multi_cell(width, pitch, text, dry_run=True, output="HEIGHT")
        return float(height)  # type: ignore[arg-type]

    def width_of(self, text: str, size: float) -> float:
        """Measure the width of a text in one line, millimetres."""
        self._choose_font(self._family, size)
        return float(self.get_string_width(text))

    def write_number(self, text: str, at: tuple[float, float], size: float) -> None:
        """Write numbers in white on a mark around a point; its height is that of the text."""
        width, height = mark_size(self, text, size)
        x, y = at[0] - width / 2, at[1] - height / 2
        self.set_fill_color(*ACCENT)
        self.set_draw_color(255, 255, 255)
        self.set_line_width(0.25)
        self.rect(x, y, width, height, style="FD", round_corners=True, corner_radius=height / 2)
        self.set_text_color(255, 255, 255)
        self._choose_font(_HANGUL, size)
        self.set_xy(x, y)
        self.cell(width, height, text, align="C")

    def draw_code(self, address: str, at: tuple[float, float], width: float) -> None:
        """Draw the code of an address, with the white around it.

        Args:
            address: what a telephone opens.
            at: left and top, millimetres.
            width: with the white, millimetres.
        """
        modules = qr_matrix(address)
        unit = width / (len(modules) + 2 * QUIET)
        self.set_fill_color(255, 255, 255)
        self.rect(*at, width, width, style="F")
        self.set_fill_color(0, 0, 0)
        for y, row in enumerate(modules, QUIET):
            for x, dark in enumerate(row, QUIET):
                if dark:
                    self.rect(at[0] + x * unit, at[1] + y * unit, unit, unit, style="F")

    def finish(self) -> bytes:
        """Return the document, and close the files of its fonts."""
        body = bytes(self.output())
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
        return body


def mark_size(sheet: Sheet, text: str, size: float) -> tuple[float, float]:
    """Return width and height of the mark around numbers, millimetres."""
    sheet.set_font(_HANGUL, size=size)
    height = size * POINT_MM * 1.35
    return max(height, float(sheet.get_string_width(text)) + height * 0.55), height
