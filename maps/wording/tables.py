"""A result as the sheets of a workbook: its rows, what they rest on, and the codes of its words.

Without a language, columns and values have the names and codes of the JSON, and sentences are
English: that is what programs read. With one, all words are of that language, and a sheet of codes
leads back from each to the name that programs know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.tables import Sheet
from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK, Words
from maps.wording.prose import translate_sentence
from maps.wording.terms import (
    VALUE,
    cell_text,
    column_meaning,
    parameter_title,
    setting_text,
    titles_by_name,
)
from maps.wording.titles import title_of

CONTEXT: Final = "workbook"
DATA: Final = "data"
ABOUT: Final = "method and sources"
CODES: Final = "codes"
RANKS: Final = "ranks"
TITLE: Final = "title"
ADDRESS: Final = "address"
N: Final = "n"
DATES: Final = "dates"
FROM_TO: Final = "%(first)s to %(last)s"
UNKNOWN: Final = "unknown"
PROVENANCE: Final = "provenance"
LEFT_OUT: Final = "left out"
METHOD: Final = "method"
PARAMETER: Final = "parameter %(name)s"
CAVEAT: Final = "caveat"
COLUMN: Final = "column %(name)s"
SOURCE: Final = "source"
OF_COLUMN: Final = "column"
NAME: Final = "name for programs"
WORD: Final = "value"
CODE: Final = "code of the value"
ESTIMATED: Final = (
    "rows whose `estimated` is true: a split dong is shared out by residents, so that the value "
    "and its index are estimates and no counts; pictures mark them with ≈"
)
LABELS: Final = (
    DATA, ABOUT, CODES, RANKS, TITLE, ADDRESS, N, DATES, FROM_TO, UNKNOWN, PROVENANCE, LEFT_OUT,
    METHOD, PARAMETER, CAVEAT, COLUMN, SOURCE, OF_COLUMN, NAME, WORD, CODE, ESTIMATED,
)  # fmt: skip


@dataclass(frozen=True)
class TableSettings:
    """The settings of a table.

    Attributes:
        lang: language of its words; None for names and codes as programs know them.
        address: where the result can be had again.
        sources: attributions to name.
    """

    lang: str | None
    address: str
    sources: Sequence[str]

    @property
    def words(self) -> Words:
        """The words of its sentences."""
        return Words(self.lang or FALLBACK)


def data_sheet(result: MeasureResult, settings: TableSettings) -> Sheet:
    """Make the sheet of the rows."""
    words, columns = settings.words, result.columns
    header = [column.name for column in columns]
    rows = [[row.get(column.name) for column in columns] for row in result.rows]
    if settings.lang:
        titles = titles_by_name(words, result)
        header = [titles[name] for name in header]
        rows = [[cell_text(words, row, column) for column in columns] for row in result.rows]
    shares = frozenset(place for place, column in enumerate(columns) if column.share)
    labels = frozenset(
        place for place, column in enumerate(columns) if column.verbatim or column.name in _LABELS
    )
    return Sheet(words.coded(CONTEXT, DATA), tuple(header), rows, shares, labels)


def sheets(result: MeasureResult, snapshot: Snapshot, settings: TableSettings) -> list[Sheet]:
    """Make all sheets of a workbook: rows, evidence, and, in a language, the codes of its words."""
    words = settings.words
    about = list(_evidence(result, snapshot, settings))
    heading = _heading(result, snapshot, settings)
    data = replace(data_sheet(result, settings), heading=heading)
    made = [
        *(_apart(data, result, words) if settings.lang else [data]),
        Sheet(words.coded(CONTEXT, ABOUT), (), about, widths=(24, 100)),
    ]
    if settings.lang:
        header = tuple(words.coded(CONTEXT, label) for label in (OF_COLUMN, NAME, WORD, CODE))
        made.append(Sheet(words.coded(CONTEXT, CODES), header, _codes(result, words), widths=_WIDE))
    return made


def _apart(data: Sheet, result: MeasureResult, words: Words) -> list[Sheet]:
    """Give ranks a sheet of their own, so that both sheets can be read on paper."""
    ranks = {n for n, column in enumerate(result.columns) if column.name.startswith(_RANK)}
    if not ranks:
        return [data]
    texts = [n for n, column in enumerate(result.columns) if column.name in _NAMED]
    figures = [n for n in range(len(data.header)) if n not in ranks]
    name = words.coded(CONTEXT, RANKS)
    return [
        _columns_of(data, figures),
        replace(_columns_of(data, [*texts, *sorted(ranks)]), name=name),
    ]


def _columns_of(sheet: Sheet, places: Sequence[int]) -> Sheet:
    return replace(
        sheet,
        header=tuple(sheet.header[place] for place in places),
        rows=[[row[place] for place in places] for row in sheet.rows],
        shares=frozenset(n for n, place in enumerate(places) if place in sheet.shares),
        labels=frozenset(n for n, place in enumerate(places) if place in sheet.labels),
    )


def _heading(result: MeasureResult, snapshot: Snapshot, settings: TableSettings) -> str:
    """Say above each printed page what it holds: n, dates and title, which may be long."""
    days = "–".join(dict.fromkeys(date for date in result.basis.dates if date))
    title = title_of(result, snapshot, settings.words) if settings.lang else result.title
    return " · ".join(part for part in (f"n = {result.basis.n:,}", days, title) if part)


_LABELS: Final = ("year", "stretch")  # columns whose numbers are no amounts
_WIDE: Final = (30, 24, 40, 24)
_RANK: Final = "rank_"  # beginning of the names of columns
_NAMED: Final = ("code", "name_ko", "name_en")  # columns that say of whom a rank is


def _codes(result: MeasureResult, words: Words) -> list[tuple[str | None, ...]]:
    """List the columns with their names, and the words of the values with their codes."""
    lines: list[tuple[str | None, ...]] = []
    titles = titles_by_name(words, result)
    for column in result.columns:
        lines.append((titles[column.name], column.name, None, None))
        unlike = {(row.get(column.name), row.get("to")): row for row in result.rows}.values()
        pairs = ((cell_text(words, row, column), row.get(column.name)) for row in unlike)
        told = {(str(word), _code(value)) for word, value in pairs if word != value}
        lines += [(titles[column.name], column.name, *pair) for pair in sorted(told)]
    return lines


def _code(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _evidence(
    result: MeasureResult, snapshot: Snapshot, settings: TableSettings
) -> Iterator[tuple[str, Any]]:
    """List the evidence of a result as names and values."""
    words, basis = settings.words, result.basis

    def label(text: str, **values: str) -> str:
        return words.coded(CONTEXT, text) % values

    yield label(TITLE), title_of(result, snapshot, words) if settings.lang else result.title
    yield label(ADDRESS), settings.address
    yield label(N), basis.n
    first, last = (date or label(UNKNOWN) for date in basis.dates)
    yield label(DATES), label(FROM_TO, first=first, last=last)
    yield (
        label(PROVENANCE),
        ", ".join(
            f"{words.coded(VALUE, f'provenance {name}')} {share:.1%}"
            for name, share in basis.provenance.items()
        ),
    )
    for reason, count in basis.left_out.items():
        yield label(LEFT_OUT), f"{count}: {translate_sentence(words, reason)}"
    yield label(METHOD), translate_sentence(words, result.method)
    yield from _parameters(result, settings)
    for caveat in (*basis.caveats, *result.caveats):
        yield label(CAVEAT), translate_sentence(words, caveat)
    if any(row.get("estimated") for row in result.rows):
        yield "≈", label(ESTIMATED)
    titles = titles_by_name(words, result)
    for column in result.columns:
        name = titles[column.name] if settings.lang else column.name
        yield label(COLUMN, name=name), column_meaning(words, column)
    for text in settings.sources:
        yield label(SOURCE), text


def _parameters(result: MeasureResult, settings: TableSettings) -> Iterator[tuple[str, str]]:
    words = settings.words
    for name, value in result.parameters.items():
        text = setting_text(words, result, name, value) if settings.lang else str(value)
        title = parameter_title(words, name) if settings.lang else name
        yield words.coded(CONTEXT, PARAMETER) % {"name": title}, text
