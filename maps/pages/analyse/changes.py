"""The answer to "What changed?": what the last load of each register opened and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.serving.analysis.result import MeasureResult, Row
from geo.serving.analysis.turnover import DONG, KINDS, NOT_LOADED, SURVIVAL, changes
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.choices import EVERY
from maps.pages.analyse.class_choice import chosen_bounds, class_query, histogram
from maps.pages.analyse.release_comparison import compare_releases
from maps.pages.analyse.unit_map import draw_units
from maps.pages.view_state import Analyse
from maps.print.encodings import encoding_of
from maps.wording.dong_names import dong_names

_DRAWN: Final = ("opened", "closed")
_YEARS: Final = 3  # after which the share still open is in the sentence
_ASKED: Final = (DONG, "months", "rates", SURVIVAL)


def what_changed(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find what opened, closed, moved and was renamed, or compare two releases of a register."""
    if view.register != EVERY:
        return compare_releases(snapshot, view, words)
    result = changes(snapshot, {"of": DONG})
    names = dong_names(snapshot, words)
    shown = [row for row in result.rows if row["state"] == "shown"]
    rows = _ranked(shown, names)
    totals = {kind: sum(row[kind] for row in shown) for kind in KINDS}
    busiest = rows[0] if rows and _turnover(rows[0]) else None
    known = [row[kind] for row in shown for kind in _DRAWN if row[kind] is not None]
    bounds = chosen_bounds(view, known) if known else []
    classes = class_query(view, bounds)
    unknown = "not-loaded" if NOT_LOADED in result.caveats else "not-compared"
    return Answer(
        "changed" if shown else f"changed-{unknown}",
        {**totals, "most": busiest and busiest["name"], "survival": share_still_open(snapshot)},
        _panels(snapshot, result, bounds, words) if shown else [],
        rows,
        [(kind, "count") for kind in KINDS],
        [("changes", {"of": subject} | (classes if subject == DONG else {})) for subject in _ASKED],
        result,
        chart=draw_chart(rows, Charted("opened"), words),
    )


def _turnover(row: Row) -> int:
    return sum(row[kind] for kind in _DRAWN)


def _ranked(rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    """Sort dong by openings and closings, the most first, and add name, unit and bar."""
    top = max(map(_turnover, rows), default=0) or 1
    return [
        {
            **row,
            "unit": row["dong_code"],
            "name": names[row["dong_code"]],
            "bar": _turnover(row) / top,
        }
        for row in sorted(rows, key=lambda row: (-_turnover(row), row["dong_code"]))
    ]


def share_still_open(snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Find the share still open after three years, of the register with most of that age.

    None where nobody has closed by then, or all have: Greenwood's interval has no width there,
    which would look like certainty.
    """
    rows = changes(snapshot, {"of": SURVIVAL}).rows
    of_age = [row for row in rows if row["years"] == _YEARS and row["low"] != row["high"]]
    return max(of_age, key=lambda row: row["at_risk"], default=None)


def _panels(
    snapshot: Snapshot, result: MeasureResult, bounds: Sequence[float], words: Words
) -> list[Panel]:
    """Draw openings and closings by dong, on common classes."""
    rows = [{**row, "unit": row["dong_code"]} for row in result.rows]
    encoding = replace(encoding_of(result), bounds=tuple(bounds))
    panels = []
    for kind in _DRAWN:
        basis = replace(result.basis, n=sum(row[kind] or 0 for row in rows))
        drawn = replace(result, rows=rows, basis=basis)
        drawing = draw_units(snapshot, drawn, encoding, kind, words)
        known = [row[kind] for row in rows if row[kind]]
        bars = histogram(known, bounds, words) if known else None
        panels.append(Panel((kind,), drawn, drawing, histogram=bars))
    return panels
