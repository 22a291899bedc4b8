"""The first page of a report on several dong: finding, map, and figures beside the city's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.result import Row
from maps.print.encodings import Encoding
from maps.print.paper import QUIET, Frame, Page
from maps.reports.finding import finding
from maps.reports.sheet import Dong, draw_area_map, draw_head, page_evidence, report_text
from maps.reports.table import Cell, Head, draw_table
from maps.style.colours import CHOSEN
from maps.wording.dong_names import dong_names
from maps.wording.figures import figure_title, format_figure

SHOWN: Final = (
    "residents", "foreign", "foreign_share", "density", "households", "one_person_share",
    "detached_share", "apartment_share", "multi_family_share", "other_quarters_share",
    "establishments", "establishments_per_km2",
)  # fmt: skip
_SHARE: Final = Encoding(("foreign_share",), by=("code",), percent=True)
_MAP_MM: Final = 114.0
_LEGEND_MM: Final = 46.0
_NAMES_MM: Final = 39.0
_PT: Final = 9.0
_PITCH_MM: Final = 4.8
_NOTE_PT: Final = 7.5
_NOTE_MM: Final = 3.6


def comparison_page(dong: Sequence[Dong], page: Page, address: str) -> Page:
    """Draw the first page: what is found, where the dong lie, and their figures of the census."""
    city = dong[0].city
    layers = ["residents", "households", "dong"]
    profile = replace(city.profile, parameters={"year": max(CENSUS_YEARS)})
    result = page_evidence(profile, profile.basis, profile.caveats)
    frame = draw_head(page, city.snapshot, heading(page, dong), result, layers, address)
    below = draw_finding(page, frame, dong)
    draw_share_map(page, Frame(frame.left, frame.bottom, _MAP_MM, below.height), dong)
    right = frame.left + _MAP_MM + 8
    draw_figures(page, Frame(right, frame.bottom, frame.right - right, below.height), dong)
    return page


def draw_finding(page: Page, frame: Frame, dong: Sequence[Dong]) -> Frame:
    """Draw the sentences of the finding; returns the frame below them."""
    y = frame.top - 2
    for text in finding(page, dong):
        lines = page.face.first_lines(text, _PT, frame.width, 2)
        y = page.lines(frame.left, y, lines, _PT, _PITCH_MM)
    return Frame(frame.left, frame.bottom, frame.width, y - frame.bottom)


def heading(page: Page, dong: Sequence[Dong]) -> tuple[str, str]:
    """Return the names of the dong, and the subject of the report."""
    names = dong_names(dong[0].snapshot, page.words)
    title = " · ".join(names[each.code] for each in dong)
    return title, report_text(page, "comparison of %(n)s dong", n=page.words.number(len(dong)))


def heads(page: Page, dong: Sequence[Dong]) -> list[Head]:
    """Return the heads of columns: name of each dong in the colour of its line, and its number.

    A dong that stands alone has no number.
    """
    names = dong_names(dong[0].snapshot, page.words)
    if len(dong) == 1:
        return [Head(names[dong[0].code], CHOSEN[0])]
    pairs = zip(dong, CHOSEN, strict=False)
    return [Head(f"{n} {names[each.code]}", colour) for n, (each, colour) in enumerate(pairs, 1)]


def draw_share_map(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
    """Draw the shares of foreigners in all dong, these ones marked and named; the legend below."""
    city = dong[0].city
    title = report_text(
        page,
        "foreign residents as %% of residents, %(year)s",
        year=page.words.day(str(max(CENSUS_YEARS))),
    )
    below = frame.bottom + _LEGEND_MM
    at = Frame(frame.left, below + 2, frame.width, frame.top - 6 - below - 2)
    legend = Frame(frame.left, frame.bottom, frame.width, _LEGEND_MM)
    codes = city.snapshot.layers["dong"].columns["id"].to_pylist()
    bounds = city.snapshot.manifest["classes"]["residents"]["foreign_share"]  # as on the page
    encoding = replace(_SHARE, bounds=tuple(bounds))
    content = (city.outlines, [city.profiles[code] for code in codes], encoding)
    draw_area_map(page, (at, legend), city, [each.row for each in dong], title, content)


def draw_figures(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
    """Draw figures and ranks of the dong, and the city beside them."""
    city, words = dong[0].city, page.words
    of_city = city.profile.rows[0]
    rows = [
        (
            figure_title(name, words),
            [
                *(_cell(page, city.profiles[each.code], name, len(city.profiles)) for each in dong),
                Cell(_figure(page, of_city, name)),
            ],
        )
        for name in SHOWN
    ]
    note = report_text(
        page,
        "below each figure: rank among %(n)s dong, 1 the largest · –: the census gives no figure",
        n=words.number(len(city.profiles)),
    )
    lines = page.face.first_lines(note, _NOTE_PT, frame.width, 3)
    below = _NOTE_MM * len(lines) + 1.4
    page.lines(frame.left, frame.bottom + below - 5, lines, _NOTE_PT, _NOTE_MM, color=QUIET)
    at = Frame(frame.left, frame.bottom + below, frame.width, frame.height - below)
    whole = Head(report_text(page, "the whole city"))
    draw_table(page, at, [*heads(page, dong), whole], rows, _NAMES_MM)


def _cell(page: Page, row: Row, name: str, count: int) -> Cell:
    """Return a figure, and its rank among so many dong."""
    rank = row[f"rank_{name}"]
    return Cell(_figure(page, row, name), "" if rank is None else f"{rank}/{count}")


def _figure(page: Page, row: Mapping[str, Any], name: str) -> str:
    """Format a figure; a dash where the census has none."""
    return format_figure(name, row[name], page.words) or "–"
