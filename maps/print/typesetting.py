"""Typesetting with font metrics: line breaking, truncation, fitting."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pylopdf_fonts_ko import sans_path

FONT: Final[Path] = sans_path()  # Noto Sans KR, SIL OFL 1.1: Hangul, Latin, Greek, Cyrillic, Hanja
POINT_MM: Final = 25.4 / 72
LINE: Final = 1.3  # from line to line, of the size
BLOCK_GAP_MM: Final = 0.8
SIZES: Final = (7.5, 7.0, 6.5, 6.0, 5.5)  # points, tried in this order
UNPRINTABLE: Final = "?"
_LONGEST: Final = 20_000  # characters; nothing longer is ever measured
_HINTED: Final = 1.015  # letters on a screen are a little wider than drawn
_AT: Final = 100.0  # points, at which widths are measured
_WIDTHS: Final[dict[str, float]] = {}  # of characters; the same for every picture


class Block(NamedTuple):
    """A text of the footer with its label."""

    label: str
    text: str


class FontMetrics:
    """The font and its metrics; made for one picture, because fonts are not thread-safe."""

    def __init__(self) -> None:
        from matplotlib.ft2font import FT2Font, LoadFlags

        self._flags = LoadFlags.NO_HINTING
        self._font = FT2Font(str(FONT))
        self._font.set_size(_AT, 72)

    def printable(self, text: Any) -> str:
        """Normalise a text to one line, with a sign for each character that the font lacks."""
        charset = _charset()
        plain = " ".join(unicodedata.normalize("NFC", str(text)[:_LONGEST]).split())
        return "".join(
            character if ord(character) in charset else UNPRINTABLE
            for character in plain
            if unicodedata.category(character) not in ("Cc", "Cf")
        )

    def width_mm(self, text: str, size: float) -> float:
        """Measure the width of a printable text at a size in points."""
        for character in set(text).difference(_WIDTHS):
            glyph = self._font.load_char(ord(character), flags=self._flags)
            _WIDTHS[character] = glyph.linearHoriAdvance / 65536
        return sum(map(_WIDTHS.__getitem__, text)) * size / _AT * POINT_MM * _HINTED

    def lines(self, text: Any, size: float, width_mm: float) -> list[str]:
        """Wrap a text between words, and within a word that is longer than a line."""
        lines, line, used = [], "", 0.0
        space = self.width_mm(" ", size)
        for word in self.printable(text).split(" "):
            wide = self.width_mm(word, size)
            if line and used + space + wide <= width_mm:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                lines.append(line)
            *whole, line = self._pieces(word, size, width_mm)
            lines += whole
            used = self.width_mm(line, size)
        return [*lines, line] if line else lines

    def _pieces(self, word: str, size: float, width_mm: float) -> list[str]:
        """Split a word into pieces that fit a line; most are one."""
        pieces, used = [""], 0.0
        for character in word:
            wide = self.width_mm(character, size)
            if used + wide > width_mm and pieces[-1]:
                pieces.append("")
                used = 0.0
            pieces[-1] += character
            used += wide
        return pieces

    def cut(self, text: Any, size: float, width_mm: float, sign: str = "…") -> str:
        """Truncate a text to one line, ending in a sign where it was cut."""
        plain = self.printable(text)
        if self.width_mm(plain, size) <= width_mm:
            return plain
        room = width_mm - self.width_mm(sign, size)
        head = self._pieces(plain, size, room)[0] if room > 0 else ""
        return head.rstrip() + sign

    def first_lines(
        self, text: Any, size: float, width_mm: float, most: int, sign: str = "…"
    ) -> list[str]:
        """Wrap to at most so many lines; the last one ends in a sign where more would follow."""
        lines = self.lines(text, size, width_mm)
        if len(lines) <= most:
            return lines
        shown = lines[:most]
        room = width_mm - self.width_mm(f" {sign}", size)
        short = self.cut(shown[-1], size, max(room, 0.0), "")
        return [*shown[:-1], f"{short} {sign}".strip()]


@cache
def _charset() -> frozenset[int]:
    """Read the characters that the font has, once: they are many thousands."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(FONT)).get_charmap())


class FittedText(NamedTuple):
    """Blocks of text laid out: their size in points, and the lines of each."""

    size: float
    lines: list[list[str]]

    @property
    def pitch_mm(self) -> float:
        """Line pitch."""
        return self.size * LINE * POINT_MM

    @property
    def height_mm(self) -> float:
        """Height of all blocks, with the gaps between them."""
        return sum(map(len, self.lines)) * self.pitch_mm + len(self.lines) * BLOCK_GAP_MM


def fit_blocks(
    face: FontMetrics, blocks: Sequence[Block], width_mm: float, height_mm: float, sign: str
) -> FittedText:
    """Fit blocks at the largest size possible; else cut them, the longest first, each with a sign.

    Args:
        face: measures.
        blocks: what to print, in this order; the label is not measured.
        width_mm: of the texts.
        height_mm: of all of them.
        sign: ends a text that was cut.
    """
    for size in SIZES:
        texts = FittedText(size, [face.lines(block.text, size, width_mm) for block in blocks])
        if texts.height_mm <= height_mm:
            return texts
    most = int((height_mm - len(blocks) * BLOCK_GAP_MM) / texts.pitch_mm)
    counts = [len(lines) for lines in texts.lines]
    while sum(counts) > max(most, len(counts)):
        counts[counts.index(max(counts))] -= 1
    pairs = zip(blocks, counts, strict=True)
    lines = [face.first_lines(block.text, size, width_mm, count, sign) for block, count in pairs]
    return FittedText(size, lines)
