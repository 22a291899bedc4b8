"""Which reference system the coordinates of a table are in: the one that puts them in the city."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.pipeline.geocoding.geocode import GeocodingReference, address_doors
from geo.pipeline.geocoding.point_checks import ClaimedPoints, share_fitting
from geo.readers.normalize.spellings import parse_numbers

SYSTEMS: Final = ("EPSG:4326", "EPSG:5174", "EPSG:5181", "EPSG:5186", "EPSG:5179")
ENOUGH: Final = 0.5  # of the points must lie where they should
SAME: Final = 0.02  # shares closer than this say nothing


@dataclass(frozen=True)
class GuessedSystem:
    """A reference system, and how well it fits.

    Attributes:
        crs: such as EPSG:5174; "" where none fits.
        share: of the points, those that lie where their rows or the city say.
        swapped: the column named as easting holds northings.
        others: systems that fit as well.
    """

    crs: str
    share: float
    swapped: bool = False
    others: tuple[str, ...] = ()


def guess_system(
    cells: pd.DataFrame, roles: dict[str, str], ground: GeocodingReference
) -> GuessedSystem:
    """Guess the system of x and y: addresses decide where they are known, else the city.

    Args:
        cells: clean text by header.
        roles: header by column of a record; x and y among them.
        ground: streets, areas and the city.
    """
    x, y = (parse_numbers(cells[roles[name]]).to_numpy() for name in ("x", "y"))
    known = np.isfinite(x) & np.isfinite(y) & (x != 0) & (y != 0)
    if not known.any():
        return GuessedSystem("", 0.0)
    texts = _addresses(cells, roles)[known].reset_index(drop=True)
    doors = address_doors(pd.DataFrame({"address_road": texts}), ground)
    claimed = _legal_dong(texts, ground)
    fits: dict[tuple[str, bool], float] = {}
    for crs, swapped in product(SYSTEMS, (False, True)):
        first, second = (y, x) if swapped else (x, y)
        claims = ClaimedPoints(first[known], second[known], crs, claimed, doors)
        fits[crs, swapped] = share_fitting(claims, ground.city)
    (crs, swapped), share = max(fits.items(), key=lambda fit: fit[1])
    if share < ENOUGH:
        return GuessedSystem("", share)
    others = tuple(
        name
        for (name, turned), fit in fits.items()
        if name != crs and turned == swapped and fit > share - SAME
    )
    return GuessedSystem(crs, share, swapped, others)


def _addresses(cells: pd.DataFrame, roles: dict[str, str]) -> pd.Series:
    named = [roles[role] for role in ("address_road", "address", "address_jibun") if role in roles]
    texts = pd.Series("", index=cells.index, dtype="str")
    for header in named:
        texts = texts + " " + cells[header].fillna("")
    return texts


def _legal_dong(texts: pd.Series, ground: GeocodingReference) -> np.ndarray:
    """Return the outline (EPSG:5186) of the legal dong that each address names, None of none."""
    dong = ground.gazetteer.legal_dong
    once = dong[~dong["name_ko"].duplicated(keep=False)]
    codes = dict(zip(once["name_ko"], once["legal_code"], strict=True))
    shapes: np.ndarray = np.full(len(texts), None, dtype=object)
    for place, text in enumerate(texts):
        words = text.replace("(", " ").replace(")", " ").replace(",", " ").split()
        code = next((codes[word] for word in words if word in codes), None)
        shape = ground.shapes.get(str(code))
        if isinstance(shape, shapely.Geometry):
            shapes[place] = shape
    return shapes
