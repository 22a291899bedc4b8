"""Normalize public telephone numbers of businesses."""

from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# 02 Seoul, 031 to 064 the provinces, 070 over the internet; 080 is free and may go on with a zero.
_LANDLINE: Final = r"^(02|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])|070)([2-9]\d{2,3})(\d{4})$"
_FREE: Final = r"^(080)(\d{3,4})(\d{4})$"
_NATIONAL: Final = r"^(1[568]\d{2})(\d{4})$"  # 1588-1234, the same from everywhere
_WELL_FORMED: Final = r"^0\d{1,2}-\d{3,4}-\d{4}$|^1\d{3}-\d{4}$"
_NOBODY: Final = r"-0{3,4}-0000$"
# Several numbers in one cell, an extension, or a remark; "(031)" opens a number.
_BETWEEN: Final = r"[,;/~·]|또는|내선|교환|\((?:[^0]|$)"
_ONLY_DIALLED: Final = r"^[^\d+*#xX○●]*[\d\s()+.)‐‑–-]+$"


def parse_phones(texts: pd.Series) -> pd.Series:
    """Parse public telephone numbers such as "031-123-4567", "02-743-4587" or "1588-1234".

    Args:
        texts: text as a register has it; empty or null where it says nothing.

    Returns:
        Text, indexed like `texts`: the first number of a cell that qualifies. Null for mobile
        numbers (010, 011, 016 to 019), which are private; for numbers that may lead to one (050)
        or cost extra (060); and for what is broken: no area code, too short, too long, masked.
    """
    numbered = texts.reset_index(drop=True)
    numbered = numbered[numbered.notna() & (numbered != "")]
    several = numbered.str.contains(_BETWEEN, regex=True)
    parts = numbered[several].str.split(_BETWEEN, regex=True).explode()
    numbers = _format_numbers(pd.concat([numbered[~several], parts]))
    first = numbers.dropna().groupby(level=0).first()
    return first.reindex(range(len(texts))).astype("str").set_axis(texts.index)


def _format_numbers(parts: pd.Series) -> pd.Series:
    dialled = parts.where(parts.str.contains(_ONLY_DIALLED, regex=True))
    digits: Any = pa.array(dialled, type=pa.string(), from_pandas=True)
    digits = pc.replace_substring_regex(digits, r"^\D*(?:\+|00)?\s*82[\s().-]*0?", "0")
    digits = pc.replace_substring_regex(digits, r"\D", "")
    for form, spelling in (
        (_LANDLINE, r"\1-\2-\3"),
        (_FREE, r"\1-\2-\3"),
        (_NATIONAL, r"\1-\2"),
    ):
        digits = pc.replace_substring_regex(digits, form, spelling)
    numbers = pd.Series(digits, index=parts.index, dtype="str")
    return numbers.where(numbers.str.contains(_WELL_FORMED) & ~numbers.str.contains(_NOBODY))
