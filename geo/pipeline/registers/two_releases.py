"""The last two releases of a register, counted side by side on the same units.

A register keeps the open businesses of the release before the one that is in force. Compared is
what both releases speak of: the same parts of the register, in areas that it covered both times.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.core.vocab import ALL, BEYOND_CATEGORY, EXACT
from geo.pipeline.geocoding.area_join import nearest_dong
from geo.pipeline.registers.earlier_rows import KINDS, open_rows
from geo.pipeline.registers.register import MOVED_DEG, Register
from geo.statistics.cells import hexagons_at

CITY: Final = "city"
SCALES: Final = ("hex", "dong", CITY)
_GU: Final = 5  # digits of the code of a dong that are the code of its gu
_SIDES: Final = ("before", "after")


def with_earlier(register: Register, before: Register | None, *, has_changed: bool) -> Register:
    """Return a register that keeps the release before it.

    Args:
        register: after a load.
        before: the same before the load; None for the first one.
        has_changed: whether the load changed anything; if not, the release before stays.
    """
    if before is None:
        return register
    if not has_changed:
        kept = {name: value for name, value in before.about.items() if name == "earlier"}
        return replace(register, earlier=before.earlier, about={**register.about, **kept})
    earlier = {
        "release": str(before.about.get("release") or ""),
        "covers": list(before.covers),
        "parts": sorted(set(before.frame["part"].fillna(""))),
    }
    about = {**register.about, "earlier": earlier}
    return replace(register, earlier=open_rows(before.frame), about=about)


def count_releases(
    registers: Mapping[str, Register], dong: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """Count the open businesses of the last two releases of each register, by unit and category.

    Args:
        registers: what is loaded; those without an earlier release are left out.
        dong: administrative dong, indexed by code.
    """
    return [
        _count(register, dong)
        for _, register in sorted(registers.items())
        if "earlier" in register.about
    ]


def _count(register: Register, dong: gpd.GeoDataFrame) -> dict[str, Any]:
    """Count one register on hexagons, dong and in the whole city."""
    earlier = register.about["earlier"]
    has_kinds = KINDS in register.earlier  # not in those of older snapshots
    pairs = _pairs(register)
    exact, vague = _with_points(pairs)
    covered = _covered_dong(register, dong)
    placed = _in_dong(_with_units(exact, dong), covered)
    return {
        "register": register.id,
        "before": earlier["release"],
        "after": str(register.about.get("release") or ""),
        "covered": covered,
        "n": len(placed),
        "without_point": vague,
        "beyond_category": has_kinds,
        **{scale: _by_unit(placed, scale) for scale in SCALES},
    }


def _pairs(register: Register) -> pd.DataFrame:
    """Join the open rows of both releases by id, of the parts that both have."""
    parts = set(register.about["earlier"]["parts"])
    now = open_rows(register.frame)
    now = now[now["part"].fillna("").isin(parts)]
    earlier = register.earlier
    then = earlier if KINDS in earlier else earlier.assign(**{KINDS: ""})
    before, after = (
        rows.add_suffix(f"_{side}") for rows, side in zip((then, now), _SIDES, strict=True)
    )
    return before.join(after, how="outer")


def _with_points(pairs: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep the rows whose place is known as a point in each release that lists them.

    A row of both that has not moved has the place of the later one: a better reading of the same
    door is no change.
    """
    known = {side: pairs[f"located_by_{side}"] for side in _SIDES}
    exact = np.logical_and.reduce([each.isna() | each.isin(EXACT) for each in known.values()])
    rows = pairs[exact].copy()
    east, north = (rows[f"{axis}_before"] - rows[f"{axis}_after"] for axis in ("lon", "lat"))
    stayed = np.hypot(east, north) <= MOVED_DEG
    for axis in ("lon", "lat"):
        rows.loc[stayed, f"{axis}_before"] = rows.loc[stayed, f"{axis}_after"]
    vague = pairs[~exact]
    kinds = vague["category_after"].fillna(vague["category_before"]).value_counts()
    beyond = {kind: int(_is_of(vague, kind).any(axis=1).sum()) for kind in BEYOND_CATEGORY}
    counted = {ALL: len(vague), **{str(kind): int(n) for kind, n in kinds.items()}}
    return rows, counted | {kind: n for kind, n in beyond.items() if n}


