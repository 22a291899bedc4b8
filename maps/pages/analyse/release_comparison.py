"""The answer to "What changed?" of one register: its last two releases side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.core.vocab import ALL
from geo.serving.analysis.releases import (
    CITY,
    DONG,
    HEX,
    compared_registers,
    count_hexagons,
    counted_kinds,
    releases,
)
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.class_choice import chosen_bounds, class_query, histogram
from maps.pages.analyse.ranking import names_of_hexagons
from maps.pages.analyse.table_cells import INTERVAL
from maps.pages.analyse.unit_map import draw_units
from maps.pages.view_state import Analyse
from maps.print.encodings import Encoding, encoding_of
from maps.wording.dong_names import dong_names
from maps.wording.terms import value_text

MOST_DRAWN: Final = 2_000  # hexagons on three maps; more take over a second, and megabytes
TOO_MANY: Final = (
    "%s hexagons are too many for a page: drawn and listed are dong; the hexagons are in the files"
)
SIDES: Final = ("before", "after")
_LIST: Final = "left"  # the column whose values name lists of businesses
_COLUMNS: Final = (
    *((name, "count") for name in SIDES),
    ("difference", "difference"),
    ("ratio", INTERVAL),
    ("p", "p"),
    ("unusual", "word"),
)


def compare_releases(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Compare two releases of a register: a map of each on common classes, and the difference."""
    kind = view.kind if view.kind in counted_kinds(snapshot, view.register) else ALL
    wanted = DONG if view.scale == DONG else HEX
    hexagons = count_hexagons(snapshot, view.register, kind) if wanted == HEX else 0
    scale = DONG if hexagons > MOST_DRAWN else wanted
    asked = {"register": view.register, "kind": kind, "scale": scale}
    result = releases(snapshot, asked)
    if scale != wanted:
        result = replace(result, caveats=(TOO_MANY % hexagons, *result.caveats))
    whole = releases(snapshot, {**asked, "scale": CITY})
    rows = _ranked(snapshot, result, words)
    bounds = _bounds(view, result)
    classes = class_query(view, bounds)
    return Answer(
        "releases" if whole.rows else "releases-none",
        {**_values(whole, rows), "of": _register_title(snapshot, view.register, words)},
        _panels(snapshot, bounds, result, words) if whole.rows else [],
        rows,
        _COLUMNS,
        [
            ("releases", asked),
            *(("releases", {**asked, "show": side} | classes) for side in SIDES if bounds),
            *(("releases", {**asked, "scale": each}) for each in (wanted, CITY) if each != scale),
        ],
        result,
        chart=draw_chart(rows, Charted("ratio", "low", "high", reference=1.0), words),
    )


def register_choices(snapshot: Snapshot, words: Words) -> list[tuple[str, str, str, str]]:
    """List the registers with two releases: id, title, and the date of each release."""
    return [
        (
            found["register"],
            _register_title(snapshot, found["register"], words),
            found["before"],
            found["after"],
        )
        for found in compared_registers(snapshot)
    ]


def _register_title(snapshot: Snapshot, register: str, words: Words) -> str:
    """Name a register: one of those that the atlas knows in the reader's words."""
    name = str(value_text(words, _LIST, register))
    known: str = snapshot.manifest["registers"][register]["source"]["title"]
    return known if name == register else name


def _values(whole: MeasureResult, rows: Sequence[Row]) -> Mapping[str, Any]:
    """Describe the whole city, and where the difference is more than chance allows."""
    totals = whole.rows[0] if whole.rows else {}
    unusual = [row for row in rows if row["unusual"]]
    return {
        **totals,
        "kind": whole.parameters["kind"],
        "dates": dict(zip(SIDES, whole.basis.dates, strict=True)),
        "unusual": len(unusual),
        "most": unusual[0] if unusual else None,
    }


def _ranked(snapshot: Snapshot, result: MeasureResult, words: Words) -> list[Row]:
    """Sort units by the size of the difference, those not covered last; add name and bar."""
    names: Mapping[str, str] = dong_names(snapshot, words)
    if result.parameters["scale"] != DONG:
        names = names_of_hexagons(snapshot, [row["unit"] for row in result.rows], words)
    sizes = {row["unit"]: abs(row["difference"] or 0) for row in result.rows}
    top = max(sizes.values(), default=0) or 1
    unknown = 2.0  # beyond any p-value
    order = sorted(
        result.rows,
        key=lambda row: (-sizes[row["unit"]], unknown if row["p"] is None else row["p"]),
    )
    return [
        {
            **row,
            "name": names[row["unit"]],
            "bar": None if row["p"] is None else sizes[row["unit"]] / top,
        }
        for row in order
    ]


def _bounds(view: Analyse, result: MeasureResult) -> tuple[float, ...]:
    """Compute the classes that both releases share; none where neither has a business."""
    known = [row[side] for row in result.rows for side in SIDES if row[side] is not None]
    return tuple(chosen_bounds(view, known)) if any(known) else ()


def _panels(
    snapshot: Snapshot, bounds: tuple[float, ...], result: MeasureResult, words: Words
) -> list[Panel]:
    """Draw each release on common classes, and the difference on classes parted at zero."""
    panels = []
    for side in SIDES:
        of_side = [row[side] for row in result.rows if row[side]]
        encoding = Encoding((side,), bounds=bounds)
        drawn = replace(result, basis=replace(result.basis, n=sum(of_side)))
        bars = histogram(of_side, bounds, words) if of_side else None
        drawing = draw_units(snapshot, drawn, encoding, side, words)
        panels.append(Panel((result.parameters["kind"],), drawn, drawing, side, bars))
    drawing = draw_units(snapshot, result, encoding_of(result), "difference", words)
    return [*panels, Panel((result.parameters["kind"],), result, drawing, "difference")]
