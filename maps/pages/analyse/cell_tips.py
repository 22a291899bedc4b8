"""The texts that a map shows of a cell which is pointed at, tapped, or reached by the keyboard."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from geo.serving.analysis.result import Row
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.area_comparison import AreaComparison
from maps.pages.analyse.table_cells import Writer
from maps.pages.analyse.unit_notes import ALSO_ON, CONTEXT, UnitNote

_MOST: Final = 3  # streets that are named
Column = tuple[str, str, Writer, bool]  # name, title, format, whether a figure


def cell_tips(found: Answer, columns: Sequence[Column], words: Words) -> dict[str, list[str]]:
    """Write for each unit drawn its name, the figures of its row, and what stands there.

    Args:
        found: the answer.
        columns: of its table.
        words: of the reader.
    """
    if found.comparison:
        return area_tips(found.comparison, words)
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        rows[row["unit"]].append(row)
    tips: dict[str, list[str]] = {}
    for panel in found.panels:
        drawn = _rows_of(panel)
        for unit in (unit.id for unit in panel.map.units if unit.id not in tips):
            note = found.notes.get(unit)
            known = rows.get(unit) or ([drawn[unit]] if unit in drawn else [])
            name = (known[0].get("name") if known else None) or (note.name if note else unit)
            lines = [_figures(row, columns) for row in known]
            tips[unit] = [name, *filter(None, lines), *(_there(note, name, words) if note else ())]
    return tips


def area_tips(basket: AreaComparison, words: Words) -> dict[str, list[str]]:
    """Write for each area that is compared its name, its businesses, and the largest category."""
    tips = {}
    for area in basket.areas:
        hectares = words.phrase("%(area)s ha") % {"area": words.number(area.area_ha, 1)}
        tips[area.text] = [area.name, f"n = {words.number(area.n)} · {hectares}"]
        if area.largest:
            kind = words.coded("category", area.largest)
            tips[area.text].append(f"{kind} {words.percent(area.share)}")
    return tips


def _there(note: UnitNote, name: str, words: Words) -> list[str]:
    """Write what stands on a unit, and on which streets beside the one that it is called by."""
    others = [street for street in note.streets if street != name][:_MOST]
    text = words.coded(CONTEXT, ALSO_ON) % {"streets": ", ".join(others)}
    return [*note.lines, *([text] if others else ())]


def _rows_of(panel: Panel) -> dict[str, Row]:
    """Map the units of a panel to their rows, for those that the table does not have."""
    return {unit.id: row for unit, row in zip(panel.map.units, panel.result.rows, strict=True)}


def _figures(row: Row, columns: Sequence[Column]) -> str:
    """Write the figures of a row as the table does, those that it has."""
    return " · ".join(f"{title} {write(row)}" for name, title, write, _ in columns if name in row)
