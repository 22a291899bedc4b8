"""The tables of who runs businesses, as the public and as staff may see them.

Counted are places: the parts into which the borders of all fixed areas cut the city. The tables of
all areas, of all groups and of all publications so far are audited together, as one release, with
what the city itself publishes (the exact totals of the zone) taken as known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.pipeline.disclosure.nationality_groups import GROUPS, UNSTATED, grouped, joined
from geo.pipeline.disclosure.operator_listings import AREAS, KEPT, Ground, placed
from geo.pipeline.disclosure.rule import NOT_COLLECTED, PROTECTED, Area, Cell, Rule, share_band
from geo.pipeline.disclosure.suppression import protect

ALL: Final = "foreign-run"
GROUPED_AREAS: Final = ("zone", "food-street", "dong")  # hexagons hold too few of any group
# Of larger registers no group is told: what pairs of counts leave between them would be too many
# sets to audit.
MOST_GROUPED: Final = 5_000
_KINDS: Final = (*GROUPS, UNSTATED)
_HIDDEN: Final = Cell("hidden", None, PROTECTED)
_MISSING: Final = Cell("missing", None, NOT_COLLECTED)

Row = dict[str, Any]


@dataclass(frozen=True)
class _Year:
    """One publication: `where` holds the areas of each business, `group` its group or null.

    `key` is equal for a business that goes on unchanged in another publication. `stated` says
    whether any nationality is, `counted` whether anything is known of operators.
    """

    release: str
    where: pd.DataFrame
    group: pd.Series
    key: pd.Series
    stated: bool
    counted: bool


@dataclass(frozen=True)
class _Told:
    """An area of the tables: which count, of which scale and id."""

    of: str
    scale: str
    id: str

    @property
    def name(self) -> str:
        return f"{self.of} {self.scale}:{self.id}"


def tables(past: pd.DataFrame, ground: Ground, rules: Sequence[Rule]) -> list[list[Row]]:
    """The counts of foreign-run businesses by fixed area, and of their groups.

    Args:
        past: every state published so far
            (`geo.pipeline.disclosure.operator_listings.with_listing`).
        ground: the fixed areas.
        rules: who is told.

    Returns:
        For each rule a row per release, count and area: `release`, `of` ("foreign-run" or a
        group), `scale`, `area`, `businesses` (all that the register lists there), `state`,
        `count`, `reason`, `share_from` and `share_to`. Of several publications of one release
        only the last is told, but all are protected. Groups are hidden where any publication has
        more than `MOST_GROUPED` businesses.
    """
    years = [
        _year(str(rows["release"].iloc[0]), rows, ground) for _, rows in past.groupby("publication")
    ]
    names = joined([year.group[year.where["zone"] != ""] for year in years])
    years = [replace(one, group=one.group.map(names)) for one in years]
    years = _with_stay(years)
    places = pd.concat([one.where for one in years]).drop_duplicates(ignore_index=True)
    told = _areas(places, sorted({name for name in names.values() if name != UNSTATED}))
    grouped_too = max(len(one.group) for one in years) <= MOST_GROUPED
    audited = told if grouped_too else [one for one in told if one.of == ALL]
    last = {one.release: number for number, one in enumerate(years)}
    found = []
    for rule in rules:
        cells = _protected(years, places, audited, rule)
        found.append(
            [
                row
                for release, number in sorted(last.items())
                for row in _rows(release, years[number], told, cells[number], rule)
            ]
        )
    return found


def _year(release: str, rows: pd.DataFrame, ground: Ground) -> _Year:
    rows = rows.reset_index(drop=True)
    group = grouped(rows["foreign_run"].astype("boolean"), rows["operator_nationality"])
    stated = bool(rows["operator_nationality"].notna().any())
    counted = bool(rows["foreign_run"].notna().any())
    return _Year(release, placed(rows, ground), group, _key(rows), stated, counted)


def _key(rows: pd.DataFrame) -> pd.Series:
    """What tells a business from others: where it is and who runs it; the first, the second..."""
    held = rows[list(KEPT)].astype(object)
    same = held.where(held.notna(), "").astype(str).agg("|".join, axis=1)
    return same + "|" + same.groupby(same).cumcount().astype(str)


def _with_stay(years: Sequence[_Year]) -> list[_Year]:
    """Part places by the publications in which a business is found: those come and go together."""
    every = pd.concat([one.key for one in years], keys=range(len(years)))
    number = every.index.get_level_values(0).astype("str")
    stay = pd.Series(number, index=every.to_numpy()).groupby(level=0).agg(" ".join)
    return [replace(one, where=one.where.assign(stay=stay[one.key].to_numpy())) for one in years]


def _areas(places: pd.DataFrame, groups: Sequence[str]) -> list[_Told]:
    """Every area that holds a business, for each count that is told of it."""
    found = []
    for scale in AREAS:
        counts = [ALL, *groups] if scale in GROUPED_AREAS else [ALL]
        ids = sorted(set(places[scale]) - {""})
        found += [_Told(of, scale, one) for of in counts for one in ids]
    return found


def _protected(
    years: Sequence[_Year], places: pd.DataFrame, told: Sequence[_Told], rule: Rule
) -> list[dict[str, Cell]]:
    kinds = len(_KINDS)
    at = {tuple(one): n for n, one in enumerate(places.itertuples(index=False))}
    counts, everything, known = [], [], []
    areas = [Area(one.name, _atoms(one, places)) for one in told]
    for year in years:
        place = np.array([at[tuple(one)] for one in year.where.itertuples(index=False)], dtype=int)
        foreign = year.group.notna().to_numpy()
        kind = year.group[foreign].map(_KINDS.index).to_numpy(dtype=int)
        made = np.bincount(place[foreign] * kinds + kind, minlength=len(places) * kinds)
        counts.append(made if year.counted else None)
        everything.append(np.bincount(place, minlength=len(places)))
        known.append(
            {
                area.id: int(made[list(area.atoms)].sum())
                for area, one in zip(areas, told, strict=True)
                if one.scale == "zone" and year.counted
            }
        )
    place_of = np.repeat(np.arange(len(places)), kinds)
    return protect(areas, counts, everything, rule=rule, known=known, place=place_of)


def _atoms(told: _Told, places: pd.DataFrame) -> tuple[int, ...]:
    """Atoms are the kinds at each place, in the order of `_KINDS`."""
    held = np.flatnonzero((places[told.scale] == told.id).to_numpy())
    kinds = range(len(_KINDS)) if told.of == ALL else [_KINDS.index(told.of)]
    return tuple(int(place) * len(_KINDS) + kind for place in held for kind in kinds)


def _rows(
    release: str, year: _Year, told: Sequence[_Told], cells: Mapping[str, Cell], rule: Rule
) -> list[Row]:
    found = []
    for one in told:
        cell = cells.get(one.name, _HIDDEN) if one.of == ALL or year.stated else _MISSING
        whole = int((year.where[one.scale] == one.id).sum())
        share = share_band(cell, whole, rule=rule)
        low, high = (None, None) if share is None else (round(share[0], 4), round(share[1], 4))
        found.append(
            {
                "release": release,
                "of": one.of,
                "scale": one.scale,
                "area": one.id,
                "businesses": whole,
                "state": cell.state,
                "count": cell.value,
                "reason": cell.reason,
                "share_from": low,
                "share_to": high,
            }
        )
    return found
