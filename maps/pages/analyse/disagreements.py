"""The answer to "What do the lists disagree about?": how often, where, and what each states."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.serving.analysis.lists import ANY
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.selection import Selection, compute_measure
from maps.pages.analyse.unit_map import draw_units
from maps.pages.view_state import Analyse
from maps.print.encodings import Encoding, encoding_of
from maps.wording.terms import stated_text, value_text

_COLUMNS: Final = ("property", "left", "right")


def lists_disagree(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find in how many of their common businesses two lists differ, and in which."""
    chosen = Selection((view.kind,), view.within)
    pairs = compute_measure(snapshot, "list-agreement", chosen, {})
    result = compute_measure(snapshot, "disagreements", chosen, {})
    rows = [{**row, "unit": row["id"]} for row in result.rows]
    drawing = draw_units(snapshot, result, _encoding(result), "property", words, unit="id")
    finding = "disagree-unknown"
    if pairs.rows:
        finding = "disagree" if pairs.rows[0]["differ"] else "disagree-never"
    return Answer(
        finding,
        _pair_values(pairs.rows, words) if pairs.rows else {},
        [Panel(chosen.kinds, result, drawing)] if rows else [],
        [_for_readers(row, words) for row in rows],
        [(name, "word") for name in _COLUMNS],
        [("disagreements", chosen.query), ("list-agreement", chosen.query)],
        result,
        chart=draw_chart(
            [_named_pair(row, words) for row in pairs.rows],
            Charted("share", "low", "high", share=True),
            words,
        ),
    )


def _pair_values(rows: Sequence[Row], words: Words) -> Mapping[str, Any]:
    """Describe the two lists that have most businesses in common."""
    top = rows[0]
    pair = (top["left"], top["right"])
    differing = [
        f"{value_text(words, 'property', row['property'])} {words.number(row['differ'])}"
        for row in rows
        if (row["left"], row["right"]) == pair and row["property"] != ANY
    ]
    lists = {side: value_text(words, side, top[side]) for side in ("left", "right")}
    others = sum(row["property"] == ANY for row in rows) - 1
    return {**top, **lists, "differing": words.listed(differing), "others": others}


def _named_pair(row: Row, words: Words) -> Row:
    """Name a property of two lists."""
    sides = (value_text(words, side, row[side]) for side in ("left", "right"))
    name = f"{' · '.join(sides)}: {value_text(words, 'property', row['property'])}"
    return {**row, "name": name, "unit": ""}


def _encoding(result: MeasureResult) -> Encoding:
    """Draw the properties that differ; the others are not in the legend."""
    encoding = encoding_of(result)
    differing = {row["property"] for row in result.rows}
    kinds = {name: look for name, look in encoding.kinds.items() if name in differing}
    return replace(encoding, kinds=kinds)


def _for_readers(row: Row, words: Words) -> Row:
    """Name the business, and write what each list states of it in words."""
    korean = words.lang == "ko" or not row["name_en"]
    stated = {
        side: f"{stated_text(words, row['property'], row[f'{side}_states'])} "
        f"({value_text(words, side, row[side])})"
        for side in ("left", "right")
    }
    name = row["name_ko"] if korean and row["name_ko"] else row["name_en"]
    return {**row, **stated, "name": name, "bar": None}
