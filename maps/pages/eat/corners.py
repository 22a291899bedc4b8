"""Corners of the food streets: where a code to scan hangs, and minutes are counted from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.snapshot.reader import Snapshot
from maps.pages.eat.plane import metres
from maps.pages.eat.spots import Spot
from maps.pages.eat.walking import DETOUR, METRES_PER_MINUTE, Origin

_LAST: Final = 999  # sorts what has no point behind everything else, as the script does


@dataclass(frozen=True)
class Corner:
    """A crossing or a landmark with a short address.

    Attributes:
        code: its name in the address.
        name_ko: Korean name.
        name_en: English name.
        lon: degrees.
        lat: degrees.
    """

    code: str
    name_ko: str
    name_en: str
    lon: float
    lat: float

    @property
    def origin(self) -> Origin:
        """Where minutes are counted from."""
        return Origin(self.lon, self.lat)

    def name(self, lang: str) -> tuple[str, str]:
        """Return its name for a reader, and the language of the name."""
        return (self.name_ko, "ko") if lang == "ko" else (self.name_en, "en")

    def script_data(self) -> dict[str, Any]:
        """Collect what the script needs to count from here."""
        return {"code": self.code, "at": metres(self.lon, self.lat)}

    def minutes_to(self, spot: Spot) -> int | None:
        """Estimate the minutes on foot to a spot, on whole metres as the script does."""
        if spot.lon is None or spot.lat is None:
            return None
        (x, y), (to_x, to_y) = metres(self.lon, self.lat), metres(spot.lon, spot.lat)
        return max(1, math.ceil(math.hypot(to_x - x, to_y - y) * DETOUR / METRES_PER_MINUTE))


def read_corners(snapshot: Snapshot) -> dict[str, Corner]:
    """Read the corners of a snapshot, by code; an older snapshot has none."""
    return {row["code"]: Corner(**row) for row in snapshot.manifest.get("corners", [])}


def from_corner(spots: Sequence[Spot], corner: Corner, *, in_order: bool) -> list[Spot]:
    """Count the minutes of spots from a corner.

    Args:
        spots: what was found.
        corner: where the reader is.
        in_order: whether the nearest come first.
    """
    walked = [replace(spot, minutes=corner.minutes_to(spot)) for spot in spots]
    return sorted(walked, key=lambda spot: spot.minutes or _LAST) if in_order else walked
