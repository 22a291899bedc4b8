"""Protected counts of the operators of businesses, in fixed areas."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows
from geo.statistics.cells import hexagon

FOREIGN: Final = "foreign-run"
COUNTED: Final = (FOREIGN, "groups")
SUBJECT: Final = ChoiceParameter("of", COUNTED)
SCALE: Final = ChoiceParameter("scale", ("dong", "zone", "food-street", "hex"))
NOT_LOADED: Final = "no register that says who runs a business has been loaded"
PUBLIC: Final = "K5-R5"
_METHODS: Final = {
    PUBLIC: "Counts of a register in fixed areas under rule K5-R5: fewer than 5 are hidden, others "
    "rounded to 5; further counts are hidden until none that is hidden, and no difference of two "
    "areas or releases, can be worked out within 3, checked by integer programming over all tables "
    "together (Hundepool et al. 2012, chapter 4); "
    "one pattern over all releases. Shares are bands, of 20 or more.",
    "K3": "Exact counts of a register in fixed areas for staff, rule K3: fewer than 3 are hidden. "
    "Not to be published.",
}
_COLLECTION: Final = {"dong": "dong", "zone": "zone", "food-street": "food-streets"}


def operators(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Read the counts of foreign-run businesses by fixed area, or of their groups of nationalities.

    What the snapshot holds is protected already: nothing is counted here.
    """
    subject, scale = SUBJECT.read(parameters), SCALE.read(parameters)
    rows = [
        row
        for row in snapshot.operators.get("rows", ())
        if row["scale"] == scale and (row["of"] == FOREIGN) == (subject == FOREIGN)
    ]
    releases = sorted({row["release"] for row in rows})
    areas = rows or _missing_areas(snapshot, scale)
    hidden = sum(row["state"] == "hidden" for row in areas)
    return MeasureResult(
        measure="operators",
        title="How many businesses are run by foreigners",
        method=_METHODS[snapshot.operators.get("rule", PUBLIC)],
        basis=Evidence(
            sum(row["businesses"] for row in areas if row["of"] == FOREIGN),
            {},
            (releases[0] or None, releases[-1] or None) if releases else (None, None),
            {"observed": 1.0} if rows else {},
        ),
        parameters={"of": subject, "scale": scale, "register": snapshot.operators.get("register")},
        columns=_COLUMNS,
        rows=[{**_dong_names(snapshot, row), **row} for row in areas],
        shapes=[_shape(snapshot, row) for row in areas],
        caveats=_caveats(hidden, loaded=bool(rows)),
    )


def _caveats(hidden: int, *, loaded: bool) -> tuple[str, ...]:
    caveats = []
    if not loaded:
        caveats.append(NOT_LOADED)
    if hidden:
        caveats.append(
            f"{hidden} counts are hidden to protect owners; hidden is neither zero nor few"
        )
    return tuple(caveats)


def _missing_areas(snapshot: Snapshot, scale: str) -> list[dict[str, Any]]:
    """List the areas of a scale with missing values."""
    nothing = {"release": "", "of": FOREIGN, "scale": scale, "businesses": 0, "state": "missing"}
    nothing |= {"count": None, "reason": "not-collected", "share_from": None, "share_to": None}
    if scale not in _COLLECTION:
        return []
    layer = snapshot.layers[_COLLECTION[scale]]
    in_force = {"valid_to": [None]} if "valid_to" in layer.fields else {}
    ids = layer.records(layer.select(in_force), ["id"])
    return [{**nothing, "area": record["id"]} for record in ids]


def _dong_names(snapshot: Snapshot, row: Mapping[str, Any]) -> dict[str, str | None]:
    if row["scale"] != "dong":
        return {"name_ko": None, "name_en": None}
    layer = snapshot.layers["dong"]
    return layer.records(_rows(layer, row), ["name_ko", "name_en"])[0]


def _shape(snapshot: Snapshot, row: Mapping[str, Any]) -> Mapping[str, Any]:
    if row["scale"] == "hex":
        outline = hexagon(row["area"])
    else:
        layer = snapshot.layers[_COLLECTION[row["scale"]]]
        outline = layer.geometries(_rows(layer, row))[0]
    shape: Mapping[str, Any] = shapely.geometry.mapping(outline)
    return shape


def _rows(layer: Layer, row: Mapping[str, Any]) -> Rows:
    return np.array([layer.row_of(row["area"])], dtype=np.int64)


_COLUMNS: Final = (
    Column("release", "release of the register"),
    Column("of", "foreign-run, or the group of nationalities"),
    Column("scale", "kind of area"),
    Column("area", "dong code, id of the zone or food street, or H3 index (resolution 10)"),
    Column("name_ko", "Korean name of the dong"),
    Column("name_en", "name of the dong in Latin letters"),
    Column("businesses", "all businesses that the register lists there"),
    Column("state", "shown, hidden, zero (no business at all) or missing (not collected)"),
    Column("count", "rounded to 5; 0 only where state is zero, empty where hidden or missing"),
    Column("reason", "why it is not shown: protected, none (no business) or not-collected"),
    Column("share_from", "share of all businesses there, at least", share=True),
    Column("share_to", "share of all businesses there, at most", share=True),
)


MEASURES: Final[Mapping[str, Measure]] = {
    "operators": Measure(
        title="How many businesses are run by foreigners, in fixed areas",
        parameters=(SUBJECT, SCALE),
        alone=operators,
        classed=True,
    ),
}
