"""Parse days, months and years of Korean registers and tables to ISO 8601."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

FIRST_YEAR: Final = 1901  # 1900-01-01, 1000-01-01 and 0001-01-01 stand for "not known"
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_APART: Final = rf"{_YEAR}\s*[-./년]\s*{_MONTH}"
_TOGETHER: Final = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
# 2018-03-02, 2018.3.2., 2018년 3월 2일, or 20180302, with or without the time of day; a number of
# a spreadsheet ends in .0.
_DAYS: Final = (
    rf"{_APART}\s*[-./월]\s*{_DAY}\s*[.일]?(?:[T\s]*\d{{1,2}}:\d{{2}}.*)?",
    rf"{_TOGETHER}(?:\d{{4}}|\d{{6}})?(?:\.0+)?",
    rf"{_TOGETHER}\s+(?:[T\s]*\d{{1,2}}:\d{{2}}.*)?",
)
_LESS: Final = (rf"{_APART}\s*월?", rf"{_YEAR}년?")  # 2018-03, 2018년 3월; 2018, 2018년
_ALONE: Final = r"^\s*{}\s*$"
_AMONG_WORDS: Final = r"^\D*{}(?:\D.*)?$"  # 조사일 2018.3.2.(금), 2018년 3월 말 기준


def iso_days(texts: pd.Series, *, today: date | None = None) -> pd.Series:
    """Parse days such as "2018-03-02" from cells of registers that hold nothing else.

    Args:
        texts: text as a register has it; empty or null where it says nothing.
        today: the last day that counts; the current day by default.

    Returns:
        Text, indexed like `texts`. Null for what is refused: a month or year without its day,
        days that do not exist (2018-02-30), years before 1901, days after `today` (9999-12-31),
        and everything that is not a day.
    """
    return _read(texts, [_ALONE.format(form) for form in _DAYS], today)


def iso_dates(texts: pd.Series, *, today: date | None = None) -> pd.Series:
    """Parse days, months ("2018-03") or years from cells that people wrote, with words around them.

    Args:
        texts: text as a table has it; empty or null where it says nothing.
        today: what begins later does not count; the current day by default.

    Returns:
        Text, indexed like `texts`, as exact as the cell; null as for `iso_days`.
    """
    return _read(texts, [_AMONG_WORDS.format(form) for form in (*_DAYS, *_LESS)], today)


def _read(texts: pd.Series, forms: Sequence[str], today: date | None) -> pd.Series:
    """Parse each text by the first form that matches."""
    places, distinct = pd.factorize(texts)
    cells: Any = pa.array(distinct, type=pa.string(), from_pandas=True)
    matches = [pc.extract_regex(cells, form) for form in forms]
    year, month, day = (_first(matches, name) for name in ("year", "month", "day"))
    begins = pd.to_datetime(
        year + "-" + month.fillna("01") + "-" + day.fillna("01"), format="%Y-%m-%d", errors="coerce"
    )
    in_range = begins.between(pd.Timestamp(FIRST_YEAR, 1, 1), pd.Timestamp(today or date.today()))
    iso = begins.dt.strftime("%Y-%m-%d").astype("str")
    as_exact = iso.where(day.notna(), iso.str[:7].where(month.notna(), iso.str[:4]))
    return as_exact.where(in_range).reindex(places).set_axis(texts.index).astype("str")


def _first(matches: Sequence[Any], name: str) -> pd.Series:
    """Take a part of a date from the first form that matches; null if it has no such part."""
    parts = pd.Series(pd.NA, index=range(len(matches[0])), dtype="str")
    settled = pd.Series(data=False, index=parts.index)
    for match in matches:
        fits = pd.Series(pc.is_valid(match).to_numpy(zero_copy_only=False)) & ~settled
        settled |= fits
        if name in {field.name for field in match.type}:
            parts = parts.mask(fits, pd.Series(pc.struct_field(match, name), dtype="str"))
    return parts
