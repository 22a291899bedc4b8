"""The second page of a report on several dong: three censuses, and the real establishments."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.result import Row
from geo.snapshot.coverage import WHOLE
from maps.print.paper import QUIET, Frame, Page
from maps.reports.comparison import heading, heads
from maps.reports.sheet import Dong, draw_head, page_evidence, report_text
from maps.reports.table import Cell, Head, draw_table
from maps.reports.trade import listed_share, operators_text, real_businesses
from maps.style import slope

_CHART_MM: Final = 128.0
_NAMES_MM: Final = 46.0
_OTHERS: Final = "#d0d0d0"
_GRID: Final = "#e3e3e3"
_PT: Final = 8.0
_NOTE_PT: Final = 7.5
_NOTE_MM: Final = 3.4


def trends_page(dong: Sequence[Dong], page: Page, address: str) -> Page:
    """Draw the second page: residents in three censuses, and businesses of the lists by kind."""
    city = dong[0].city
    sample = real_businesses(city.snapshot, [each.code for each in dong])
    changed = city.residents
    mine = [row for row in changed.rows if row["unit"] in {each.code for each in dong}]
    estimated = any(row["estimated"] for row in mine)
    caveats = (*changed.caveats[0 if estimated else 1 :], *city.operators.caveats)
    basis = replace(city.all_residents.basis, caveats=sample.caveats, sources=sample.sources)
    evidence = page_evidence(replace(changed, parameters={}), basis, caveats)
    layers = ["residents", "businesses"]
    frame = draw_head(page, city.snapshot, heading(page, dong), evidence, layers, address)
    table_mm = 11 + 6 * len(dong) + 3
    above = Frame(frame.left, frame.bottom + table_mm, _CHART_MM, frame.height - table_mm)
    draw_slopes(page, above, dong)
    _draw_counts(page, Frame(frame.left, frame.bottom, _CHART_MM, table_mm), dong)
    left = frame.left + _CHART_MM + 10
    _draw_kinds(page, Frame(left, frame.bottom, frame.right - left, frame.height), dong)
    return page


def draw_slopes(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
    """Draw a line of foreign shares for each dong on common axes, the other dong in grey."""
    chart = slope.slope_chart(dong[0].snapshot, "dong", [each.code for each in dong])
    title = report_text(page, "share of foreign residents, three censuses")
    page.text(frame.left, frame.top - 3, title, 9.5)
    notes = ["grey: the other dong"]
    if any(line.estimated for line in chart.chosen):
        notes.insert(0, "≈ estimated: a dong that was split is shared out")
    note = "; ".join(report_text(page, text) for text in notes)
    lines = page.face.first_lines(note, _NOTE_PT, frame.width, 2)
    below = 3 + _NOTE_MM * len(lines)
    page.lines(frame.left, frame.bottom + below - 3.6, lines, _NOTE_PT, _NOTE_MM, color=QUIET)
    at = Frame(frame.left, frame.bottom + below, frame.width, frame.height - below - 6)
    _draw_axes(page, at, chart)
    for line in chart.others:
        page.line(*_points(at, line.points), color=_OTHERS, linewidth=0.7, zorder=0.5)
    for line in chart.chosen:
        _draw_chosen(page, at, line, heads(page, dong)[line.numbers[0] - 1])


def _draw_axes(page: Page, at: Frame, chart: slope.SlopeChart) -> None:
    """Draw the shares on the left, and the years of the censuses below."""
    years = [x for x, _ in chart.years]
    for y, share in chart.ticks:
        (left, right), (height, _) = _points(at, [(years[0], y), (years[-1], y)])
        page.line([left, right], [height, height], color=_GRID, linewidth=0.6, zorder=0)
        page.text(left - 2, height - 1, page.words.percent(share, 0), 7.5, ha="right", color=QUIET)
    for x, year in chart.years:
        (left,), (height,) = _points(at, [(x, chart.ticks[0][0])])
        page.text(left, height - 5, page.words.day(str(year)), _PT, ha="center")


def _draw_chosen(page: Page, at: Frame, line: slope.Line, head: Head) -> None:
    """Draw the line of a dong in its colour, with its name at the last census."""
    colour, (xs, ys) = head.colour, _points(at, line.points)
    page.line(xs, ys, color=colour, linewidth=1.8, marker="o", markersize=4, zorder=2)
    if line.estimated:
        page.text(xs[0] + 1.5, ys[0] + 1.5, "≈", 10, color=colour)
    (left,), (height,) = _points(at, [(line.points[-1][0], line.label_y)])
    page.text(left + 6, height - 1, head.text, _PT, color=colour)


def _points(at: Frame, points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Place points of the chart in a frame of the page."""
    xs = [at.left + x / slope.WIDTH * at.width for x, _ in points]
    ys = [at.top - y / slope.HEIGHT * at.height for _, y in points]
    return xs, ys


def _draw_counts(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
    """Draw residents of three censuses, all and foreign ones; an estimate is marked."""
    words, city = page.words, dong[0].city
    measures = ((city.all_residents, "total"), (city.residents, "foreign"))
    columns = [
        Head(f"{report_text(page, name)} {words.day(str(year))}")
        for _, name in measures
        for year in CENSUS_YEARS
    ]
    found = [{row["unit"]: row for row in measure.rows} for measure, _ in measures]
    rows = [
        (
            head.text,
            [
                Cell(_about(year, rows[each.code]) + words.number(rows[each.code][f"y{year}"]))
                for rows in found
                for year in CENSUS_YEARS
            ],
        )
        for head, each in zip(heads(page, dong), dong, strict=True)
    ]
    draw_table(page, frame, columns, rows, 28)


def _about(year: int, row: Row) -> str:
    """Return the sign before a count of 2015 that is shared out."""
    return "≈ " if row["estimated"] and year == min(CENSUS_YEARS) else ""


def _draw_kinds(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
    """Draw how many businesses of each kind the lists have in each dong."""
    counts = [
        Counter(real_businesses(each.snapshot, [each.code]).values("category")) for each in dong
    ]
    n = page.words.number(sum(map(Counter.total, counts)))
    title = f"{report_text(page, 'businesses by kind')}, n = {n}"
    page.text(frame.left, frame.top - 3, title, 9.5)
    covered = [listed_share(each) for each in dong]
    kinds = [kind for kind, _ in sum(counts, Counter()).most_common()]
    rows = [
        (
            page.words.coded("category", kind),
            [_count(page, each[kind], share) for each, share in zip(counts, covered, strict=True)],
        )
        for kind in kinds
    ]
    rows.append(
        (
            report_text(page, "covered by the lists of businesses"),
            [Cell(page.words.percent(share)) for share in covered],
        )
    )
    rows.append(
        (
            report_text(page, "foreign-run shops"),
            [Cell(operators_text(page, each)) for each in dong],
        )
    )
    at = Frame(frame.left, frame.bottom + 11, frame.width, frame.height - 17)
    draw_table(page, at, heads(page, dong), rows, _NAMES_MM)
    note = report_text(
        page, "0: none in the part that the lists cover · –: not covered, nothing is known"
    )
    page.text(frame.left, frame.bottom, note, 7.5, color=QUIET)


def _count(page: Page, count: int, covered: float) -> Cell:
    """Return a count; a dash where no list looks, which is not zero."""
    known = count or covered > 1 - WHOLE
    return Cell(page.words.number(count) if known else "–")
