"""The sample of a measure: the businesses whose location is known as a point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from geo.core.crs import in_metres
from geo.core.vocab import EXACT
from geo.serving.analysis.result import Evidence
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

SIMULATED: Final = "simulated"  # of `provenance`, and the value of the parameter `with`
MOSTLY: Final = 0.5  # share of simulated rows above which nothing is tested

NO_SAMPLE: Final = (
    "the businesses counted are those of these lists: %s; the lists are not a sample of all "
    "businesses, and what they do not cover is not known"
)

LISTS: Final = {
    "places": "named places collected by Ansan Atlas",
    "storefronts": "storefronts of SEMAS (상가정보)",
    "semas": "shops of the register of SEMAS (상가정보)",
    "permits": "permits of local authorities (지방행정 인허가)",
    "osm": "OpenStreetMap",
    "city-survey": "the city's survey of shops (상권 현황조사)",
    "muslim-friendly": "Muslim-friendly restaurants of Gyeonggi-do (무슬림 친화 음식점)",
    "world-restaurants": "World restaurants of Ansan (안산 세계맛집)",
}

NOTHING: Final = (
    "no business of the lists matches; that is not zero where the lists do not say, as of who "
    "runs a business: no list of real ones says it, and with=simulated adds those for which it is "
    "made up"
)

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class PointSample:
    """Businesses with their points.

    Attributes:
        layer: their layer.
        rows: their row numbers, ascending.
        lonlat: degrees, shape (n, 2).
        xy: metres (EPSG:5186), shape (n, 2).
        left_out: how many of those chosen do not count, by reason.
    """

    layer: Layer
    rows: Rows
    lonlat: Floats
    xy: Floats
    left_out: Mapping[str, int]
    _values: dict[str, list[Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def n(self) -> int:
        """Number of businesses."""
        return len(self.rows)

    @property
    def basis(self) -> Evidence:
        """Evidence of a measure that counts these businesses."""
        return Evidence(
            self.n, self.left_out, self.dates, self.provenance, self.caveats, self.sources
        )

    @property
    def sources(self) -> frozenset[str]:
        """The sources that list them; `simulated` for those that none lists."""
        simulated = {SIMULATED} if self.provenance.get(SIMULATED, 0) else set()
        return frozenset(simulated | {name for names in self.values("registers") for name in names})

    @property
    def lists(self) -> list[str]:
        """The lists that hold them, each with its date, or the first and last of its dates.

        The date of a business that several lists know is that of the latest of them, so that a
        list is dated by those that it alone knows, where there are any.
        """
        pairs = list(zip(self.values("registers"), self.values("source_date"), strict=True))
        return [_list_with_dates(name, pairs) for name in sorted(self.sources - {SIMULATED})]

    @property
    def dates(self) -> tuple[str | None, str | None]:
        """First and last reference date of their sources."""
        known = sorted(date for date in self.values("source_date") if date)
        return (known[0], known[-1]) if known else (None, None)

    @property
    def provenance(self) -> dict[str, float]:
        """Share of each provenance, largest first."""
        names, counts = np.unique(
            np.array(self.values("provenance"), dtype=str), return_counts=True
        )
        pairs = sorted(zip(names.tolist(), counts.tolist(), strict=True), key=lambda item: -item[1])
        return {name: round(count / self.n, 4) for name, count in pairs}

    @property
    def is_mostly_simulated(self) -> bool:
        """Whether more than half are simulated, so that a verdict would mean nothing."""
        return self.provenance.get(SIMULATED, 0) > MOSTLY

    @property
    def made_up(self) -> frozenset[str]:
        """The categories of which more than half is simulated."""
        kinds = np.array(self.values("category"), dtype=str)
        simulated = np.array(self.values("provenance"), dtype=str) == SIMULATED
        return frozenset(
            kind for kind in np.unique(kinds).tolist() if simulated[kinds == kind].mean() > MOSTLY
        )

    @property
    def caveats(self) -> tuple[str, ...]:
        """Caveats of every measure that counts these businesses."""
        simulated = self.provenance.get(SIMULATED, 0)
        if not self.n:
            return (NOTHING,)
        if not simulated:
            return (NO_SAMPLE % ", ".join(self.lists),)
        return (
            f"{100 * simulated:.0f} % of the businesses are simulated to published totals: their "
            "places are made up, so patterns among them show the method and not the city",
        )

    def values(self, name: str) -> list[Any]:
        """Read a property of each business; the list is not to be changed."""
        if name not in self._values:
            self._values[name] = self.layer.take(self.rows, [name])[name].to_pylist()
        return self._values[name]


def _list_with_dates(name: str, pairs: Sequence[tuple[Sequence[str], str | None]]) -> str:
    """Format a list with the dates of its businesses."""
    known = [(names, date) for names, date in pairs if name in names and date]
    alone = [date for names, date in known if len(names) == 1]
    dates = sorted({*(alone or (date for _, date in known))})
    title = LISTS.get(name, name)
    return f"{title} ({' to '.join(dict.fromkeys((dates[0], dates[-1])))})" if dates else title


def point_sample(layer: Layer, rows: Rows) -> PointSample:
    """Select the businesses of some rows whose location is known as a point."""
    exact = np.isin(rows, layer.select({"located_by": EXACT}), assume_unique=True)
    exact_rows = rows[exact]
    lonlat = layer.lonlat(exact_rows)
    vague = int((~exact).sum())
    left_out = {"place known only to a dong or gu": vague} if vague else {}
    return PointSample(layer, exact_rows, lonlat, in_metres(lonlat), left_out)


def drop_simulated(layer: Layer, rows: Rows) -> Rows:
    """Drop the simulated businesses from row numbers.

    Args:
        layer: the businesses.
        rows: row numbers, ascending.
    """
    simulated = layer.select({"provenance": [SIMULATED]})
    return rows[~np.isin(rows, simulated, assume_unique=True)]
