"""What the sources of a layer cover: inside, what is not listed is not there; outside, not known.

Areas are measured in EPSG:5186.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_degrees, in_metres
from geo.core.geometry import DECIMALS
from geo.pipeline.sources import stations, storefronts

_QUARTER: Final = 16  # corners of a quarter circle: the polygon is 0.1 % smaller than the circle

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Coverage:
    """What one source covers.

    Attributes:
        source: its id.
        complete: whether it lists all of its sectors inside the outline; a collection does not.
        outline: lon/lat; None for the whole city.
        sectors: what it lists; empty for everything.
        categories: ours that lie in its sectors; empty for every category.
        date: day, month or year it speaks of; None where rows differ.
    """

    source: str
    complete: bool
    outline: Any = None
    sectors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    date: str | None = None

    def public(self) -> dict[str, Any]:
        """Return the coverage as the manifest and the API have it."""
        drawn = None if self.outline is None else shapely.geometry.mapping(self.outline)
        return {
            "source": self.source,
            "complete": self.complete,
            "outline": drawn,
            "sectors": list(self.sectors),
            "categories": list(self.categories),
            "date": self.date,
        }


def coverage_of_storefronts(data: Path) -> Coverage:
    """Return the circles round the stations."""
    numbers = storefronts.SPEC.numbers
    points = np.array(
        [(station["lon"], station["lat"]) for station in stations.read_stations(data)], dtype=float
    )
    outline = circles(points, numbers["coverage"]["radius_m"])
    return Coverage(
        storefronts.SPEC.id,
        complete=True,
        outline=outline,
        sectors=tuple(numbers["coverage"]["sectors"]),
        categories=tuple(numbers["coverage"]["categories"]),
        date=numbers["edition"],
    )


def coverage_of_layers(
    data: Path, accounts: Sequence[Mapping[str, Any]], covered: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Return what the sources of each layer cover, by layer.

    Args:
        data: the project's `data` folder.
        accounts: what each source gave (`layer` and `source`).
        covered: outlines (lon/lat) of the sources that are complete, by id; None for the city.
    """
    by_layer: dict[str, list[dict[str, Any]]] = {}
    for account in accounts:
        name = str(account["source"])
        if name == storefronts.SPEC.id:
            covers = coverage_of_storefronts(data)
        else:
            covers = Coverage(name, complete=name in covered, outline=covered.get(name))
        if name != "simulated":
            by_layer.setdefault(str(account["layer"]), []).append(covers.public())
    return by_layer


def circles(lonlat: Floats, radius_m: float) -> Any:
    """Return the union of circles, lon/lat.

    Args:
        lonlat: their middles, degrees, shape (n, 2).
        radius_m: metres.
    """
    discs = shapely.buffer(shapely.points(in_metres(lonlat)), radius_m, quad_segs=_QUARTER)
    union = shapely.transform(shapely.union_all(discs), in_degrees)
    return shapely.transform(union, lambda xy: xy.round(DECIMALS))
