"""The measure of who can reach a desk or a shop on foot: bounds for each dong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, IntegerChoiceParameter, NumberParameter
from geo.core.vocab import CENSUS, CENSUS_YEARS
from geo.serving.analysis.coverage import unit_coverage
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.sample import PointSample
from geo.serving.analysis.walks import NEAR_M
from geo.snapshot.reader import Snapshot
from geo.statistics.accessibility import DETOURS, Floats, reach_zone, share_inside

CENTRES: Final = "centres"
BUSINESSES: Final = "businesses"
DESK_LANGUAGES: Final = (
    "en", "fil", "id", "ja", "km", "ko", "ky", "lo", "mn", "my", "ne", "ru", "si", "th", "ur",
    "uz", "vi", "zh",
)  # fmt: skip
MINUTES_WALKED: Final = (10, 5, 15, 20, 30)
TITLE: Final = "Who can walk to a desk or a shop, by dong"
TO: Final = ChoiceParameter("to", (CENTRES, BUSINESSES))
LANGUAGE: Final = ChoiceParameter(
    "language", DESK_LANGUAGES, "that is spoken at the desk", optional=True
)
MINUTES: Final = IntegerChoiceParameter("minutes", MINUTES_WALKED)
SPEED: Final = NumberParameter("speed_m_s", 1.0, 0.5, 1.5, "walking speed, metres a second")
GROUP: Final = ChoiceParameter("group", ("total", "foreign"))
EVENLY: Final = (
    "residents are taken as spread evenly over their dong; the bounds hold under that assumption"
)
OUTSIDE: Final = (
    "desks and shops outside Ansan are not counted; near its border more may be within reach"
)
ROUGH: Final = (
    "%(n)s of %(all)s desks are known to a dong or the city only: they may be anywhere in the "
    "circle of their accuracy, and count only for what may be within reach"
)
UNKNOWN: Final = (
    "where the lists do not cover a dong, a shop may be anywhere in it; that counts only for what "
    "may be within reach"
)
NOTHING: Final = "no such desk or shop is known, so nothing can be said; that is not zero"


@dataclass(frozen=True)
class _Targets:
    """What is walked to.

    Attributes:
        exact: points with a known door, metres.
        possible: where others may be, geometries in metres.
        basis: what is counted.
        caveats: on what is not known.
    """

    exact: Floats
    possible: Any
    basis: Evidence
    caveats: tuple[str, ...]


def reach(snapshot: Snapshot, sample: PointSample, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute bounds of the share of residents of each dong who can walk there in some minutes.

    Raises:
        BadParameterError: a language is asked of businesses, of which none says its languages.
    """
    asked = {each.name: each.read(parameters) for each in (TO, LANGUAGE, MINUTES, SPEED, GROUP)}
    if asked["language"] and asked["to"] == BUSINESSES:
        raise BadParameterError("language", asked["language"], "none with to=businesses")
    layer = snapshot.layers["residents"]
    at = layer.select({"year": [max(CENSUS_YEARS)], "definition": [CENSUS]})
    shapes = layer.geometries(at)
    areas = shapely.transform(shapes, in_metres)
    found = _shops(snapshot, sample, shapes) if asked["to"] == BUSINESSES else None
    targets = found or _desks(snapshot, asked["language"])
    shares = _bounds(areas, targets, 60 * asked["minutes"] * asked["speed_m_s"])
    names = ["dong_code", "name_ko", "name_en", asked["group"]]
    records = layer.records(at, names)
    counted = np.array([record[asked["group"]] or 0 for record in records], dtype=float)
    whole = (shares * counted).sum(axis=1) / counted.sum()
    city = dict(zip(("from_share", "to_share", "possible_share"), map(_share, whole), strict=True))
    return MeasureResult(
        measure="reach",
        title=TITLE,
        method=f"Straight line times a detour of {DETOURS[1]} (lower bounds) and {DETOURS[0]} "
        "(upper bounds) to the nearest one; the share of the ground of a dong within the distance "
        "stands for the share of its residents.",
        basis=targets.basis,
        parameters={**asked, **city},
        columns=_COLUMNS,
        rows=[
            {
                **{name: record[name] for name in names[:3]},
                "residents": record[asked["group"]],
                **_row(record[asked["group"]] or 0, shares[:, n]),
            }
            for n, record in enumerate(records)
        ],
        caveats=(*targets.caveats, EVENLY, OUTSIDE),
        shapes=[shapely.geometry.mapping(shape) for shape in shapes],
    )


