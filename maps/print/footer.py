"""The footer of a picture: evidence, method, parameters, caveats, sources, address and its code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo.serving.analysis.result import Evidence, MeasureResult
from maps.print import labels
from maps.print.labels import label_text
from maps.print.legend_entries import Fill
from maps.print.paper import MARGIN_MM, QUIET, WIDTH_MM, Frame, Page
from maps.print.qr import PrintedCode, printed_code
from maps.print.typesetting import BLOCK_GAP_MM, LINE, POINT_MM, Block, FittedText, fit_blocks
from maps.wording.prose import translate_sentence
from maps.wording.terms import parameter_title, setting_text

ALARM: Final = "#b3261e"
MOST_MM: Final = 50.0  # for the two columns; what is longer is cut, and says so
LABEL_MM: Final = 19.0
GAP_MM: Final = 6.0
BETWEEN: Final = " · "
_WIDTH_MM: Final = WIDTH_MM - 2 * MARGIN_MM
_CODE_BELOW_MM: Final = 3.0  # how far the code reaches into the lower margin
_NOTICE_PT: Final = 9.0
_NOTICE_MM: Final = 6.0
_ADDRESS_PT: Final = 6.0
_ADDRESS_LINES: Final = 6
_ADDRESS_PITCH: Final = _ADDRESS_PT * LINE * POINT_MM


@dataclass(frozen=True)
class Footer:
    """The texts of a footer, broken into lines.

    Attributes:
        notice: that something is simulated; empty where nothing is.
        columns: labels and lines of both columns.
        address: lines.
        code: of the address, to scan; None where there is none.
    """

    notice: str
    columns: tuple[tuple[Sequence[Block], FittedText], ...]
    address: Sequence[str]
    code: PrintedCode | None = None

    @property
    def height_mm(self) -> float:
        """Height from the lower margin to the rule above the footer."""
        above = 3.5 + (_NOTICE_MM + 1.5 if self.notice else 0)
        texts = max(texts.height_mm for _, texts in self.columns) + self._address_mm
        return above + max(texts, self.code.width_mm - _CODE_BELOW_MM if self.code else 0)

    @property
    def _address_mm(self) -> float:
        return len(self.address) * _ADDRESS_PITCH + 1

    def print(self, page: Page) -> None:
        """Draw the footer along the lower margin."""
        top = MARGIN_MM + self.height_mm
        ends = [MARGIN_MM, WIDTH_MM - MARGIN_MM]
        page.line(ends, [top, top], color=QUIET, linewidth=0.5, zorder=1)
        top -= 1.5
        if self.notice:
            top = _notice(page, self.notice, top)
        for place, (blocks, texts) in enumerate(self.columns):
            step = _column_mm(_width_mm(self.code)) + GAP_MM
            _column(page, MARGIN_MM + place * step, top, blocks, texts)
        y = MARGIN_MM - 2 + (len(self.address) - 1) * _ADDRESS_PITCH
        page.text(MARGIN_MM, y, label_text(page.words, labels.ADDRESS), _ADDRESS_PT, color=QUIET)
        page.lines(MARGIN_MM + LABEL_MM, y, self.address, _ADDRESS_PT, _ADDRESS_PITCH)
        if self.code:
            left = WIDTH_MM - MARGIN_MM - self.code.width_mm
            self.code.print(page, left, MARGIN_MM - _CODE_BELOW_MM)


def lay_out_footer(
    page: Page, result: MeasureResult, sources: Sequence[str], address: str
) -> Footer:
    """Lay out the footer of a result, as large as it needs to be."""
    code = printed_code(address)
    width = _width_mm(code)
    sign = label_text(page.words, labels.MORE)
    blocks = (_how(page, result), _caveats_and_sources(page, result, sources))
    columns = tuple(
        (column, fit_blocks(page.face, column, _column_mm(width) - LABEL_MM, MOST_MM, sign))
        for column in blocks
    )
    lines = page.face.first_lines(address, _ADDRESS_PT, width - LABEL_MM, _ADDRESS_LINES)
    return Footer(_simulated_notice(page, result.basis), columns, lines, code)


def _width_mm(code: PrintedCode | None) -> float:
    """Width of the texts: beside the code, if there is one."""
    return _WIDTH_MM - (code.width_mm + GAP_MM if code else 0)


def _column_mm(width_mm: float) -> float:
    return (width_mm - GAP_MM) / 2


def _simulated_notice(page: Page, basis: Evidence) -> str:
    share = basis.provenance.get("simulated")
    if not share:
        return ""
    text = label_text(page.words, labels.SIMULATED, share=page.words.percent(share))
    return page.face.cut(text, _NOTICE_PT, _WIDTH_MM - 4)


def _how(page: Page, result: MeasureResult) -> list[Block]:
    set_to = BETWEEN.join(
        f"{parameter_title(page.words, name)} = {setting_text(page.words, result, name, value)}"
        for name, value in result.parameters.items()
    )
    texts = {
        labels.BASIS: BETWEEN.join(_basis(page, result.basis)),
        labels.METHOD: translate_sentence(page.words, result.method),
        labels.PARAMETERS: set_to,
    }
    return _blocks(page, texts)


def _caveats_and_sources(page: Page, result: MeasureResult, sources: Sequence[str]) -> list[Block]:
    caveats = BETWEEN.join(
        translate_sentence(page.words, caveat)
        for caveat in (*result.basis.caveats, *result.caveats)
    )
    return _blocks(page, {labels.CAVEATS: caveats, labels.SOURCES: BETWEEN.join(sources)})


def _blocks(page: Page, texts: Mapping[str, str]) -> list[Block]:
    return [Block(label_text(page.words, name), text) for name, text in texts.items() if text]


def _basis(page: Page, basis: Evidence) -> list[str]:
    words = page.words
    unknown = label_text(words, labels.UNKNOWN)
    first, last = (words.day(date) if date else unknown for date in basis.dates)
    parts = [label_text(words, labels.N, n=words.number(basis.n))]
    if first == last:
        parts.append(label_text(words, labels.DATE, date=first))
    else:
        parts.append(label_text(words, labels.DATES, first=first, last=last))
    for name, share in basis.provenance.items():
        known = {"observed": labels.OBSERVED, "simulated": labels.SIMULATED_SHARE}.get(name)
        shown = words.percent(share)
        parts.append(label_text(words, known, share=shown) if known else f"{name} {shown}")
    for reason, count in basis.left_out.items():
        if count:
            parts.append(
                label_text(
                    words,
                    labels.LEFT_OUT,
                    n=words.number(count),
                    reason=translate_sentence(words, reason),
                )
            )
    return parts


def _notice(page: Page, text: str, top: float) -> float:
    """Draw a notice in white on red across the page; returns the height where it ends."""
    frame = Frame(MARGIN_MM, top - _NOTICE_MM, _WIDTH_MM, _NOTICE_MM)
    page.box(frame, Fill(ALARM, ALARM), zorder=2)
    y = frame.bottom + _NOTICE_MM / 2 - 1.15
    page.text(MARGIN_MM + 2, y, text, _NOTICE_PT, color="#ffffff", zorder=3)
    return frame.bottom - 1.5


def _column(
    page: Page, left: float, top: float, blocks: Sequence[Block], texts: FittedText
) -> None:
    pitch = texts.pitch_mm
    y = top - pitch * 0.8
    for block, lines in zip(blocks, texts.lines, strict=True):
        label = page.face.cut(block.label, texts.size, LABEL_MM - 1)
        page.text(left, y, label, texts.size, color=QUIET)
        y = page.lines(left + LABEL_MM, y, lines, texts.size, pitch) - BLOCK_GAP_MM
