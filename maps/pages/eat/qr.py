"""Codes to scan (QR, ISO/IEC 18004) of addresses of the atlas."""

from itertools import groupby
from typing import Final

import segno
from markupsafe import Markup

LEVEL: Final = "m"  # a seventh of the code may be dirty or torn
QUIET: Final = 4  # modules of white around it, as the standard asks


def qr_svg(address: str, label: str) -> Markup:
    """Draw the code of an address as an inline SVG picture, black on white.

    Args:
        address: what a telephone opens.
        label: what a screen reader says.
    """
    modules = qr_matrix(address)
    path, width = "", len(modules) + 2 * QUIET
    for y, row in enumerate(modules, QUIET):
        x = QUIET
        for dark, same in groupby(row):
            run = len(list(same))
            path += f"M{x} {y}h{run}v1h-{run}z" if dark else ""
            x += run
    return Markup(
        '<svg class="qr" viewBox="0 0 {width} {width}" role="img" aria-label="{label}">'
        '<path fill="#fff" d="M0 0h{width}v{width}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).format(width=width, label=label, path=path)


def qr_matrix(address: str) -> list[list[bool]]:
    """Return the modules of the code of an address, without the white around it."""
    code = segno.make(address, error=LEVEL, micro=False)
    return [[bool(dark) for dark in row] for row in code.matrix]
