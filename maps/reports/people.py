"""The first page of a report: residents of the dong."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.result import Evidence, MeasureResult
from maps.print.encodings import Encoding
from maps.print.paper import QUIET, Frame, Page
from maps.reports.sheet import (
    MAP_MM,
    Dong,
    dong_heading,
    draw_area_map,
    draw_head,
    draw_largest,
    map_beside_legend,
    page_evidence,
    report_text,
)

_SHARE: Final = Encoding(("share",), by=("dong",), percent=True)


def people_page(dong: Dong, page: Page, address: str) -> Page:
    """Draw the first page: residents by census, and the share of foreigners among all dong."""
    census, year = dong.city.census, max(CENSUS_YEARS)
    changed = dong.city.residents
    estimated = next(row["estimated"] for row in changed.rows if row["unit"] == dong.code)
    now = census[year]
    basis = Evidence(
        int(now[dong.code]["total"]), {}, (str(min(census)), str(year)), {"observed": 1.0}
    )
    caveats = changed.caveats if estimated else changed.caveats[1:]
    result = page_evidence(changed, basis, caveats)
    heading = dong_heading(page, dong, "residents")
    frame = draw_head(page, dong.snapshot, heading, result, ["residents"], address)
    shares = [{"dong": code, "share": _share(figures)} for code, figures in now.items()]
    title = report_text(
        page, "foreign residents as %% of residents, %(year)s", year=page.words.day(str(year))
    )
    layer = dong.snapshot.layers["dong"]
    places = np.array([layer.row_of(str(entry["dong"])) for entry in shares])
    content = (dong.city.outlines[places], shares, _SHARE)
    draw_area_map(page, map_beside_legend(frame), dong.city, [dong.row], title, content)
    _figures(page, frame, dong, census, foreign_2015=_foreign_of_unit(changed, dong.code))
    draw_largest(
        page,
        frame,
        dong,
        report_text(page, "dong with the largest shares of foreign residents"),
        (shares, _SHARE),
    )
    return page


def _figures(
    page: Page,
    frame: Frame,
    dong: Dong,
    census: Mapping[int, Mapping[str, Mapping[str, int]]],
    *,
    foreign_2015: tuple[float, bool],
) -> None:
    """Draw the table on the right: residents in three censuses, and the rank of the dong."""
    words, left = page.words, frame.left + MAP_MM + 10
    columns = [left + 50 + 21 * n for n in range(len(CENSUS_YEARS))]
    y = frame.top - 10
    for x, year in zip(columns, CENSUS_YEARS, strict=True):
        page.text(x, y, words.day(str(year)), 9, ha="right", color=QUIET)
    known = [census[year].get(dong.code) for year in CENSUS_YEARS]
    for name in ("total", "domestic", "foreign"):
        y -= 8
        page.text(left, y, report_text(page, name), 9.5)
        for x, figures in zip(columns, known, strict=True):
            page.text(
                x, y, "–" if figures is None else words.number(figures[name]), 9.5, ha="right"
            )
    y -= 8
    page.text(left, y, report_text(page, "foreign share"), 9.5)
    for x, figures in zip(columns, known, strict=True):
        page.text(x, y, "–" if figures is None else words.percent(_share(figures)), 9.5, ha="right")
    value, estimated = foreign_2015
    if known[0] is None and estimated:
        y -= 6
        beginning = f"{report_text(page, 'foreign')}, {words.day(str(CENSUS_YEARS[0]))}: "
        page.text(
            left, y, f"{beginning}≈ {words.number(value)} ({report_text(page, 'shared out')})", 8
        )
    now = census[max(CENSUS_YEARS)]
    city = sum(figures["foreign"] for figures in now.values()) / sum(
        figures["total"] for figures in now.values()
    )
    y -= 12
    page.text(left, y, f"{report_text(page, 'the whole city')}: {words.percent(city)}", 9.5)
    shares = sorted((_share(figures) for figures in now.values()), reverse=True)
    rank = shares.index(_share(now[dong.code])) + 1
    text = report_text(page, "rank among %(n)s dong", n=words.number(len(shares)))
    page.text(left, y - 8, f"{text}: {words.number(rank)}", 9.5)


def _foreign_of_unit(changed: MeasureResult, code: str) -> tuple[float, bool]:
    row = next(row for row in changed.rows if row["unit"] == code)
    return row[f"y{min(CENSUS_YEARS)}"], row["estimated"]


def _share(figures: Mapping[str, int]) -> float:
    return figures["foreign"] / figures["total"]
