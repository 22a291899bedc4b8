"""The rows of a table of residents: which columns count what, and which area a row is about."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec
from geo.readers.normalize.dates import iso_dates
from geo.readers.normalize.names import clean
from geo.readers.normalize.spellings import fold_spelling, parse_numbers
from geo.readers.normalize.totals import TOTAL_WORDS
from geo.readers.table import ROW, Table

SPEC: Final = load_spec(__file__, "residents")
COUNTS: Final = ("total", "domestic", "foreign", "male", "female")
CITY: Final = "안산시"
CITY_CODE: Final = "4127"
GU: Final = {"상록구": "41271", "단원구": "41273"}
_WORDS: Final = ("code", "sido", "sigungu", "dong", "sex")
_YEAR: Final = re.compile(r"((?:19|20)\d{2})년?(?:\d{1,2}월)?말?")
_GLUED: Final = re.compile(r"(경기도|안산시|상록구|단원구)(?=\S)")
_HIDDEN: Final = r"^\*+$"  # the Ministry's sign for a count below 5


def rows_of(table: Table, raw: pd.DataFrame, year: int | None, definition: str) -> pd.DataFrame:
    """Reshape a table to one row per row and year.

    Args:
        table: for its name and header.
        raw: its cells.
        year: of the table, where it has no column for it.
        definition: who counts as foreign, where no column says it.

    Returns:
        `_row`, `as_of`, `definition`, `code`, `sex`, the numbers `COUNTS` and `hidden`, and what
        the row is about: `kind` (dong, total or outside), `scope` (a gu code, city or some; ""
        where it is not known) and `name` of the dong.

    Raises:
        SourceChangedError: a column is missing, or year or definition are not known.
    """
    return _kinds(_cells(table, raw, year, definition))


def _cells(table: Table, raw: pd.DataFrame, year: int | None, definition: str) -> pd.DataFrame:
    """Reshape to one row per row and year, columns by our names, clean text."""
    columns = _columns(table)
    texts = pd.DataFrame({name: clean(raw[header]) for name, header in columns.items()})
    texts = texts.assign(**{ROW: raw[ROW]})
    years = {
        header: match[1]
        for header in table.header
        if (match := _YEAR.fullmatch(fold_spelling(header)))
    }
    if {"foreign", "male", "female"} & columns.keys():
        parts = [texts.assign(as_of=_as_of(table.name, texts, year))]
    else:
        parts = [texts.assign(foreign=clean(raw[header]), as_of=on) for header, on in years.items()]
    if not parts:
        _refuse_columns(table, "foreign", "counts foreigners")
    shaped = pd.concat(parts, ignore_index=True)
    absent = [name for name in (*_WORDS, *COUNTS) if name not in shaped]
    shaped = shaped.assign(**dict.fromkeys(absent, np.nan)).astype(dict.fromkeys(_WORDS, "str"))
    return shaped.assign(definition=_definition(table.name, shaped, definition))


def _columns(table: Table) -> dict[str, str]:
    """Find headers by column; a plain 합계 or 남 counts only in a table of foreigners alone."""
    there = {fold_spelling(header): header for header in table.header}
    columns = _present(SPEC.numbers["columns"], there)
    if not {"total", "domestic"} & columns.keys():
        columns = {**_present(SPEC.numbers["alone"], there), **columns}
    if not {"dong", "code"} & columns.keys():
        _refuse_columns(table, "dong", "names the dong")
    return columns


def _present(columns: Mapping[str, list[str]], there: Mapping[str, str]) -> dict[str, str]:
    return {
        name: there[
            next(fold_spelling(header) for header in accepted if fold_spelling(header) in there)
        ]
        for name, accepted in columns.items()
        if any(fold_spelling(header) in there for header in accepted)
    }


def _refuse_columns(table: Table, name: str, does: str) -> None:
    accepted = ", ".join(SPEC.numbers["columns"][name])
    raise SourceChangedError(
        f"{table.name}: no column {does} (accepted: {accepted}); it has {', '.join(table.header)}"
    )


def _as_of(file: str, texts: pd.DataFrame, year: int | None) -> pd.Series:
    """Return day, month or year of every row; a table may write it once, above its rows."""
    nothing = pd.Series(np.nan, index=texts.index, dtype="str")
    stated = iso_dates(texts["year"]).ffill() if "year" in texts else nothing
    dates = stated.fillna(str(year)) if year else stated
    if dates.isna().any():
        accepted = ", ".join(SPEC.numbers["columns"]["year"])
        raise SourceChangedError(
            f"{file}: it does not say of which year it is: give --year, as in --year 2023 (or a "
            f"column: {accepted})"
        )
    return dates


def _definition(file: str, shaped: pd.DataFrame, argument: str) -> pd.Series:
    table = {
        fold_spelling(spelling): value for spelling, value in SPEC.lookup["definition"].items()
    }
    nothing = pd.Series(np.nan, index=shaped.index, dtype="str")
    stated = shaped["definition"].ffill() if "definition" in shaped else nothing
    definitions = stated.fillna(argument)
    strange = sorted(text for text in definitions.unique() if fold_spelling(text) not in table)
    if strange:
        allowed = "; ".join(dict.fromkeys(table.values()))
        raise SourceChangedError(
            f"{file}: {strange[0]!r} does not say who counts as foreign: give --definition, one "
            f"of: {allowed}"
        )
    return definitions.map(lambda text: table[fold_spelling(text)]).astype("str")


def _kinds(cells: pd.DataFrame) -> pd.DataFrame:
    """Add what each row is about, and its counts as numbers."""
    texts = (cells[name].fillna("") for name in ("sido", "sigungu", "dong", "code"))
    kinds = pd.DataFrame(
        [_kind(*path) for path in zip(*texts, strict=True)],
        columns=["kind", "scope", "name"],
        index=cells.index,
    )
    counts = {name: parse_numbers(cells[name].astype("str")).astype("Int64") for name in COUNTS}
    hidden = cells["foreign"].astype("str").str.match(_HIDDEN).fillna(value=False).astype(bool)
    return cells.assign(**counts, **kinds, hidden=hidden)


def _kind(sido: str, sigungu: str, dong: str, code: str) -> tuple[str, str, str]:
    """Classify a row: kind, the area it is the total or part of, the name of its dong."""
    words = _GLUED.sub(r"\1 ", f"{sido} {sigungu} {dong}").split()
    gu = next((GU[word] for word in words if word in GU), "")
    here = gu or CITY in words or code.startswith(CITY_CODE)
    others = [word for word in words[:-1] if fold_spelling(word) not in TOTAL_WORDS]
    named = bool(sido) or any(word[-1] in "시군구도" for word in [*others, *words[-1:]])
    if not here and (named or code):
        return "outside", "", ""
    last = fold_spelling(words[-1]) if words else ""
    if last in TOTAL_WORDS or (not dong and not code):
        return "total", gu or TOTAL_WORDS.get(last, "city"), ""
    # Statistics Korea and the Ministry of Justice wrote 본오제1동 at times.
    return "dong", gu, re.sub(r"제(?=\d동$)", "", last)
