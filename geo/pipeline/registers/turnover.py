"""What opened, closed, moved and was renamed, and how long businesses last, by their licences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.pipeline.geocoding.area_join import nearest_dong
from geo.pipeline.registers.register import Register
from geo.statistics.survival import Survival, survival_at

KINDS: Final = ("opened", "closed", "moved", "renamed")
LISTED: Final = (
    "register",
    "kind",
    "month",
    "dong_code",
    "dong",
    "id",
    "name_ko",
    "before",
    "after",
)
YEARS: Final = (1.0, 2.0, 3.0, 5.0, 10.0)
_DAY: Final = r"^\d{4}-\d{2}-\d{2}$"
_RATED: Final = 10  # years back


@dataclass(frozen=True)
class YearOfLicences:
    """Openings and closings of a year.

    Attributes:
        year: January to December; the last one up to the release.
        at_start: businesses open on 1 January: opened before, and not closed before.
        opened: licensed in the year.
        closed: closed in the year.
    """

    year: int
    at_start: int
    opened: int
    closed: int

    @property
    def opening_rate(self) -> float | None:
        """Openings by businesses open on 1 January; None where there were none."""
        return self.opened / self.at_start if self.at_start else None

    @property
    def closing_rate(self) -> float | None:
        """Closings by businesses open on 1 January; None where there were none."""
        return self.closed / self.at_start if self.at_start else None


@dataclass(frozen=True)
class Turnover:
    """Openings, closings and survival by the dates of one register.

    Attributes:
        register: its id.
        until: the day up to which its dates speak.
        businesses: rows with a usable opening day, and a closing day where they closed.
        without_dates: the others, which are left out.
        years: the last ten.
        survival: after 1, 2, 3, 5 and 10 years.
    """

    register: str
    until: str
    businesses: int
    without_dates: int
    years: tuple[YearOfLicences, ...]
    survival: tuple[Survival, ...]


def list_changes(registers: Mapping[str, Register], dong: gpd.GeoDataFrame) -> pd.DataFrame:
    """List what the last load of each register changed, with month and dong; columns `LISTED`.

    The month is that of the licence's own opening or closing day where there is one, else that of
    the release, which has seen the change.

    Args:
        registers: what is loaded.
        dong: administrative dong, indexed by code, with `name_ko`.
    """
    parts = [_listed(register, dong) for _, register in sorted(registers.items())]
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in LISTED})
    every = pd.concat([empty, *parts], ignore_index=True)
    return every.sort_values(["month", "dong_code", "kind", "id"], ignore_index=True)


def _listed(register: Register, dong: gpd.GeoDataFrame) -> pd.DataFrame:
    changes = register.changes[register.changes["kind"].isin(KINDS)]
    codes = _dong_codes(changes, dong)
    return changes.assign(
        register=register.id,
        month=_months(changes, register),
        dong_code=codes,
        dong=codes.map(dong["name_ko"]).fillna(""),
    )[list(LISTED)].fillna("")


def _months(changes: pd.DataFrame, register: Register) -> pd.Series:
    opened = changes["id"].map(register.frame["opened_on"]).astype("str")
    own = opened.where(changes["kind"] == "opened")
    closed = changes["after"].where(changes["kind"] == "closed")
    day = own.fillna(closed)
    known = day.str.match(r"^\d{4}-\d{2}").fillna(value=False).astype(bool)
    return day.where(known).fillna(str(register.about.get("release") or "")).str[:7]


def _dong_codes(changes: pd.DataFrame, dong: gpd.GeoDataFrame) -> pd.Series:
    placed = changes[changes["lon"].notna() & changes["lat"].notna()]
    if placed.empty:
        return pd.Series("", index=changes.index, dtype="str")
    points = gpd.GeoDataFrame(
        placed, geometry=gpd.points_from_xy(placed["lon"], placed["lat"]), crs=STORE
    )
    return nearest_dong(points, dong).reindex(changes.index).fillna("").astype("str")


def turnover(register: Register) -> Turnover | None:
    """Compute openings, closings and survival; None for a register without opening days.

    Args:
        register: one whose rows have `opened_on`, and `closed_on` where they closed.
    """
    rows = register.frame
    opened, closed = _days(rows["opened_on"]), _days(rows["closed_on"])
    ended = rows["status"] == "closed"
    usable = opened.notna() & (~ended | (closed.notna() & (closed >= opened)))
    if not usable.any():
        return None
    until = _until(register, opened, closed)
    start, gone = opened[usable], closed[usable].where(ended[usable])
    seen = start <= until
    start, gone = start[seen], gone[seen].where(gone[seen] <= until)
    days = np.asarray((gone.fillna(until) - start).dt.days, dtype=np.float64)
    years = range(until.year - _RATED + 1, until.year + 1)
    return Turnover(
        register=register.id,
        until=f"{until:%Y-%m-%d}",
        businesses=len(start),
        without_dates=len(rows) - len(start),
        years=tuple(_year(year, start, gone) for year in years),
        survival=tuple(survival_at(days, gone.notna().to_numpy(), YEARS)),
    )


def _year(year: int, start: pd.Series, gone: pd.Series) -> YearOfLicences:
    first = pd.Timestamp(year, 1, 1)
    there = (start < first) & ~(gone < first)
    return YearOfLicences(
        year,
        int(there.sum()),
        int((start.dt.year == year).sum()),
        int((gone.dt.year == year).sum()),
    )


def _until(register: Register, *days: pd.Series) -> pd.Timestamp:
    """Return the last day that a register speaks of: of its release, or of any of its rows."""
    release = pd.to_datetime(str(register.about.get("release") or ""), errors="coerce")
    touched = _days(register.frame["updated_on"]).max()
    known = [day for day in (release, touched, *(each.max() for each in days)) if pd.notna(day)]
    return pd.Timestamp(max(known))


def _days(texts: pd.Series) -> pd.Series:
    """Return whole days as times; missing for months and years, which are no day."""
    whole = texts.where(texts.str.match(_DAY).fillna(value=False).astype(bool))
    return pd.to_datetime(whole, errors="coerce")


def plain(found: Turnover) -> dict[str, Any]:
    """Return it as JSON values, shares to four digits."""
    return {
        "register": found.register,
        "until": found.until,
        "businesses": found.businesses,
        "without_dates": found.without_dates,
        "years": [
            {
                "year": year.year,
                "at_start": year.at_start,
                "opened": year.opened,
                "closed": year.closed,
                "opening_rate": _rounded(year.opening_rate),
                "closing_rate": _rounded(year.closing_rate),
            }
            for year in found.years
        ],
        "survival": [
            {
                "years": point.years,
                "share": _rounded(point.share),
                "low": _rounded(point.low),
                "high": _rounded(point.high),
                "at_risk": point.at_risk,
            }
            for point in found.survival
        ],
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None or np.isnan(share) else round(share, 4)
