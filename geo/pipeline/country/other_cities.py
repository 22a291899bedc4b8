"""Which rows of other cities are loaded beside those of Ansan: all of Korea, or one city."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from geo.core.errors import BadParameterError
from geo.core.progress import OnStep
from geo.pipeline.adapters.catalogue import ADAPTERS
from geo.pipeline.areas import Areas
from geo.pipeline.country.beyond import Beyond
from geo.pipeline.country.cluster import Cluster
from geo.pipeline.country.engines import chosen_engine
from geo.pipeline.country.load import Spool, check_source
from geo.pipeline.country.rows import ALL, asked_rows
from geo.pipeline.registers.register import Register
from geo.pipeline.registers.release import CollectedRecords
from geo.pipeline.registers.release_date import release_of
from geo.snapshot.home_lock import make_scratch_folder


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
    def rows(self) -> int:
        """How many rows that were asked for there are."""
        return self.spool.rows

    def finish(self, before: Path | None, on_step: OnStep = lambda _: None) -> Beyond:
        """Return the rows with their dong; errors as those of `Spool.finish`."""
        return self.spool.finish(before, on_step)

    def add(self, file: str, frame: pd.DataFrame) -> None:
        """Add rows that name another city than Ansan."""
        asked = asked_rows(self.area, frame)
        self.left_out += len(frame) - len(asked)
        self.spool.add(file, asked)


def beside_ansan(area: str, areas: Areas, source: str) -> str:
    """Return `all` or the code of another city where an area is such; "" where it is of Ansan."""
    other = re.fullmatch(r"[1-5]\d{4}", area) and area not in areas.frame("gu").index
    adapter = ADAPTERS.get(source)
    return area if area == ALL or (other and adapter and adapter.whole_country) else ""


def take_other_cities(
    area: str, source: str, files: Sequence[Path], home: Path
) -> OtherCities | Cluster:
    """Return what takes the rows of other cities by the engine in use.

    It lasts until the turn of this process ends.

    Raises:
        GeoError: the register is none of the whole country, or the engine is not installed.
    """
    check_source(source)
    release = max((release_of(path.name) for path in files), default="")
    folder, address = make_scratch_folder(home), chosen_engine()
    if address:
        return Cluster(address, area, release, folder)
    return OtherCities(Spool(source, release, folder), area)


def rows_of_one_city(cities: OtherCities | Cluster | None) -> int:
    """Count the rows of the one city that was asked for; 0 for the whole country, or none."""
    return 0 if cities is None or cities.area == ALL else cities.rows


def finish_cities(
    cities: OtherCities | Cluster | None, before: Register | None, on_step: Callable[[str], None]
) -> Beyond | None:
    """Return the rows of other cities with their dong; None where none were asked for."""
    return cities.finish(before.beyond if before else None, on_step) if cities else None


def check_cities(cities: OtherCities | Cluster, gathered: CollectedRecords) -> None:
    """Refuse files in which nothing was found that was asked for.

    Raises:
        BadParameterError: no row of the city; or, of the whole country, none of Ansan.
    """
    if cities.area != ALL and not cities.rows:
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
