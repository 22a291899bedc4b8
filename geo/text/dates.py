"""Days as Korean registers write them, as ISO days."""

from datetime import date
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

FIRST_YEAR: Final = 1901  # 1900-01-01, 1000-01-01 and 0001-01-01 stand for "not known"
_TIME: Final = r"(?:[T\s]*\d{1,2}:\d{2}.*)?"
# Year, month and day apart (2018-03-02, 2018.3.2., 2018년 3월 2일) or together (20180302, also as
# a number of a spreadsheet, 20180302.0, or with hours, minutes and seconds), and the time of day.
_FORMS: Final = (
    rf"^\s*(\d{{4}})\s*[-./년]\s*(\d{{1,2}})\s*[-./월]\s*(\d{{1,2}})\s*[.일]?\s*{_TIME}$",
    r"^\s*(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?:\.0+)?\s*$",
    rf"^\s*(\d{{4}})(\d{{2}})(\d{{2}})\s+{_TIME}$",
)


def iso_days(texts: pd.Series, *, today: date | None = None) -> pd.Series:
    """Days such as "2018-03-02".

    Args:
        texts: text as a register has it; empty or null where it says nothing.
        today: the last day that counts; the current day by default.

    Returns:
        Text, indexed like `texts`. Null for what is refused: a month or year without its day,
        days that do not exist (2018-02-30), years before 1901, days after `today` (9999-12-31),
        and everything that is no day.
    """
    places, different = pd.factorize(texts)
    days: Any = pa.array(different, type=pa.string(), from_pandas=True)
    for form in _FORMS:
        days = pc.replace_substring_regex(days, form, r"\1-\2-\3")
    found = pd.to_datetime(pd.Series(days, dtype="str"), format="%Y-%m-%d", errors="coerce")
    known = found.between(pd.Timestamp(FIRST_YEAR, 1, 1), pd.Timestamp(today or date.today()))
    written = found.dt.strftime("%Y-%m-%d").where(known).astype("str")
    return written.reindex(places).set_axis(texts.index)
