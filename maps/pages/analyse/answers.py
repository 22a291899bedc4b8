"""The answers of the analysts' page: a finding, what is drawn, and the table behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from geo.core.errors import BadParameterError
from geo.core.vocab import ALL, CATEGORIES
from geo.serving.analysis.releases import DONG
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.area_comparison import compare_rows
from maps.pages.analyse.changes import what_changed
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.choices import CITY, COMPARE, DISAGREE, REACH
from maps.pages.analyse.class_choice import chosen_bounds, class_query
from maps.pages.analyse.densities import density_panel, where_they_stand
from maps.pages.analyse.disagreements import lists_disagree
from maps.pages.analyse.ranking import names_of_units, ranked
from maps.pages.analyse.reach import who_can_reach
from maps.pages.analyse.selection import Selection, compute_measure
from maps.pages.analyse.table_cells import INTERVAL
from maps.pages.analyse.unit_map import draw_units
from maps.pages.analyse.unit_notes import UnitNote, unit_notes
from maps.pages.view_state import Analyse
from maps.print.encodings import encoding_of
from maps.wording.dong_names import dong_names


def answer(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Answer the question of a view.

    Raises:
        BadParameterError: the question cannot be asked of these businesses.
    """
    found = _ANSWERS[view.question](snapshot, view, words)
    return (
        replace(found, notes=_notes(snapshot, view, found, words))
        if _counts(view, found)
        else found
    )


def _counts(view: Analyse, found: Answer) -> bool:
    """Tell whether the maps of an answer draw units on which businesses stand."""
    return bool(found.panels) and view.question != DISAGREE


def _notes(snapshot: Snapshot, view: Analyse, found: Answer, words: Words) -> dict[str, UnitNote]:
    """Describe the units of the maps by the businesses on them."""
    of_dong = view.question in ("made-of", REACH)
    of_dong |= view.question == "changed" and found.result.parameters.get("scale", DONG) == DONG
    within = view.within if view.question in ("where", "unusual") else CITY
    simulated = view.counts_simulated or view.is_beside
    scale = "dong" if of_dong else view.scale
    return unit_notes(snapshot, within, scale, words, simulated=simulated)


