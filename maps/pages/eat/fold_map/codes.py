"""The sheet of codes for corners as PDF: six on a page of A4."""

from collections.abc import Sequence
from typing import Final

from maps.pages.eat.corners import Corner
from maps.pages.eat.fold_map.sheet import HIGH, INK, MARGIN, QUIET_INK, WIDE, Sheet
from maps.pages.eat.qr_sheet import short_address

ACROSS: Final = 3
DOWN: Final = 2
CODE_MM: Final = 56.0
WIDTH: Final = (WIDE - 2 * MARGIN) / ACROSS
HEIGHT: Final = (HIGH - 2 * MARGIN) / DOWN


def code_sheet(corners: Sequence[Corner], lang: str, base: str) -> bytes:
    """Draw the codes of corners, to be cut apart along the dashes.

    Args:
        corners: in the order of the table.
        lang: language of the line below each code.
        base: address of the service, without a slash at its end.
    """
    sheet = Sheet(lang, None)
    sheet.set_title(sheet.words.phrase("Codes to scan at the corners"))
    for place, corner in enumerate(corners):
        row, column = divmod(place % (ACROSS * DOWN), ACROSS)
        if not row and not column:
            sheet.add_page()
        at = MARGIN + column * WIDTH, MARGIN + row * HEIGHT
        _draw_corner(sheet, corner, short_address(base, corner), at)
    return sheet.finish()


def _draw_corner(sheet: Sheet, corner: Corner, address: str, at: tuple[float, float]) -> None:
    x, y = at
    sheet.set_draw_color(*QUIET_INK)
    sheet.set_line_width(0.15)
    sheet.set_dash_pattern(dash=1.5, gap=1.5)
    sheet.rect(x, y, WIDTH, HEIGHT)
    sheet.set_dash_pattern()
    sheet.draw_code(address, (x + (WIDTH - CODE_MM) / 2, y + 3), CODE_MM)
    inner = (x + 3, WIDTH - 6)
    line = sheet.words.phrase("Food and help near here, in your language")
    y += CODE_MM + 5
    for text, size, colour in (
        (corner.name_ko, 13.0, INK), (corner.name_en, 9.0, INK),
        (line, 8.0, INK), (address, 7.0, QUIET_INK),
    ):  # fmt: skip
        y = sheet.write_lines(text, (inner[0], y, inner[1]), size, colour, "C") + 0.5
