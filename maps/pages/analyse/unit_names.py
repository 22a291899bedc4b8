"""Names of hexagons and squares: streets and numbers in them, else the way from a station."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.serving.analysis.cells import Cells
from geo.serving.analysis.sample import PointSample

_ROAD: Final = re.compile(r"(\S+?(?:로|길))\s*(\d+)")
_SPACE: Final = "\N{NO-BREAK SPACE}"
STEP_M: Final = 50  # to which distances are rounded
Floats = np.ndarray[Any, np.dtype[np.float64]]
Station = tuple[str, Floats]
RANGE: Final = "{street} {low}–{high}"  # an en dash


def unit_names(
    units: Cells,
    sample: PointSample,
    dong: Mapping[str, str],
    stations: Sequence[Station],
    streets: Mapping[str, str],
) -> dict[str, str]:
    """Name each unit by the street on which most of its businesses are, and their numbers.

    A unit without a road address is named by its dong (that of the nearest businesses where it
    has none) and the distance from the nearest station.

    Args:
        units: hexagons or squares.
        sample: the businesses counted on them.
        dong: names of dong by code.
        stations: names, and places in metres (EPSG:5186).
        streets: names for the reader by those of the addresses; others stay as they are.
    """
    roads, numbers = _doors(units, sample, streets)
    codes: dict[int, Counter[str]] = defaultdict(Counter)
    for place, code in zip(units.cell_of.tolist(), sample.values("dong_code"), strict=True):
        codes[place][code or ""] += 1
    occupied = sorted(codes)
    elsewhere = [place for place in range(len(units.ids)) if place not in roads]
    near = _nearest(units.xy[elsewhere], units.xy[occupied])
    dong_at = {
        place: dong.get(_most(codes[occupied[other]]), "")
        for place, other in zip(elsewhere, near, strict=bool(occupied))
    }
    far = _from_stations(units.xy[elsewhere], stations)
    names = {
        units.ids[place]: ", ".join(filter(None, (dong_at.get(place, ""), text)))
        for place, text in zip(elsewhere, far, strict=True)
    }
    for place, counts in roads.items():
        street = _most(counts)
        names[units.ids[place]] = _street_name(street, numbers[place, street])
    return names


def street_ranges(
    units: Cells, sample: PointSample, streets: Mapping[str, str]
) -> dict[int, list[str]]:
    """List the streets of each unit, by its place, with their numbers; the busiest first."""
    roads, numbers = _doors(units, sample, streets)
    return {
        place: [
            _street_name(street, numbers[place, street])
            for street, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        for place, counts in roads.items()
    }


def _doors(
    units: Cells, sample: PointSample, streets: Mapping[str, str]
) -> tuple[dict[int, Counter[str]], dict[tuple[int, str], list[int]]]:
    """Count the businesses of each unit by street, and collect their numbers."""
    roads: dict[int, Counter[str]] = defaultdict(Counter)
    numbers: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, address in zip(units.cell_of.tolist(), sample.values("address"), strict=True):
        found = _ROAD.search(address or "")
        if found:
            street = streets.get(found[1], found[1])
            roads[place][street] += 1
            numbers[place, street].append(int(found[2]))
    return roads, numbers


def _from_stations(places: Floats, stations: Sequence[Station]) -> list[str]:
    """Write for each place the nearest station and the way from it; "" where there is none."""
    if not stations:
        return [""] * len(places)
    near = _nearest(places, np.array([xy for _, xy in stations]))
    away = np.hypot(*(places - [stations[station][1] for station in near]).T)
    return [
        f"{stations[station][0]} {STEP_M * max(1, round(metres / STEP_M)):,}{_SPACE}m"
        for station, metres in zip(near, away.tolist(), strict=True)
    ]


def _most(counter: Counter[str]) -> str:
    """Return the most frequent text; of equal ones the first by the alphabet."""
    return min(counter, key=lambda text: (-counter[text], text))


def _street_name(street: str, numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{street} {low}" if low == high else RANGE.format(street=street, low=low, high=high)


def _nearest(places: Floats, others: Floats) -> list[int]:
    """Find for each place the nearest of others, of equal ones the first; empty without others."""
    if not len(others) or not len(places):
        return []
    tree = shapely.STRtree(shapely.points(others))
    found, near = tree.query_nearest(shapely.points(places), all_matches=True)
    first = np.full(len(places), len(others))
    np.minimum.at(first, found, near)
    nearest: list[int] = first.tolist()
    return nearest
