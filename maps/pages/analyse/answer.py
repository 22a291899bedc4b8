"""What answers a question of the analysts' page: a finding, maps and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.serving.analysis.result import MeasureResult, Row
from maps.pages.analyse.area_comparison import AreaComparison
from maps.pages.analyse.chart import Chart
from maps.pages.analyse.class_choice import Histogram
from maps.pages.analyse.unit_map import UnitMap
from maps.pages.analyse.unit_notes import UnitNote


@dataclass(frozen=True)
class Panel:
    """A map of the page.

    Attributes:
        kinds: what it counts; of a comparison the two kinds.
        result: what is drawn.
        map: the drawing.
        column: the column drawn, where the caption names it; "" elsewhere.
        histogram: of what is drawn; None where classes cannot be chosen.
    """

    kinds: tuple[str, ...]
    result: MeasureResult
    map: UnitMap
    column: str = ""
    histogram: Histogram | None = None


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    Attributes:
        finding: code of the sentence on top.
        told: what the sentence tells.
        panels: maps.
        rows: of the table, the most telling first; each with a `name`, and a `bar` from 0 to 1.
        columns: of the table: name of the value, and how it is written (count, density, quotient,
            interval, share, difference, p, word).
        asked: measures that were asked, with their parameters.
        result: the one whose method, basis and caveats the page describes.
        comparison: of areas side by side; None for the other questions.
        chart: a bar for each row; None where nothing can be drawn.
        notes: what stands on the units of the maps, by unit; empty where these count no businesses.
    """

    finding: str
    told: Mapping[str, Any]
    panels: Sequence[Panel]
    rows: Sequence[Row]
    columns: Sequence[tuple[str, str]]
    asked: Sequence[tuple[str, Mapping[str, str]]]
    result: MeasureResult
    comparison: AreaComparison | None = None
    chart: Chart | None = None
    notes: Mapping[str, UnitNote] = field(default_factory=dict)
