"""The points that are known for addresses, by address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.pipeline.geocoding.lot_address import LotAddress
from geo.pipeline.geocoding.point_checks import to_metres
from geo.pipeline.geocoding.road_address import AddressPoint, RoadAddress

COLUMNS: Final = ("key", "lon", "lat", "accuracy_m")
APART_M: Final = 100.0  # points of one address farther from each other name no door


def road_key(gu_code: str, address: RoadAddress) -> str:
    """Return the key of a road address in a gu."""
    below = "지하" if address.below else ""
    return f"{gu_code} {address.street} {below}{address.number}-{address.sub}"


def lot_key(legal_code: str, lot: LotAddress) -> str:
    """Return the key of a lot in a legal dong."""
    return f"{legal_code} {'산' if lot.hill else ''}{lot.number}-{lot.sub}"


@dataclass(frozen=True)
class AddressIndex:
    """Points by the key of their address.

    Attributes:
        points: longitude, latitude and accuracy in metres, by key.
    """

    points: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    def find(self, key: str) -> AddressPoint | None:
        """Return the point of an address; None where it is not known."""
        point = self.points.get(key)
        return AddressPoint(*point) if point else None

    def gu_of(self, address: RoadAddress) -> str | None:
        """Return the only gu that has a point for a road address; None where not one does."""
        found = [gu for gu in self._gu if road_key(gu, address) in self.points]
        return found[0] if len(found) == 1 else None

    def with_better(self, other: "AddressIndex") -> "AddressIndex":
        """Add the points of another index, which count where both know an address."""
        return AddressIndex({**self.points, **other.points})

    @cached_property
    def _gu(self) -> tuple[str, ...]:
        return tuple(sorted({key[:5] for key in self.points}))


def index_of(table: pd.DataFrame) -> AddressIndex:
    """Build the index of a table with the columns `COLUMNS`, each key once."""
    values = zip(table["lon"], table["lat"], table["accuracy_m"], strict=True)
    return AddressIndex(dict(zip(table["key"], values, strict=True)))


def settle_points(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Reduce the points of each address to one: the most frequent, with how far others lie off.

    Args:
        rows: columns `COLUMNS`, several rows of one key allowed; degrees.

    Returns:
        One row per key whose points lie within `APART_M`, ordered by key; and a mask of the rows
        whose points lie farther apart.
    """
    places = rows.groupby(["key", "lon", "lat"], as_index=False).agg(
        count=("accuracy_m", "size"), accuracy_m=("accuracy_m", "max")
    )
    first = places.sort_values(["count", "key", "lon", "lat"], ascending=[False, True, True, True])
    chosen = first.drop_duplicates("key").set_index("key")
    off_m = _metres_between(places, chosen.loc[places["key"]])
    spread = pd.Series(off_m, index=places["key"]).groupby(level=0).max()
    settled = chosen.assign(
        accuracy_m=(chosen["accuracy_m"] + spread.reindex(chosen.index)).round()
    )
    apart = spread.index[spread > APART_M]
    kept = settled.drop(index=apart).sort_index().reset_index()
    return kept[list(COLUMNS)], rows["key"].isin(apart)


def _metres_between(left: pd.DataFrame, right: pd.DataFrame) -> Any:
    a = np.array(to_metres(STORE, left["lon"].to_numpy(), left["lat"].to_numpy()))
    b = np.array(to_metres(STORE, right["lon"].to_numpy(), right["lat"].to_numpy()))
    return np.hypot(*(a - b))