def _is_of(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Tell which rows are of a kind beyond their category, before and after."""
    columns = {side: rows[f"{KINDS}_{side}"].astype("str") for side in _SIDES}
    return pd.DataFrame(
        {side: kinds.str.contains(kind, regex=False) for side, kinds in columns.items()}
    ).astype(bool)


def _with_units(rows: pd.DataFrame, dong: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the units and the kinds of each row in each release."""
    before, after = (rows[[f"lon_{side}", f"lat_{side}"]] for side in _SIDES)
    stayed = (before.to_numpy() == after.to_numpy()).all(axis=1)
    now = _units(after.dropna(), dong).reindex(rows.index)
    left = _units(before[~stayed].dropna(), dong)
    then = pd.concat([now[stayed], left]).reindex(rows.index)
    kinds = rows[[f"{name}_{side}" for name in ("category", KINDS) for side in _SIDES]]
    columns = [then.add_suffix("_before"), now.add_suffix("_after"), kinds]
    together: pd.DataFrame = pd.concat(columns, axis=1)
    return together


def _units(places: pd.DataFrame, dong: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the hexagon and the dong of places (lon, lat)."""
    lonlat = places.to_numpy(dtype=np.float64)
    shapes = gpd.points_from_xy(*lonlat.T)
    points = gpd.GeoDataFrame(index=places.index, geometry=shapes, crs=STORE)
    units = {"hex": hexagons_at(lonlat), "dong": nearest_dong(points, dong), CITY: CITY}
    return pd.DataFrame(units, index=places.index)


def _covered_dong(register: Register, dong: gpd.GeoDataFrame) -> list[str] | None:
    """List the dong that both releases cover; None for a register that covers no dong."""
    now, then = set(register.covers), set(register.about["earlier"]["covers"])
    if not any(code.isdigit() for code in now | then):
        return None
    both = now & then
    return [code for code in dong.index if code in both or code[:_GU] in both]


def _in_dong(rows: pd.DataFrame, covered: list[str] | None) -> pd.DataFrame:
    """Keep what lies in the dong that both releases cover."""
    if covered is None:
        return rows
    kept = rows.copy()
    for side in _SIDES:
        outside = ~kept[f"dong_{side}"].isin(covered)
        kept.loc[outside, [f"{scale}_{side}" for scale in SCALES]] = None
    return kept[kept[[f"{CITY}_{side}" for side in _SIDES]].notna().any(axis=1)]


def _by_unit(rows: pd.DataFrame, scale: str) -> dict[str, list[Any]]:
    """Count by unit and kind, in columns; `both` are open in both at the same unit.

    The column `category` has the kind: a category, all, halal food or a kitchen.
    """
    every = rows.assign(category_before=ALL, category_after=ALL)
    more = rows[(rows[[f"{KINDS}_{side}" for side in _SIDES]].fillna("") != "").any(axis=1)]
    kinds = pd.concat([rows, every, *(_named(more, kind) for kind in BEYOND_CATEGORY)])
    keys = {side: [f"{scale}_{side}", f"category_{side}"] for side in _SIDES}
    same = np.logical_and.reduce(
        [kinds[b] == kinds[a] for b, a in zip(keys["before"], keys["after"], strict=True)]
    )
    counted = {
        "before": kinds.groupby(keys["before"]).size(),
        "after": kinds.groupby(keys["after"]).size(),
        "both": kinds[same].groupby(keys["after"]).size(),
    }
    named = {name: counts.rename_axis(["unit", "category"]) for name, counts in counted.items()}
    table = pd.DataFrame(named).fillna(0).astype(int).sort_index().reset_index()
    return {str(name): table[name].tolist() for name in table}


def _named(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of a kind in either release, with the kind for their category."""
    of_kind = _is_of(rows, kind)
    chosen, known = rows[of_kind.any(axis=1)], of_kind[of_kind.any(axis=1)]
    names = {f"category_{side}": known[side].map({True: kind, False: None}) for side in _SIDES}
    return chosen.assign(**names)
