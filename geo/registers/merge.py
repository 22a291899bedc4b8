"""Several registers to one list of businesses: each once, with all that is said about it.

Nothing is averaged. A property is taken from the first register that states it, in the order of
`TRUST`; where registers differ, `claims` keeps what each of them says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.registers.match import alike, same_business

# A list checked at the door, a licence as a legal fact, then lists; unnamed ones stand before osm.
TRUST: Final = ("city-survey", "permits", "semas", "places", "*", "osm")
# Ids never change for the same thing: the first list that the atlas had keeps its own.
NAMED_BY: Final = ("places", "city-survey", "permits", "semas", "*", "osm")
_TOGETHER: Final = ("source", "source_date", "claims", "cuisine", "registers", "geometry")
_POSITION: Final = ("geometry", "accuracy_m", "located_by", "area_code", "gu_code")
_COMPARED: Final = ("name_ko", "category", "address", "phone", "halal")


@dataclass(frozen=True)
class Merged:
    """All businesses of all registers, each once.

    Attributes:
        frame: open businesses.
        into: for each row that went into another one, the id under which it stands now.
        closed: for each open row that another register reports closed since, when and by whom.
    """

    frame: gpd.GeoDataFrame
    into: dict[str, str]
    closed: dict[str, str]


def merge(rows: gpd.GeoDataFrame) -> Merged:
    """Match and merge.

    Args:
        rows: rows of all registers with the columns of the businesses layer but for dong and zone,
            and `register`, `unit`, `status`, `closed_on`; indexed by id.
    """
    ended = rows["status"] == "closed"
    closed = _closed_elsewhere(rows[~ended].sort_index(), rows[ended].sort_index())
    still = rows[~ended & ~rows.index.isin(closed)].drop(columns=["status", "closed_on"])
    labels = pd.Series(same_business(still), index=still.index)
    size = labels.map(labels.value_counts())
    alone, together = still[size == 1], still[size > 1]
    groups = [_one(group) for _, group in together.groupby(labels[size > 1], sort=True)]
    into = {row: name for name, _, members in groups for row in members if row != name}
    frame = alone
    if groups:
        made = gpd.GeoDataFrame(
            [row for _, row, _ in groups], index=[name for name, _, _ in groups], crs=rows.crs
        )
        frame = pd.concat([alone, made[alone.columns].astype(alone.dtypes)])
    return Merged(frame.drop(columns=["register", "unit"]), into, closed)


def _closed_elsewhere(still: gpd.GeoDataFrame, ended: gpd.GeoDataFrame) -> dict[str, str]:
    """Open rows that another register knows to be closed later than they were last seen."""
    found = alike(still, ended)
    pairs = pd.DataFrame(
        {
            "id": still.index[found.left],
            "seen": still["source_date"].to_numpy()[found.left],
            "closed_on": ended["closed_on"].to_numpy()[found.right],
            "by": ended["register"].to_numpy()[found.right],
        }
    ).dropna(subset="closed_on")
    # A list without a date cannot contradict a closing; a later one tells of a new beginning.
    later = pairs[pairs["seen"].isna() | (pairs["closed_on"] > pairs["seen"])]
    last = later.sort_values(["closed_on", "by"]).groupby("id").tail(1)
    return {str(row.id): f"closed on {row.closed_on}, says {row.by}" for row in last.itertuples()}


def _one(group: gpd.GeoDataFrame) -> tuple[str, dict[str, Any], list[str]]:
    """One business of several rows: its id, its properties, and the ids of the rows."""
    trusted = group.iloc[np.argsort(_rank(group["register"], TRUST), kind="stable")]
    named = group.index[np.argmin(_rank(group["register"], NAMED_BY))]
    best = trusted.iloc[int(np.argmin(trusted["accuracy_m"].to_numpy()))]
    row = {
        name: _first(trusted[name])
        for name in group.columns
        if name not in (*_TOGETHER, *_POSITION)
    }
    row |= {name: best[name] for name in _POSITION}
    row["halal"] = _first(trusted["halal"].where(trusted["halal"] != "unknown")) or "unknown"
    row["cuisine"] = tuple(dict.fromkeys(one for part in trusted["cuisine"] for one in part))
    row["source"] = " | ".join(dict.fromkeys(trusted["source"]))
    row["source_date"] = max(trusted["source_date"].dropna(), default=None)
    row["registers"] = tuple(dict.fromkeys(trusted["register"]))
    row["claims"] = _claims(trusted)
    return str(named), row, list(map(str, group.index))


def _rank(registers: pd.Series, order: Sequence[str]) -> Any:
    places = {name: k for k, name in enumerate(order)}
    return registers.map(lambda name: places.get(name, places["*"])).to_numpy()


def _first(values: pd.Series) -> Any:
    known = values.dropna()
    return known.iloc[0] if len(known) else None


def _claims(rows: pd.DataFrame) -> tuple[str, ...]:
    """What each register says of the properties in which they differ, as "property: value (by)"."""
    found = []
    for name in _COMPARED:
        said = rows.set_index("register")[name].dropna()
        if name == "halal":
            said = said[said != "unknown"]
        if said.nunique() > 1:
            each = ", ".join(f"{value} ({register})" for register, value in said.items())
            found.append(f"{name}: {each}")
    return tuple(found)
