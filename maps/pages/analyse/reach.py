"""The answer to "Who can reach?": bounds of who lives within some minutes of a desk or a shop."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from geo.core.vocab import ALL, CATEGORIES
from geo.serving.analysis.reach import BUSINESSES, CENTRES
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.choices import CITY, SPEAKING
from maps.pages.analyse.class_choice import chosen_bounds, class_query, histogram
from maps.pages.analyse.selection import Selection, compute_measure
from maps.pages.analyse.unit_map import draw_units
from maps.pages.view_state import Analyse
from maps.print.encodings import encoding_of
from maps.wording.dong_names import dong_names

CONTEXT: Final = "analyse kind"
SPOKEN: Final = "Desks where %(language)s is spoken"
_COLUMNS: Final = (
    ("residents", "count"),
    ("share_from", "share"),
    ("share_to", "share"),
    ("share_possible", "share"),
)


def who_can_reach(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find which share of residents lives within so many minutes' walk, as bounds."""
    is_shop = view.to in CATEGORIES
    chosen = Selection((view.to if is_shop else ALL,), CITY, view.counts_simulated and is_shop)
    asked = {"to": BUSINESSES if is_shop else CENTRES, "minutes": str(view.minutes)}
    if view.to.startswith(SPEAKING):
        asked["language"] = view.to.removeprefix(SPEAKING)
    result = compute_measure(snapshot, "reach", chosen, asked)
    names = dong_names(snapshot, words)
    shares = [row["share_from"] for row in result.rows if row["share_from"]]
    bounds = tuple(chosen_bounds(view, shares, share=True)) if shares else ()
    encoding = replace(encoding_of(result), bounds=bounds)
    drawing = draw_units(snapshot, result, encoding, "share_from", words, unit="dong_code")
    bars = histogram(shares, bounds, words, share=True) if shares else None
    known = result.parameters["from_share"] is not None
    rows = _ranked(result, names) if known else []
    return Answer(
        "reach" if known else "reach-unknown",
        {**result.parameters, "what": target_title(view.to, words)},
        [Panel((view.to,), result, drawing, "share_from", bars)] if known else [],
        rows,
        _COLUMNS,
        [("reach", chosen.query | asked | class_query(view))],
        result,
        chart=draw_chart(rows, Charted("share_from", "share_from", "share_to", share=True), words),
    )


def target_title(target: str, words: Words) -> str:
    """Name what is walked to."""
    if target.startswith(SPEAKING):
        language = words.language(target.removeprefix(SPEAKING))
        return words.coded(CONTEXT, SPOKEN) % {"language": language}
    return words.coded("category" if target in CATEGORIES else CONTEXT, target)


def _ranked(result: MeasureResult, names: Mapping[str, str]) -> list[Row]:
    """Sort dong by the lower bound, the largest first, and add name, unit and bar."""
    return [
        {
            **row,
            "unit": row["dong_code"],
            "name": names[row["dong_code"]],
            "bar": row["share_from"],
        }
        for row in sorted(result.rows, key=lambda row: (-row["share_from"], row["dong_code"]))
    ]
