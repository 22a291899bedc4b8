"""Codes to scan of addresses, on the paper of a picture."""

from dataclasses import dataclass
from typing import Final

from maps.print.paper import DPI, Page
from maps.style.qr import QUIET, qr_matrix, runs

MOST_MM: Final = 25.0  # of the code on a page, with the white around it
_DOTS: Final = (3, 2)  # of a module; with one, a telephone at arm's length reads nothing
_DOT_MM: Final = 25.4 / DPI
_LONGEST: Final = 300  # bytes of an address; the code of a longer one is too fine
_WEB: Final = ("https://", "http://")


@dataclass(frozen=True)
class PrintedCode:
    """A code on a page.

    Attributes:
        modules: dark or not, by row.
        dots: of a module, at the resolution of a picture, so that every module is as wide.
    """

    modules: list[list[bool]]
    dots: int

    @property
    def width_mm(self) -> float:
        """Width with the white around it."""
        return (len(self.modules) + 2 * QUIET) * self.dots * _DOT_MM

    def print(self, page: Page, left: float, bottom: float) -> None:
        """Draw the code, black on white, moved by less than a dot so that it meets the dots."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        left, bottom = (round(at / _DOT_MM) * _DOT_MM for at in (left, bottom))
        unit, rows = self.dots * _DOT_MM, len(self.modules) + 2 * QUIET
        corners: list[tuple[float, float]] = []
        for x, y, length in runs(self.modules):
            west, east = left + x * unit, left + (x + length) * unit
            north, south = bottom + (rows - y) * unit, bottom + (rows - y - 1) * unit
            corners += [(west, south), (east, south), (east, north), (west, north), (west, south)]
        strokes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * (len(corners) // 5)
        style = {"facecolor": "#000000", "linewidth": 0, "antialiased": False, "snap": False}
        page.add(PathPatch(Path(corners, strokes), zorder=2, **style))


def printed_code(address: str) -> PrintedCode | None:
    """Make the code of an address to print; None where it has no host, or is too long to scan."""
    if not address.startswith(_WEB) or len(address.encode()) > _LONGEST:
        return None
    modules = qr_matrix(address)
    codes = (PrintedCode(modules, dots) for dots in _DOTS)
    return next((code for code in codes if code.width_mm <= MOST_MM), None)