def _unusual(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find where businesses are unusually many, if hexagons and squares say the same."""
    if view.scale == "dong":
        raise BadParameterError("scale", view.scale, "hex or grid with this question")
    chosen = Selection((view.kind,), view.within, view.counts_simulated)
    result = compute_measure(snapshot, "hot-spots", chosen, {"scale": view.scale})
    scales = compute_measure(snapshot, "scales", chosen, {}).parameters
    hot = sum(row["spot"] == "hot" for row in result.rows)
    cold = sum(row["spot"] == "cold" for row in result.rows)
    if result.parameters["state"] != "tested" or scales.get("kappa") is None:
        finding = "unusual-untested"
    else:
        finding = "unusual" if scales["stands"] else "unusual-undecided"
    names = names_of_units(snapshot, chosen, view.scale, words)
    rows = ranked(result.rows, names, "z")
    return Answer(
        finding,
        {"hot": hot, "cold": cold, "kappa": scales.get("kappa"), "n": result.basis.n},
        [
            Panel(
                chosen.kinds,
                result,
                draw_units(snapshot, result, encoding_of(result), "spot", words),
            )
        ],
        rows,
        [("count", "count"), ("per_ha", "density"), ("spot", "word"), ("p", "p")],
        [
            ("hot-spots", chosen.query | {"scale": view.scale}),
            ("scales", chosen.query),
        ],
        result,
        chart=draw_chart(rows, Charted("per_ha"), words),
    )


def _made_of(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find of which categories each dong has more or less than its share."""
    chosen = Selection((ALL,), CITY, view.counts_simulated)
    shares = compute_measure(snapshot, "quotients", chosen, {"scale": "dong"})
    units = compute_measure(snapshot, "density", chosen, {"scale": "dong"})
    place = view.unit or view.place
    here = [row for row in shares.rows if row["unit"] == place and row["count"]]
    more = [row["category"] for row in here if row["unusual"] and (row["quotient"] or 0) > 1]
    less = [row["category"] for row in here if row["unusual"] and (row["quotient"] or 2) < 1]
    names = dong_names(snapshot, words)
    known = [row["per_ha"] for row in units.rows if row["per_ha"] is not None]
    bounds = tuple(chosen_bounds(view, known)) if known else ()
    encoding = replace(encoding_of(units), bounds=bounds)
    rows = _ranked_kinds(here, words)
    return Answer(
        "made-of" if here else "made-of-unknown",
        {
            "name": names.get(place, place),
            "n": here[0]["n"] if here else 0,
            "more": more,
            "less": less,
        },
        [density_panel(snapshot, chosen, units, encoding, words)],
        rows,
        [
            ("count", "count"),
            ("quotient", INTERVAL),
            ("p", "p"),
        ],
        [
            ("quotients", chosen.query | {"scale": "dong"}),
            ("density", chosen.query | {"scale": "dong"} | class_query(view)),
        ],
        shares,
        chart=draw_chart(rows, Charted("quotient", "low", "high", reference=1.0), words),
    )


def _ranked_kinds(rows: Sequence[Row], words: Words) -> list[Row]:
    """Sort the categories of a place by their businesses, and add name and bar."""
    top = max((row["count"] for row in rows), default=1)
    return [
        {
            **row,
            "name": words.coded("category", row["category"]),
            "bar": row["count"] / top,
            "unit": "",
        }
        for row in sorted(rows, key=lambda row: -row["count"])
    ]


def _together(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find whether a category keeps together, and which ones stand next to it."""
    kind = view.kind if view.kind in CATEGORIES else CATEGORIES[0]
    chosen = Selection((ALL,), view.within, view.counts_simulated)
    clusters = compute_measure(snapshot, "clustering", chosen, {"kind": kind})
    near = compute_measure(snapshot, "colocation", chosen, {})
    pairs = [row for row in near.rows if row["of"] == kind and row["quotient"] is not None]
    top = max((row["quotient"] for row in pairs), default=1.0)
    rows = [
        {
            **row,
            "name": words.coded("category", row["to"]),
            "bar": row["quotient"] / top,
            "unit": "",
        }
        for row in sorted(pairs, key=lambda row: -row["quotient"])
    ]
    return Answer(
        _keeps(clusters),
        {
            "kind": kind,
            "p": clusters.parameters.get("p"),
            "n": clusters.parameters["of_kind"],
            "next_to": [row["to"] for row in rows if row["unusual"] and row["quotient"] > 1],
        },
        [],
        rows,
        [("quotient", "quotient"), ("p", "p"), ("unusual", "word")],
        [("clustering", chosen.query | {"kind": kind}), ("colocation", chosen.query)],
        near,
        chart=draw_chart(rows, Charted("quotient", reference=1.0), words),
    )


def _keeps(clusters: MeasureResult) -> str:
    """Tell whether a category keeps together or apart where it leaves the runs of chance."""
    p = clusters.parameters.get("p")
    if p is None:
        return "together-untested"
    known = [row for row in clusters.rows if row["share"] is not None and row["high"] is not None]
    if p > 0.05 or not known:
        return "together-unclear"
    above = sum(row["share"] > row["high"] for row in known)
    below = sum(row["share"] < row["low"] for row in known)
    if above and below:
        return "together-both"
    return "together" if above >= below else "apart"


def _compare(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Describe up to four areas side by side, beside the city."""
    chosen = Selection((ALL,), CITY, view.counts_simulated)
    asked = {"area": ",".join(view.area)}
    result = compute_measure(snapshot, "areas", chosen, asked)
    comparison = compare_rows(snapshot, result, words)
    requests = [("areas", chosen.query | asked)]
    return Answer(COMPARE, {}, [], [], [], requests, result, comparison)


_ANSWERS: Final[Mapping[str, Callable[[Snapshot, Analyse, Words], Answer]]] = {
    "where": where_they_stand,
    "unusual": _unusual,
    "made-of": _made_of,
    "together": _together,
    COMPARE: _compare,
    "changed": what_changed,
    DISAGREE: lists_disagree,
    REACH: who_can_reach,
}
