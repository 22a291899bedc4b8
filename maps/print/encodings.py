"""Visual encodings: the column of a measure that is drawn, and how."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from geo.serving.analysis.result import MeasureResult, Row
from maps.print import labels

BARS: Final = "bars"
LINE: Final = "line"
TABLE: Final = "table"
REACH: Final = "reach"


@dataclass(frozen=True)
class Encoding:
    """The visual encoding of a measure.

    Attributes:
        columns: the column drawn; of several the first that at least half of the rows have.
        upper: of rows that are classes, the column of the upper bound; the drawn one is the lower.
        kinds: of a column of words, each word's label and colour, in the order of the legend.
        only: a row counts only where this column is true, otherwise it is "none".
        passing: only rows where this column is true are drawn.
        by: columns that name a row.
        chart: how rows without shapes are drawn.
        between: columns that a line should be compared with: lowest and highest.
        runs: column that changes where a line must break.
        percent: whether the column holds shares, which are written as percentages.
        references: of a column, the value that others are compared with, and its label.
        bounds: upper bounds of the classes, ascending; empty where they follow from the values.
        on_map: whether rows with shapes are drawn as a map; several rows of one place are not.
    """

    columns: tuple[str, ...]
    upper: str | None = None
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    only: str | None = None
    passing: str | None = None
    by: tuple[str, ...] = ()
    chart: str = BARS
    between: tuple[str, ...] = ()
    runs: str | None = None
    percent: bool = False
    references: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    bounds: tuple[float, ...] = ()
    on_map: bool = True


_PLAIN: Final = "#e9e5db"
# ColorBrewer RdBu (Brewer, C., colorbrewer2.org).
_SPOTS: Final = {
    "hot": (labels.HOT, "#ca0020"),
    "cold": (labels.COLD, "#0571b0"),
    "undecided": (labels.UNDECIDED, "#fdf4b0"),
    "none": (labels.NEITHER, _PLAIN),
}
_QUADRANTS: Final = {
    "high-high": (labels.HIGH_HIGH, "#ca0020"),
    "high-low": (labels.HIGH_LOW, "#f4a582"),
    "low-high": (labels.LOW_HIGH, "#92c5de"),
    "low-low": (labels.LOW_LOW, "#0571b0"),
    "none": (labels.ORDINARY, _PLAIN),
}

# ColorBrewer Dark2.
_KINDS: Final = {
    "food": (labels.FOOD, "#d95f02"),
    "shop": (labels.SHOP, "#1b9e77"),
    "service": (labels.SERVICE, "#7570b3"),
}

# ColorBrewer Dark2.
_PROPERTIES: Final = {
    "name_ko": (labels.NAME, "#7570b3"),
    "category": (labels.CATEGORY, "#d95f02"),
    "address": (labels.STREET_ADDRESS, "#1b9e77"),
    "phone": (labels.TELEPHONE, "#e7298a"),
    "halal": (labels.HALAL, "#66a61e"),
}

_INDEX: Final = {"index": (100.0, labels.BASE_YEAR)}

ENCODINGS: Final[Mapping[str, Encoding]] = {
    "density": Encoding(("per_ha",)),
    "isolines": Encoding(("from_per_ha",), upper="to_per_ha"),
    "shares": Encoding(("from_share",), upper="to_share"),
    "hot-spots": Encoding(("spot",), kinds=_SPOTS),
    "neighbours": Encoding(("quadrant",), kinds=_QUADRANTS, only="stands_out"),
    "scales": Encoding(("densest_per_ha",), by=("scale",)),
    "clustering": Encoding(("share",), by=("distance_m",), chart=LINE, between=("low", "high")),
    "colocation": Encoding(
        ("quotient",),
        by=("of", "to"),
        passing="unusual",
        references={"quotient": (1.0, labels.BY_CHANCE)},
    ),
    "quotients": Encoding(
        ("quotient",),
        by=("unit", "category"),
        passing="unusual",
        references={"quotient": (1.0, labels.EQUAL_SHARE)},
    ),
    # Fewer than 20 businesses have no rarefied number: where most places lack it, the next.
    "diversity": Encoding(("rarefied", "hill_1")),
    "access": Encoding((), by=("to", "name", "speed_m_s"), chart=REACH),
    "surveys": Encoding(
        ("index", "value"), by=("year",), chart=LINE, runs="stretch", references=_INDEX
    ),
    # Few areas have a share that may be published, so the rounded count is drawn.
    "operators": Encoding(("count",)),
    "changes": Encoding(
        ("opened", "closing_rate", "share"), by=("register", "name_ko", "month", "year", "years")
    ),
    "residents": Encoding(("index",), by=("name_ko",), references=_INDEX),
    "census": Encoding(("value",)),
    "profiles": Encoding(("foreign_share",), percent=True),
    "areas": Encoding(("share",), by=("category", "area"), percent=True, on_map=False),
    "establishments": Encoding(("per_km2",)),
    "contrast": Encoding(("quotient",), references={"quotient": (1.0, labels.EQUAL_SHARE)}),
    "releases": Encoding(("difference",), by=("unit",)),
    "reach": Encoding(("share_from",), percent=True),
    "list-agreement": Encoding(("share",), by=("left", "right", "property"), percent=True),
    "disagreements": Encoding(("property",), kinds=_PROPERTIES),
    "joined": Encoding(("value",)),
    "places": Encoding(("kind",), kinds=_KINDS),
    "outlines": Encoding(("share_of_older",), by=("older_name", "newer_name")),
}


def encoding_of(result: MeasureResult) -> Encoding:
    """Choose the encoding of a result; of an unknown measure, its first column of numbers."""
    if result.measure in ENCODINGS:
        encoding = ENCODINGS[result.measure]
        bounds = tuple(result.parameters.get("class_bounds", ()))
        shown = result.parameters.get("show")  # of a measure whose reader chooses the column
        return replace(encoding, bounds=bounds, columns=(shown,) if shown else encoding.columns)
    names = [column.name for column in result.columns]
    kinds = {name: _kind([row.get(name) for row in result.rows]) for name in names}
    numeric_names = [name for kind in (float, int) for name in names if kinds[name] is kind]
    if not numeric_names:
        return Encoding((), chart=TABLE)
    return Encoding(
        (numeric_names[0],), by=tuple(names[:1]) if names[0] != numeric_names[0] else ()
    )


def column_of(result: MeasureResult, encoding: Encoding) -> str:
    """Choose the column that is drawn."""
    for name in encoding.columns[:-1]:
        if 2 * sum(row.get(name) is not None for row in result.rows) >= max(1, len(result.rows)):
            return name
    return encoding.columns[-1] if encoding.columns else ""


def is_share(result: MeasureResult, column: str) -> bool:
    """Tell whether a column holds shares."""
    return any(candidate.share for candidate in result.columns if candidate.name == column)


def one_row_per_place(rows: Sequence[Row]) -> tuple[list[int], dict[str, str]]:
    """Select one row for each place: of the last release and the largest group.

    Returns:
        Their numbers, and the values chosen by column; empty where there was nothing to choose.
    """
    row_numbers = list(range(len(rows)))
    selection: dict[str, str] = {}
    for name in ("release", "of"):
        totals: dict[str, float] = defaultdict(float)
        for n in row_numbers:
            totals[str(rows[n].get(name) or "")] += number(rows[n].get("count")) or 0
        if len(totals) > 1:
            best = max(totals) if name == "release" else max(totals, key=totals.__getitem__)
            selection[name] = best
            row_numbers = [n for n in row_numbers if str(rows[n].get(name) or "") == best]
    return row_numbers, selection


def number(value: Any) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def _kind(values: Sequence[Any]) -> type | None:
    known = [value for value in values if value is not None]
    if not known or any(number(value) is None for value in known):
        return None
    return float if any(isinstance(value, float) for value in known) else int
