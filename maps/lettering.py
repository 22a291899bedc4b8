"""Where street names go: beyond the end of a street that has more room."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

NAME_M: Final = 120.0  # length of a name at the opening zoom
BESIDE_M: Final = 14.0  # what is nearer than this to a name disturbs it

Line = Sequence[Sequence[float]]


def free_ends(lines: Sequence[Line]) -> list[str]:
    """For each street "start" or "end": where a name in line with it meets the least.

    Args:
        lines: lon/lat vertices of each street.
    """
    metric = [_flat(line) for line in lines]
    names: list[shapely.LineString] = []
    chosen = []
    for number, line in enumerate(metric):
        others = [shapely.LineString(one) for k, one in enumerate(metric) if k != number]
        places = {"start": _beyond(line[::-1]), "end": _beyond(line)}
        best = min(places, key=lambda end: _disturbance(places[end], others + names))
        names.append(places[best])
        chosen.append(best)
    return chosen


def _flat(line: Line) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Roughly metres; good enough to see what is in the way of a name, not to measure."""
    lonlat = np.asarray(line)[:, :2]
    flat: np.ndarray[Any, np.dtype[np.float64]] = lonlat * (88_500.0, 111_000.0)
    return flat


def _beyond(line: np.ndarray[Any, np.dtype[np.float64]]) -> shapely.LineString:
    """The place of a name that continues the line past its last vertex."""
    last, step = line[-1], line[-1] - line[-2]
    ahead = step / np.hypot(*step)
    return shapely.LineString([last + ahead * BESIDE_M, last + ahead * NAME_M])


def _disturbance(name: shapely.LineString, others: Sequence[shapely.LineString]) -> float:
    """Metres of other lines beside the name."""
    band = name.buffer(BESIDE_M)
    return float(sum(other.intersection(band).length for other in others))
