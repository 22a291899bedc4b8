"""Several registers to one list of businesses: each once, with all that is said about it.

Nothing is averaged. A property is taken from the first register that states it, in the order of
`TRUST`; where registers differ, `claims` keeps what each of them says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.vocab import FOOD_UNKNOWN
from geo.pipeline.registers.decisions import NONE, Decisions
from geo.pipeline.registers.match import match_rows, same_business
from geo.snapshot.schema.claims import COMPARED, differing_claim

# A list checked at the door, a licence as a legal fact, then lists; unnamed ones stand before osm.
TRUST: Final = ("city-survey", "permits", "semas", "places", "storefronts", "*", "osm")
# Ids never change for the same thing: the first list that the atlas had keeps its own.
NAMED_BY: Final = ("places", "storefronts", "city-survey", "permits", "semas", "*", "osm")
_TOGETHER: Final = (
    "source", "source_date", "claims", "cuisine", "registers", "geometry", "for_visitors",
)  # fmt: skip
_POSITION: Final = ("geometry", "accuracy_m", "located_by", "area_code", "gu_code")
_OF_ROWS: Final = ("register", "unit", "same_as", "lot")  # not of businesses
_SAYS_NOTHING: Final = {"halal": "unknown", "category": FOOD_UNKNOWN}


@dataclass(frozen=True)
class MergedBusinesses:
    """All businesses of all registers, each once.

    Attributes:
        frame: open businesses.
        into: for each row that went into another one, the id under which it stands now.
        closed: for each open row that another register reports closed since, when and by whom.
    """

    frame: gpd.GeoDataFrame
    into: dict[str, str]
    closed: dict[str, str]


def merge_registers(rows: gpd.GeoDataFrame, decisions: Decisions = NONE) -> MergedBusinesses:
    """Merge the records of several registers that describe the same business.

    Args:
        rows: rows of all registers with the columns of the businesses layer but for dong and zone,
            and `register`, `unit`, `lot`, `status`, `closed_on`, `same_as`; indexed by id.
        decisions: what staff decided on pairs of rows.
    """
    ended = rows["status"] == "closed"
    still = rows[~ended]
    labels = pd.Series(same_business(still, decisions), index=still.index)
    closed = _closed_with_twins(still, labels, rows[ended], decisions)
    still = still[~still.index.isin(closed)].drop(columns=["status", "closed_on"])
    labels = labels[still.index]
    size = np.bincount(labels)[labels] if len(labels) else labels
    frame = still[size == 1]
    into: dict[str, str] = {}
    if (size > 1).any():
        made, into = _joined(still[size > 1], labels[size > 1].to_numpy())
        frame = pd.concat([frame, made[frame.columns].astype(frame.dtypes)])
    there = frame["for_visitors"].astype(bool) & (frame["category"] != FOOD_UNKNOWN)
    frame = frame.assign(for_visitors=there).drop(columns=list(_OF_ROWS))
    return MergedBusinesses(frame, into, closed)


def _closed_with_twins(
    still: gpd.GeoDataFrame, labels: pd.Series, ended: gpd.GeoDataFrame, decisions: Decisions
) -> dict[str, str]:
    """Find open rows that another register reports closed after they were last seen.

    What closes one row of a business closes the others too, as far as they are older.
    """
    if ended.empty:
        return {}
    still, ended = still.sort_index(), ended.sort_index()
    left, right = _matched(still, ended, decisions)
    closings = pd.DataFrame(
        {
            "label": labels[still.index].to_numpy()[left],
            "closed_on": ended["closed_on"].to_numpy()[right],
            "by": ended["register"].to_numpy()[right],
        }
    ).dropna(subset="closed_on")
    closings = closings.astype({"closed_on": "str", "by": "str"})
    rows = pd.DataFrame({"label": labels, "seen": still["source_date"]}).rename_axis("id")
    pairs = rows.reset_index().merge(closings, on="label")
    # A list without a date cannot contradict a closing; a later one tells of a new beginning.
    later = pairs[pairs["seen"].isna() | (pairs["closed_on"] > pairs["seen"])]
    last = later.sort_values(["closed_on", "by"]).groupby("id").tail(1)
    return {str(row.id): f"closed on {row.closed_on}, says {row.by}" for row in last.itertuples()}


def _matched(
    still: gpd.GeoDataFrame, ended: gpd.GeoDataFrame, decisions: Decisions
) -> tuple[list[int], list[int]]:
    """Return positions of open rows and of closed ones that are one business."""
    matches = match_rows(still, ended)
    pairs = {
        (str(still.index[left]), str(ended.index[right]))
        for left, right in zip(matches.left, matches.right, strict=True)
    }
    pairs -= {pair for a, b in decisions.apart for pair in ((a, b), (b, a))}
    pairs |= {pair for a, b in decisions.same for pair in ((a, b), (b, a))}
    known = sorted(pair for pair in pairs if pair[0] in still.index and pair[1] in ended.index)
    sides = ([pair[side] for pair in known] for side in (0, 1))
    left, right = (
        list(rows.index.get_indexer(pd.Index(ids, dtype=object)))
        for rows, ids in zip((still, ended), sides, strict=True)
    )
    return left, right


def _joined(rows: gpd.GeoDataFrame, labels: Any) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Merge to one row per label, and map the ids of the others to the id of that row."""
    order = np.lexsort((_rank(rows["register"], TRUST), labels))
    trusted, of = rows.iloc[order], labels[order]
    business = _said(trusted, of).assign(**_gathered(trusted, of))
    best = _first_of(trusted.iloc[(to := np.lexsort((trusted["accuracy_m"], of)))], of[to])
    business = business.assign(**{name: best[name].to_numpy() for name in _POSITION})
    to = np.lexsort((_rank(trusted["register"], NAMED_BY), of))
    names = pd.Series(_first_of(trusted.iloc[to], of[to]).index, index=business.index)
    into = {
        str(row): str(name)
        for row, name in zip(trusted.index, names.loc[of], strict=True)
        if row != name
    }
    made = gpd.GeoDataFrame(business.set_axis(names.to_numpy()), geometry="geometry", crs=rows.crs)
    return made, into


