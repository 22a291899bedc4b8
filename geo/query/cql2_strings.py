"""Text without regard to case (CASEI) or accents (ACCENTI), and text that is like a pattern.

Columns are folded by Arrow; only the values that hold one of the letters for which Arrow has no
rule are folded one by one, which in Korean data are few.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

# Marks of Latin, Greek and Cyrillic. Vowel signs of Thai or Hindi and the voicing of Japanese
# are marks for Unicode too, but make other letters, not accented ones.
_MARKS: Final = (
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_IS_MARK: Final = frozenset(chr(code) for a, b in _MARKS for code in range(a, b + 1))
# Letters with a stroke or joined do not come apart; their plain spelling is that of CLDR.
_STROKED: Final = (
    "ØO øo ĐD đd ŁL łl ĦH ħh ŦT ŧt ƀb ƁB ŊN ŋn ıi ȷj ĸq ŒOE œoe ÆAE æae ÐD ðd ÞTH þth ẞSS ßss"
)
_PLAIN: Final = {ord(pair[0]): pair[1:] for pair in _STROKED.split()}
# What can hold an accent, and jamo, which are composed on the way.
_ACCENTED: Final = (
    "[\u00c0-\u024f\u0370-\u052f\u1100-\u11ff\u1e00-\u1fff"
    + "".join(f"{chr(a)}-{chr(b)}" for a, b in _MARKS)
    + "]"
)
_CASED: Final = range(0x80, 0x1_E944)  # beyond ASCII, up to the last letter that has a case


def composed(text: str) -> str:
    """Text as the layers hold it (NFC), in which equal texts are equal bytes."""
    return unicodedata.normalize("NFC", text)


def without_case(text: str) -> str:
    """CASEI of one text: Unicode's full case folding."""
    return composed(text.casefold())


def without_accents(text: str) -> str:
    """ACCENTI of one text: marks taken away, strokes and joined letters in plain spelling."""
    apart = unicodedata.normalize("NFD", text)
    return composed("".join(one for one in apart if one not in _IS_MARK).translate(_PLAIN))


def column_without_case(column: Any) -> Any:
    """CASEI of every value of an Arrow array."""
    return _rewritten(column, pc.utf8_lower(column), _unlike_lower(), without_case)


def column_without_accents(column: Any) -> Any:
    """ACCENTI of every value of an Arrow array."""
    return _rewritten(column, column, _ACCENTED, without_accents)


# By the name of the function: of one text, and of a column.
FOLDS: Final[dict[str, tuple[Callable[[str], str], Callable[[Any], Any]]]] = {
    "casei": (without_case, column_without_case),
    "accenti": (without_accents, column_without_accents),
}


def _rewritten(column: Any, usual: Any, letters: str, rewrite: Callable[[str], str]) -> Any:
    """The usual values, but those that hold one of the letters rewritten one by one."""
    if isinstance(column, pa.ChunkedArray):
        pairs = zip(column.chunks, usual.chunks, strict=True)
        chunks = [_rewritten(one, two, letters, rewrite) for one, two in pairs]
        return pa.chunked_array(chunks, column.type)
    held = pc.fill_null(pc.match_substring_regex(column, letters), fill_value=False)
    texts = column.filter(held).to_pylist()
    if not texts:
        return usual
    return pc.replace_with_mask(usual, held, pa.array([rewrite(text) for text in texts]))


@lru_cache
def _unlike_lower() -> str:
    """The letters whose folding is not what Arrow makes lower case, as a pattern."""
    letters = [chr(code) for code in _CASED if not 0xD800 <= code < 0xE000]
    lower = pc.utf8_lower(pa.array(letters)).to_pylist()
    unlike = (a for a, b in zip(letters, lower, strict=True) if without_case(a) != b)
    return f"[{''.join(unlike)}]"
