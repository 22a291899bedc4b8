"""A result as a picture: one page, PNG or PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.testing import NOT_REAL, NOT_TESTED
from geo.snapshot.coverage import covered_outline
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.print import charts, labels, map_frame, reach, scale_north_legend
from maps.print.encodings import (
    LINE,
    REACH,
    TABLE,
    Encoding,
    column_of,
    encoding_of,
    is_share,
    one_row_per_place,
)
from maps.print.footer import ALARM, lay_out_footer
from maps.print.labels import label_text
from maps.print.legend_entries import add_uncovered, legend_entries
from maps.print.paper import HEIGHT_MM, MARGIN_MM, QUIET, WIDTH_MM, Frame, Page
from maps.print.typesetting import LINE as LEADING
from maps.print.typesetting import POINT_MM
from maps.wording.terms import column_meaning, titles_by_name, value_text
from maps.wording.titles import title_of

KINDS: Final = ("png", "pdf")
COUNTING: Final = ("isolines", "places")  # of businesses, though their rows are no units
LEGEND_MM: Final = 74.0
INSET_MM: Final = (56.0, 56.0)
LEAST_INSET_MM: Final = 36.0
_TITLE_PT: Final = 16.0
_SAID_PT: Final = 8.5
_ACROSS_PT: Final = 84.0


@dataclass(frozen=True)
class PictureSettings:
    """The settings of a picture.

    Attributes:
        kind: one of `KINDS`.
        lang: language of its fixed words.
        address: where the result can be had again.
        sources: attributions to print.
    """

    kind: str
    lang: str
    address: str
    sources: tuple[str, ...]


def picture(result: MeasureResult, snapshot: Snapshot, setting: PictureSettings) -> bytes:
    """Draw a result on A4 landscape: a map, or a chart or table of its rows, and the footer.

    Equal findings give equal bytes. matplotlib is loaded when the first picture is drawn.
    """
    page = Page(Words(setting.lang))
    encoding = encoding_of(result)
    column = column_of(result, encoding)
    encoding = replace(encoding, percent=is_share(result, column))
    shapes = map_frame.metric_areas((result.shapes or ()) if encoding.on_map else ())
    numbers, of = one_row_per_place(result.rows) if len(shapes) else ([], {})
    top = _head(page, result, title_of(result, snapshot, page.words), column, of)
    below = lay_out_footer(page, result, setting.sources, setting.address)
    below.print(page)
    bottom = MARGIN_MM + below.height_mm + 3
    frame = Frame(MARGIN_MM, bottom, WIDTH_MM - 2 * MARGIN_MM, top - bottom)
    if (
        column
        and not charts.lacks_register(result)
        and any(not shapes[n].is_empty for n in numbers)
    ):
        legend = legend_entries([result.rows[n] for n in numbers], encoding, column, page.words)
        if shows_coverage(result, snapshot):
            legend = add_uncovered(legend, page.words)
        _map(page, frame, snapshot, [shapes[n] for n in numbers], (legend, encoding))
    else:
        _chart(page, frame, snapshot, result, encoding)
    if NOT_REAL in result.caveats:
        _across(page, label_text(page.words, labels.NOT_REAL))
    return page.to_bytes(setting.kind)


def shows_coverage(result: MeasureResult, snapshot: Snapshot) -> bool:
    """Tell whether a map of a result has to show what no list of businesses covers.

    Args:
        result: what is drawn.
        snapshot: for the coverage of its sources.
    """
    counts = result.measure in COUNTING or any("coverage" in row for row in result.rows)
    return counts and covered_outline(snapshot.manifest["coverage"]["businesses"]) is not None


def _across(page: Page, text: str) -> None:
    """Write a word across the whole picture, so that no crop of it looks real."""
    for y in (HEIGHT_MM * 0.35, HEIGHT_MM * 0.7):
        page.text(
            WIDTH_MM / 2, y, text, _ACROSS_PT, ha="center", va="center", rotation=20,
            color=ALARM, alpha=0.28, zorder=9,
        )  # fmt: skip


def _head(
    page: Page, result: MeasureResult, title: str, column: str, selection: Mapping[str, str]
) -> float:
    """Draw the title and what is drawn; returns the height where the picture may begin."""
    width = WIDTH_MM - 2 * MARGIN_MM
    pitch = _TITLE_PT * LEADING * POINT_MM
    lines = page.face.first_lines(title, _TITLE_PT, width, 2)
    y = page.lines(MARGIN_MM, HEIGHT_MM - MARGIN_MM - 4.5, lines, _TITLE_PT, pitch)
    words, titles = page.words, titles_by_name(page.words, result)
    notes = [
        f"{titles.get(name, name)}: {value_text(words, name, value)}"
        for name, value in selection.items()
    ]
    for drawn in (held for held in result.columns if held.name == column):
        what = f"{titles[column]} – {column_meaning(words, drawn, percent=True)}"
        notes.insert(0, label_text(words, labels.DRAWN, what=what))
    if notes:
        y += 1.2
        page.text(
            MARGIN_MM, y, page.face.cut(" · ".join(notes), _SAID_PT, width), _SAID_PT, color=QUIET
        )
        y -= 4.5
    return y + 1.5


def _map(
    page: Page,
    frame: Frame,
    snapshot: Snapshot,
    shapes: Sequence[Any],
    key: tuple[Sequence[Any], Encoding],
) -> None:
    at = Frame(frame.left, frame.bottom, frame.width - LEGEND_MM - 6, frame.height)
    beside = Frame(at.right + 6, frame.bottom, LEGEND_MM, frame.height)
    near, far = map_frame.separate_islands(shapes)
    streets = map_frame.extent_of(near, at).near
    end = scale_north_legend.draw_legend(page, beside, *key, streets=streets)
    if far:
        at, corner = _inset(at, beside, end)
        scale_north_legend.draw_scale_bar(
            page, corner, map_frame.draw_map(page, corner, snapshot, shapes, key[0], far)
        )
    extent = map_frame.draw_map(page, at, snapshot, shapes, key[0], near)
    scale_north_legend.draw_scale_bar(page, at, extent)
    scale_north_legend.draw_north_arrow(page, at)


def _inset(at: Frame, beside: Frame, end: float) -> tuple[Frame, Frame]:
    """Place the map and its inset: below the legend, or else left of the map."""
    free = min(end - beside.bottom, INSET_MM[1])
    if free >= LEAST_INSET_MM:
        return at, Frame(beside.left, beside.bottom, beside.width, free)
    width, height = INSET_MM[0], min(INSET_MM[1], at.height)
    rest = Frame(at.left + width + 2, at.bottom, at.width - width - 2, at.height)
    return rest, Frame(at.left, at.bottom, width, height)


def _none_passes(page: Page, result: MeasureResult) -> str:
    """Explain why no row is drawn of those that have to pass a test."""
    if result.parameters.get("state") == NOT_TESTED:
        return label_text(page.words, labels.NOT_TESTED)
    return label_text(page.words, labels.NONE_PASSES, n=page.words.number(len(result.rows)))


def _chart(
    page: Page, frame: Frame, snapshot: Snapshot, result: MeasureResult, encoding: Encoding
) -> None:
    column = column_of(result, encoding)
    encoding = replace(encoding, percent=is_share(result, column))
    frame = Frame(frame.left, frame.bottom, frame.width, frame.height - 2)
    if encoding.passing and result.rows:
        passing = [row for row in result.rows if row.get(encoding.passing)]
        if not passing:
            page.text(frame.left, frame.top - 8, _none_passes(page, result), 10, color=QUIET)
            return
        result = replace(result, rows=passing)
    if (
        encoding.chart == TABLE
        or not result.rows
        or not encoding.by
        or charts.lacks_register(result)
    ):
        charts.draw_table(page, frame, result)
    elif encoding.chart == LINE:
        charts.draw_line(page, frame, result, column, encoding)
    elif encoding.chart == REACH:
        reach.draw_reach(page, frame, result.rows)
    else:
        name = charts.row_namer(snapshot, encoding, page)
        bar_encoding = replace(encoding, columns=(column,))
        charts.draw_bars(page, frame, result.rows, bar_encoding, name)