def _first_of(rows: gpd.GeoDataFrame, of: Any) -> gpd.GeoDataFrame:
    """Return the first row of each label; rows of one label are adjacent."""
    return rows[np.r_[True, of[1:] != of[:-1]]]


def _said(trusted: gpd.GeoDataFrame, of: Any) -> pd.DataFrame:
    """Take each property from the most trusted row that states it."""
    plain = pd.DataFrame(trusted.drop(columns=[*_TOGETHER, *_POSITION], errors="ignore"))
    unsaid = {
        name: plain[name].where(plain[name] != nothing) for name, nothing in _SAYS_NOTHING.items()
    }
    stated = plain.assign(**unsaid).groupby(of).first()
    filled = {name: stated[name].fillna(nothing) for name, nothing in _SAYS_NOTHING.items()}
    return stated.assign(**filled)


def _gathered(trusted: gpd.GeoDataFrame, of: Any) -> dict[str, Any]:
    """Compute the columns that combine all rows of a label."""
    by = pd.DataFrame(trusted[["cuisine", "source", "source_date", "register", "claims"]])
    parts = [part for _, part in by.groupby(of).agg(list).iterrows()]
    differing = _differing(trusted, of)
    return {
        "cuisine": [_once(chain.from_iterable(group["cuisine"])) for group in parts],
        "source": [" | ".join(_once(group["source"])) for group in parts],
        "source_date": [
            max((day for day in group["source_date"] if isinstance(day, str)), default=None)
            for group in parts
        ],
        "registers": [_once(group["register"]) for group in parts],
        "claims": [
            (*chain.from_iterable(group["claims"]), *differing.get(int(str(group.name)), ()))
            for group in parts
        ],
        "for_visitors": trusted["for_visitors"].astype(bool).groupby(of).any(),
    }


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _rank(registers: pd.Series, order: Sequence[str]) -> Any:
    places = {name: k for k, name in enumerate(order)}
    return registers.map(lambda name: places.get(name, places["*"])).to_numpy()


def _differing(trusted: pd.DataFrame, of: Any) -> dict[int, list[str]]:
    """List conflicting values by label, as "property: value (by), …"."""
    claims: dict[int, list[str]] = {}
    for name in COMPARED:
        known = trusted[name].notna() & (trusted[name] != _SAYS_NOTHING.get(name, ""))
        values = pd.DataFrame({"value": trusted[name], "by": trusted["register"], "label": of})[
            known
        ]
        many = values.groupby("label")["value"].transform("nunique") > 1
        for label, part in values[many].groupby("label"):
            each = zip(part["value"], part["by"], strict=True)
            claims.setdefault(int(str(label)), []).append(differing_claim(name, each))
    return claims
