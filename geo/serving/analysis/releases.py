"""The measure of two releases of a register: open businesses in each, difference and ratio.

Nothing is compared here: the build counts both releases on the same units
(`geo.pipeline.registers.two_releases`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import shapely

from geo.core.errors import BadParameterError
from geo.core.parameters import ChoiceParameter, Parameter
from geo.core.vocab import BEYOND_CATEGORY, KINDS
from geo.serving.analysis.measure import Measure
from geo.serving.analysis.result import FDR, Column, Evidence, MeasureResult, Row
from geo.serving.analysis.turnover import NOT_LOADED
from geo.snapshot.reader import Snapshot
from geo.statistics.cells import hexagon
from geo.statistics.class_methods import round_bounds
from geo.statistics.kernel_density import count_breaks
from geo.statistics.local_autocorrelation import benjamini_hochberg
from geo.statistics.paired_counts import LEAST, exact_mcnemar_p, paired_ratio

HEX, DONG, CITY = "hex", "dong", "city"
TITLE: Final = "Two releases of a register side by side"
NOT_COMPARED: Final = (
    "no register has two releases to compare: load the next release of one with `atlas ingest`; "
    "that is not zero"
)
LISTED: Final = (
    "what a list has for the first time counts as come, what it no longer has, or reports closed, "
    "as gone: a business that was overlooked before is no opening"
)
CHANCE: Final = (
    "all businesses of the list are counted, so a count has no error; interval and p-value ask "
    "whether coming and going by chance could make such a difference"
)
FEW: Final = f"ratios of fewer than {LEAST} businesses before are not given"
COVERED: Final = "compared are the dong that the register covers in both releases; others are empty"
COLLECTED: Final = (
    "the register is a collection of single places: a difference may be one of the collecting"
)
_VAGUE: Final = "place known only to a dong or gu"
_UP, _DOWN = 3, 2  # classes of rises and of falls
_CATEGORIES_ALONE: Final = (
    "all or a category: other kinds are counted when two more releases have been loaded"
)
_NONE: Final = (0, 0, 0)  # before, after and in both
_Counts = dict[str, tuple[int, int, int] | None]


@dataclass(frozen=True)
class RegisterId(Parameter):
    """The id of a register that is loaded; the snapshot decides which there are.

    Attributes:
        name: in the query.
        description: what it means.
        default: the register with most businesses in two releases.
    """

    name: str = "register"
    description: str = "register that is loaded, such as semas; without it the largest one"
    default: str = ""

    @property
    def json_schema(self) -> dict[str, Any]:
        """A short text."""
        return {"type": "string", "maxLength": 60, "pattern": "^[a-z0-9-]*$"}

    def parse(self, text: str) -> str:
        """Check that a text is made as an id is."""
        if not re.fullmatch(r"[a-z0-9-]{0,60}", text):
            raise BadParameterError(self.name, text, "the id of a register that is loaded")
        return text


REGISTER: Final = RegisterId()
KIND: Final = ChoiceParameter("kind", KINDS)
SHOW: Final = ChoiceParameter(
    "show",
    ("difference", "before", "after"),
    "what the picture and its classes show: the difference, or the count of either release",
)
SCALE: Final = ChoiceParameter("scale", (HEX, DONG, CITY))


def compared_registers(snapshot: Snapshot) -> list[Mapping[str, Any]]:
    """List the registers with two releases, the one with most businesses first."""
    found: Sequence[Mapping[str, Any]] = snapshot.changes.get("releases", ())
    return sorted(found, key=lambda entry: -entry["n"])


def counted_kinds(snapshot: Snapshot, register: str) -> tuple[str, ...]:
    """List the kinds of which two releases of a register are counted."""
    has_all = any(
        entry["register"] == register and entry.get("beyond_category")
        for entry in compared_registers(snapshot)
    )
    return KINDS if has_all else tuple(kind for kind in KINDS if kind not in BEYOND_CATEGORY)


def releases(snapshot: Snapshot, parameters: Mapping[str, str]) -> MeasureResult:
    """Compute the open businesses of two releases of a register by unit, and their ratio.

    Raises:
        BadParameterError: the register is not loaded, or has one release only; or the earlier
            one was loaded before kinds beyond categories were counted.
    """
    register, kind, scale = (each.read(parameters) for each in (REGISTER, KIND, SCALE))
    show = SHOW.read(parameters)
    found = _chosen(snapshot, register)
    if found and kind not in counted_kinds(snapshot, found["register"]):
        raise BadParameterError(KIND.name, kind, _CATEGORIES_ALONE)
    rows = _rows(snapshot, found, kind, scale) if found else []
    return MeasureResult(
        measure="releases",
        title=TITLE,
        method="Open businesses of a register in its last two releases, on the same units. Ratio "
        "of the later count to the earlier with the 95 % hybrid Wilson interval for paired counts "
        "(Bonett and Price 2006). Two-sided p: the exact test of McNemar (1947) of those that came "
        f"and went; over all units a {FDR}.",
        basis=_basis(found, kind),
        parameters={
            "register": found["register"] if found else register,
            "kind": kind,
            "scale": scale,
            "show": show,
            **_default_classes(rows, show),
        },
        columns=_COLUMNS,
        rows=rows,
        caveats=_caveats(snapshot, found),
        shapes=None if scale == CITY else _shapes(snapshot, rows, scale),
    )


def _default_classes(rows: Sequence[Row], show: str) -> dict[str, list[float]]:
    """Compute the classes of the picture: those of the counts are the same for both releases."""
    sides = ("before", "after")
    names = sides if show in sides else (show,)
    known = [row[name] for row in rows for name in names if row[name]]
    if not known:
        return {}
    return {"class_bounds": round_bounds(known) if show in sides else change_bounds(known)}


def change_bounds(differences: Sequence[float]) -> list[float]:
    """Compute upper bounds of classes of differences, parted at zero where some are below it."""
    up = count_breaks(max(differences), _UP) if max(differences) > 0 else []
    if min(differences) >= 0:
        return up
    down = count_breaks(-min(differences), _DOWN)
    # Between one less and none there is no count: the class of one less ends at zero.
    return [*(-bound for bound in reversed(down[:-1]) if bound > 1), 0.0, *up]


def count_hexagons(snapshot: Snapshot, register: str, kind: str) -> int:
    """Count the hexagons on which a register had a business of a kind in either release.

    Raises:
        BadParameterError: the register is not loaded, or has one release only.
    """
    found = _chosen(snapshot, register)
    return found[HEX]["category"].count(kind) if found else 0


def _chosen(snapshot: Snapshot, register: str) -> Mapping[str, Any] | None:
    """Choose what is compared; None where nothing can be."""
    compared = compared_registers(snapshot)
    if not register:
        return compared[0] if compared else None
    for entry in compared:
        if entry["register"] == register:
            return entry
    allowed = [entry["register"] for entry in compared] or "none: no register has two releases"
    raise BadParameterError(REGISTER.name, register, allowed)


def _rows(snapshot: Snapshot, found: Mapping[str, Any], kind: str, scale: str) -> list[Row]:
    """Compute a row for each unit with its figures, and for each dong that has none."""
    counts, figures = _counts(found, kind, scale), cache(_figures)  # of units, many are alike
    if scale == DONG:
        covered = set(found["covered"] or ())
        codes = snapshot.layers["dong"].columns["id"].to_pylist()
        counts = {code: counts.get(code, _NONE if code in covered else None) for code in codes}
    rows = [{"unit": unit, **figures(count)} for unit, count in counts.items()]
    known = [row["p"] for row in rows if row["p"] is not None]
    stands_out = iter(benjamini_hochberg(np.array(known, dtype=float)).tolist() if known else ())
    return [row if row["p"] is None else {**row, "unusual": bool(next(stands_out))} for row in rows]


def _counts(found: Mapping[str, Any], kind: str, scale: str) -> _Counts:
    columns = found[scale]
    names = ("unit", "category", "before", "after", "both")
    return {
        unit: (before, after, both)
        for unit, category, before, after, both in zip(
            *(columns[name] for name in names), strict=True
        )
        if category == kind
    }


def _figures(count: tuple[int, int, int] | None) -> dict[str, Any]:
    if count is None:
        return {**dict.fromkeys(_FIGURES), "state": "missing"}
    before, after, both = count
    ratio = paired_ratio(before, after, both)
    return {
        "before": before,
        "after": after,
        "both": both,
        "difference": after - before,
        "ratio": _rounded(ratio.value),
        "low": _rounded(ratio.low),
        "high": _rounded(ratio.high),
        "p": float(f"{exact_mcnemar_p(before, after, both):.3g}"),
        "unusual": None,
        "state": "shown",
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _basis(found: Mapping[str, Any] | None, kind: str) -> Evidence:
    if found is None:
        return Evidence(0, {}, (None, None), {}, sources=frozenset())
    whole = _counts(found, kind, CITY).get(CITY)
    before, after, both = whole or (0, 0, 0)
    vague = found["without_point"].get(kind, 0)
    return Evidence(
        before + after - both,
        {_VAGUE: vague} if vague else {},
        (found["before"] or None, found["after"] or None),
        {"observed": 1.0},
        sources=frozenset({found["register"]}),
    )


def _caveats(snapshot: Snapshot, found: Mapping[str, Any] | None) -> tuple[str, ...]:
    if found is None:
        return (NOT_COMPARED if snapshot.changes else NOT_LOADED,)
    is_complete = snapshot.manifest["registers"][found["register"]].get("covers")
    of_areas = () if is_complete else (COLLECTED,)
    return (LISTED, CHANCE, FEW, *(of_areas if found["covered"] is None else (COVERED,)))


def _shapes(snapshot: Snapshot, rows: Sequence[Row], scale: str) -> list[Mapping[str, Any]]:
    if scale == HEX:
        return [shapely.geometry.mapping(hexagon(row["unit"])) for row in rows]
    layer = snapshot.layers["dong"]
    shapes = layer.geometries(np.arange(layer.count))
    return [shapely.geometry.mapping(shape) for shape in shapes] if rows else []


_COLUMNS: Final = (
    Column("unit", "hexagon (H3 index), dong code, or city"),
    Column("before", "businesses open in the earlier release"),
    Column("after", "businesses open in the later release"),
    Column("both", "businesses open in both releases in the unit"),
    Column("difference", "businesses open in the later release less those in the earlier"),
    Column("ratio", "later count over earlier count; empty with too few"),
    Column("low", "lower end of the 95 % interval"),
    Column("high", "upper end of the 95 % interval"),
    Column("p", "two-sided p-value of those that came and went"),
    Column("unusual", "whether it stands out with the false discovery rate held"),
    Column("state", "shown, or missing: a dong that the register does not cover in both releases"),
)
_FIGURES: Final = tuple(column.name for column in _COLUMNS if column.name not in ("unit", "state"))
MEASURES: Final[Mapping[str, Measure]] = {
    "releases": Measure(
        title=TITLE, parameters=(REGISTER, KIND, SCALE, SHOW), alone=releases, classed=True
    ),
}
