"""The plane of the drawn map: metres east and south of a corner of the city."""

from typing import Final

DEGREE: Final = (88_500.0, 111_000.0)  # metres at Ansan; good enough for minutes on foot
CORNER: Final = (126.70, 37.40)  # north-west of the city
SIZE: Final = (20_000, 16_500)  # of the drawn ground


def metres(lon: float, lat: float) -> tuple[int, int]:
    """Convert a point to metres east and south of the corner.

    Args:
        lon: degrees.
        lat: degrees.
    """
    return round((lon - CORNER[0]) * DEGREE[0]), round((CORNER[1] - lat) * DEGREE[1])