def _bounds(areas: Any, targets: _Targets, metres: float) -> Floats:
    """Compute for each area the three shares of `_COLUMNS`; NaN where no target is known."""
    if not targets.basis.n:
        return np.full((3, len(areas)), np.nan)
    points = shapely.points(targets.exact)
    near, far = metres / max(DETOURS), metres / min(DETOURS)
    zones = (
        reach_zone(points, near),
        reach_zone(points, far),
        reach_zone(np.concatenate([points, targets.possible]), far),
    )
    return np.array([share_inside(areas, zone) for zone in zones])


def _desks(snapshot: Snapshot, language: str | None) -> _Targets:
    """Find the centres that speak a language, or all."""
    centres = snapshot.layers["centres"]
    everyone = np.arange(centres.count)
    records = centres.records(everyone, ["accuracy_m", "languages", "source_date"])
    serves = np.array(
        [not language or language in (record["languages"] or []) for record in records]
    )
    accuracy = np.array([record["accuracy_m"] for record in records], dtype=float)
    doors = in_metres(shapely.get_coordinates(centres.geometries(everyone)))
    exact, rough = serves & (accuracy <= NEAR_M), serves & (accuracy > NEAR_M)
    n = int(serves.sum())
    dates = sorted(filter(None, (records[k]["source_date"] for k in np.flatnonzero(serves))))
    basis = Evidence(
        n,
        {},
        (dates[0], dates[-1]) if dates else (None, None),
        {"observed": 1.0} if n else {},
        sources=frozenset(),
    )
    where = {"n": int(rough.sum()), "all": n}
    caveats = (ROUGH % where,) if rough.any() else () if n else (NOTHING,)
    return _Targets(
        doors[exact],
        shapely.buffer(shapely.points(doors[rough]), accuracy[rough]),
        basis,
        caveats,
    )


def _shops(snapshot: Snapshot, sample: PointSample, shapes: Any) -> _Targets:
    """Take the businesses counted, and the dong in which there may be more of them."""
    whole = unit_coverage(snapshot, shapes, sample).whole
    caveats = () if whole.all() else (UNKNOWN,)
    return _Targets(
        sample.xy,
        shapely.transform(shapes[~whole], in_metres),
        sample.basis,
        (*caveats, *(() if sample.n else (NOTHING,))),
    )


def _row(residents: float, shares: Floats) -> dict[str, float | None]:
    low, high, possible = map(float, shares)
    return {
        "share_from": _share(low),
        "share_to": _share(high),
        "share_possible": _share(possible),
        "residents_from": None if np.isnan(low) else int(np.floor(residents * low)),
        "residents_to": None if np.isnan(high) else int(np.ceil(residents * high)),
    }


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


_COLUMNS: Final = (
    Column("dong_code", "code of the dong"),
    Column("name_ko", "Korean name"),
    Column("name_en", "name in Latin letters"),
    Column("residents", "residents of the last census, all or foreign ones"),
    Column("share_from", "share of them within reach of a known door, at least", share=True),
    Column("share_to", "share of them within reach of a known door, at most", share=True),
    Column(
        "share_possible",
        "share of them that may be within reach, with what is known roughly or not covered",
        share=True,
    ),
    Column("residents_from", "residents within reach of a known door, at least"),
    Column("residents_to", "residents within reach of a known door, at most"),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "reach": Measure(
        title=TITLE,
        parameters=(TO, LANGUAGE, MINUTES, SPEED, GROUP),
        of=reach,
        classed=True,
        rests_on=("businesses", "centres", "residents"),
    ),
}
