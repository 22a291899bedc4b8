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

from geo.pipeline.disclosure.nationality_groups import (
    GROUPS,
    UNSTATED,
    group_nationalities,
    merge_small_groups,
)
from geo.pipeline.disclosure.operator_listings import AREAS, KEPT, FixedAreas, assign_areas
from geo.pipeline.disclosure.rule import NOT_COLLECTED, PROTECTED, Area, Cell, Rule, share_band
from geo.pipeline.disclosure.suppression import protect

ALL: Final = "foreign-run"
GROUPED_AREAS: Final = ("zone", "food-street", "dong")  # hexagons hold too few of any group
# Of larger registers no group is published: what pairs of counts leave between them would be too
# many sets to audit.
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


def tables(past: pd.DataFrame, fixed_areas: FixedAreas, rules: Sequence[Rule]) -> list[list[Row]]:
    """Tabulate foreign-run businesses by fixed area, and their nationality groups.

    Args:
        past: every state published so far
            (`geo.pipeline.disclosure.operator_listings.with_listing`).
        fixed_areas: the fixed areas.
        rules: which counts are published.

    Returns:
        For each rule a row per release, count and area: `release`, `of` ("foreign-run" or a
        group), `scale`, `area`, `businesses` (all that the register lists there), `state`,
        `count`, `reason`, `share_from` and `share_to`. Of several publications of one release
        only the last is published, but all are protected. Groups are hidden where one has had
        more than `MOST_GROUPED` businesses.
    """
    years = [
        _year(str(rows["release"].iloc[0]), rows, fixed_areas)
        for _, rows in past.groupby("publication")
    ]
    names = merge_small_groups([year.group[year.where["zone"] != ""] for year in years])
    years = [replace(year, group=year.group.map(names)) for year in years]
    years = _with_stay(years)
    places = pd.concat([year.where for year in years]).drop_duplicates(ignore_index=True)
    areas = _areas(places, sorted({name for name in names.values() if name != UNSTATED}))
    grouped_too = max(len(year.group) for year in years) <= MOST_GROUPED
    audited = areas if grouped_too else [area for area in areas if area.of == ALL]
    last = {year.release: number for number, year in enumerate(years)}
    groups_by_year = []
    for rule in rules:
        cells = _protected(years, places, audited, rule)
        groups_by_year.append(
            [
                row
                for release, number in sorted(last.items())
                for row in _rows(release, years[number], areas, cells[number], rule)
            ]
        )
    return groups_by_year


def _year(release: str, rows: pd.DataFrame, fixed_areas: FixedAreas) -> _Year:
    rows = rows.reset_index(drop=True)
    group = group_nationalities(rows["foreign_run"].astype("boolean"), rows["operator_nationality"])
    stated = bool(rows["operator_nationality"].notna().any())
    counted = bool(rows["foreign_run"].notna().any())
    return _Year(release, assign_areas(rows, fixed_areas), group, _key(rows), stated, counted)


def _key(rows: pd.DataFrame) -> pd.Series:
    """Build a key of location and operator, numbered where several businesses share it."""
    texts = rows[list(KEPT)].astype(object)
    same = texts.where(texts.notna(), "").astype(str).agg("|".join, axis=1)
    return same + "|" + same.groupby(same).cumcount().astype(str)


def _with_stay(years: Sequence[_Year]) -> list[_Year]:
    """Split places by the publications that list a business: those come and go together."""
    every = pd.concat([year.key for year in years], keys=range(len(years)))
    number = every.index.get_level_values(0).astype("str")
    stay = pd.Series(number, index=every.to_numpy()).groupby(level=0).agg(" ".join)
    return [
        replace(year, where=year.where.assign(stay=stay[year.key].to_numpy())) for year in years
    ]


def _areas(places: pd.DataFrame, groups: Sequence[str]) -> list[_Told]:
    """List every area that holds a business, for each published count."""
    areas = []
    for scale in AREAS:
        counts = [ALL, *groups] if scale in GROUPED_AREAS else [ALL]
        ids = sorted(set(places[scale]) - {""})
        areas += [_Told(of, scale, area_id) for of in counts for area_id in ids]
    return areas


def _protected(
    years: Sequence[_Year], places: pd.DataFrame, published: Sequence[_Told], rule: Rule
) -> list[dict[str, Cell]]:
    kinds = len(_KINDS)
    at = {tuple(place): n for n, place in enumerate(places.itertuples(index=False))}
    counts, everything, known = [], [], []
    areas = [Area(area.name, _atoms(area, places)) for area in published]
    for year in years:
        place = np.array([at[tuple(row)] for row in year.where.itertuples(index=False)], dtype=int)
        foreign = year.group.notna().to_numpy()
        kind = year.group[foreign].map(_KINDS.index).to_numpy(dtype=int)
        made = np.bincount(place[foreign] * kinds + kind, minlength=len(places) * kinds)
        counts.append(made if year.counted else None)
        everything.append(np.bincount(place, minlength=len(places)))
        known.append(
            {
                area.id: int(made[list(area.atoms)].sum())
                for area, audited in zip(areas, published, strict=True)
                if audited.scale == "zone" and year.counted
            }
        )
    place_of = np.repeat(np.arange(len(places)), kinds)
    return protect(areas, counts, everything, rule=rule, known=known, place=place_of)


def _atoms(area: _Told, places: pd.DataFrame) -> tuple[int, ...]:
    """Return the atoms of an area: the kinds at each place, in the order of `_KINDS`."""
    inside = np.flatnonzero((places[area.scale] == area.id).to_numpy())
    kinds = range(len(_KINDS)) if area.of == ALL else [_KINDS.index(area.of)]
    return tuple(int(place) * len(_KINDS) + kind for place in inside for kind in kinds)


def _rows(
    release: str, year: _Year, areas: Sequence[_Told], cells: Mapping[str, Cell], rule: Rule
) -> list[Row]:
    rows = []
    for area in areas:
        cell = cells.get(area.name, _HIDDEN) if area.of == ALL or year.stated else _MISSING
        whole = int((year.where[area.scale] == area.id).sum())
        share = share_band(cell, whole, rule=rule)
        low, high = (None, None) if share is None else (round(share[0], 4), round(share[1], 4))
        rows.append(
            {
                "release": release,
                "of": area.of,
                "scale": area.scale,
                "area": area.id,
                "businesses": whole,
                "state": cell.state,
                "count": cell.value,
                "reason": cell.reason,
                "share_from": low,
                "share_to": high,
            }
        )
    return rows
