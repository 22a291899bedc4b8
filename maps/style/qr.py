"""Codes to scan (QR, ISO/IEC 18004) of addresses, on screens and on paper."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import segno

LEVEL: Final = "m"  # a seventh of the code may be dirty or torn
QUIET: Final = 4  # modules of white around it, as the standard asks


def qr_matrix(address: str) -> list[list[bool]]:
    """Return the modules of the code of an address, without the white around it."""
    code = segno.make(address, error=LEVEL, micro=False)
    return [[bool(dark) for dark in row] for row in code.matrix]


def runs(modules: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """List the dark runs of a code: column, row and length; the white around it counts."""
    for y, row in enumerate(modules, QUIET):
        x = QUIET
        for dark, same in groupby(row):
            length = len(list(same))
            if dark:
                yield x, y, length
            x += length
