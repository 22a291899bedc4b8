"""Normalize names and addresses of registers for display and comparison."""

from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Line breaks, tabs and the blanks of Unicode; the four before \x20 separate records in old files.
_SPACE: Final = r"[\t-\r\x1c-\x20\x{85}\p{Z}]+"
# Control characters, and those Unicode calls Default_Ignorable_Code_Point: zero-width characters,
# direction marks, soft hyphens, variation selectors, the blank letters of Hangul.
_UNSEEN: Final = (
    r"[\p{Cc}\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}"
    r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}\x{FEFF}"
    r"\x{FFA0}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E0FFF}]+"
)

# Hangul, ASCII and the common Chinese characters with single blanks between are clean already.
_CLEAN: Final = r"^[!-~가-힣一-鿿]+( [!-~가-힣一-鿿]+)*$"


def clean(series: pd.Series) -> pd.Series:
    """Normalize text: remove invisible characters, collapse white space, compose to NFC.

    Everything else, formulas and markup too, stays.

    Args:
        series: text, null where missing.

    Returns:
        As `str`, indexed and named like `series`: composed (NFC), without control, zero-width and
        direction characters, single blanks between words and none around; null where nothing is
        left.
    """
    text = pa.array(series, pa.string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):  # a column put together from several
        text = text.combine_chunks()
    unclean = pc.invert(pc.fill_null(pc.match_substring_regex(text, _CLEAN), fill_value=True))
    text = pc.replace_with_mask(text, unclean, _normalize(text.filter(unclean)))
    return pd.Series(text.to_pandas().array, index=series.index, name=series.name, dtype="str")


def _normalize(text: pa.Array) -> pa.Array:
    text = pc.replace_substring_regex(text, _SPACE, " ")
    text = pc.replace_substring_regex(text, _UNSEEN, "")
    # Removing the unseen may bring two blanks together.
    text = pc.replace_substring_regex(text, " {2,}", " ")
    text = pc.utf8_normalize(pc.utf8_trim(text, " "), "NFC")
    return pc.if_else(pc.equal(text, ""), None, text)
