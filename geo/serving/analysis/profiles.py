"""Profiles of places: what the censuses say of each dong, gu or the city, and its rank."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.parameters import ChoiceParameter
from geo.core.vocab import CENSUS
from geo.serving.analysis.census import YEAR, YEARS
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

SCALE: Final = ChoiceParameter("scale", ("dong", "gu", "city"))
CITY: Final = "41270"  # KOSTAT and the registers agree on the code of Ansan
_SHARE_DIGITS: Final = 4


@dataclass(frozen=True)
class Figure:
    """One figure of a profile: a count, or a count per another one.

    Attributes:
        part: the count.
        whole: what it is divided by; "" for a plain count.
        description: what it means, with its unit.
        share: whether it is a share from 0 to 1.
    """

    part: str
    whole: str
    description: str
    share: bool = False

    def of(self, sums: Mapping[str, float | None]) -> float | None:
        """Compute the figure of a place from the sums over its dong; None where unknown."""
        part, whole = sums[self.part], sums[self.whole] if self.whole else 1
        if part is None or not whole:
            return None
        if not self.whole:
            return part
        return round(part / whole, _SHARE_DIGITS if self.share else 1)


FIGURES: Final[Mapping[str, Figure]] = {
    "foreign_share": Figure("foreign", "total", "foreign among all residents, 0 to 1", share=True),
    "residents": Figure("total", "", "residents"),
    "foreign": Figure("foreign", "", "foreign residents"),
    "density": Figure("total", "area_km2", "residents per km²"),
    "households": Figure("households", "", "households of any kind"),
    "foreign_household_share": Figure(
        "foreign_households",
        "households",
        "households of foreigners among households of any kind, 0 to 1",
        share=True,
    ),
    "one_person_share": Figure(
        "one_person",
        "general_households",
        "households of one person among general households, 0 to 1",
        share=True,
    ),
    "detached_share": Figure(
        "in_detached_houses",
        "general_households",
        "general households in detached houses, 0 to 1",
        share=True,
    ),
    "apartment_share": Figure(
        "in_apartments",
        "general_households",
        "general households in apartments, 0 to 1",
        share=True,
    ),
    "multi_family_share": Figure(
        "in_multi_family_houses",
        "general_households",
        "general households in multi-family houses, 0 to 1",
        share=True,
    ),
    "other_quarters_share": Figure(
        "in_other_quarters",
        "general_households",
        "general households in quarters that are no dwelling, 0 to 1",
        share=True,
    ),
    "establishments": Figure(
        "establishments_2020", "", "establishments of all sectors, census of 2020"
    ),
    "establishments_per_km2": Figure(
        "establishments_2020", "area_km2", "establishments per km², census of 2020"
    ),
}
_RESIDENTS: Final = ("total", "foreign", "area_km2")
_HOUSEHOLDS: Final = tuple(
    dict.fromkeys(
        name
        for figure in FIGURES.values()
        for name in (figure.part, figure.whole)
        if name and name not in (*_RESIDENTS, "establishments_2020")
    )
)


def profiles(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute the profile of each dong or gu, or of the city: 13 figures and the rank of each.

    Figures of a gu or the city follow from the sums over its dong. A rank of 1 is the largest
    value; equal values share the better rank.
    """
    year, scale = int(YEAR.read(parameters)), SCALE.read(parameters)
    places = _places(snapshot, _dong_counts(snapshot, year), scale)
    table = [
        {**place.names, **{name: figure.of(place.sums) for name, figure in FIGURES.items()}}
        for place in places
    ]
    ranks = {name: _ranks([row[name] for row in table]) for name in FIGURES}
    rows = [
        row | {f"rank_{name}": ranked[number] for name, ranked in ranks.items()}
        for number, row in enumerate(table)
    ]
    residents = int(sum(place.sums["total"] or 0 for place in places))
    return MeasureResult(
        measure="profiles",
        title="Profiles of places: residents, households, dwellings, establishments",
        method=f"Census of {year}, on the dong of its time. Figures of a gu or of the city follow "
        "from the sums over its dong. Rank 1 is the largest value; equal values share a rank.",
        basis=Evidence(residents, {}, (str(year), str(year)), {"observed": 1.0}),
        parameters={"year": year, "scale": scale, **_bounds(snapshot, scale)},
        columns=_columns(),
        rows=rows,
        caveats=_CAVEATS,
        shapes=[shapely.geometry.mapping(place.outline) for place in places],
    )


