"""Reads the text of a QR code (ISO/IEC 18004) of versions 2 to 6, level M, in bytes."""

from itertools import chain

BLOCKS = {2: (28, 1), 3: (44, 1), 4: (64, 2), 5: (86, 2), 6: (108, 4)}  # data bytes, blocks
FORMAT_MASK = 0b101010000010010
MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def read_qr(modules: list[list[bool]]) -> str:
    """Read the text; no errors are corrected, so a wrong module makes another text."""
    size = len(modules)
    level, mask = _format(modules)
    assert level == 0b00, "not level M"
    bits = [
        bool(modules[y][x]) ^ (not MASKS[mask](y, x))
        for y, x in _order(size)
        if not _is_function(y, x, size)
    ]
    whole = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    count, blocks = BLOCKS[(size - 17) // 4]
    data = list(chain.from_iterable(whole[:count][first::blocks] for first in range(blocks)))
    stream = [bool(byte >> shift & 1) for byte in data for shift in range(7, -1, -1)]
    assert _number(stream[:4]) == 0b0100, "not in bytes"
    length = _number(stream[4:12])
    text = [_number(stream[12 + 8 * n : 20 + 8 * n]) for n in range(length)]
    return bytes(text).decode()


def _format(modules):
    places = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    word = _number([modules[y][x] for y, x in places]) ^ FORMAT_MASK
    return word >> 13, word >> 10 & 0b111


def _order(size):
    """Go through the modules in pairs of columns, up and down, from the right."""
    upwards = True
    for right in range(size - 1, 0, -2):
        column = right if right > 6 else right - 1  # the timing column is left out
        for y in range(size - 1, -1, -1) if upwards else range(size):
            yield y, column
            yield y, column - 1
        upwards = not upwards


def _is_function(y, x, size):
    corner = (y < 9 and x < 9) or (y < 9 and x >= size - 8) or (y >= size - 8 and x < 9)
    aligned = size - 9 <= y < size - 4 and size - 9 <= x < size - 4
    return corner or aligned or 6 in (y, x)


def _number(bits):
    return int("".join("1" if bit else "0" for bit in bits), 2)
