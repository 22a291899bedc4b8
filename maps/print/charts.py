"""Charts of results without shapes: bars, a line, or the table itself."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, Final

from geo.core.vocab import CATEGORIES
from geo.serving.analysis.result import Column, MeasureResult, Row
from geo.serving.analysis.sample import NOTHING
from geo.snapshot.reader import Snapshot
from maps.print import labels
from maps.print.encodings import Encoding, number
from maps.print.labels import label_text
from maps.print.legend_entries import Fill
from maps.print.paper import QUIET, Frame, Page, text_style
from maps.print.typesetting import POINT_MM
from maps.style import colours
from maps.style.number_format import amount_format, number_format
from maps.wording.dong_names import dong_names
from maps.wording.terms import cell_text, titles_by_name, value_text

MOST: Final = 30  # rows of a chart or a table
_NAMES_MM: Final = 72.0
_VALUES_MM: Final = 22.0
_TALLEST_MM: Final = 8.0
_BAR: Final = Fill(colours.SHARE[3], "none")
_COLUMNS: Final = 10
_REFERENCE: Final[dict[str, Any]] = {
    "color": colours.ACCENT,
    "linewidth": 1.0,
    "linestyle": (0, (4, 2.5)),
}
_HOLLOW: Final[dict[str, Any]] = {
    "color": colours.SHARE[4],
    "linestyle": "none",
    "marker": "o",
    "markersize": 5,
    "markerfacecolor": "#ffffff",
    "zorder": 5,
}

Namer = Callable[[Row], str]


def row_namer(snapshot: Snapshot, encoding: Encoding, page: Page) -> Namer:
    """Create a function that names a row by its columns: dong by name, categories by word."""
    dong = dong_names(snapshot, page.words)

    def name(column: str, value: Any) -> str:
        if value in CATEGORIES:
            return page.words.coded("category", value)
        code = str(value).removeprefix("dong:")
        return dong.get(code) or str(value_text(page.words, column, value))

    def name_row(row: Row) -> str:
        return " · ".join(
            name(column, row[column]) for column in encoding.by if row.get(column) not in (None, "")
        )

    return name_row


def draw_bars(
    page: Page,
    frame: Frame,
    rows: Sequence[Row],
    encoding: Encoding,
    name: Namer,
    names_mm: float = _NAMES_MM,
) -> None:
    """Draw a bar for each row; of more than `MOST` rows, for those with the largest values."""
    column = encoding.columns[-1]
    shown, note = _largest(page, rows, column)
    if note:
        page.text(frame.left, frame.bottom, note, 7.5, color=QUIET)
        frame = Frame(frame.left, frame.bottom + 5, frame.width, frame.height - 5)
    notes = _notes(page, shown)
    reference = encoding.references.get(column)
    for text in notes:
        page.text(frame.left, frame.bottom, text, 7.5, color=QUIET)
        frame = Frame(frame.left, frame.bottom + 5, frame.width, frame.height - 5)
    if reference:
        frame = Frame(frame.left, frame.bottom + 4, frame.width, frame.height - 4)
    values = [number(row.get(column)) for row in shown]
    known = [value for value in values if value is not None]
    ends = [0.0, *known, *(reference or ())[:1]]
    low, high = min(ends), max(ends)
    room = frame.width - names_mm - _VALUES_MM
    a_unit = room / (high - low or 1.0)
    zero = frame.left + names_mm - low * a_unit
    pitch = min(_TALLEST_MM, frame.height / max(len(shown), 1))
    size = min(8.0, pitch / POINT_MM * 0.75)
    write = amount_format(known, page.words, percent=encoding.percent)
    for place, (row, value) in enumerate(zip(shown, values, strict=True)):
        y = frame.top - (place + 0.5) * pitch
        label = page.face.cut(name(row), size, names_mm - 3)
        base = y - size * POINT_MM * 0.36
        page.text(frame.left + names_mm - 2, base, label, size, ha="right")
        end = zero + (value or 0.0) * a_unit
        text = (
            label_text(page.words, labels.MISSING) if value is None else _about(row) + write(value)
        )
        page.box(Frame(min(zero, end), y - 0.36 * pitch, abs(end - zero), 0.72 * pitch), _BAR, 0)
        page.text(max(zero, end) + 1.5, base, text, size)
    bottom = frame.top - len(shown) * pitch
    page.line([zero, zero], [bottom, frame.top], color=colours.INK, linewidth=0.7)
    if reference:
        x = zero + reference[0] * a_unit
        page.line([x, x], [bottom, frame.top], **_REFERENCE)
        page.text(x, bottom - 3.5, label_text(page.words, reference[1]), 7.5, ha="center")


def _notes(page: Page, rows: Sequence[Row]) -> list[str]:
    """List the notes that explain signs on a bar chart."""
    return [label_text(page.words, labels.ESTIMATED)] if any(map(_about, rows)) else []


def _about(row: Row) -> str:
    """Return the sign before a value that rests on an estimate."""
    return "≈ " if row.get("estimated") else ""


def draw_line(
    page: Page, frame: Frame, result: MeasureResult, column: str, encoding: Encoding
) -> None:
    """Draw a line over the first naming column; it breaks at missing or incomparable values."""
    rows, titles = result.rows, titles_by_name(page.words, result)
    computed = [row for row in rows if row.get("computed")]
    above = 7 if computed else 0
    inner = Frame(frame.left + 16, frame.bottom + 9, frame.width - 20, frame.height - 11 - above)
    if computed:
        page.text(inner.left, frame.top - 4, label_text(page.words, labels.MARKS), 8)
    chart = page.axes(inner)
    chart.set_axis_on()
    points = [(number(row.get(encoding.by[0])), row) for row in rows]
    points_with_x = [(x, row) for x, row in points if x is not None]
    if len(encoding.between) == 2:
        low, high = (
            [number(row.get(bound)) for _, row in points_with_x] for bound in encoding.between
        )
        ends = [(x, a, b) for (x, _), a, b in zip(points_with_x, low, high, strict=True)]
        known = [(x, a, b) for x, a, b in ends if a is not None and b is not None]
        xs, lows, highs = _columns(known, 3)
        chart.fill_between(xs, lows, highs, color=colours.SHARE[1], alpha=0.6, linewidth=0)
    for stretch in _stretches(points_with_x, column, encoding.runs):
        chart.plot(*_columns(stretch, 2), color=colours.SHARE[4], marker="o", markersize=4)
    of = [(x, y) for x, row in points_with_x if row in computed for y in [number(row[column])] if y]
    chart.plot(*_columns(of, 2), **_HOLLOW)
    if column in encoding.references:
        at, label = encoding.references[column]
        chart.axhline(at, **_REFERENCE)
        beside: dict[str, Any] = {
            "transform": chart.get_yaxis_transform(),
            "ha": "left",
            "va": "bottom",
        }
        chart.text(0.005, at, label_text(page.words, label), **beside, **text_style(7.5))
    _ticks(chart, page, encoding)
    x, y = inner.left + inner.width / 2, inner.bottom + inner.height / 2
    across, up = (titles.get(name, name) for name in (encoding.by[0], column))
    page.text(x, frame.bottom - 0.5, across, 8, ha="center", color=QUIET)
    page.text(frame.left + 1, y, up, 8, va="center", rotation=90, color=QUIET)


def lacks_register(result: MeasureResult) -> bool:
    """Tell whether nothing is known because no register of operators is loaded."""
    return result.parameters.get("register", "") is None


def draw_table(page: Page, frame: Frame, result: MeasureResult) -> None:
    """Draw the first rows as a table."""
    columns, rows = result.columns[:_COLUMNS], result.rows[:MOST]
    if not columns or not rows or lacks_register(result):
        page.text(
            frame.left, frame.top - 8, label_text(page.words, _why_empty(result)), 10, color=QUIET
        )
        return
    if len(result.rows) > MOST:
        note = {"n": page.words.number(MOST), "all": page.words.number(len(result.rows))}
        page.text(frame.left, frame.bottom, label_text(page.words, labels.FIRST_ROWS, **note), 7.5)
    pitch = min(6.0, (frame.height - 5) / (len(rows) + 1))
    size = min(8.0, pitch / POINT_MM * 0.75)
    wide = frame.width / len(columns)
    titles = titles_by_name(page.words, result)
    lines: list[list[Any]] = [[titles[column.name] for column in columns]]
    lines += [[_cell(page, row, column) for column in columns] for row in rows]
    for place, cells in enumerate(lines):
        y = frame.top - (place + 0.8) * pitch
        for at, cell in enumerate(cells):
            text = page.face.cut("" if cell is None else cell, size, wide - 2)
            colour = colours.INK if place else QUIET
            page.text(frame.left + at * wide, y, text, size, color=colour)


def _cell(page: Page, row: Row, column: Column) -> Any:
    """Format a value of a table for the reader: codes in words, a share as a percentage."""
    fraction = number(row.get(column.name)) if column.share else None
    return cell_text(page.words, row, column) if fraction is None else page.words.percent(fraction)


def _why_empty(result: MeasureResult) -> str:
    """Explain why there is nothing to draw."""
    if lacks_register(result):
        return labels.NO_REGISTER
    return labels.NO_MATCH if NOTHING in result.basis.caveats else labels.NO_ROWS


def _largest(page: Page, rows: Sequence[Row], column: str) -> tuple[Sequence[Row], str]:
    if len(rows) <= MOST:
        return rows, ""
    known = [(number(row.get(column)), row) for row in rows]
    ranked = sorted(known, key=lambda pair: -(float("-inf") if pair[0] is None else pair[0]))
    note = {"n": page.words.number(MOST), "all": page.words.number(len(rows))}
    return [row for _, row in ranked[:MOST]], label_text(page.words, labels.LARGEST_ROWS, **note)


def _stretches(
    points: Sequence[tuple[float, Row]], column: str, runs: str | None
) -> list[list[tuple[float, float]]]:
    """Split points into stretches between which a line may be drawn."""
    marked = [
        (None if value is None else (row.get(runs) if runs else 0), x, value)
        for x, row in points
        for value in [number(row.get(column))]
    ]
    return [
        [(x, value) for _, x, value in group if value is not None]
        for mark, group in groupby(marked, key=lambda item: item[0])
        if mark is not None
    ]


def _columns(points: Sequence[tuple[float, ...]], count: int) -> list[list[float]]:
    return [[point[place] for point in points] for place in range(count)]


def _ticks(chart: Any, page: Page, encoding: Encoding) -> None:
    """Set round ticks in our font and the reader's numbers; a year has no separator."""
    from matplotlib.ticker import MaxNLocator

    bottom, top = chart.get_ylim()
    chart.set_ylim(min(0.0, bottom), top)
    years_of_x = encoding.runs is not None
    for axis, years, percent in (
        (chart.xaxis, years_of_x, False),
        (chart.yaxis, False, encoding.percent),
    ):
        low, high = axis.get_view_interval()
        locations = MaxNLocator(nbins=8, integer=years).tick_values(low, high)
        at = [float(tick) for tick in locations if low <= tick <= high]
        write = number_format(at, page.words, percent=percent)
        texts = [f"{tick:.0f}" if years else write(tick) for tick in at]
        axis.set_ticks(at, labels=texts, **text_style(8))
    chart.grid(color="#e3e3e3", linewidth=0.6)
    chart.set_axisbelow(True)
    for side in ("top", "right"):
        chart.spines[side].set_visible(False)
