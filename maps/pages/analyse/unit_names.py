"""Names of hexagons and squares: streets and numbers in them, else the way from a station."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from geo.serving.analysis.cells import Cells
from geo.serving.analysis.sample import PointSample

_ROAD: Final = re.compile(r"(\S+?(?:로|길))\s*(\d+)")
STEP_M: Final = 50  # to which distances are rounded
Floats = np.ndarray[Any, np.dtype[np.float64]]
Station = tuple[str, Floats]
RANGE: Final = "{street} {low}–{high}"  # an en dash


def unit_names(
    units: Cells, sample: PointSample, dong: Mapping[str, str], stations: Sequence[Station]
) -> dict[str, str]:
    """Name each unit by the street on which most of its businesses are, and their numbers.

    A unit without a road address is named by its dong (that of the nearest businesses where it
    has none) and the distance from the nearest station.

    Args:
        units: hexagons or squares.
        sample: the businesses counted on them.
        dong: names of dong by code.
        stations: names, and places in metres (EPSG:5186).
    """
    roads, numbers = _doors(units, sample)
    codes: dict[int, Counter[str]] = defaultdict(Counter)
    for place, code in zip(units.cell_of.tolist(), sample.values("dong_code"), strict=True):
        codes[place][code or ""] += 1
    nearest = _nearest(units.xy, units.xy[sorted(codes)])
    occupied = sorted(codes)
    names = {}
    for place, unit in enumerate(units.ids):
        if place in roads:
            street = _most(roads[place])
            names[unit] = _street_name(street, numbers[place, street])
        else:
            code = _most(codes[occupied[nearest[place]]]) if occupied else ""
            names[unit] = _near_station(units.xy[place], dong.get(code, ""), stations)
    return names


def street_ranges(units: Cells, sample: PointSample) -> dict[int, list[str]]:
    """List the streets of each unit, by its place, with their numbers; the busiest first."""
    roads, numbers = _doors(units, sample)
    return {
        place: [
            _street_name(street, numbers[place, street])
            for street, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        for place, counts in roads.items()
    }


def _doors(
    units: Cells, sample: PointSample
) -> tuple[dict[int, Counter[str]], dict[tuple[int, str], list[int]]]:
    """Count the businesses of each unit by street, and collect their numbers."""
    roads: dict[int, Counter[str]] = defaultdict(Counter)
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, address in zip(units.cell_of.tolist(), sample.values("address"), strict=True):
        found = _ROAD.search(address or "")
        if found:
            roads[place][found[1]] += 1
            numbers[place, found[1]].append(int(found[2]))
    return roads, numbers


def _near_station(xy: Floats, dong: str, stations: Sequence[Station]) -> str:
    if not stations:
        return dong
    away = [float(np.hypot(*(place - xy))) for _, place in stations]
    nearest = int(np.argmin(away))
    metres = STEP_M * max(1, round(away[nearest] / STEP_M))
    return ", ".join(filter(None, (dong, f"{stations[nearest][0]} {metres:,} m")))


def _most(counter: Counter[str]) -> str:
    """Return the most frequent text; of equal ones the first by the alphabet."""
    return min(counter, key=lambda text: (-counter[text], text))


def _street_name(street: str, numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{street} {low}" if low == high else RANGE.format(street=street, low=low, high=high)


def _nearest(places: Floats, others: Floats) -> list[int]:
    """Find for each place the nearest of others; empty where there are none."""
    if not len(others):
        return []
    away = np.hypot(*(places[:, None, axis] - others[None, :, axis] for axis in (0, 1)))
    nearest: list[int] = away.argmin(axis=1).tolist()
    return nearest
