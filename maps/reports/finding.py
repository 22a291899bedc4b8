"""The finding of a report, in sentences: what stands out among dong, or of one of them."""

from collections.abc import Sequence
from typing import Final

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.result import Row
from geo.snapshot.reader import Snapshot
from maps.print.paper import Page
from maps.reports.sheet import Dong, report_text
from maps.style.slope import Line, slope_chart
from maps.wording.dong_names import dong_names
from maps.wording.figures import format_figure


def lines_of(snapshot: Snapshot, dong: Sequence[Dong]) -> list[Line]:
    """Return the foreign shares of three censuses, in the order of the dong."""
    chart = slope_chart(snapshot, "dong", [each.code for each in dong])
    return sorted(chart.chosen, key=lambda line: line.numbers)


def finding(page: Page, dong: Sequence[Dong]) -> list[str]:
    """Word what stands out among dong, or what one is; what the census lacks gives no sentence."""
    if len(dong) == 1:
        return _of_one(page, dong[0])
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
        city=format_figure(figure, dong[0].city.profile.rows[0][figure], page.words) or "–",
    )


_ONE_SHARE: Final = (
    "%(value)s of the residents of %(name)s are foreign (rank %(rank)s among %(n)s dong); in the "
    "whole city it is %(city)s."
)
_ONE_CHANGED: Final = "From %(first)s to %(last)s the share went from %(before)s to %(after)s."
_ONE_HOUSEHOLDS: Final = (
    "%(value)s of its households are of one person (rank %(rank)s; the whole city: %(city)s)."
)
_ONE_PER_KM2: Final = (
    "It has %(value)s establishments per km² (rank %(rank)s; the whole city: %(city)s)."
)


def _of_one(page: Page, dong: Dong) -> list[str]:
    """Word the figures of a dong beside those of the city, and its change."""
    sentences = (
        _figure_of_one(page, dong, "foreign_share", _ONE_SHARE),
        _change_of_one(page, dong),
        _figure_of_one(page, dong, "one_person_share", _ONE_HOUSEHOLDS),
        _figure_of_one(page, dong, "establishments_per_km2", _ONE_PER_KM2),
    )
    return [text for text in sentences if text]


def _figure_of_one(page: Page, dong: Dong, figure: str, sentence: str) -> str:
    row, words = dong.city.profiles[dong.code], page.words
    if row[figure] is None:
        return ""
    return report_text(
        page,
        sentence,
        name=dong_names(dong.snapshot, words)[dong.code],
        value=format_figure(figure, row[figure], words),
        rank=words.number(row[f"rank_{figure}"]),
        n=words.number(len(dong.city.profiles)),
        city=format_figure(figure, dong.city.profile.rows[0][figure], words) or "–",
    )


def _change_of_one(page: Page, dong: Dong) -> str:
    (line,) = lines_of(dong.snapshot, [dong])
    before, after = line.shares[0], line.shares[-1]
    if before is None or after is None:
        return ""
    return report_text(
        page,
        _ONE_CHANGED,
        first=page.words.day(str(min(CENSUS_YEARS))),
        last=page.words.day(str(max(CENSUS_YEARS))),
        before=f"{'≈ ' if line.estimated else ''}{page.words.percent(before)}",
        after=page.words.percent(after),
    )
