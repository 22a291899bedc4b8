"""The first page of a report on several dong: finding, map, and figures beside the city's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.result import Row
from geo.snapshot.reader import Snapshot
from maps.print.encodings import Encoding
from maps.print.paper import QUIET, Frame, Page
from maps.reports.sheet import Dong, draw_area_map, draw_head, page_evidence, report_text
from maps.reports.table import Cell, Head, draw_table
from maps.style.colours import CHOSEN
from maps.style.slope import Line, slope_chart
from maps.wording.dong_names import dong_names
from maps.wording.figures import figure_title, format_figure

SHOWN: Final = (
    "residents", "foreign", "foreign_share", "density", "households", "one_person_share",
    "apartment_share", "multi_family_share", "establishments", "establishments_per_km2",
)  # fmt: skip
_SHARE: Final = Encoding(("foreign_share",), by=("code",), percent=True)
_MAP_MM: Final = 114.0
_LEGEND_MM: Final = 46.0
_NAMES_MM: Final = 36.0
_PT: Final = 9.0
_PITCH_MM: Final = 4.8


def comparison_page(dong: Sequence[Dong], page: Page, address: str) -> Page:
    """Draw the first page: what is found, where the dong lie, and their figures of the census."""
    city = dong[0].city
    layers = ["residents", "households", "dong"]
    profile = replace(city.profile, parameters={"year": max(CENSUS_YEARS)})
    result = page_evidence(profile, profile.basis, profile.caveats)
    frame = draw_head(page, city.snapshot, heading(page, dong), result, layers, address)
    y = frame.top - 2
    for text in finding(page, dong):
        lines = page.face.first_lines(text, _PT, frame.width, 2)
        y = page.lines(frame.left, y, lines, _PT, _PITCH_MM)
    left = Frame(frame.left, frame.bottom, _MAP_MM, y - frame.bottom)
    _draw_map(page, left, dong)
    right = frame.left + _MAP_MM + 8
    _draw_figures(page, Frame(right, frame.bottom, frame.right - right, left.height), dong)
    return page


def heading(page: Page, dong: Sequence[Dong]) -> tuple[str, str]:
    """Return the names of the dong, and the subject of the report."""
    names = dong_names(dong[0].snapshot, page.words)
    title = " · ".join(names[each.code] for each in dong)
    return title, report_text(page, "comparison of %(n)s dong", n=page.words.number(len(dong)))


def heads(page: Page, dong: Sequence[Dong]) -> list[Head]:
    """Return the heads of columns: number and name of each dong in the colour of its line."""
    names = dong_names(dong[0].snapshot, page.words)
    pairs = zip(dong, CHOSEN, strict=False)
    return [Head(f"{n} {names[each.code]}", colour) for n, (each, colour) in enumerate(pairs, 1)]


def lines_of(snapshot: Snapshot, dong: Sequence[Dong]) -> list[Line]:
    """Return the foreign shares of three censuses, in the order of the dong."""
    chart = slope_chart(snapshot, "dong", [each.code for each in dong])
    return sorted(chart.chosen, key=lambda line: line.numbers)


def finding(page: Page, dong: Sequence[Dong]) -> list[str]:
    """Word what stands out among the dong; a figure that the census lacks gives no sentence."""
    return [
        text
        for word in (_shares, _changes, _households, _establishments)
        for text in [word(page, dong)]
        if text
    ]


_SHARES: Final = (
    "Of these dong, %(most)s has the largest share of foreign residents (%(high)s, rank %(rank)s "
    "among %(n)s dong) and %(least)s the smallest (%(low)s, rank %(last)s); in the whole city it "
    "is %(city)s."
)
_CHANGED: Final = (
    "From %(first)s to %(last)s the share changed most in %(name)s: from %(before)s to %(after)s."
)
_ONE_PERSON: Final = (
    "The share of one-person households is largest in %(name)s (%(high)s; the whole city: "
    "%(city)s)."
)
_PER_KM2: Final = (
    "Establishments per km² are most in %(name)s (%(high)s; the whole city: %(city)s)."
)


def _ranked(dong: Sequence[Dong], figure: str) -> list[tuple[str, Row]]:
    """Order the dong and their profiles by a figure, the largest first; empty if one is unknown."""
    rows = [(each.code, each.city.profiles[each.code]) for each in dong]
    if any(row[figure] is None for _, row in rows):
        return []
    return sorted(rows, key=lambda pair: -pair[1][figure])


def _shares(page: Page, dong: Sequence[Dong]) -> str:
    """Word which dong have the largest and the smallest share of foreign residents."""
    ranked = _ranked(dong, "foreign_share")
    names, city = dong_names(dong[0].snapshot, page.words), dong[0].city
    (most, high), (least, low) = ranked[0], ranked[-1]
    return report_text(
        page,
        _SHARES,
        most=names[most],
        high=page.words.percent(high["foreign_share"]),
        rank=page.words.number(high["rank_foreign_share"]),
        n=page.words.number(len(city.profiles)),
        least=names[least],
        low=page.words.percent(low["foreign_share"]),
        last=page.words.number(low["rank_foreign_share"]),
        city=page.words.percent(city.profile.rows[0]["foreign_share"]),
    )


def _changes(page: Page, dong: Sequence[Dong]) -> str:
    """Word where the share of foreign residents changed most between the censuses."""
    names = dong_names(dong[0].snapshot, page.words)
    known = [
        (abs(line.shares[-1] - line.shares[0]), each.code, line)
        for each, line in zip(dong, lines_of(dong[0].snapshot, dong), strict=True)
        if line.shares[0] is not None and line.shares[-1] is not None
    ]
    if not known:
        return ""
    _, code, line = max(known, key=lambda entry: entry[0])
    before, after = (page.words.percent(line.shares[end] or 0.0) for end in (0, -1))
    return report_text(
        page,
        _CHANGED,
        first=page.words.day(str(min(CENSUS_YEARS))),
        last=page.words.day(str(max(CENSUS_YEARS))),
        name=names[code],
        before=f"≈ {before}" if line.estimated else before,
        after=after,
    )


def _households(page: Page, dong: Sequence[Dong]) -> str:
    return _largest(page, dong, "one_person_share", _ONE_PERSON)


def _establishments(page: Page, dong: Sequence[Dong]) -> str:
    return _largest(page, dong, "establishments_per_km2", _PER_KM2)


def _largest(page: Page, dong: Sequence[Dong], figure: str, sentence: str) -> str:
    """Word which dong has the largest figure, beside that of the city."""
    ranked = _ranked(dong, figure)
    if not ranked:
        return ""
    code, row = ranked[0]
    return report_text(
        page,
        sentence,
        name=dong_names(dong[0].snapshot, page.words)[code],
        high=format_figure(figure, row[figure], page.words),
        city=_figure(page, dong[0].city.profile.rows[0], figure),
    )


def _draw_map(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
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
    content = (city.outlines, [city.profiles[code] for code in codes], _SHARE)
    draw_area_map(page, (at, legend), city, [each.row for each in dong], title, content)


def _draw_figures(page: Page, frame: Frame, dong: Sequence[Dong]) -> None:
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
    at = Frame(frame.left, frame.bottom + 5, frame.width, frame.height - 5)
    whole = Head(report_text(page, "the whole city"))
    draw_table(page, at, [*heads(page, dong), whole], rows, _NAMES_MM)
    note = report_text(
        page,
        "below each figure: rank among %(n)s dong, 1 the largest · –: the census gives no figure",
        n=words.number(len(city.profiles)),
    )
    page.text(frame.left, frame.bottom, note, 7.5, color=QUIET)


def _cell(page: Page, row: Row, name: str, count: int) -> Cell:
    """Return a figure, and its rank among so many dong."""
    rank = row[f"rank_{name}"]
    return Cell(_figure(page, row, name), "" if rank is None else f"{rank}/{count}")


def _figure(page: Page, row: Mapping[str, Any], name: str) -> str:
    """Format a figure; a dash where the census has none."""
    return format_figure(name, row[name], page.words) or "–"
