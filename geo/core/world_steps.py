"""Places as whole steps of the Web-Mercator world, and their keys along a Z-order curve (Morton).

The world is a square that is counted from its north-west corner; its side is 2^32 steps of at most
1 cm. On the curve every tile of every zoom is one unbroken range of keys.
"""

from typing import Any, Final

import numpy as np

STEP_BITS: Final = 32
_NORTH: Final = 85.0511287798066  # where the square ends; further north is drawn on its edge
SPREAD: Final = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int32]]  # positions of points on the curve, or their rows
Steps = np.ndarray[Any, np.dtype[np.uint64]]


def in_world(lon: Any, lat: Any) -> tuple[Numbers, Numbers]:
    """Project degrees (EPSG:4326) to parts of the world, 0 to 1, to the east and to the south."""
    sine = np.sin(np.radians(np.clip(lat, -_NORTH, _NORTH)))
    return (np.asarray(lon) + 180) / 360, 0.5 - np.arctanh(sine) / (2 * np.pi)


def in_steps(lon: Any, lat: Any) -> tuple[Steps, Steps]:
    """Project degrees (EPSG:4326) to whole steps of the world, to the east and to the south."""
    x, y = in_world(lon, lat)
    return _whole(x), _whole(y)


def curve_keys(lon: Any, lat: Any) -> Steps:
    """Compute the keys of places along the curve.

    Their bits are those of the steps to the south and to the east by turns.
    """
    x, y = in_steps(lon, lat)
    return interleave_zeros(x) | interleave_zeros(y) << np.uint64(1)


def z_order(lon: Any, lat: Any) -> tuple[Steps, Places]:
    """Sort places along the curve, without those that are unknown (NaN).

    Returns:
        The keys, ascending, and where each place stands among those given.
    """
    known = np.flatnonzero(~np.isnan(lon))
    keys = curve_keys(lon[known], lat[known])
    order = np.argsort(keys, kind="stable")
    return keys[order], known[order].astype(np.int32)


def interleave_zeros(numbers: Steps) -> Steps:
    """Insert a zero before each bit of 32-bit numbers."""
    for shift, mask in SPREAD:
        numbers = (numbers | numbers << np.uint64(shift)) & np.uint64(mask)
    return numbers


def _whole(part: Numbers) -> Steps:
    steps: Steps = np.clip(part * 2.0**STEP_BITS, 0, 2**STEP_BITS - 1).astype(np.uint64)
    return steps
