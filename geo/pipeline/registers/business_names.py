"""Names of businesses, ready to compare: without what does not tell one from another."""

from typing import Final

import pandas as pd

_LEGAL_FORM: Final = r"\(주\)|㈜|주식회사|유한회사|\(유\)"
_DONG_IN_BRACKETS: Final = r"[\(（\[][^)）\]]*(?:동|읍|면|리)[\)）\]]\s*$"
_NO_LETTER: Final = r"[\W_]+"
# What a shop is, or which branch: lists add and drop it.
_GENERIC: Final = (
    r"(?:레스토랑|음식점|전문점|식당|음식|요리|마트|식품|푸드|카페|차이하나|본점|지점|점|호텔|"
    r"restaurant|foods?|mart|market|cafe|chaikhana|halal|할랄)+$"
)
_SHORTEST: Final = 2  # letters that must be left of a name


def plain_name(names: pd.Series) -> pd.Series:
    """Normalise names: without spaces, signs, case, legal forms and a dong in brackets.

    Args:
        names: as the lists have them, null where missing.

    Returns:
        Text; "" where nothing is left.
    """
    text = names.fillna("").str.replace(_LEGAL_FORM, "", regex=True).str.casefold()
    text = text.str.replace(_DONG_IN_BRACKETS, "", regex=True)
    plain: pd.Series = text.str.replace(_NO_LETTER, "", regex=True)
    return plain


def core_name(plain: pd.Series) -> pd.Series:
    """Reduce plain names to what is left without generic words at their end.

    Args:
        plain: of `plain_name`.

    Returns:
        The plain name where fewer than two letters would be left.
    """
    core: pd.Series = plain.str.replace(_GENERIC, "", regex=True)
    return core.where(core.str.len() >= _SHORTEST, plain)
