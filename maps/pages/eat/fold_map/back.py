"""The back of the fold map: its places in columns, and beside them numbers for an emergency."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from maps.pages.eat.fold_map.choice import MapPlace
from maps.pages.eat.fold_map.sheet import (
    ACCENT,
    CONTEXT,
    EXITS,
    HIGH,
    INK,
    MARGIN,
    MORE,
    QUIET_INK,
    WIDE,
    Sheet,
)
from maps.pages.eat.labels import kind_line, names_of
from maps.pages.eat.spots import EMERGENCY, Directory, Spot

COLUMNS: Final = 4
GUTTER: Final = 4.0  # millimetres
NUMBER: Final = 7.5  # room of a number beside its place
TOP: Final = 8.0
NAME_PT: Final = 8.0
FACT_PT: Final = 6.8
BETWEEN: Final = 1.4
CODE_MM: Final = 27.0
PHONE_MM: Final = 13.0
ASIDE_MM: Final = 74.0  # of the last column, for what is no place
WIDTH: Final = (WIDE - 2 * MARGIN - (COLUMNS - 1) * GUTTER) / COLUMNS


@dataclass(frozen=True)
class Aside:
    """What the back has beside the places.

    Attributes:
        directory: for the numbers of an emergency.
        exits: Korean and English names of the exits of the station.
        left_out: how many places of the screen's list are not printed.
        address: where they are.
    """

    directory: Directory
    exits: Sequence[tuple[str, str]]
    left_out: int
    address: str


def column_x(sheet: Sheet, column: int) -> float:
    """Return the left edge of a column; the first is where the language begins."""
    place = COLUMNS - 1 - column if sheet.is_rtl else column
    return MARGIN + place * (WIDTH + GUTTER)


def lines_of(sheet: Sheet, spot: Spot) -> list[tuple[str, float]]:
    """List the lines of a place with their sizes: names, address and telephone, kind and halal."""
    names = " · ".join(name for name, _ in names_of(spot, sheet.words.lang))
    where = " · ".join(filter(None, (spot.address, spot.phone)))
    halal = "" if spot.halal == "unknown" else sheet.words.coded("halal", spot.halal)
    what = " · ".join(filter(None, (kind_line(spot, sheet.words), halal)))
    return [(names, NAME_PT), (where, FACT_PT), (what, FACT_PT)]


def fit(sheet: Sheet, places: Sequence[MapPlace]) -> list[list[MapPlace]]:
    """Fill the columns in order.

    Args:
        sheet: measures the texts.
        places: nearest first.

    Returns:
        The places of each column; what no column has room for is left out.
    """
    columns: list[list[MapPlace]] = [[] for _ in range(COLUMNS)]
    column, left = 0, _room(0)
    for place in places:
        height = BETWEEN + sum(
            sheet.height_of(text, WIDTH - NUMBER, size)
            for text, size in lines_of(sheet, place.spot)
            if text
        )
        if height > left:
            column += 1
            if column == COLUMNS:
                break
            left = _room(column)
        columns[column].append(place)
        left -= height
    return columns


def _room(column: int) -> float:
    return HIGH - TOP - MARGIN - (ASIDE_MM if column == COLUMNS - 1 else 0)


def draw_back(sheet: Sheet, columns: Sequence[Sequence[MapPlace]], about: Aside) -> None:
    """Write the list.

    Args:
        sheet: the document, on a fresh page.
        columns: places of each column.
        about: what stands beside them.
    """
    for column, places in enumerate(columns):
        y = TOP
        for place in places:
            y = _write_place(sheet, place, (column_x(sheet, column), y)) + BETWEEN
    _write_aside(sheet, about)


def _write_place(sheet: Sheet, place: MapPlace, at: tuple[float, float]) -> float:
    x, y = at
    number_x = x + WIDTH - NUMBER / 2 if sheet.is_rtl else x + NUMBER / 2 - 0.7
    sheet.write_number(str(place.number), (number_x, y + 1.8), 6.5)
    text_x = x if sheet.is_rtl else x + NUMBER
    for text, size in lines_of(sheet, place.spot):
        if text:
            colour = INK if size == NAME_PT else QUIET_INK
            y = sheet.write_lines(text, (text_x, y, WIDTH - NUMBER), size, colour)
    return y


def _write_pair(sheet: Sheet, number: str, label: str, y: float) -> float:
    """Write a telephone number and who answers, the number where the language begins."""
    x = column_x(sheet, COLUMNS - 1)
    number_x, label_x = (x + WIDTH - PHONE_MM, x) if sheet.is_rtl else (x, x + PHONE_MM)
    sheet.write_lines(number, (number_x, y, PHONE_MM), 8.5)
    return sheet.write_lines(label, (label_x, y, WIDTH - PHONE_MM), 8.5)


def _write_aside(sheet: Sheet, about: Aside) -> None:
    directory, exits, address = about.directory, about.exits, about.address
    words, x = sheet.words, column_x(sheet, COLUMNS - 1)
    y = HIGH - MARGIN - ASIDE_MM + 2
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(0.4)
    sheet.line(x, y, x + WIDTH, y)
    y = sheet.write_lines(words.phrase("Emergency numbers"), (x, y + 1.5, WIDTH), 8.5, ACCENT)
    for number in EMERGENCY:
        if number in directory.by_id:
            y = _write_pair(sheet, number, words.coded("emergency", number), y)
    y = sheet.write_lines(words.coded(CONTEXT, EXITS), (x, y + 1.5, WIDTH), 8.5, ACCENT)
    for name_ko, name_en in exits:
        names = name_ko if words.lang == "ko" else f"{name_en} · {name_ko}"
        y = sheet.write_lines(names, (x, y, WIDTH), FACT_PT)
    code_x = x + WIDTH - CODE_MM if sheet.is_rtl else x
    sheet.draw_code(address, (code_x, HIGH - MARGIN - CODE_MM), CODE_MM)
    more = words.coded(CONTEXT, MORE)
    text_x = x if sheet.is_rtl else x + CODE_MM + 2
    top, width = HIGH - MARGIN - CODE_MM + 2, WIDTH - CODE_MM - 2
    end = sheet.write_lines(more % {"n": words.number(about.left_out)}, (text_x, top, width), 7)
    sheet.write_lines(address.partition("?")[0], (text_x, end + 1, width), 6, QUIET_INK)