@dataclass(frozen=True)
class _Place:
    """A dong, a gu or the city, with the sums over its dong; a sum is None where one is unknown."""

    names: Mapping[str, Any]
    sums: Mapping[str, float | None]
    outline: Any


def _places(snapshot: Snapshot, dong: Sequence[Mapping[str, Any]], scale: str) -> list[_Place]:
    if scale == "dong":
        return [_place(_named(record, record["dong_code"]), [record]) for record in dong]
    if scale == "city":
        return [_place({"code": CITY, "name_ko": "안산시", "name_en": "Ansan"}, dong)]
    members = defaultdict(list)
    for record in dong:
        members[record["gu_code"]].append(record)
    gu = snapshot.layers["gu"]
    named = {
        record["id"]: record
        for record in gu.records(np.arange(gu.count), ["id", "name_ko", "name_en"])
    }
    return [_place(_named(named[code], code), each) for code, each in sorted(members.items())]


def _place(names: Mapping[str, Any], dong: Sequence[Mapping[str, Any]]) -> _Place:
    counts = (*_RESIDENTS, *_HOUSEHOLDS, "establishments_2020")
    return _Place(
        names,
        {name: _sum([record[name] for record in dong]) for name in counts},
        shapely.union_all([record["outline"] for record in dong]),
    )


def _named(record: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {"code": code, "name_ko": record.get("name_ko"), "name_en": record.get("name_en")}


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _dong_counts(snapshot: Snapshot, year: int) -> list[dict[str, Any]]:
    """Join the counts of residents, households and establishments of each dong of a census."""
    residents, households = snapshot.layers["residents"], snapshot.layers["households"]
    rows = residents.select({"year": [year], "definition": [CENSUS]})
    names = [name for name in ("name_ko", "name_en") if name in residents.fields]
    records = residents.records(rows, ["dong_code", "gu_code", *names, *_RESIDENTS])
    housing = {
        record["dong_code"]: record
        for record in households.records(
            households.select({"year": [year]}), ["dong_code", *_HOUSEHOLDS]
        )
    }
    business = _establishments(snapshot.layers["dong"]) if year != min(map(int, YEARS)) else {}
    return [
        housing[record["dong_code"]]
        | record
        | {"establishments_2020": business.get(record["dong_code"]), "outline": outline}
        for record, outline in zip(records, residents.geometries(rows), strict=True)
    ]


def _establishments(dong: Layer) -> dict[str, int]:
    records = dong.records(np.arange(dong.count), ["id", "establishments_2020"])
    return {record["id"]: record["establishments_2020"] for record in records}


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Rank values from the largest; equal ones share the better rank, unknown ones have none."""
    known = sorted((value for value in values if value is not None), reverse=True)
    return [None if value is None else known.index(value) + 1 for value in values]


def _bounds(snapshot: Snapshot, scale: str) -> dict[str, Any]:
    """Return the classes of the foreign share, which the picture shows; of gu there are none."""
    if scale != "dong":
        return {}
    return {"class_bounds": snapshot.manifest["classes"]["residents"]["foreign_share"]}


def _columns() -> tuple[Column, ...]:
    return (
        Column("code", "code of the dong (행정동) or gu at the time, or of the city"),
        Column("name_ko", "Korean name"),
        Column("name_en", "name in Latin letters"),
        *(Column(name, figure.description, figure.share) for name, figure in FIGURES.items()),
        *(
            Column(f"rank_{name}", f"rank, 1 the largest: {figure.description}")
            for name, figure in FIGURES.items()
        ),
    )


_CAVEATS: Final = (
    "the census counts who lives here and stays; the city's register counts others, and the two "
    "cannot be compared",
    "establishments were counted in 2020 and are shown beside every later census; the dong of 2015 "
    "were others and have none",
    "general households leave out households of foreigners and institutions",
    "areas are those of the boundaries, with tidal flats and hills; where the census leaves a "
    "count of one dong empty, the sum of its gu and of the city is empty too",
)

MEASURES: Final[Mapping[str, Measure]] = {
    "profiles": Measure(
        title="Profiles of places: residents, households, dwellings, establishments",
        parameters=(YEAR, SCALE),
        alone=profiles,
        rests_on=("residents", "households", "dong"),
    ),
}
