"""Minutes on foot from exit 1 of Ansan Station, estimated from the straight distance."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geo.snapshot.reader import Snapshot
from maps.pages.eat.plane import DEGREE

EXIT: Final = "exit-1"
STATION: Final = "ansan-station"  # where no source gives the exit a point
DETOUR: Final = 1.3  # of a way along streets to the straight line
METRES_PER_MINUTE: Final = 67.0  # 4 km/h, as Korean signs count


@dataclass(frozen=True)
class Origin:
    """Where minutes are counted from.

    Attributes:
        lon: degrees.
        lat: degrees.
        is_exit: whether it is the exit, and not the station that stands in for it.
    """

    lon: float
    lat: float
    is_exit: bool = False

    def metres_to(self, lon: float, lat: float) -> float:
        """Compute the straight distance."""
        east, north = (lon - self.lon) * DEGREE[0], (lat - self.lat) * DEGREE[1]
        return math.hypot(east, north)

    def minutes_to(self, lon: float, lat: float) -> int:
        """Estimate the minutes on foot, at least one."""
        return max(1, math.ceil(self.metres_to(lon, lat) * DETOUR / METRES_PER_MINUTE))


def find_origin(snapshot: Snapshot) -> Origin | None:
    """Find exit 1, or the point of the station; None where the snapshot has neither."""
    for layer_name, name in (("landmarks", EXIT), ("landmarks", STATION), ("stations", STATION)):
        layer = snapshot.layers.get(layer_name)
        row = layer.row_of(name) if layer is not None else None
        if layer is None or row is None:
            continue
        point = layer.geometries(np.asarray([row]))[0]
        if point is not None and not shapely.is_empty(point):
            return Origin(round(point.x, 6), round(point.y, 6), name == EXIT)
    return None


def stands_in(origin: Origin | None) -> bool:
    """Tell whether minutes count from the station, because no source gives the exit a point.

    Args:
        origin: where minutes are counted from.
    """
    return origin is not None and not origin.is_exit
