"""The first page of the report on a dong: finding, map, figures beside the city's, and trend."""

from dataclasses import replace
from typing import Final

from geo.core.vocab import CENSUS_YEARS
from maps.print.paper import Frame, Page
from maps.reports.comparison import draw_figures, draw_finding, draw_share_map
from maps.reports.finding import lines_of
from maps.reports.sheet import Dong, dong_heading, draw_head, page_evidence, report_text
from maps.reports.table import Cell, Head, draw_table
from maps.reports.trends import draw_slopes

_MAP_MM: Final = 94.0
_FIGURES_MM: Final = 86.0
_GAP_MM: Final = 8.0
_COUNTS_MM: Final = 30.0
_NAMES_MM: Final = 36.0


def people_page(dong: Dong, page: Page, address: str) -> Page:
    """Draw the first page: what is found, where the dong lies, its figures and three censuses."""
    city, changed = dong.city, dong.city.residents
    estimated = next(row["estimated"] for row in changed.rows if row["unit"] == dong.code)
    profile = replace(city.profile, parameters={"year": max(CENSUS_YEARS)})
    caveats = (*profile.caveats, *(changed.caveats[:1] if estimated else ()))
    result = page_evidence(profile, profile.basis, caveats)
    layers = ["residents", "households", "dong"]
    frame = draw_head(
        page, dong.snapshot, dong_heading(page, dong, "residents"), result, layers, address
    )
    below = draw_finding(page, frame, [dong])
    draw_share_map(page, Frame(frame.left, frame.bottom, _MAP_MM, below.height), [dong])
    middle = frame.left + _MAP_MM + _GAP_MM
    draw_figures(page, Frame(middle, frame.bottom, _FIGURES_MM, below.height), [dong])
    left = middle + _FIGURES_MM + _GAP_MM
    width, bottom = frame.right - left, frame.bottom + _COUNTS_MM
    draw_slopes(page, Frame(left, bottom, width, below.height - _COUNTS_MM), [dong])
    _draw_counts(page, Frame(left, frame.bottom, width, _COUNTS_MM), dong)
    return page


def _draw_counts(page: Page, frame: Frame, dong: Dong) -> None:
    """Draw residents, foreign ones and their share in three censuses; an estimate is marked."""
    words, (line,) = page.words, lines_of(dong.snapshot, [dong])
    rows = []
    for measure, label in ((dong.city.all_residents, "total"), (dong.city.residents, "foreign")):
        row = next(row for row in measure.rows if row["unit"] == dong.code)
        counts = [words.number(round(row[f"y{year}"])) for year in CENSUS_YEARS]
        rows.append((report_text(page, label), counts))
    shares = ["–" if share is None else words.percent(share) for share in line.shares]
    rows.append((report_text(page, "foreign share"), shares))
    if line.estimated:
        rows = [(name, [f"≈ {first}", *others]) for name, (first, *others) in rows]
    columns = [Head(words.day(str(year))) for year in CENSUS_YEARS]
    cells = [(name, [Cell(text) for text in texts]) for name, texts in rows]
    draw_table(page, frame, columns, cells, _NAMES_MM)
