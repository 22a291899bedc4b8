"""Which rows of other cities are loaded beside those of Ansan: all of Korea, or one city."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from geo.core.errors import BadParameterError
from geo.pipeline.adapters.catalogue import ADAPTERS
from geo.pipeline.areas import Areas
from geo.pipeline.country.load import Beyond, Spool, check_source
from geo.pipeline.registers.register import Register
from geo.pipeline.registers.release import CollectedRecords
from geo.pipeline.registers.release_date import release_of
from geo.snapshot.home_lock import make_scratch_folder

ALL: Final = "all"


class OtherCities:
    """Takes the rows of other cities that were asked for, and counts the others.

    Attributes:
        spool: what keeps them.
        left_out: rows of cities that were not asked for.
    """

    def __init__(self, spool: Spool, area: str) -> None:
        """Take rows of an area: `all`, or the 5-digit code of a city."""
        self.spool, self.area = spool, area
        self.left_out = 0

    @property
    def one_city(self) -> int:
        """How many rows of the one city that was asked for there are; 0 for the whole country."""
        return 0 if self.area == ALL else self.spool.rows

    def add(self, file: str, frame: pd.DataFrame) -> None:
        """Add rows that name another city than Ansan."""
        asked = frame if self.area == ALL else frame[frame["gu_code"] == self.area]
        self.left_out += len(frame) - len(asked)
        self.spool.add(file, asked)


def beside_ansan(area: str, areas: Areas, source: str) -> str:
    """Return `all` or the code of another city where an area is such; "" where it is of Ansan."""
    other = re.fullmatch(r"[1-5]\d{4}", area) and area not in areas.frame("gu").index
    adapter = ADAPTERS.get(source)
    return area if area == ALL or (other and adapter and adapter.whole_country) else ""


def take_other_cities(area: str, source: str, files: Sequence[Path], home: Path) -> OtherCities:
    """Return what takes the rows of other cities, until the turn of this process ends.

    Raises:
        GeoError: the register is none of the whole country, or the engine is not installed.
    """
    check_source(source)
    release = max((release_of(path.name) for path in files), default="")
    return OtherCities(Spool(source, release, make_scratch_folder(home)), area)


def finish_cities(
    cities: OtherCities | None, before: Register | None, on_step: Callable[[str], None]
) -> Beyond | None:
    """Return the rows of other cities with their dong; None where none were asked for."""
    return cities.spool.finish(before.beyond if before else None, on_step) if cities else None


def check_cities(cities: OtherCities, gathered: CollectedRecords) -> None:
    """Refuse files in which nothing was found that was asked for.

    Raises:
        BadParameterError: no row of the city; or, of the whole country, none of Ansan.
    """
    if cities.area != ALL and not cities.spool.rows:
        allowed = f"the code of a city in the files; none of {gathered.read:,} rows is of this one"
        raise BadParameterError("area", cities.area, allowed)
    here = sum(len(frame) for parts in gathered.parts.values() for frame in parts)
    if cities.area == ALL and not here:
        allowed = (
            f"it with a file that holds Ansan: none of {gathered.read:,} rows is of it, and `all` "
            "adds the rest of Korea to the city. Name the file of 경기 as well, or load one "
            "other city by its code, such as --area 41390"
        )
        raise BadParameterError("area", ALL, allowed)
